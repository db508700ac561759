"""The understand stage over one partition of social.raw: normalise, match, enrich, fan out. A pure processor."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from pipeline.emit import outgoing
from pipeline.influence import InfluenceTable
from pipeline.ledger import Counts
from pipeline.letters import letter_of
from pipeline.match.timeline import Timeline
from pipeline.normalize import normalize
from pipeline.record import Outputs, Partition, Record, read_tick, tick_to
from pipeline.understand import Tier0, said
from pipeline.understand.brand import BrandRules, brand_rules
from pipeline.understand.text import SCORED_CHARS, fold
from pipeline.windows.times import clamp
from schemas.codec import UpstreamFault
from schemas.headers import LEDGER, first_of, text
from schemas.instants import from_wire, to_wire
from schemas.interaction import Interaction
from schemas.kinds import Op, Stage
from schemas.mention import Lang, Match, Mention, Origin, RawRef, Understanding
from schemas.raw import RawEvent
from schemas.tick import Tick
from schemas.topics import AUTHORS, INTERACTIONS, MENTIONS, RAW


class Fanout(NamedTuple):
    """Partition counts of the topics that every tick and every change is sent to whole."""

    mentions: int
    interactions: int


class _Item(NamedTuple):
    record: Record
    mention: Mention | None
    interactions: Sequence[Interaction]
    matches: Sequence[Match]
    fault: UpstreamFault | None
    scored: bool = True
    """False: it left without waiting for its author's score."""


class Understand:
    """Takes raw events and ticks of one partition, and authors' scores of all; gives mentions and interactions.

    A matched event waits until every score that could apply to it is known, and whatever follows waits behind it. With
    `alone` this is the only partition of social.raw, so nobody's score can change while nothing was done to anybody:
    then it waits for nothing.
    State key: `understand` (read position, counts). The authors' scores are a cache, read again after a restart.
    """

    def __init__(
        self,
        partition: int,
        fanout: Fanout,
        timeline: Timeline,
        model: Tier0,
        influences: InfluenceTable,
        lateness: int,
        alone: bool = False,
    ) -> None:
        self._partition = partition
        self._fanout = fanout
        self._timeline = timeline
        self._model = model
        self._influences = influences
        self._lateness = lateness
        self._alone = alone
        self._acted: int | None = None
        """When somebody may last have been acted on; None until the first record after a start tells the time."""
        self._queue: deque[Record] = deque()
        self._waiting: _Item | None = None
        self._patient = True
        self._read = 0
        self._promised = 0
        self._counts = Counts()
        self._brand_rules: tuple[str, Mapping[str, BrandRules]] = ("", {})
        self.clamped = 0
        self.unscored = 0
        """Matched events that left without waiting for their author's score, since this process started."""

    @property
    def held(self) -> int:
        return len(self._queue) + (self._waiting is not None)

    @property
    def counts(self) -> Counts:
        return self._counts

    def resume(self) -> Mapping[Partition, int]:
        if self._waiting is not None:
            offset = self._waiting.record.offset
        else:
            offset = self._queue[0].offset if self._queue else self._read
        return {Partition(RAW, self._partition): offset}

    def process(self, batch: Sequence[Record]) -> Outputs:
        for record in batch:
            if record.topic == AUTHORS:
                self._influences.apply(record)
            else:
                self._enqueue(record)
        items = self._ready()
        understood = self._understand(items)
        out = Outputs()
        for item in items:
            if isinstance(item, Tick):
                self._forward(item, out)
            else:
                self._emit(item, understood, out)
        return out

    def _enqueue(self, record: Record) -> None:
        if record.offset >= self._read:
            self._read = record.offset + 1
            if not record.is_tick:
                self._counts.seen += 1
                self._counts.held += 1
        if self._acted is None:
            self._acted = record.timestamp
        self._queue.append(record)

    def let_go(self) -> None:
        """Wait no longer: until scores come again, what would wait leaves with influence null ("not known").

        For a live run whose influence stage is dead. It makes results depend on when it is called: no replay does.
        """
        self._patient = False

    def _must_wait(self, item: _Item) -> bool:
        if not item.matches:
            return False
        if item.record.timestamp <= self._influences.ready_until:
            self._patient = True
            return False
        return not (self._alone and self._acted is not None and self._influences.covers(self._acted))

    def _ready(self) -> list[_Item | Tick]:
        """What may leave now, in order: everything before the first matched event that must wait for scores."""
        ready: list[_Item | Tick] = []
        while self._waiting is not None or self._queue:
            item = self._waiting
            if item is None:
                record = self._queue.popleft()
                if record.is_tick:
                    # A ticker's clock may run ahead of a broker's: what follows is only as late as the log itself.
                    ready.append(Tick(min(read_tick(record).at, record.timestamp), self._partition))
                    continue
                item = self._read_item(record)
            if self._must_wait(item):
                if self._patient:
                    self._waiting = item
                    # A partition is in time order, so a record is itself a promise that nothing earlier follows it.
                    # Without passing that on, the tick that would end the wait could stand behind the one who waits.
                    if item.record.timestamp > self._promised:
                        self._promised = item.record.timestamp
                        ready.append(Tick(self._promised, self._partition))
                    break
                self.unscored += 1
                item = item._replace(scored=False)
            self._waiting = None
            if item.interactions:
                self._acted = item.record.timestamp
            ready.append(item)
        return ready

    def _read_item(self, record: Record) -> _Item:
        event = _raw_event(record)
        try:
            mention, interactions = normalize(event, record.timestamp)
        except UpstreamFault as fault:
            return _Item(record, None, (), (), fault)
        if mention is None:
            return _Item(record, None, interactions, (), None)
        matches = self._timeline.at(record.timestamp).match(mention) if mention.op is Op.UPSERT else []
        event_time = self._event_time(mention, event, record)
        if matches or _is_change(mention):
            mention = self._placed(mention, event, record, event_time)
        return _Item(record, mention, interactions, matches, None)

    def _event_time(self, mention: Mention, event: RawEvent, record: Record) -> int:
        claimed = from_wire(mention.created_at) if mention.created_at else None
        if event.backfill and claimed is not None:
            return min(claimed, record.timestamp)
        event_time, moved = clamp(claimed, record.timestamp, self._lateness)
        self.clamped += moved
        return event_time

    def _placed(self, mention: Mention, event: RawEvent, record: Record, event_time: int) -> Mention:
        """The mention with its place in the log and in event time."""
        raw = msgspec.structs.replace(mention.raw, topic=RAW, partition=record.partition, offset=record.offset)
        return msgspec.structs.replace(
            mention,
            event_time=to_wire(event_time),
            backfill=event.backfill,
            raw=raw,
            observed_at=to_wire(record.timestamp),
        )

    def _understand(self, items: Sequence[_Item | Tick]) -> dict[int, tuple[Lang | None, Understanding]]:
        matched = [item for item in items if isinstance(item, _Item) and item.matches]
        mentions = [item.mention for item in matched if item.mention is not None]
        results = self._model.understand(mentions) if mentions else []
        return {item.record.offset: result for item, result in zip(matched, results, strict=True)}

    def _forward(self, tick: Tick, out: Outputs) -> None:
        out.records += [tick_to(MENTIONS, p, tick.at, tick.origin) for p in range(self._fanout.mentions)]
        out.records += [tick_to(INTERACTIONS, p, tick.at, tick.origin) for p in range(self._fanout.interactions)]

    def _emit(self, item: _Item, understood: Mapping[int, tuple[Lang | None, Understanding]], out: Outputs) -> None:
        record, mention = item.record, item.mention
        self._counts.held -= 1
        if item.fault is not None:
            self._counts.dead_lettered += 1
            event = _raw_event(record)
            out.letters.append(letter_of(Stage.UNDERSTAND, record, item.fault, event.network, event.source, event.id))
            return
        if item.matches and mention is not None:
            self._counts.forwarded += 1
            self._emit_matches(item, mention, understood[record.offset], out)
        else:
            self._counts.unmatched += 1
        if mention is not None and _is_change(mention):
            self._broadcast(record, mention, len(item.matches), out)
        self._emit_interactions(item, out)

    def _emit_matches(
        self, item: _Item, mention: Mention, understood: tuple[Lang | None, Understanding], out: Outputs
    ) -> None:
        lang, understanding = understood
        author = mention.author.id if mention.author else None
        known = author is not None and item.scored
        stamp = self._influences.stamp(mention.network, author or "", item.record.timestamp) if known else None
        understanding = msgspec.structs.replace(understanding, influence=stamp)
        markers = self._fanout.mentions if mention.edited else 0
        rules = self._rules(item.record.timestamp)
        for ordinal, match in enumerate(item.matches):
            own = rules.get(match.brand)
            derived = msgspec.structs.replace(
                mention,
                lang=lang or mention.lang,
                match=match,
                understanding=self._as_brand(own, understanding, mention, lang) if own else understanding,
                origin=_origin(item.record, ordinal, len(item.matches) + markers),
            )
            extra = ((LEDGER[0], LEDGER[1].decode()),) if ordinal == 0 else ()
            id = f"{mention.uid}@{mention.version}#{match.brand}"
            out.records.append(outgoing(MENTIONS, match.brand, derived, id=id, time=_time(mention), extra=extra))

    def _rules(self, observed_at: int) -> Mapping[str, BrandRules]:
        """The brands' own words in the configuration that holds, compiled once a version."""
        matcher = self._timeline.at(observed_at)
        version, rules = self._brand_rules
        if version != matcher.version:
            rules = brand_rules(matcher.brands, matcher.version)
            self._brand_rules = (matcher.version, rules)
        return rules

    def _as_brand(
        self, rules: BrandRules, said_of: Understanding, mention: Mention, lang: Lang | None
    ) -> Understanding:
        words = said(mention)
        if not words:
            return said_of
        language = lang.value if lang else None
        return rules.apply(said_of, fold(words[:SCORED_CHARS]), lambda text: self._model.feeling(text, language))

    def _broadcast(self, record: Record, mention: Mention, matched: int, out: Outputs) -> None:
        """A change to a post that anybody may have matched before: to every partition, without its words."""
        count = self._fanout.mentions
        for partition in range(count):
            change = Mention(
                schema_version=mention.schema_version,
                op=mention.op,
                uid=mention.uid,
                version=mention.version,
                network=mention.network,
                received_at=mention.received_at,
                raw=RawRef(mention.raw.format),
                observed_at=mention.observed_at,
                event_time=mention.event_time,
                kind=mention.kind,
                author=mention.author,
                edited=mention.edited,
                deleted_at=mention.deleted_at,
                origin=_origin(record, matched + partition, matched + count),
            )
            id = f"{mention.uid}@{mention.version}#{mention.op}"
            out.records.append(outgoing(MENTIONS, mention.uid, change, id=id, time=_time(mention), partition=partition))

    def _emit_interactions(self, item: _Item, out: Outputs) -> None:
        for ordinal, interaction in enumerate(item.interactions):
            told = msgspec.structs.replace(
                interaction,
                at=to_wire(item.record.timestamp),
                origin=_origin(item.record, ordinal, len(item.interactions)),
            )
            key = f"{told.network}:{told.target}"
            out.records.append(outgoing(INTERACTIONS, key, told, id=f"{told.uid}#{told.target}", time=told.at))

    def snapshot(self) -> Mapping[str, bytes | None]:
        return {"understand": msgspec.msgpack.encode(_State(self._read, self._counts))}

    def restore(self, state: Mapping[str, bytes]) -> None:
        small = state.get("understand")
        if small is not None:
            kept = msgspec.msgpack.decode(small, type=_State)
            self._read, self._counts = kept.read, kept.counts


class _State(msgspec.Struct):
    read: int
    counts: Counts


def _raw_event(record: Record) -> RawEvent:
    found = first_of(record.headers)
    return RawEvent(
        network=text(found.get("network")) or "",
        source=text(found.get("source")) or "",
        id=text(found.get("ce_id")) or "",
        payload=record.value or b"",
        backfill=found.get("backfill") == b"1",
        batch=text(found.get("batch")),
    )


def _is_change(mention: Mention) -> bool:
    """Whether it concerns what was said before, which anybody may have matched."""
    return mention.edited or mention.op in (Op.DELETE, Op.PURGE_AUTHOR)


def _origin(record: Record, ordinal: int, of: int) -> Origin:
    return Origin(record.topic, record.partition, record.offset, ordinal, of)


def _time(mention: Mention) -> str:
    return mention.observed_at or mention.received_at
