"""The influence stage: interactions in, versions of authors' scores out, in the log's own time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from pipeline.influence import authors, seen
from pipeline.influence.fixed import EPOCH, ONE
from pipeline.influence.held import Origin, OriginState, Waiting
from pipeline.influence.journal import Told
from pipeline.influence.publish import authors_tick, record_of, tombstone, version_of
from pipeline.influence.quality import quality
from pipeline.letters import letter_of
from pipeline.record import Outputs, Partition, Record, read_tick
from schemas.codec import RecordFault, UpstreamFault, decode, encode
from schemas.ids import hash64
from schemas.instants import from_wire
from schemas.interaction import Interaction
from schemas.kinds import InteractionKind, Stage
from schemas.topics import INTERACTIONS

WEIGHTS: Mapping[InteractionKind, int] = {
    InteractionKind.LIKE: 1 * ONE,
    InteractionKind.MENTION: 1 * ONE,
    InteractionKind.REPLY: 2 * ONE,
    InteractionKind.REPOST: 3 * ONE,
    InteractionKind.QUOTE: 3 * ONE,
}
"""A like costs a tap; a reply takes time; a repost or quote lends the engager's own audience."""


class Tally(msgspec.Struct, array_like=True):
    """Interactions applied, by what became of them; kept in state."""

    applied: int = 0
    counted: int = 0
    repeated: int = 0
    """The same interaction told again."""
    own: int = 0
    """An author acting on their own post."""
    worthless: int = 0
    """From engagers of no quality (`quality.NEGLIGIBLE`)."""


class _Meta(msgspec.Struct, array_like=True):
    origins: list[OriginState]
    frontier: int
    epoch: int
    read: int
    resume: int
    tally: Tally


class Influence:
    """Processor of one partition of social.interactions.

    `origins`: partitions of social.raw, each of which must tick before anything is applied. `authors_partitions`: those
    of social.authors, each of which gets every tick, with this partition's number as origin.

    An interaction's time is its `at`, the append time of the raw record (a bus may raise the timestamp of the record
    that carries it to keep a partition in order). Those observed before the frontier (the least of the origins' ticks)
    are applied in order of (observed_at, uid). When the frontier passes the end of an epoch every author touched in it who
    has a score, or had one, gets a version, and each one with a score who was forgotten in it a tombstone, sorted by
    key; only then the tick goes out. An epoch's end is one step: 35 to 50 µs for each of these authors. State: see
    `Author` (bytes per author) and `Seen` (8 bytes per interaction of two days).
    """

    def __init__(
        self,
        partition: int,
        origins: int,
        authors_partitions: int,
        *,
        capacity: int = authors.CAPACITY,
        seen_capacity: int = seen.CAPACITY,
    ) -> None:
        if origins < 1 or authors_partitions < 1:
            raise ValueError("influence needs at least one origin and one partition of social.authors")
        self._partition = partition
        self._origins = [Origin(OriginState()) for _ in range(origins)]
        self._out_partitions = authors_partitions
        self._authors = authors.Authors(capacity)
        self._seen = seen.Seen(seen_capacity)
        self._frontier = 0
        self._epoch = 0
        self._read = 0
        """Highest offset read, plus one, restarts included: what lies below has had its letters."""
        self._next: int | None = None
        self._tally = Tally()
        self._saved = b""

    def process(self, batch: Sequence[Record]) -> Outputs:
        """See `Processor`. Raises ValueError for an origin beyond `origins`: the topic grew under a running stage."""
        outputs = Outputs()
        for record in batch:
            try:
                if record.is_tick:
                    self._pass_time(record, outputs)
                else:
                    self._take(record)
            except UpstreamFault as fault:
                if record.offset >= self._read:
                    outputs.letters.append(letter_of(Stage.INFLUENCE, record, fault))
            self._next = record.offset + 1
            self._read = max(self._read, self._next)
        return outputs

    def snapshot(self) -> Mapping[str, bytes | None]:
        changed = {**self._authors.changes(), **self._seen.changes()}
        meta = _ENCODER.encode(
            _Meta(
                origins=[origin.state() for origin in self._origins],
                frontier=self._frontier,
                epoch=self._epoch,
                read=self._read,
                resume=self._resume_at(),
                tally=self._tally,
            )
        )
        if meta != self._saved:
            changed["meta"] = self._saved = meta
        return changed

    def restore(self, state: Mapping[str, bytes]) -> None:
        """Raises ValueError when the state is of another number of origins: ticks would be misread."""
        if "meta" not in state:
            return
        meta = msgspec.msgpack.decode(state["meta"], type=_Meta)
        if len(meta.origins) != len(self._origins):
            raise ValueError(f"state of {len(meta.origins)} origins restored into a stage of {len(self._origins)}")
        self._origins = [Origin(origin) for origin in meta.origins]
        self._frontier, self._epoch, self._read, self._next = meta.frontier, meta.epoch, meta.read, meta.resume
        self._tally = meta.tally
        self._saved = state["meta"]
        self._authors.restore(state, self._epoch)
        self._seen.restore(state)

    @property
    def held(self) -> int:
        return sum(origin.held for origin in self._origins)

    def resume(self) -> Mapping[Partition, int]:
        return {} if self._next is None else {Partition(INTERACTIONS, self._partition): self._resume_at()}

    @property
    def tally(self) -> Tally:
        return self._tally

    @property
    def authors_known(self) -> int:
        return len(self._authors)

    @property
    def authors_evicted(self) -> int:
        """Since this process started."""
        return self._authors.evicted

    def _resume_at(self) -> int:
        waiting = [origin.first_held for origin in self._origins if origin.first_held is not None]
        return min(waiting, default=self._next or 0)

    def _take(self, record: Record) -> None:
        interaction = decode(Interaction, record.value or b"")
        origin = interaction.origin
        if origin is None:
            raise RecordFault("an interaction without origin: its place in social.raw is unknown")
        observed_at = _instant(interaction.at)
        if interaction.actor_created_at is not None:
            _instant(interaction.actor_created_at)
        place = (origin.offset, origin.ordinal)
        self._origin(origin.partition).take(observed_at, interaction, record.offset, place)

    def _pass_time(self, record: Record, outputs: Outputs) -> None:
        tick = read_tick(record)
        self._origin(tick.origin).pass_time(tick.at)
        frontier = min(origin.tick for origin in self._origins)
        if frontier <= self._frontier:
            return
        free = [waiting for origin in self._origins for waiting in origin.release(frontier)]
        free.sort(key=_order)
        for waiting in free:
            epoch = waiting.observed_at // EPOCH
            if epoch > self._epoch:
                self._close(epoch, outputs)
            self._apply(waiting, epoch)
        self._close(frontier // EPOCH, outputs)
        self._frontier = frontier
        outputs.records.extend(
            authors_tick(number, frontier, self._partition) for number in range(self._out_partitions)
        )

    def _close(self, epoch: int, outputs: Outputs) -> None:
        if epoch > self._epoch:
            # What was touched lies in the one epoch before this: each is closed before the next is opened.
            end = self._epoch + 1
            for key, author in self._authors.close(end):
                if author is None:
                    outputs.records.append(tombstone(key, end))
                elif (version := version_of(key, author, end)) is not None:
                    outputs.records.append(record_of(version))
            self._epoch = epoch

    def _apply(self, waiting: Waiting, epoch: int) -> None:
        said = waiting.interaction
        self._tally.applied += 1
        if said.actor == said.target:
            self._tally.own += 1
            return
        key = f"{said.network}:{said.target}"
        if not self._seen.first_time(hash64(f"{said.uid}\n{key}"), epoch):
            self._tally.repeated += 1
            return
        worth = quality(said, waiting.observed_at)
        if worth == 0:
            self._tally.worthless += 1
        else:
            self._tally.counted += 1
        followers = None if said.target_followers is None else max(0, said.target_followers)
        weight = WEIGHTS[said.kind] if worth else 0
        self._authors.tell(Told(key, self._tally.applied, hash64(said.actor), weight, worth, followers), epoch)

    def _origin(self, number: int) -> Origin:
        if not 0 <= number < len(self._origins):
            raise ValueError(
                f"a record from partition {number} of social.raw, which had {len(self._origins)} at the start: restart"
            )
        return self._origins[number]


_ENCODER = msgspec.msgpack.Encoder()


def _order(waiting: Waiting) -> tuple[int, str, bytes]:
    # The same interaction may be told twice at one instant by two origins; its origin is no part of what it is.
    return (
        waiting.observed_at,
        waiting.interaction.uid,
        encode(msgspec.structs.replace(waiting.interaction, origin=None)),
    )


def _instant(text: str) -> int:
    try:
        return from_wire(text)
    except ValueError as fault:
        raise RecordFault(str(fault)) from None
