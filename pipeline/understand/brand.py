"""A brand's own words, rules and learnt reading, which override the models and say so in the trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from pipeline.understand.adapt import Adaptation
from pipeline.understand.aspects import Found
from pipeline.understand.clauses import clauses
from pipeline.understand.cues import Hit, Spotter
from pipeline.understand.pieces import Pieces
from pipeline.understand.reading import HITS, TRACES, Reading, read, readable, spotter
from pipeline.understand.text import fold
from schemas.config import Brand
from schemas.kinds import Aspect, Intent, Polarity
from schemas.mention import Judged, Sentiment, Understanding

Rescore = Callable[[str], Sentiment | None]
"""The sentiment of a folded text, by the models."""

_SIGNS = {"negative": "-", "neutral": "0", "positive": "+"}
_POLARITIES = {-1: Polarity.NEGATIVE, 0: Polarity.UNSURE, 1: Polarity.POSITIVE}
_FEELINGS = {sign: word for word, sign in _SIGNS.items()}


class BrandRules:
    """One brand's phrases and what its labels taught, compiled. Pure; the same configuration gives the same rules."""

    def __init__(self, brand: Brand, version: str, model: str | None = None, pieces: Pieces | None = None) -> None:
        """`version` of the configuration, which stands as the model of a sentiment that its phrases decided.

        `model`: version of tier 0. What was learnt over another is left alone, and the sentiment's model says so.
        """
        self._version = version
        self._spotter = Spotter(_phrases(brand))
        fits = brand.learned is not None and brand.learned.model == model
        self._adaptation = Adaptation(brand.learned, pieces) if brand.learned is not None and fits else None

    def apply(
        self, said: Understanding, text: str, rescore: Rescore | None = None, language: str | None = None
    ) -> Understanding:
        """`said` of a folded text in a language (BCP 47) as this brand understands it: the same object where it has nothing to add.

        First what its labels taught, then its phrases, which have the last word.
        """
        if self._adaptation is not None and self._adaptation.reads(language):
            said, rescore = self._adapted(self._adaptation, said, text, rescore)
        folded = readable(text)
        own = self._spotter.find(folded)[:HITS]
        if not own:
            return said
        reading = read(folded, _felt(said.sentiment), self._spotter)
        named = {intent for intent in Intent if any(intent in cue.tags for _, _, cue in own)}
        trace = dict.fromkeys(f"brand:{_FEELINGS.get(tag, tag)}:{cue.phrase}" for _, _, cue in own for tag in cue.tags)
        return msgspec.structs.replace(
            said,
            sentiment=self._sentiment(said.sentiment, folded, own, reading, rescore),
            intents=[intent for intent in Intent if intent in named or intent in said.intents],
            aspects=_judged(reading.aspects) or said.aspects,
            trace=[*trace, *said.trace][:TRACES],
        )

    def _adapted(
        self, adaptation: Adaptation, said: Understanding, text: str, rescore: Rescore | None
    ) -> tuple[Understanding, Rescore | None]:
        """`said` with the sentiment that the brand's labels taught, and `rescore` likewise.

        They were taught over tier 0 alone, and move the average with tier 1 by as much: that was as good as to average
        afterwards where tier 1 reads the domain well, and far better where it does not (docs/learn.md).
        """

        def rescored(part: str) -> Sentiment | None:
            again = rescore(part) if rescore is not None else None
            return None if again is None else adaptation.read([part], [again])[0]

        first, mine = said.sentiment, rescored if rescore is not None else None
        if first is None:
            return said, mine
        [own] = adaptation.read([text], [first])
        trace = said.trace
        if own.label != first.label:
            because = ", ".join(adaptation.words(text, first.label, own.label)) or "mix of the labels"
            trace = [f"brand:learned:{first.label} to {own.label} by {because}", *trace][:TRACES]
        return msgspec.structs.replace(said, sentiment=own, trace=trace), mine

    def _sentiment(
        self, model: Sentiment | None, folded: str, own: Sequence[Hit], reading: Reading, rescore: Rescore | None
    ) -> Sentiment | None:
        signs = _own_signs(folded, own)
        if {-1, 1} <= signs:
            return msgspec.structs.replace(model, mixed=True) if model else None
        if signs & {-1, 1}:
            negative = -1 in signs
            label = Polarity.NEGATIVE if negative else Polarity.POSITIVE
            return Sentiment(label, float(negative), 0.0, float(not negative), self._version, mixed=reading.mixed)
        unfelt = [hit for hit in own if hit[2].sign == 0]
        if unfelt and rescore is not None:
            return rescore(_without(folded, unfelt))
        return model


def brand_rules(brands: Iterable[Brand], version: str, model: str | None = None) -> dict[str, BrandRules]:
    """Rules by brand id, of the brands that have any. `model`: version of tier 0, without which nothing learnt is applied."""
    pieces = Pieces()
    return {brand.id: BrandRules(brand, version, model, pieces) for brand in brands if _phrases(brand) or brand.learned}


def _felt(sentiment: Sentiment | None) -> int | None:
    """A model's decision as rules take it: -1 or 1, None where it decided for neither."""
    label = sentiment.label if sentiment else None
    return 1 if label == Polarity.POSITIVE else -1 if label == Polarity.NEGATIVE else None


def _judged(found: Iterable[Found]) -> list[Judged]:
    """Aspects as the contract writes them."""
    return [Judged(Aspect(one.aspect), _POLARITIES[one.sign], one.term) for one in found]


def _phrases(brand: Brand) -> list[tuple[str, str]]:
    feelings: Mapping[str, list[str]] = msgspec.structs.asdict(brand.lexicon) if brand.lexicon else {}
    phrases = [(_SIGNS[feeling], phrase) for feeling, listed in feelings.items() for phrase in listed]
    phrases += [(str(intent), phrase) for intent, listed in brand.intents.items() for phrase in listed]
    folded = [(tag, fold(phrase).strip().replace("’", "'")) for tag, phrase in phrases]
    return [(tag, phrase) for tag, phrase in folded if phrase.strip("*")]


def _own_signs(folded: str, own: Sequence[Hit]) -> set[int]:
    """What the brand's words feel where they stand: a negator before one turns it, as anywhere."""
    negators = [hit for hit in spotter().find(folded) if hit[2].negates and hit[2].sign is None]
    return {opinion.sign for part in clauses(folded, [*negators, *own]) for opinion in part.opinions}


def _without(folded: str, hits: Sequence[Hit]) -> str:
    for start, end, _ in sorted(hits, reverse=True):
        folded = f"{folded[:start]} {folded[end:]}"
    return folded
