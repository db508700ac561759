"""What tier 2 costs with models of common sizes: `make tier2-test` once for its environment, then
`.venv-torch/bin/python -m deploy.bench.tier2`.

The weights are chance: what they are worth does not change what they cost. Torch, float32, one thread, as a worker process has it;
measured in time of a core, so that others on the machine count little.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import NamedTuple

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from agents.enrich.model import Model
from deploy.bench.machine import machine
from pipeline.understand.corpus import read as corpus


class Size(NamedTuple):
    like: str
    layers: int
    hidden: int


SIZES = (
    Size("MiniLM-L6, 22 M parameters in English", 6, 384),
    Size("DistilBERT, 66 M", 6, 768),
    Size("BERT, RoBERTa and XLM-R base, 110 to 278 M", 12, 768),
)
PIECES = 8_000
"""Pieces of words. A larger vocabulary costs memory, not time; and cuts texts into fewer pieces."""


def make(folder: Path, size: Size) -> None:
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    pieces = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106 (a token of a text)
    pieces.normalizer = normalizers.BertNormalizer()
    pieces.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    pieces.train_from_iterator(
        [mention.text for mention in corpus()], trainers.WordPieceTrainer(vocab_size=PIECES, special_tokens=special)
    )
    PreTrainedTokenizerFast(tokenizer_object=pieces, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(folder)  # noqa: S106
    labels = ("negative", "neutral", "positive")
    config = BertConfig(
        vocab_size=PIECES,
        num_hidden_layers=size.layers,
        hidden_size=size.hidden,
        num_attention_heads=size.hidden // 64,
        intermediate_size=4 * size.hidden,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
        problem_type="single_label_classification",
    )
    BertForSequenceClassification(config).save_pretrained(folder)


def main() -> None:
    logging.getLogger("transformers").setLevel(logging.ERROR)
    print(
        f"{machine()}\n\n| like | layers x width | cores for 1,000 mentions/s (ms of a core a mention) |\n|---|---|---|"
    )
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), size)
            model = Model(folder, {})
            cost = min((model.measure() for _ in range(3)), key=lambda cost: cost.core)
        print(
            f"| {size.like} | {size.layers} x {size.hidden} | {cost.core * 1000:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
