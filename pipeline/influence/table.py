"""The reader's side: which version of an author's influence a mention is stamped with."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from pipeline.influence.fixed import EPOCH, ONE
from pipeline.influence.publish import DELAY
from pipeline.influence.scale import faded
from pipeline.record import Record, read_tick
from schemas.author import AuthorScore
from schemas.codec import decode
from schemas.instants import DAY, from_wire
from schemas.mention import InfluenceStamp

MARGIN = DAY
"""Versions superseded longer before the frontier than this are dropped: how far a mention may lag and still be stamped."""


class _Version(NamedTuple):
    effective_at: int
    score: int | None
    n: int
    confidence: float
    as_of: str


class InfluenceTable:
    """Built from all `partitions` of social.authors; `origins` is the number of partitions of social.interactions.

    A tick at F from every origin, read in every partition (a tick read in one says nothing of the scores still unread
    in another), says that each epoch that ended at or before F is known. The earliest unknown epoch ends at N, the
    first multiple of EPOCH after F, and its scores take effect at N + DELAY. So a mention observed at t has its final
    stamp once t < N + DELAY: see `ready_until`.
    """

    def __init__(self, origins: int, partitions: int) -> None:
        if origins < 1 or partitions < 1:
            raise ValueError("an influence table reads at least one partition with ticks of at least one origin")
        self._ticks = [[0] * origins for _ in range(partitions)]
        self._frontier = 0
        self._versions: dict[str, tuple[_Version, ...]] = {}

    def apply(self, record: Record) -> None:
        """Take a record of social.authors; any order between partitions, repeats and restarts give the same stamps.

        Raises RecordFault for bytes that do not decode, ValueError when a topic has grown beyond what was given.
        """
        if record.is_tick:
            tick = read_tick(record)
            if record.partition >= len(self._ticks) or not 0 <= tick.origin < len(self._ticks[0]):
                raise ValueError(
                    f"a tick of origin {tick.origin} in partition {record.partition} of social.authors; "
                    f"known are {len(self._ticks[0])} origins and {len(self._ticks)} partitions: restart"
                )
            ticks = self._ticks[record.partition]
            ticks[tick.origin] = max(ticks[tick.origin], tick.at)
            self._frontier = min(map(min, self._ticks))
        elif record.value is not None:
            self._add(decode(AuthorScore, record.value))

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
        versions = self._versions.get(f"{network}:{author_id}", ())
        index = bisect_right(versions, observed_at, key=_effective_at)
        if index == 0:
            return None
        version = versions[index - 1]
        if version.score is None:
            return None
        return InfluenceStamp(
            score=faded(version.score, observed_at - version.effective_at) / ONE,
            n=version.n,
            confidence=version.confidence,
            as_of=version.as_of,
        )

    def __len__(self) -> int:
        return len(self._versions)

    def _add(self, score: AuthorScore) -> None:
        key = f"{score.network}:{score.author}"
        value = None if score.score is None else round(score.score * ONE)
        version = _Version(from_wire(score.effective_at), value, score.n, score.confidence, score.as_of)
        versions = self._versions.get(key, ())
        index = bisect_left(versions, version.effective_at, key=_effective_at)
        repeats = index < len(versions) and versions[index].effective_at == version.effective_at
        versions = (*versions[:index], version, *versions[index + repeats :])
        in_force = bisect_right(versions, self._frontier - MARGIN, key=_effective_at) - 1
        self._versions[key] = versions[max(0, in_force) :]


def _effective_at(version: _Version) -> int:
    return version.effective_at
