"""The open corpus: brand mentions in Spanish and English, written and labelled for this project (CC BY 4.0; README.md beside)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from schemas.kinds import Intent

T = TypeVar("T")
HERE = Path(__file__).parent
Split = Literal["train", "val", "test"]
INDUSTRIES: dict[Split, tuple[str, ...]] = {
    "train": ("telecom", "banking", "retail", "food_delivery", "hotels", "software", "health", "fashion"),
    "val": ("energy", "beverages"),
    "test": ("airlines", "cars"),
}
"""A split holds whole industries: what is learnt of one must hold in another."""

Sentiment = Literal["negative", "neutral", "positive", "mixed"]
Emotion = Literal["love", "joy", "anger", "sadness", "fear", "surprise", "none"]
Flag = Literal["constructive", "abuse", "expectation_gap", "irony", "spam", "boilerplate"]


class Aspect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a part of the text judges. `term`: its exact words; the second reading has none."""

    aspect: str
    sentiment: Sentiment
    term: str | None = None


class Labels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reading of a mention, by GUIDE.md."""

    id: str
    sentiment: Sentiment
    emotion: Emotion
    intents: tuple[Intent, ...]
    aspects: tuple[Aspect, ...]
    flags: tuple[Flag, ...]


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mention with its labels. `country`: whose Spanish or English it is."""

    id: str
    text: str
    lang: Literal["es", "en"]
    country: str
    channel: Literal["x", "bluesky", "reddit", "review", "comment"]
    sentiment: Sentiment
    emotion: Emotion
    intents: tuple[Intent, ...]
    aspects: tuple[Aspect, ...]
    flags: tuple[Flag, ...]

    @property
    def industry(self) -> str:
        return self.id.rpartition("-")[0]


def read(split: Split | None = None) -> list[Written]:
    """The mentions of a split, or all, in the order of their files."""
    industries = INDUSTRIES[split] if split else [name for names in INDUSTRIES.values() for name in names]
    return [mention for name in industries for mention in _lines(HERE / "data" / f"{name}.jsonl", Written)]


def read_second() -> list[Labels]:
    """The 300 mentions that were labelled a second time by a reader who saw only the texts and the guide."""
    return list(_lines(HERE / "second.jsonl", Labels))


def _lines(path: Path, kind: type[T]) -> Iterator[T]:
    for line in path.read_bytes().splitlines():
        yield msgspec.json.decode(line, type=kind)
