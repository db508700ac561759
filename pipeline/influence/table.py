"""The reader's side: which version of an author's influence a mention is stamped with."""

from __future__ import annotations

from collections import deque
from struct import Struct

from pipeline.influence.fixed import EPOCH, ONE
from pipeline.influence.publish import DELAY
from pipeline.influence.scale import faded
from pipeline.record import Record, read_tick
from schemas.author import AuthorScore
from schemas.codec import decode
from schemas.headers import get
from schemas.instants import DAY, from_wire, to_wire
from schemas.mention import InfluenceStamp

MARGIN = DAY
"""Versions superseded longer before the frontier than this are dropped: how far a mention may lag and still be stamped."""
FLOOR = ONE // 10
"""A score that has faded below 0.1 of 100 says nothing any more: even a hundred does after 299 days."""

_VERSION = Struct("<qiqH")
"""effective_at, score (-1 is null), n, confidence; both in 1/10,000. A million authors are kept, so each is packed."""
_SIZE = _VERSION.size
_Version = tuple[int, int, int, int]


class InfluenceTable:
    """Built from all `partitions` of social.authors; `origins` is the number of partitions of social.interactions.

    A tick at F from every origin, read in every partition (a tick read in one says nothing of the scores still unread
    in another), says that each epoch that ended at or before F is known. The earliest unknown epoch ends at N, the
    first multiple of EPOCH after F, and its scores take effect at N + DELAY. So a mention observed at t has its final
    stamp once t < N + DELAY: see `ready_until`.

    Every understand stage of a process may read into one table: versions may be told in any order and again, and a frontier
    never passes what any of them still has to stamp, because each of them makes the ticks that move it.

    Memory: about 210 bytes an author with one version, 22 for each version more (24 at most within MARGIN). An author whose
    score has faded below FLOOR, or is null, is dropped where that changes no stamp, two looked at for each version that comes;
    one whom the influence stage forgot goes with its tombstone.
    """

    def __init__(self, origins: int, partitions: int) -> None:
        if origins < 1 or partitions < 1:
            raise ValueError("an influence table reads at least one partition with ticks of at least one origin")
        self._ticks = [[0] * origins for _ in range(partitions)]
        self._read = [0] * partitions
        """By partition, the offset below which everything was applied, by whichever reader came first."""
        self._frontier = 0
        self._versions: dict[str, bytes] = {}
        self._round: deque[str] = deque()
        """Every key of `_versions` once, in the order in which they are looked at again."""

    def apply(self, record: Record) -> None:
        """Take a record of social.authors; any order between partitions, repeats and restarts give the same stamps.

        Each reader starts with the first record of a partition and goes on in its order.
        Raises RecordFault for bytes that do not decode, ValueError when a topic has grown beyond what was given.
        """
        if record.partition >= len(self._ticks):
            raise ValueError(
                f"a record in partition {record.partition} of social.authors, which had {len(self._ticks)}: restart"
            )
        if record.offset < self._read[record.partition]:
            return
        self._read[record.partition] = record.offset + 1
        if record.is_tick:
            tick = read_tick(record)
            if not 0 <= tick.origin < len(self._ticks[0]):
                raise ValueError(
                    f"a tick of origin {tick.origin} in social.authors; known are {len(self._ticks[0])}: restart"
                )
            ticks = self._ticks[record.partition]
            ticks[tick.origin] = max(ticks[tick.origin], tick.at)
            self._frontier = min(map(min, self._ticks))
        elif record.value is not None:
            score = decode(AuthorScore, record.value)
            value = -1 if score.score is None else round(score.score * ONE)
            version = (from_wire(score.effective_at), value, score.n, round(score.confidence * ONE))
            self._add(f"{score.network}:{score.author}", version)
        elif record.key is not None and (forgotten := get(record.headers, "ce_time")) is not None:
            self._add(record.key.decode(), (from_wire(forgotten) + DELAY, -1, 0, 0))

    @property
    def frontier(self) -> int:
        """Every epoch that ended at or before this is known; 0 before each origin has ticked in each partition."""
        return self._frontier

    @property
    def ready_until(self) -> int:
        """The last instant at which a mention may be stamped: N + DELAY - 1, at least frontier + DELAY.

        No score still unknown takes effect at or before it.
        """
        return (self._frontier // EPOCH + 1) * EPOCH + DELAY - 1

    def covers(self, acted: int) -> bool:
        """Whether all scores that follow from interactions observed up to `acted` are known."""
        return acted // EPOCH < self._frontier // EPOCH

    def stamp(self, network: str, author_id: str, observed_at: int) -> InfluenceStamp | None:
        """The latest version in effect at `observed_at`, faded since by age; None where there is none or too little to say."""
        packed = self._versions.get(f"{network}:{author_id}", b"")
        for effective_at, score, n, confidence in reversed(_unpack(packed)):
            if effective_at <= observed_at:
                value = faded(score, observed_at - effective_at)
                if value < FLOOR:
                    return None
                return InfluenceStamp(value / ONE, n, confidence / ONE, as_of=to_wire(effective_at - DELAY))
        return None

    def __len__(self) -> int:
        return len(self._versions)

    def _add(self, key: str, version: _Version) -> None:
        packed = self._versions.get(key)
        if packed is None:
            self._round.append(key)
            self._versions[key] = _VERSION.pack(*version)
        else:
            others = [known for known in _unpack(packed) if known[0] != version[0]]
            self._versions[key] = _pack(self._in_force(sorted([*others, version])))
        for _ in range(min(2, len(self._round))):
            self._look_again(self._round.popleft())

    def _look_again(self, key: str) -> None:
        kept = self._in_force(_unpack(self._versions[key]))
        horizon = self._frontier - MARGIN
        effective_at, score, _, _ = kept[0]
        if len(kept) == 1 and effective_at <= horizon and faded(score, horizon - effective_at) < FLOOR:
            del self._versions[key]
        else:
            self._versions[key] = _pack(kept)
            self._round.append(key)

    def _in_force(self, versions: list[_Version]) -> list[_Version]:
        """The version in force at the horizon, and all later ones."""
        first = 0
        for index in range(1, len(versions)):
            if versions[index][0] <= self._frontier - MARGIN:
                first = index
        return versions[first:]


def _pack(versions: list[_Version]) -> bytes:
    return b"".join([_VERSION.pack(*version) for version in versions])


def _unpack(packed: bytes) -> list[_Version]:
    return [_VERSION.unpack_from(packed, at) for at in range(0, len(packed), _SIZE)]
