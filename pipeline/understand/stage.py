"""The understand stage over one partition of social.raw: normalise, match, enrich, fan out. A pure processor."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from pipeline.emit import outgoing
from pipeline.influence import InfluenceTable
from pipeline.ledger import Counts
from pipeline.letters import letter_of
from pipeline.match.timeline import Timeline
from pipeline.record import Outputs, Partition, Record, Row, ScoringRequest, read_tick, tick_to
from pipeline.understand import Tier0
from pipeline.understand.for_brands import ForBrands, origin_of, time_of
from pipeline.understand.gate import GateState, Verdict
from pipeline.understand.intake import Intake, Item, is_change, raw_event
from pipeline.understand.second_reading import SecondReading
from schemas.instants import to_wire
from schemas.kinds import Stage
from schemas.mention import InfluenceStamp, Lang, Mention, RawRef, Understanding
from schemas.tick import Tick
from schemas.topics import AUTHORS, INTERACTIONS, MENTIONS, RAW


class Fanout(NamedTuple):
    """Partition counts of the topics that every tick and every change is sent to whole."""

    mentions: int
    interactions: int


_Understood = tuple[Lang | None, Understanding]


class _Prepared(NamedTuple):
    """A batch between `prepare` and `complete`. By offset: what was understood, what was asked."""

    items: Sequence[Item | Tick]
    understood: dict[int, _Understood]
    asked: dict[int, ScoringRequest]


class Understand:
    """Takes raw events and ticks of one partition, and authors' scores of all; gives mentions and interactions.

    A matched event waits until every score that could apply to it is known, and whatever follows waits behind it. With
    `alone` this is the only partition of social.raw, so nobody's score can change while nothing was done to anybody:
    then it waits for nothing.
    State key: `understand` (read position, counts, the gate's memory). The authors' scores are a cache, read again after a restart.
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
        second: SecondReading | None = None,
    ) -> None:
        """Without `second` no model is ever asked, and tier 0 has the last word."""
        self._partition = partition
        self._fanout = fanout
        self._model = model
        self._influences = influences
        self._intake = Intake(timeline, lateness)
        self._alone = alone
        self._acted: int | None = None
        """When somebody may last have been acted on; None until the first record after a start tells the time."""
        self._queue: deque[Record] = deque()
        self._waiting: Item | None = None
        self._patient = True
        self._read = 0
        self._promised = 0
        self._counts = Counts()
        self._for_brands = ForBrands(timeline, model, fanout.mentions)
        self._second = second
        self._prepared: _Prepared | None = None
        self.unscored = 0
        """Matched events that left without waiting for their author's score, since this process started."""

    @property
    def held(self) -> int:
        return len(self._queue) + (self._waiting is not None)

    @property
    def clamped(self) -> int:
        """Events whose own time was moved, since this process started."""
        return self._intake.clamped

    @property
    def counts(self) -> Counts:
        return self._counts

    @property
    def verdicts(self) -> Counter[Verdict]:
        """The gate's, since this process started; none where there is no gate."""
        return Counter() if self._second is None else self._second.verdicts

    def resume(self) -> Mapping[Partition, int]:
        if self._waiting is not None:
            offset = self._waiting.record.offset
        else:
            offset = self._queue[0].offset if self._queue else self._read
        return {Partition(RAW, self._partition): offset}

    def process(self, batch: Sequence[Record]) -> Outputs:
        return self.complete([None] * len(self.prepare(batch)))

    def prepare(self, batch: Sequence[Record]) -> Sequence[ScoringRequest]:
        if self._prepared is not None:
            raise RuntimeError("understand was given a batch before the one in hand was completed")
        for record in batch:
            if record.topic == AUTHORS:
                self._influences.apply(record)
            else:
                self._enqueue(record)
        items = self._ready()
        understood = self._understand(items)
        asked = self._asked(items, understood)
        self._prepared = _Prepared(items, understood, asked)
        return list(asked.values())

    def complete(self, scores: Sequence[Row | None]) -> Outputs:
        if self._prepared is None:
            raise RuntimeError("understand has no batch in hand to complete")
        items, understood, asked = self._prepared
        self._prepared = None
        for (offset, request), row in zip(asked.items(), scores, strict=True):
            if row is not None and self._second is not None:
                lang, understanding = understood[offset]
                understood[offset] = lang, self._second.read(understanding, request, row)
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

    def _must_wait(self, item: Item) -> bool:
        if not item.matches:
            return False
        if item.record.timestamp <= self._influences.ready_until:
            self._patient = True
            return False
        return not (self._alone and self._acted is not None and self._influences.covers(self._acted))

    def _ready(self) -> list[Item | Tick]:
        """What may leave now, in order: everything before the first matched event that must wait for scores."""
        ready: list[Item | Tick] = []
        while self._waiting is not None or self._queue:
            item = self._waiting
            if item is None:
                record = self._queue.popleft()
                if record.is_tick:
                    # A ticker's clock may run ahead of a broker's: what follows is only as late as the log itself.
                    ready.append(Tick(min(read_tick(record).at, record.timestamp), self._partition))
                    continue
                item = self._intake.read(record)
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

    def _understand(self, items: Sequence[Item | Tick]) -> dict[int, _Understood]:
        """What tier 0 says of each matched event, and its author's influence, by offset."""
        matched = [item for item in items if isinstance(item, Item) and item.matches]
        mentions = [item.mention for item in matched if item.mention is not None]
        results = self._model.understand(mentions) if mentions else []
        return {
            item.record.offset: (lang, msgspec.structs.replace(understanding, influence=self._influence(item)))
            for item, (lang, understanding) in zip(matched, results, strict=True)
        }

    def _influence(self, item: Item) -> InfluenceStamp | None:
        author = item.mention.author.id if item.mention and item.mention.author else None
        if author is None or item.mention is None or not item.scored:
            return None
        return self._influences.stamp(item.mention.network, author, item.record.timestamp)

    def _asked(self, items: Sequence[Item | Tick], understood: Mapping[int, _Understood]) -> dict[int, ScoringRequest]:
        """What to ask, by offset: every matched event passes the gate once, in the order of the log."""
        asked: dict[int, ScoringRequest] = {}
        if self._second is None:
            return asked
        for item in items:
            if isinstance(item, Item) and item.mention is not None and item.matches:
                at, offset = item.record.timestamp, item.record.offset
                request = self._second.request(at, item.mention, item.matches, *understood[offset])
                if request is not None:
                    asked[offset] = request
        return asked

    def _forward(self, tick: Tick, out: Outputs) -> None:
        out.records += [tick_to(MENTIONS, p, tick.at, tick.origin) for p in range(self._fanout.mentions)]
        out.records += [tick_to(INTERACTIONS, p, tick.at, tick.origin) for p in range(self._fanout.interactions)]

    def _emit(self, item: Item, understood: Mapping[int, _Understood], out: Outputs) -> None:
        record, mention = item.record, item.mention
        self._counts.held -= 1
        if item.fault is not None:
            self._counts.dead_lettered += 1
            event = raw_event(record)
            out.letters.append(letter_of(Stage.UNDERSTAND, record, item.fault, event.network, event.source, event.id))
            return
        if item.matches and mention is not None:
            self._counts.forwarded += 1
            out.records += self._for_brands.records(record, mention, item.matches, *understood[record.offset])
        else:
            self._counts.unmatched += 1
        if mention is not None and is_change(mention):
            self._broadcast(record, mention, len(item.matches), out)
        self._emit_interactions(item, out)

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
                understanding=mention.understanding,
                origin=origin_of(record, matched + partition, matched + count),
            )
            id = _change_id(mention)
            out.records.append(
                outgoing(MENTIONS, mention.uid, change, id=id, time=time_of(mention), partition=partition)
            )

    def _emit_interactions(self, item: Item, out: Outputs) -> None:
        for ordinal, interaction in enumerate(item.interactions):
            told = msgspec.structs.replace(
                interaction,
                at=to_wire(item.record.timestamp),
                origin=origin_of(item.record, ordinal, len(item.interactions)),
            )
            key = f"{told.network}:{told.target}"
            out.records.append(outgoing(INTERACTIONS, key, told, id=f"{told.uid}#{told.target}", time=told.at))

    def snapshot(self) -> Mapping[str, bytes | None]:
        gate = None if self._second is None else self._second.gate.state
        return {"understand": msgspec.msgpack.encode(_State(self._read, self._counts, gate))}

    def restore(self, state: Mapping[str, bytes]) -> None:
        small = state.get("understand")
        if small is not None:
            kept = msgspec.msgpack.decode(small, type=_State)
            self._read, self._counts = kept.read, kept.counts
            if self._second is not None and kept.gate is not None:
                self._second.gate.state = kept.gate


class _State(msgspec.Struct, omit_defaults=True):
    read: int
    counts: Counts
    gate: GateState | None = None


def _change_id(mention: Mention) -> str:
    """What is done to which version; of scores also by whom, for several models may read the same words."""
    sentiment = mention.understanding.sentiment if mention.understanding is not None else None
    by = f"@{sentiment.model}" if sentiment is not None else ""
    return f"{mention.uid}@{mention.version}#{mention.op}{by}"
