"""Which mentions are worth a second reading, and the event that a reading becomes."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from agents.enrich.frames import Row
from agents.enrich.labels import COLUMNS
from pipeline.record import Outgoing, Record
from pipeline.understand import said
from pipeline.understand.gate import Gate, GateState, Verdict
from pipeline.windows.times import BUCKET
from schemas.codec import RecordFault, decode, encode
from schemas.config import Transformers
from schemas.headers import LEDGER, cloud_event
from schemas.ids import hash64
from schemas.instants import from_wire
from schemas.kinds import MentionKind, Polarity
from schemas.mention import Mention, Sentiment
from schemas.score import NETWORK, Score, score_id
from schemas.topics import RAW

CONFIDENCE = 0.5
"""Below this highest probability the label is `unsure`: the model itself holds more against it than for it."""
OLD = "old"
"""Passed over: its window is final, or will be before anything could be done."""
REPEAT = "repeat"
"""Passed over: this version was picked before. Networks deliver again, and tell new likes of the same words."""
REMEMBERED = 2_048
"""Versions picked that are remembered, in each partition."""
PASSED = (OLD, REPEAT, *(verdict.value for verdict in Verdict if not verdict.again))
"""Why mentions are passed over."""
_UNDECIDED = Sentiment(Polarity.UNSURE, 0.3333, 0.3334, 0.3333, "")
"""Where the tiers before made nothing of the words, there is nothing but doubt."""


class Wanted(NamedTuple):
    """One text to read. `partition`: of the mention's raw event; `after`: when that was observed, in milliseconds."""

    uid: str
    version: str
    network: str
    mixed: bool
    partition: int | None
    after: int
    text: str


class Picker:
    """Takes the mentions of one partition in order and says which to read again. `parts`: partitions of the topic."""

    def __init__(self, tier: Transformers, lateness: int, parts: int = 1) -> None:
        """`lateness` in milliseconds: how long after its end a window stays open."""
        languages = frozenset(language.split("-")[0].lower() for language in tier.languages)
        self._gate = Gate(tier.budget, languages or None, parts)
        self._lateness = lateness
        self._picked: dict[int, None] = {}
        """Hashes of uid and version, oldest first."""

    def take(self, record: Record, now: int) -> Wanted | str | None:
        """What to read; or why not (one of PASSED); None for what is no mention, or the same one for another brand.

        `now`: milliseconds of the clock. What is too old does not pass the gate, so that a backlog spends nothing.
        """
        if LEDGER not in record.headers or record.value is None:
            return None
        # Nobody's event time is further ahead of the log than that.
        if self._is_final(record.timestamp + BUCKET, now):
            return OLD
        try:
            mention = decode(Mention, record.value)
            at = from_wire(mention.observed_at or "")
            event = from_wire(mention.event_time or mention.observed_at or "")
        except (RecordFault, ValueError):
            # listen makes a dead letter of it.
            return Verdict.UNREAD.value
        if self._is_final(event, now):
            return OLD
        version = hash64(f"{mention.uid}\n{mention.version}")
        if version in self._picked:
            return REPEAT
        text = said(mention)
        understood = mention.understanding
        sentiment = (understood.sentiment if understood is not None else None) or _UNDECIDED
        influence = understood.influence if understood is not None else None
        verdict = self._gate.decide(at, sentiment, mention.lang, influence, bool(text) and _is_opinion(mention))
        if not verdict.again:
            return verdict.value
        self._remember(version)
        raw = mention.raw.partition
        return Wanted(mention.uid, mention.version, mention.network, sentiment.mixed, raw, at, text)

    def _is_final(self, event: int, now: int) -> bool:
        return (event // BUCKET + 1) * BUCKET + self._lateness <= now

    def _remember(self, version: int) -> None:
        self._picked[version] = None
        if len(self._picked) > REMEMBERED:
            del self._picked[next(iter(self._picked))]

    def dump(self) -> bytes:
        return msgspec.msgpack.encode(_State(self._gate.state, list(self._picked)))

    def load(self, state: bytes) -> None:
        kept = msgspec.msgpack.decode(state, type=_State)
        self._gate.state = kept.gate
        self._picked = dict.fromkeys(kept.picked)


class _State(msgspec.Struct, array_like=True):
    gate: GateState
    picked: list[int]


def _is_opinion(mention: Mention) -> bool:
    own = mention.match is not None and mention.match.own
    return not (own or mention.flags.spam or mention.flags.boilerplate or mention.kind == MentionKind.REPOST)


def felt(row: Row, model: str, mixed: bool = False) -> Sentiment:
    """A row of probabilities as the contract has it. `mixed`: what was seen before to praise and to blame does so still."""
    best = max(row)
    label = COLUMNS[row.index(best)] if best >= CONFIDENCE else Polarity.UNSURE
    negative, neutral, positive = (min(1.0, round(share, 4)) for share in row)
    return Sentiment(label, negative, neutral, positive, model, mixed)


def event_of(wanted: Wanted, sentiment: Sentiment, partitions: int) -> Outgoing:
    """The score as an event for social.raw, which has so many partitions: in the one of the mention's own, so after it.

    Its time is the log's present, not a clock's: a log that is filled with its past goes on where it is.
    """
    score = Score(wanted.uid, wanted.version, wanted.network, sentiment)
    extra = (("network", NETWORK), ("source", "tier2"))
    headers = cloud_event(id=score_id(score), source=f"/ingest/{NETWORK}/tier2", type=RAW, extra=extra)
    there = wanted.partition is not None and wanted.partition < partitions
    partition = wanted.partition if there else None
    return Outgoing(RAW, wanted.uid.encode(), encode({"score": score}), headers, partition, wanted.after + 1)
