"""The listen stage over one partition of social.mentions: order, count, look, decide. A pure processor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

import msgspec

from pipeline.emit import outgoing
from pipeline.ledger import Counts
from pipeline.letters import letter_of
from pipeline.record import Outgoing, Outputs, Partition, Record, read_tick
from pipeline.windows.brand import Brand, Outcome
from pipeline.windows.bucket import Bucket
from pipeline.windows.frontier import Frontier, Rank
from pipeline.windows.group import Head
from pipeline.windows.history import Hour
from pipeline.windows.index import Entry
from pipeline.windows.publish import window_of
from pipeline.windows.times import GRID
from schemas import config
from schemas.codec import RecordFault, decode
from schemas.config import Detection
from schemas.headers import LEDGER
from schemas.instants import from_wire, to_wire
from schemas.kinds import Stage
from schemas.mention import Mention
from schemas.topics import LATE, MENTIONS, SIGNALS, WINDOWS
from schemas.window import Window

_pack = msgspec.msgpack.Encoder().encode


class Listen:
    """Takes mentions and ticks of one partition; gives windows, signals and late mentions.

    State keys: `listen` (frontier, read position, counts), and per brand `s/<brand>` (small state), `b/<brand>`
    (baselines), `k/<brand>/<bucket>`, `h/<brand>/<hour>`, `p/<brand>/<uid>`, `c/<brand>/<group>` (heads of clusters),
    `a/<brand>/<author>` (conduct of people).
    """

    def __init__(self, partition: int, origins: int, detection: Detection, brands: Mapping[str, config.Brand]) -> None:
        """`origins`: partitions of social.raw. `brands`: as configured, for the names in sentences and observe mode."""
        self._partition = partition
        self._detection = detection
        self._configured = brands
        self._frontier: Frontier[Mention] = Frontier(origins)
        self._brands: dict[str, Brand] = {}
        self._known: dict[str, list[str]] = {}
        """Brands by uid, so that a delete finds them."""
        self._counts = Counts()
        self._read = 0
        self._advanced = 0
        self._stirred: set[str] = set()
        """Brands in which something happened in this batch."""
        self._touched: set[str] = set()
        """Those whose state is to be kept at the next snapshot."""
        self._alarms: dict[str, int] = {}
        """When each brand is next due, and the same in order of time: most brands are silent most of the time."""
        self._clock: list[tuple[int, str]] = []
        self._shown = -1
        """The instant of the grid at which open windows were last published."""
        self._unshown: set[str] = set()

    @property
    def held(self) -> int:
        return self._frontier.held

    @property
    def frontier(self) -> int:
        """Log time up to which everything has been applied."""
        return self._advanced

    @property
    def counts(self) -> Counts:
        return self._counts

    def resume(self) -> Mapping[Partition, int]:
        lowest = self._frontier.lowest_held()
        return {Partition(MENTIONS, self._partition): self._read if lowest is None else lowest}

    def process(self, batch: Sequence[Record]) -> Outputs:
        out = Outputs()
        for record in batch:
            self._take(record, out)
        for rank, mention in self._frontier.release():
            self._apply(rank, mention, out)
        self._advance(out)
        self._publish_open(out)
        return out

    def _take(self, record: Record, out: Outputs) -> None:
        first_read = record.offset >= self._read
        self._read = max(self._read, record.offset + 1)
        if record.is_tick:
            tick = read_tick(record)
            self._frontier.tick(tick.origin, tick.at)
            return
        try:
            mention = decode(Mention, record.value or b"")
            rank = _rank(mention)
        except RecordFault as fault:
            if first_read:
                out.letters.append(letter_of(Stage.LISTEN, record, fault))
                # The bus has counted it, by its header, as an event on its way here.
                events = LEDGER in record.headers
                self._counts.seen += events
                self._counts.dead_lettered += events
            return
        counted = first_read and _counts_in_ledger(mention)
        self._counts.seen += counted
        if self._frontier.offer(rank, record.offset, mention):
            self._counts.held += counted

    def _apply(self, rank: Rank, mention: Mention, out: Outputs) -> None:
        observed_at = rank[0]
        if mention.match is None:
            self._change(mention, observed_at)
            return
        brand = self._brand(mention.match.brand)
        brand.advance(observed_at)
        counts = _counts_in_ledger(mention)
        outcome = brand.apply(mention, observed_at, counts)
        if outcome is Outcome.AGGREGATED:
            self._know(mention.uid, brand.id)
        self._stirred.add(brand.id)
        if outcome is Outcome.LATE:
            out.records.append(
                outgoing(LATE, brand.id, mention, id=f"{mention.uid}@{mention.version}", time=to_wire(observed_at))
            )
        if counts:
            self._counts.held -= 1
            became = outcome.value
            setattr(self._counts, became, getattr(self._counts, became) + 1)

    def _brand(self, id: str) -> Brand:
        found = self._brands.get(id)
        if found is None:
            known = self._configured.get(id)
            name, observe = (known.name, known.observe) if known is not None else (id, False)
            found = self._brands[id] = Brand(id, self._detection, name, observe)
        return found

    def _change(self, mention: Mention, observed_at: int) -> None:
        """A delete, an edit, a score or a purge concerns whoever had matched the post: nobody, mostly."""
        purge = mention.author is not None and mention.op.value == "purge_author"
        concerned = list(self._brands) if purge else self._known.get(mention.uid, [])
        alone = mention.origin is not None and mention.origin.ordinal == self._partition
        counted = False
        for id in list(concerned):
            self._pass_time(id, observed_at)
            changed, counts = self._brands[id].change(mention, observed_at, alone)
            if changed:
                self._stirred.add(id)
            counted = counted or counts
        # understand has counted the event as unmatched unless the new text matched somebody. A purge stays so: it may
        # find posts in several partitions, none of which knows of the others.
        if counted and alone and not purge:
            self._counts.aggregated += 1
            self._counts.unmatched -= 1

    def _advance(self, out: Outputs) -> None:
        self._advanced = max(self._advanced, self._frontier.at)
        for id in self._stirred:
            self._set_alarm(id)
        while self._clock and self._clock[0][0] <= self._advanced:
            moment, id = heappop(self._clock)
            if self._alarms.get(id) == moment:
                self._pass_time(id, self._advanced)
                self._set_alarm(id)
        for id in sorted(self._stirred):
            brand = self._brands[id]
            out.records += [_window(id, window) for window in brand.finals]
            out.records += [outgoing(SIGNALS, id, signal, id=signal.id, time=signal.at) for signal in brand.signals]
            brand.finals, brand.signals = [], []
        self._touched |= self._stirred
        self._unshown |= self._stirred
        self._stirred.clear()

    def _set_alarm(self, id: str) -> None:
        due = self._brands[id].due()
        if due is None:
            self._alarms.pop(id, None)
        elif self._alarms.get(id) != due:
            self._alarms[id] = due
            heappush(self._clock, (due, id))

    def _pass_time(self, id: str, to: int) -> None:
        """Whatever falls due leaves windows and signals to publish and state to keep, also where nothing is applied."""
        brand = self._brands[id]
        due = brand.due()
        if due is not None and due <= to:
            brand.advance(to)
            self._stirred.add(id)

    def _publish_open(self, out: Outputs) -> None:
        """Open windows are a view for dashboards: the latest state once a second of log time at most, outside the promise of
        equal bytes. A restart shows again only what changes after it, or becomes final."""
        if self._advanced // GRID == self._shown:
            return
        self._shown = self._advanced // GRID
        for id in sorted(self._unshown):
            history, clusters = self._brands[id].history, self._brands[id].clusters
            for number in sorted(history.unpublished):
                out.records.append(_window(id, window_of(id, "5m", history.buckets[number], self._advanced, clusters)))
            history.unpublished.clear()
        self._unshown.clear()

    def snapshot(self) -> Mapping[str, bytes | None]:
        state: dict[str, bytes | None] = {
            "listen": _pack(_Small(self._frontier.dump(), self._read, self._advanced, self._counts))
        }
        for id in self._touched:
            brand = self._brands[id]
            state[f"s/{id}"] = brand.dump()
            baselines = brand.lookout.changed_baselines()
            if baselines is not None:
                state[f"b/{id}"] = _pack(baselines)
            for number in brand.history.changed:
                bucket = brand.history.buckets.get(number)
                state[f"k/{id}/{number}"] = _pack(bucket) if bucket is not None else None
            for hour in brand.history.changed_hours:
                kept = brand.history.hours.get(hour)
                state[f"h/{id}/{hour}"] = _pack(kept) if kept is not None else None
            for uid, entry in brand.index.changed.items():
                state[f"p/{id}/{uid}"] = _pack(entry) if entry is not None else None
                if entry is None:
                    self._unknow(uid, id)
            for (group, number), head in brand.clusters.changed.items():
                state[f"c/{id}/{group}{number}"] = _pack(head) if head is not None else None
            for who, conduct in brand.voices.people.changed.items():
                state[f"a/{id}/{who}"] = conduct
            brand.voices.people.changed.clear()
            brand.clusters.changed.clear()
            brand.history.changed.clear()
            brand.history.changed_hours.clear()
            brand.index.changed.clear()
        self._touched.clear()
        return state

    def _know(self, uid: str, id: str) -> None:
        brands = self._known.setdefault(uid, [])
        if id not in brands:
            brands.append(id)

    def _unknow(self, uid: str, id: str) -> None:
        brands = self._known.get(uid)
        if brands is not None and id in brands:
            brands.remove(id)
            if not brands:
                del self._known[uid]

    def restore(self, state: Mapping[str, bytes]) -> None:
        small = state.get("listen")
        if small is not None:
            kept = msgspec.msgpack.decode(small, type=_Small)
            self._frontier.load(kept.frontier)
            self._read, self._advanced, self._counts = kept.read, kept.advanced, kept.counts
        buckets: dict[str, list[Bucket]] = {}
        hours: dict[str, list[Hour]] = {}
        posts: dict[str, list[Entry]] = {}
        heads: dict[str, list[tuple[str, Head]]] = {}
        people: dict[str, list[tuple[int, bytes]]] = {}
        baselines: dict[str, dict[str, list[int]]] = {}
        for key, value in state.items():
            kind, _, rest = key.partition("/")
            id, _, name = rest.partition("/")
            if kind == "b":
                baselines[rest] = msgspec.msgpack.decode(value, type=dict[str, list[int]])
            elif kind == "k":
                buckets.setdefault(id, []).append(msgspec.msgpack.decode(value, type=Bucket))
            elif kind == "h":
                hours.setdefault(id, []).append(msgspec.msgpack.decode(value, type=Hour))
            elif kind == "p":
                entry = msgspec.msgpack.decode(value, type=Entry)
                posts.setdefault(id, []).append(entry)
                self._known.setdefault(entry.uid, []).append(id)
            elif kind == "c":
                heads.setdefault(id, []).append((name[:1], msgspec.msgpack.decode(value, type=Head)))
            elif kind == "a":
                people.setdefault(id, []).append((int(name), value))
        for key, value in state.items():
            kind, _, id = key.partition("/")
            if kind == "s":
                brand = self._brand(id)
                brand.load(
                    value,
                    buckets.get(id, []),
                    hours.get(id, []),
                    posts.get(id, []),
                    baselines.get(id, {}),
                    heads.get(id, []),
                    people.get(id, []),
                )
                self._set_alarm(id)


class _Small(msgspec.Struct):
    frontier: list[list[int]]
    read: int
    advanced: int
    counts: Counts


def _rank(mention: Mention) -> Rank:
    origin = mention.origin
    if origin is None or mention.observed_at is None:
        raise RecordFault(f"mention {mention.uid} has no origin or no observed_at")
    try:
        observed_at = from_wire(mention.observed_at)
        if mention.event_time is not None:
            from_wire(mention.event_time)
    except ValueError as fault:
        raise RecordFault(str(fault)) from None
    return observed_at, mention.uid, origin.ordinal, origin.partition, origin.offset


def _counts_in_ledger(mention: Mention) -> bool:
    return mention.match is not None and mention.origin is not None and mention.origin.ordinal == 0


def _window(brand: str, window: Window) -> Outgoing:
    return outgoing(WINDOWS, brand, window, id=f"{window.id}@{window.revision}.{window.state}", time=window.as_of)
