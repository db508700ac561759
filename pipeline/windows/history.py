"""The buckets of one brand: five-minute ones for 26 hours, sums by the hour for eight days, each final once."""

from __future__ import annotations

import msgspec

from pipeline.windows.bucket import CHANNELS, Bucket, merge
from pipeline.windows.times import BUCKET, BUCKETS_AN_HOUR, BUCKETS_KEPT, HOURS_KEPT
from schemas.instants import HOUR

SCALE_BUCKETS = 24


class Hour(msgspec.Struct, gc=False):
    """What stays of an hour once it is final: enough for shares, for splitting an expectation, and for what is usual of repetition.

    `repeated`: opinions of its largest cluster.
    """

    number: int
    mentions: int
    polarity: list[int]
    slices: dict[str, dict[str, list[int]]]
    repeated: int = 0


class History:
    """Buckets by number. `lateness` after its end a bucket is final: it changes no more and feeds the baseline."""

    def __init__(self, lateness: int) -> None:
        self._lateness = lateness
        self.buckets: dict[int, Bucket] = {}
        self.hours: dict[int, Hour] = {}
        self.sealed = -1
        """The highest bucket number sealed so far."""
        self._open: set[int] = set()
        self._open_hours: set[int] = set()
        self.changed: set[int] = set()
        self.changed_hours: set[int] = set()
        self.unpublished: set[int] = set()
        self.hours_version = 0
        """Changes whenever `hours` does."""
        self.earlier_version = 0
        """Changes whenever a bucket other than the last one asked for by `recent` does."""
        self._next_seal: int | None = None
        self._columns: list[list[int]] = [[0] * SCALE_BUCKETS for _ in CHANNELS]
        self._recent = dict(zip(CHANNELS, self._columns, strict=True))
        self._columns_end: int | None = None
        self._stale: set[int] = set()

    def bucket(self, number: int) -> Bucket:
        """The bucket, made if need be, and marked as changed."""
        found = self.buckets.get(number)
        if found is None:
            found = self.buckets[number] = Bucket(number)
            self._open.add(number)
            self._open_hours.add(number // BUCKETS_AN_HOUR)
            self._next_seal = self._earliest_seal()
        self.touch(number)
        return found

    def touch(self, number: int) -> None:
        self.changed.add(number)
        self.unpublished.add(number)
        self._stale.add(number)
        if number != self._columns_end:
            self.earlier_version += 1

    def is_final(self, number: int, now: int) -> bool:
        """Whether the bucket, empty or not, is closed to anything observed at `now`."""
        # Sealed is sealed, also where a later configuration would have waited longer.
        return number <= self.sealed or number < (now - self._lateness) // BUCKET

    def holds(self, number: int, now: int) -> bool:
        """Whether history as old as this bucket is still kept by the five minutes."""
        return number > now // BUCKET - BUCKETS_KEPT

    def past(self, number: int) -> Bucket:
        """A final bucket, to be corrected by backfill; made if nothing was known of it."""
        found = self.buckets.get(number)
        if found is None:
            found = self.buckets[number] = Bucket(number, final=True)
        self.changed.add(number)
        self.earlier_version += 1
        return found

    def past_hour(self, number: int, now: int) -> Bucket | None:
        """The final hour around a corrected bucket, summed again; None while it is open or no longer whole."""
        hour = number // BUCKETS_AN_HOUR
        if not self.is_final((hour + 1) * BUCKETS_AN_HOUR - 1, now):
            self._open_hours.add(hour)
            self._next_seal = self._earliest_seal()
        if hour in self._open_hours or hour * BUCKETS_AN_HOUR <= self.sealed - BUCKETS_KEPT:
            return None
        return self._close_hour(hour)

    def next_seal(self) -> int | None:
        """When the next non-empty bucket or hour becomes final."""
        return self._next_seal

    def _earliest_seal(self) -> int | None:
        moments = [(number + 1) * BUCKET for number in self._open]
        moments += [(hour + 1) * HOUR for hour in self._open_hours]
        return min(moments) + self._lateness if moments else None

    def seal(self, now: int) -> tuple[list[Bucket], list[Bucket]]:
        """Make final what is due at `now`: five-minute buckets and merged hours, each in ascending order."""
        self.sealed = max(self.sealed, (now - self._lateness) // BUCKET - 1)
        buckets = [self.buckets[number] for number in sorted(self._open) if number <= self.sealed]
        for bucket in buckets:
            bucket.final = True
            self._open.discard(bucket.number)
            self.changed.add(bucket.number)
            self.unpublished.discard(bucket.number)
        last_hour = (self.sealed + 1) // BUCKETS_AN_HOUR - 1
        hours = [self._close_hour(hour) for hour in sorted(self._open_hours) if hour <= last_hour]
        self._next_seal = self._earliest_seal()
        self._trim()
        return buckets, hours

    def _close_hour(self, hour: int) -> Bucket:
        first = hour * BUCKETS_AN_HOUR
        parts = [self.buckets[n] for n in range(first, first + BUCKETS_AN_HOUR) if n in self.buckets]
        total = merge(hour, parts)
        total.final = True
        self._open_hours.discard(hour)
        repeated = max([sum(row) for row in total.clusters().values()], default=0)
        self.hours[hour] = Hour(hour, total.mentions, total.polarity, total.slices, repeated)
        self.changed_hours.add(hour)
        self.hours_version += 1
        return total

    def _trim(self) -> None:
        oldest = self.sealed - BUCKETS_KEPT
        for number in [n for n in self.buckets if n <= oldest and n not in self._open]:
            del self.buckets[number]
            self.changed.add(number)
            self.unpublished.discard(number)
        oldest_hour = (self.sealed + 1) // BUCKETS_AN_HOUR - HOURS_KEPT
        for hour in [h for h in self.hours if h < oldest_hour]:
            del self.hours[hour]
            self.changed_hours.add(hour)
            self.hours_version += 1

    def recent(self, number: int) -> dict[str, list[int]]:
        """Per channel, the counts of the 24 buckets that end with `number`. Good until the next call."""
        first = number - SCALE_BUCKETS + 1
        moved = SCALE_BUCKETS if self._columns_end is None else number - self._columns_end
        if 0 < moved < SCALE_BUCKETS:
            for column in self._columns:
                del column[:moved]
                column += [0] * moved
            self._stale.update(range(number - moved + 1, number + 1))
        elif moved:
            self._stale.update(range(first, number + 1))
        self._columns_end = number
        for n in self._stale:
            if first <= n <= number:
                bucket = self.buckets.get(n)
                counts = _NOTHING if bucket is None else bucket.channels()
                for column, count in zip(self._columns, counts, strict=True):
                    column[n - first] = count
        self._stale.clear()
        return self._recent

    def last_hour(self, number: int) -> list[Bucket]:
        """The non-empty buckets among the twelve that end with `number`."""
        span = range(number - BUCKETS_AN_HOUR + 1, number + 1)
        return [self.buckets[n] for n in span if n in self.buckets]

    def week_before(self, number: int) -> list[Hour]:
        """The final hours of the seven days before the bucket's own last hour."""
        last = (number + 1) // BUCKETS_AN_HOUR - 1
        return [self.hours[hour] for hour in sorted(self.hours) if last - 7 * 24 <= hour < last]

    def load(self, buckets: list[Bucket], hours: list[Hour], sealed: int) -> None:
        self.sealed = sealed
        self.buckets = {bucket.number: bucket for bucket in sorted(buckets, key=lambda b: b.number)}
        self.hours = {hour.number: hour for hour in sorted(hours, key=lambda h: h.number)}
        self._open = {number for number, bucket in self.buckets.items() if not bucket.final}
        spans = {number // BUCKETS_AN_HOUR for number in self.buckets}
        # An hour that only history fell into is final without having been sealed.
        self._open_hours = {h for h in spans if h > (sealed + 1) // BUCKETS_AN_HOUR - 1 and h not in self.hours}
        self._next_seal = self._earliest_seal()
        self._columns_end = None
        self.hours_version += 1
        self.earlier_version += 1


_NOTHING = (0,) * len(CHANNELS)
