"""The labelled sets, their terms, and which rows may be trained on together."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

ESCAPED = re.compile(r"\\u([0-9a-f]{4})")

TERMS = {
    "tweeteval-sentiment": "SemEval-2013..2017 task 4 tweets (English). Text must not be redistributed; Twitter's terms apply. "
    "Shipped as weights only.",
    "umsab": "UMSAB of XLM-T, eight languages; parts carry research terms (Spanish is InterTASS-2017). Text must not be "
    "redistributed. Shipped as weights only.",
    "lexicon": "Phrases and emoji written for this project (pipeline/understand/train/lexicon.py). CC BY 4.0.",
}


@dataclass(frozen=True)
class Example:
    text: str
    polarity: int
    """0 negative, 1 neutral, 2 positive."""
    language: str
    source: str


def read(folder: Path, name: str, split: str) -> list[Example]:
    """One split. Training rows that also stand in a validation set (`also_in`) are left out: the leak would flatter us."""
    rows = []
    for line in (folder / name / split / f"{split}.jsonl").read_bytes().split(b"\n"):
        if not line:
            continue
        row = msgspec.json.decode(line)
        if split == "train" and "also_in" in row:
            continue
        rows.append(Example(unescape(row["text"]), int(row["y"]), row.get("lang", "en"), name))
    return rows


def unescape(text: str) -> str:
    r"""The words behind `&amp;amp;` and a literal `\u2019`: the sets were saved with both."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), html.unescape(html.unescape(text)))
