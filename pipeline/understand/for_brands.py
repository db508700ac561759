"""A matched mention as each brand hears it: a record a brand, with the brand's own words over what the models said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from pipeline.emit import outgoing
from pipeline.match.timeline import Timeline
from pipeline.record import Outgoing, Record
from pipeline.understand import Tier0, said
from pipeline.understand.brand import BrandRules, brand_rules
from pipeline.understand.text import SCORED_CHARS, fold
from schemas.headers import LEDGER
from schemas.mention import Lang, Match, Mention, Origin, Understanding
from schemas.topics import MENTIONS


class ForBrands:
    """Makes the records of social.mentions, which has `partitions`."""

    def __init__(self, timeline: Timeline, model: Tier0, partitions: int) -> None:
        self._timeline = timeline
        self._model = model
        self._partitions = partitions
        self._compiled: tuple[str, Mapping[str, BrandRules]] = ("", {})

    def records(
        self,
        record: Record,
        mention: Mention,
        matches: Sequence[Match],
        lang: Lang | None,
        understanding: Understanding,
    ) -> list[Outgoing]:
        """One for each match, in order. The first is the event in the ledger."""
        markers = self._partitions if mention.edited else 0
        rules = self._rules(record.timestamp)
        found = []
        for ordinal, match in enumerate(matches):
            own = rules.get(match.brand)
            heard = self._as_brand(own, understanding, mention, lang) if own else understanding
            if match.own:
                # What its followers make of a brand's own words is no influence upon the brand.
                heard = msgspec.structs.replace(heard, influence=None)
            derived = msgspec.structs.replace(
                mention,
                lang=lang or mention.lang,
                match=match,
                understanding=heard,
                origin=origin_of(record, ordinal, len(matches) + markers),
            )
            extra = ((LEDGER[0], LEDGER[1].decode()),) if ordinal == 0 else ()
            id = f"{mention.uid}@{mention.version}#{match.brand}"
            found.append(outgoing(MENTIONS, match.brand, derived, id=id, time=time_of(mention), extra=extra))
        return found

    def _rules(self, observed_at: int) -> Mapping[str, BrandRules]:
        """The brands' own words in the configuration that holds, compiled once a version."""
        matcher = self._timeline.at(observed_at)
        version, rules = self._compiled
        if version != matcher.version:
            rules = brand_rules(matcher.brands, matcher.version, self._model.version)
            self._compiled = (matcher.version, rules)
        return rules

    def _as_brand(
        self, rules: BrandRules, said_of: Understanding, mention: Mention, lang: Lang | None
    ) -> Understanding:
        words = said(mention)
        if not words:
            return said_of
        language = lang.value if lang else None
        folded = fold(words[:SCORED_CHARS])
        return rules.apply(said_of, folded, lambda text: self._model.feeling(text, language), language)


def origin_of(record: Record, ordinal: int, of: int) -> Origin:
    return Origin(record.topic, record.partition, record.offset, ordinal, of)


def time_of(mention: Mention) -> str:
    """The log time of what follows from a mention."""
    return mention.observed_at or mention.received_at
