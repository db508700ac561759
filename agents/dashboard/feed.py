"""The public topics as recent state and as a stream: what the page, the terminal and the end of a run look at."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple

import msgspec

from agents.dashboard.heard import Heard
from pipeline.record import Partition, Record
from pipeline.runtime.bus import Bus
from pipeline.windows.contribution import is_firm
from schemas.codec import RecordFault, decode
from schemas.config import Config
from schemas.instants import DAY, HOUR, from_wire
from schemas.kinds import Edge, Op, SignalKind
from schemas.mention import Mention
from schemas.signal import Signal
from schemas.topics import MENTIONS, SIGNALS, WINDOWS
from schemas.window import Window

MENTIONS_KEPT = 60
SIGNALS_KEPT = 200
WINDOWS_KEPT = 12 * 26
"""Five-minute windows per brand: 26 hours, as long as listen keeps them."""
QUEUE = 500
"""Changes a slow reader may fall behind; then it is told to start over."""
PAGE = 500
GONE_KEPT = 2_000
"""Deleted uids remembered, because a signal may quote a post that was withdrawn a moment before."""


class Change(NamedTuple):
    """One thing that is new. `kind` names the event of the stream; a `delete` is of one uid, or else of an author."""

    kind: Literal["mention", "delete", "window", "signal", "reset"]
    value: Mention | Window | Signal | None


RESET = Change("reset", None)
"""The reader was too slow: it must take the state afresh."""


class Feed:
    """Recent mentions, windows by brand, signals; `subscribe` gives every later change to one reader."""

    def __init__(self, bus: Bus, config: Config) -> None:
        self.config = config
        self.mentions: deque[Mention] = deque(maxlen=MENTIONS_KEPT)
        self.heard = Heard()
        self.windows: dict[str, dict[str, Window]] = {brand.id: {} for brand in config.brands}
        self.earlier: deque[Signal] = deque(maxlen=SIGNALS_KEPT)
        """Signals of former runs."""
        self.signals: list[Signal] = []
        """Signals decided since this feed began."""
        self.seen = 0
        """Mentions seen since this feed began."""
        self._bus = bus
        self._followed = 0
        self._gone: deque[str] = deque(maxlen=GONE_KEPT)
        self._next: dict[Partition, int] = {}
        self._began: dict[Partition, int] = {}
        self._readers: set[asyncio.Queue[Change]] = set()

    async def open(self, now: int) -> None:
        """Find where to begin: a day of windows, thirty days of signals, and mentions from the last hour on."""
        self._followed = now - HOUR
        for topic, since in ((MENTIONS, self._followed), (WINDOWS, now - DAY), (SIGNALS, now - 30 * DAY)):
            for number in range(self._bus.partitions(topic)):
                partition = Partition(topic, number)
                self._next[partition] = await self._bus.offset_at(partition, max(since, 0))
                self._began[partition] = await self._bus.end_offset(partition)

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            if not await self.catch_up():
                await self._bus.wait(self._next, 0.5)

    async def catch_up(self) -> int:
        """Take everything appended so far; how many records it was."""
        taken = 0
        for partition in self._next:
            while page := await self._bus.read(partition, self._next[partition], PAGE):
                self._next[partition] = page[-1].offset + 1
                taken += len(page)
                for record in page:
                    self._take(partition, record)
        return taken

    def busy(self, kind: SignalKind) -> set[str]:
        """Brands with an open incident of this kind, or with a crisis, which mutes the others."""
        last = {signal.incident: signal for signal in [*self.earlier, *self.signals]}
        loud = {kind, SignalKind.CRISIS}
        return {s.brand for s in last.values() if s.edge is not Edge.RESOLVED and s.kind in loud}

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Queue[Change]]:
        """A queue of every later change."""
        queue: asyncio.Queue[Change] = asyncio.Queue(QUEUE)
        self._readers.add(queue)
        try:
            yield queue
        finally:
            self._readers.discard(queue)

    def _take(self, partition: Partition, record: Record) -> None:
        if record.is_tick or record.value is None:
            return
        fresh = record.offset >= self._began[partition]
        try:
            change = self._change(partition.topic, record.value, fresh)
        except RecordFault:
            # Written by a newer version of ourselves: what this page cannot read it does not show.
            return
        if change is not None and fresh:
            self._tell(change)

    def _change(self, topic: str, value: bytes, fresh: bool) -> Change | None:
        if topic == WINDOWS:
            return self._window(decode(Window, value))
        if topic == SIGNALS:
            return self._signal(decode(Signal, value), fresh)
        mention = decode(Mention, value)
        if mention.op in (Op.DELETE, Op.PURGE_AUTHOR):
            return self._withdraw(mention)
        if mention.op is Op.SCORE:
            return self._rescored(mention, fresh)
        if mention.op is not Op.UPSERT:
            return None
        if mention.match is None:
            return self._superseded(mention)
        self.heard.hear(mention)
        self._show(mention)
        self.seen += fresh and not mention.edited
        return Change("mention", mention)

    def _show(self, mention: Mention) -> None:
        """At the end; or, for a correction, in the place of what it corrects."""
        if mention.edited:
            for place, shown in enumerate(self.mentions):
                if shown.uid == mention.uid and brand_of(shown) == brand_of(mention):
                    if mention.version >= shown.version:
                        self.mentions[place] = mention
                    return
        self.mentions.append(mention)

    def _rescored(self, score: Mention, fresh: bool) -> Change | None:
        """What is shown of the version that a dearer model has read, felt as it says; for a post of several brands, of each."""
        changes = []
        for place, shown in enumerate(self.mentions):
            said = shown.understanding
            if (shown.uid, shown.version) != (score.uid, score.version) or said is None or is_firm(said):
                continue
            sentiment = score.understanding.sentiment if score.understanding is not None else None
            if said.sentiment != sentiment:
                understanding = msgspec.structs.replace(said, sentiment=sentiment)
                self.mentions[place] = msgspec.structs.replace(shown, understanding=understanding)
                changes.append(Change("mention", self.mentions[place]))
        for change in changes[:-1]:
            if fresh:
                self._tell(change)
        return changes[-1] if changes else None

    def _superseded(self, marker: Mention) -> Change | None:
        """An edited post that no longer matches is gone from here like a deleted one."""
        self.heard.supersede(marker.uid, marker.version)
        if not any(m.uid == marker.uid and m.version < marker.version for m in self.mentions):
            return None
        self._keep(lambda m: m.uid != marker.uid or m.version >= marker.version)
        return Change("delete", marker)

    def _withdraw(self, mention: Mention) -> Change:
        author = mention.author.id if mention.op is Op.PURGE_AUTHOR and mention.author else None
        if author is not None:
            gone = {m.uid for m in self.mentions if m.author is not None and m.author.id == author}
        else:
            gone = {mention.uid}
        self.heard.withdraw(gone, author)
        self._gone.extend(gone)
        self._keep(lambda m: m.uid not in gone)
        self.signals[:] = [_without_words(signal, gone, author) for signal in self.signals]
        self.earlier = deque((_without_words(signal, gone, author) for signal in self.earlier), SIGNALS_KEPT)
        return Change("delete", mention)

    def _keep(self, wanted: Callable[[Mention], bool]) -> None:
        self.mentions = deque((m for m in self.mentions if wanted(m)), MENTIONS_KEPT)

    def _signal(self, signal: Signal, fresh: bool) -> Change:
        gone = set(self._gone)
        if not fresh and from_wire(signal.at) < self._followed:
            # Whether its authors took these words back since then is not known here.
            gone.update(evidence.uid for evidence in signal.evidence)
        signal = _without_words(signal, gone, None)
        known = self.signals if fresh else self.earlier
        if all(signal.id != other.id for other in known):
            known.append(signal)
        return Change("signal", signal)

    def _window(self, window: Window) -> Change | None:
        if window.size != "5m":
            return None
        known = self.windows.setdefault(window.brand, {})
        before = known.get(window.start)
        if before is not None and (before.revision, before.state == "final") > (
            window.revision,
            window.state == "final",
        ):
            return None
        known[window.start] = window
        if len(known) > WINDOWS_KEPT:
            del known[min(known)]
        return Change("window", window)

    def _tell(self, change: Change) -> None:
        for queue in self._readers:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(RESET)
            else:
                queue.put_nowait(change)


def brand_of(mention: Mention) -> str:
    return mention.match.brand if mention.match is not None else ""


def _without_words(signal: Signal, gone: Collection[str], author: str | None) -> Signal:
    """The signal with the evidence of withdrawn posts reduced to its ids."""
    if not any(evidence.uid in gone or (author and evidence.author == author) for evidence in signal.evidence):
        return signal
    return msgspec.structs.replace(
        signal,
        evidence=[
            msgspec.structs.replace(evidence, text=None, author=None)
            if evidence.uid in gone or (author and evidence.author == author)
            else evidence
            for evidence in signal.evidence
        ],
    )
