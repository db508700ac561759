"""A brand's own words and rules, which override the models and say so in the trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from pipeline.understand.aspects import Found
from pipeline.understand.clauses import clauses
from pipeline.understand.cues import Hit, Spotter
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
    """One brand's phrases, compiled. Pure; the same configuration gives the same rules."""

    def __init__(self, brand: Brand, version: str) -> None:
        """`version` of the configuration, which stands as the model of a sentiment that these rules decided."""
        self._version = version
        self._spotter = Spotter(_phrases(brand))

    def apply(self, said: Understanding, text: str, rescore: Rescore | None = None) -> Understanding:
        """`said` of a folded text as this brand understands it: the same object where none of its phrases stands in it."""
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


def brand_rules(brands: Iterable[Brand], version: str) -> dict[str, BrandRules]:
    """Rules by brand id, of the brands that have any."""
    return {brand.id: BrandRules(brand, version) for brand in brands if _phrases(brand)}


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
