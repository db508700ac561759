"""A real model, small: word tokens and an ONNX network that adds up what each word weighs. Tests make it themselves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
WORDS = {
    "malo": (3.0, 0.0, -3.0),
    "mal": (3.0, 0.0, -3.0),
    "bien": (-3.0, 0.0, 3.0),
    "genial": (-4.0, 0.0, 4.0),
    "horrible": (4.0, 0.0, -4.0),
}
"""Log-odds of negative, neutral and positive; a word that is not here has none, and a text without any is neutral."""
LABELS = ("negative", "neutral", "positive")


def make_model(
    folder: Path, labels: tuple[str, ...] = LABELS, words: dict[str, tuple[float, ...]] | None = None
) -> Path:
    """A folder as the hub has them: config.json, tokenizer files, onnx/model.onnx."""
    folder.mkdir(parents=True, exist_ok=True)
    words = WORDS if words is None else words
    tokenizer(folder, list(words))
    (folder / "config.json").write_text(json.dumps(configuration(labels)))
    table = np.zeros((len(SPECIAL) + len(words), len(labels)), np.float32)
    for number, weights in enumerate(words.values(), len(SPECIAL)):
        table[number] = weights
    network(folder / "onnx" / "model.onnx", table, np.array([0.0, 1.0, 0.0][: len(labels)], np.float32))
    return folder


def configuration(labels: tuple[str, ...]) -> dict[str, object]:
    return {
        "architectures": ["BertForSequenceClassification"],
        "model_type": "bert",
        "id2label": {str(number): label for number, label in enumerate(labels)},
        "label2id": {label: number for number, label in enumerate(labels)},
        "max_position_embeddings": 64,
    }


def tokenizer(folder: Path, words: list[str]) -> None:
    vocabulary = {word: number for number, word in enumerate([*SPECIAL, *words])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)


def network(path: Path, table: np.ndarray, bias: np.ndarray) -> None:
    """logits = bias + sum over tokens of table[token], tokens that only pad left out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["weights"], axis=0),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        helper.make_node("Mul", ["weights", "column"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "tokens"], ["sum"], keepdims=0),
        helper.make_node("Add", ["sum", "bias"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "words",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(bias)])],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(bias, "bias"),
            numpy_helper.from_array(np.array([-1], np.int64), "last"),
            numpy_helper.from_array(np.array([1], np.int64), "tokens"),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(made)
    onnx.save(made, path)
