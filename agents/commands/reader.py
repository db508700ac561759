"""The models of a tier over texts, for the commands that score and measure."""

from __future__ import annotations

import gc
from collections.abc import Sequence

import msgspec

from agents.commands.common import UsageError, say
from agents.tier1 import tier1_files
from pipeline.understand.faults import ModelFault
from pipeline.understand.gate import Gate
from pipeline.understand.heads import primary
from pipeline.understand.mind import Mind
from pipeline.understand.package import packaged_model
from pipeline.understand.second import Tier1, joined
from pipeline.understand.text import SCORED_CHARS
from schemas.config import Budget, Onnx
from schemas.mention import Lang, Understanding

TIERS = ("0", "1", "auto")
ALL = Budget(share=1.0)

Read = list[tuple[Lang | None, Understanding]]


class Reader:
    """Tier 0, and tier 1 for what the gate lets through, text by text in the order given."""

    def __init__(self, mind: Mind, seconds: Sequence[Tier1] = (), budget: Budget = ALL) -> None:
        self.mind = mind
        self._seconds = seconds
        self._budget = budget
        self._by_language = {language: model for model in seconds for language in model.languages}
        self._gate = Gate(budget, frozenset(self._by_language))
        self.again = 0
        """Texts that tier 1 has read."""

    @property
    def version(self) -> str:
        """Of all models."""
        return "+".join([self.mind.version, *(model.version for model in self._seconds)])

    def fresh(self) -> Reader:
        """The same models behind a gate that has seen nothing."""
        return Reader(self.mind, self._seconds, self._budget)

    def read(self, texts: Sequence[str], declared: Sequence[Lang | None]) -> Read:
        """Language and understanding of each text."""
        found = self.mind.read(texts, declared)
        if not self._seconds:
            return found
        chosen: dict[Tier1, list[int]] = {}
        for number, (lang, said) in enumerate(found):
            if self._gate.decide(0, said.sentiment, lang, None, opinion=True).again and lang is not None:
                chosen.setdefault(self._by_language[primary(lang.value)], []).append(number)
        for model, numbers in chosen.items():
            self.again += len(numbers)
            rows = model.score([texts[number][:SCORED_CHARS] for number in numbers]).tolist()
            for number, row in zip(numbers, rows, strict=True):
                lang, said = found[number]
                if said.sentiment is not None:
                    sentiment = joined(said.sentiment, row, model.about)
                    found[number] = lang, msgspec.structs.replace(said, sentiment=sentiment)
        return found

    def shares(
        self, texts: Sequence[str], declared: Sequence[Lang | None], read: Read
    ) -> list[dict[str, dict[str, float]]]:
        """As `Mind.shares`; of sentiment what `read` says where tier 1 had a part in it."""
        found = self.mind.shares(texts, declared)
        for own, (_, said) in zip(found, read, strict=True):
            feeling = said.sentiment
            if feeling is not None and feeling.model != self.mind.version:
                own["sentiment"] = {
                    "negative": feeling.negative,
                    "neutral": feeling.neutral,
                    "positive": feeling.positive,
                }
        return found


def reader(tier: str) -> Reader:
    """0: tier 0 alone; 1: tier 1 for all that it can read; auto: for the most doubtful, as the default budget says.

    Raises UsageError where tier 1 is asked for and cannot be had; `auto` does without it then, and says so.
    """
    mind = Mind(packaged_model())
    seconds: list[Tier1] = []
    if tier != "0":
        try:
            seconds = [Tier1(files) for files in tier1_files()]
        except ModelFault as fault:
            if tier == "1":
                raise UsageError(f"--tier 1: {fault}; or use --tier 0") from None
            say(f"tier 0 alone: {fault}")
    # Their tables live as long as the process, and what is read dies young: the collector need look at neither often.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    return Reader(mind, seconds, ALL if tier == "1" else Onnx().budget)
