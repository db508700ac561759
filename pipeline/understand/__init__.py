"""What a mention says: language, sentiment, emotion, intents, aspects and a near-duplicate signature, each from its own text alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.understand.faults import ModelFault
from pipeline.understand.mind import Mind
from pipeline.understand.signature import band_keys_folded
from pipeline.understand.text import SCORED_CHARS, fold
from schemas.kinds import MentionKind
from schemas.mention import Lang, Mention, Sentiment, Understanding

__all__ = ["ModelFault", "Tier0", "said"]


class Tier0:
    """The always-on tier: microseconds a mention, calibrated, abstaining. `version` names the weights exactly."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """`files` as `package.packaged_model` reads them. Raises ModelFault when one is missing, damaged or unknown."""
        self._mind = Mind(files)
        self.version = self._mind.version
        self.languages = self._mind.languages

    def understand(self, mentions: Sequence[Mention]) -> list[tuple[Lang | None, Understanding]]:
        """Language and understanding of each mention, in order. Nothing of one mention reaches another."""
        texts = [said(mention) for mention in mentions]
        # A repost repeats somebody's words: no opinion of its own, but it belongs to their cluster.
        words = [text or mention.quoted_text or "" for text, mention in zip(texts, mentions, strict=True)]
        folded = [fold(text[:SCORED_CHARS]) for text in words]
        signatures = band_keys_folded(folded)
        found: list[tuple[Lang | None, Understanding]] = [
            (mention.lang, Understanding(signature=keys)) for mention, keys in zip(mentions, signatures, strict=True)
        ]
        speaking = [number for number, text in enumerate(texts) if text]
        read = self._mind.read_folded(
            [texts[number] for number in speaking],
            [folded[number] for number in speaking],
            [mentions[number].lang for number in speaking],
            [signatures[number] for number in speaking],
        )
        for number, one in zip(speaking, read, strict=True):
            found[number] = one
        return found

    def feeling(self, folded: str, language: str | None) -> Sentiment | None:
        """The sentiment of a folded text in a language, read again for a brand whose words are taken out of it."""
        return self._mind.feeling(folded, language)


def said(mention: Mention) -> str:
    """The author's own words: title and text; none for a repost."""
    if mention.kind == MentionKind.REPOST:
        return ""
    return "\n".join(part for part in (mention.title, mention.text) if part and not part.isspace())
