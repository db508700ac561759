"""What is usual for one channel of one brand: multi-scale mean, variance and daily rhythm, in fixed-point integers.

The design is the measured one: z-scores of the last 5 minutes, 1 hour and 2 hours against a 7-day exponential mean and a
non-robust variance (recent bursts raise a brand's own bar), with an additive hour-of-day offset of 5-day half-life.
Means and offsets are in 2^-32 counts a bucket, variances in 2^-22 counts squared.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from schemas.instants import MINUTE
from schemas.signal import Scale

BUCKET = 5 * MINUTE
"""Length of a bucket in ms; bucket number = ms // BUCKET."""
PER_HOUR = 12
PER_DAY = 288
SCALES = (1, 12, 24)
"""Lengths of the scales in buckets."""
SPAN = 24
"""Buckets that the longest scale looks at."""
WARM_UP = 5 * PER_DAY // 2
"""2.5 days, in buckets."""
FORGET = 8 * PER_DAY
"""A feed that pauses longer than this, in buckets, starts afresh."""
CEILING = 1_000_000
"""Counts a bucket beyond this are taken as this: the variance stays within 64 bits."""
LENGTH = 6 + SPAN + len(SCALES) * 26
"""Integers in a dump."""
UNITS = {"weighted_negative": 10_000}
"""How much of a channel's count is one mention; 1 where not named. The Poisson floor is that of mentions, not of weights."""

_LAYOUT = 1
_ONE = 1 << 32
_HALF = 1 << 31
_UNIT = 2.0**-32
_TOP = CEILING << 32
_TO_VARIANCE = 42
"""2^-64 (a squared deviation) to 2^-22."""
_KEEP = [round(_ONE * 0.5 ** (k / (7 * PER_DAY))) for k in range(PER_HOUR + 1)]
_KEEP_HOUR = [round(_ONE * 0.5 ** (k / (5 * PER_HOUR))) for k in range(PER_HOUR + 1)]
_MIDWAY = [round(_ONE * 0.5 ** (k / (10 * PER_HOUR))) for k in range(PER_HOUR + 1)]
_GAIN = _ONE - _KEEP[1]
_GAIN_HOUR = _ONE - _KEEP_HOUR[1]
_STEADY = _ONE // _GAIN
"""Buckets after which the plain average gives way to the exponential one: where their gains meet."""

_Level = tuple[int, float, float]
"""Buckets, expected count a bucket, deviation of the mean count a bucket."""


class Baseline:
    """History of one channel. `unit` is how much of the count one mention is (10,000 for weights in 1/10,000).

    Feed finalised buckets; read any later one. Its state, and so every reading, depends only on the pairs fed, and a
    zero fed is the same as a bucket skipped; what was not observed at all is told by `miss`. Silence is exact for its first 24 buckets, then one step per clock
    hour: the surprise of its zeros is taken as it is midway, and a reading sees the hour once it is over. The first
    ten days are plain averages, which the first bucket starts; the exponential ones follow.
    """

    __slots__ = ("_first", "_heard", "_last", "_levels", "_ring", "_scales", "_settled", "_unit")

    def __init__(self, unit: int = 1) -> None:
        self._unit = unit
        self._first = -1
        self._last = -1
        self._heard = -1
        self._settled = -1
        self._ring = [0] * SPAN
        self._scales = [[0] * 26 for _ in SCALES]
        self._levels: dict[int, tuple[_Level, _Level, _Level]] = {}

    @classmethod
    def of(cls, channel: str) -> Baseline:
        """An empty baseline in the unit of the channel."""
        return cls(UNITS.get(channel, 1))

    @property
    def last(self) -> int | None:
        """The last bucket fed; None before the first."""
        return None if self._first < 0 else self._last

    def feed(self, bucket: int, count: int) -> None:
        """Take a finalised bucket. Buckets skipped since the last one are zeros; after FORGET of them all is forgotten.

        Raises ValueError where `bucket` does not follow the last one or a number is negative.
        """
        if bucket <= self._last or count < 0:
            raise ValueError(f"bucket {bucket} with count {count} cannot follow bucket {self._last}")
        self._levels.clear()
        if self._first < 0 or bucket - self._last > FORGET:
            self.__init__(self._unit)  # type: ignore[misc]  # forgetting is becoming new, with the same unit
            self._first = self._heard = bucket
            self._settled = bucket - 1
            self._step(bucket, count)
        elif count:
            self._silence(bucket - 1)
            if self._settled < bucket - 1:
                self._fold((bucket - 1,))
            self._step(bucket, count)
            self._heard = bucket
        else:
            self._silence(bucket)
        self._last = bucket

    def miss(self, until: int) -> None:
        """The buckets after the last one fed, up to `until`, were not observed: no data, which is not zero.

        Nothing is learnt from them, and they do not count towards the warm-up. In the windows of the two hours after them
        stands what is usual in their place, which surprises nobody. FORGET of them or more leave all as it is, for the next
        bucket fed forgets; so do those before the first one fed. Raises ValueError where `until` does not follow the last bucket.
        """
        if until <= self._last:
            raise ValueError(f"bucket {until} cannot be missing after bucket {self._last}")
        gap = until - self._last
        if self._first < 0 or gap >= FORGET:
            return
        if self._settled < self._last:
            self._fold((self._last,))
        usual = self._scales[0]
        due = 0
        for bucket in range(max(self._last + 1, until - SPAN + 1), until + 1):
            due += max(0, usual[0] + usual[2 + bucket // PER_HOUR % 24]) * self._unit
            self._ring.append(due >> 32)
            due &= _ONE - 1
        del self._ring[:-SPAN]
        self._first += gap
        self._last = self._heard = self._settled = until
        self._levels.clear()

    def earlier(self, number: int = SPAN - 1) -> list[int]:
        """The counts of the `number` buckets that end with the last one fed, at most 24: oldest first, 0 before the first."""
        return self._ring[SPAN - number :]

    def read(self, bucket: int, recent: Sequence[int]) -> tuple[float, list[Scale], bool]:
        """Score, its scales, and whether the history is long enough (2.5 days), for a bucket not yet fed.

        `recent`: counts of the 24 buckets ending with `bucket`, open or not. z = (mean rate - expected) / max(sd, Poisson
        floor) per scale, score = mean of the z. The floor is the deviation of a Poisson count with the expected mean,
        at least 1 mention over the scale. Nothing is corrected for buckets between the last one fed and `bucket`.
        """
        unit = self._unit
        scales = []
        total = 0.0
        for (length, expected, deviation), count in zip(self._usual(bucket), _sums(recent), strict=True):
            observed = count / (unit * length)
            z = (observed - expected) / deviation
            total += z
            scales.append(Scale(length, round(observed, 4), round(expected, 4), round(deviation, 4), round(z, 4)))
        return round(total / len(SCALES), 4), scales, self.is_warm(bucket)

    def score(self, bucket: int, recent: Sequence[int]) -> float:
        """The score as `read` tells it, at a fraction of its cost."""
        (one, usual_1, spread_1), (twelve, usual_12, spread_12), (span, usual_24, spread_24) = self._usual(bucket)
        unit = self._unit
        last, hour, both = _sums(recent)
        total = (last / (unit * one) - usual_1) / spread_1
        total += (hour / (unit * twelve) - usual_12) / spread_12
        total += (both / (unit * span) - usual_24) / spread_24
        return round(total / len(SCALES), 4)

    def is_warm(self, bucket: int) -> bool:
        """Whether the history is long enough to score the bucket."""
        return 0 <= self._first <= bucket - WARM_UP and bucket - self._last <= FORGET

    def _usual(self, bucket: int) -> tuple[_Level, _Level, _Level]:
        """What is usual at the bucket's hour, per scale: the same from one fed bucket to the next."""
        hour = 2 + bucket // PER_HOUR % 24
        found = self._levels.get(hour)
        if found is None:
            one, twelve, span = self._scales
            found = _level(1, one, hour), _level(PER_HOUR, twelve, hour), _level(SPAN, span, hour)
            self._levels[hour] = found
        return found

    def dump(self) -> list[int]:
        """LENGTH integers: layout, unit; first, last, last heard and settled bucket; 24 counts; mean, variance, 24 offsets a scale."""
        flat = [_LAYOUT, self._unit, self._first, self._last, self._heard, self._settled, *self._ring]
        for state in self._scales:
            flat += state
        return flat

    @classmethod
    def load(cls, flat: Sequence[int]) -> Baseline:
        """The baseline that `dump` described. Raises ValueError for anything else."""
        if len(flat) != LENGTH or flat[0] != _LAYOUT:
            raise ValueError(f"not a baseline of layout {_LAYOUT}: {len(flat)} integers")
        made = cls(flat[1])
        made._first, made._last, made._heard, made._settled = flat[2:6]
        made._ring = list(flat[6 : 6 + SPAN])
        made._scales = [list(flat[at : at + 26]) for at in range(6 + SPAN, LENGTH, 26)]
        return made

    def _silence(self, until: int) -> None:
        exact = min(until, self._heard + SPAN)
        if exact > self._last:
            self._zeros(self._last + 1, exact)
        if until > exact:
            ends = range((self._settled + 1) // PER_HOUR * PER_HOUR + PER_HOUR - 1, until + 1, PER_HOUR)
            self._fold(ends)

    def _zeros(self, first: int, last: int) -> None:
        """`_step` of consecutive buckets in which nothing was said: a scale at a time, which is what makes it quick."""
        ring = [*self._ring, *[0] * (last - first + 1)]
        unit, start = self._unit, self._first
        quiet = not any(self._ring)
        for length, state in zip(SCALES, self._scales, strict=True):
            # Zeros leave a channel as it is in which nothing was ever said: of a thousand brands' channels, most.
            if quiet and not any(state):
                continue
            mean, variance = state[0], state[1]
            total = sum(ring[SPAN - length : SPAN])
            leaving = SPAN - length
            for bucket in range(first, last + 1):
                total -= ring[leaving]
                leaving += 1
                age = bucket - start + 1
                hour = 2 + bucket // PER_HOUR % 24
                x = (total << 32) // (unit * (length if length < age else age)) if total else 0
                if x > _TOP:
                    x = _TOP
                offset = state[hour]
                surprise = x - mean - offset
                squared = surprise * surprise >> _TO_VARIANCE
                if age < _STEADY:
                    mean += (x - mean) // age
                    variance += (squared - variance) // age
                else:
                    mean += (x - mean) * _GAIN >> 32
                    variance += (squared - variance) * _GAIN + _HALF >> 32
                state[hour] = offset + (surprise * _GAIN_HOUR >> 32)
            state[0], state[1] = mean, variance
        self._ring = ring[-SPAN:]
        self._settled = last

    def _step(self, bucket: int, count: int) -> None:
        ring = self._ring
        del ring[0]
        ring.append(count)
        age = bucket - self._first + 1
        hour = 2 + bucket // PER_HOUR % 24
        unit = self._unit
        last, twelve, both = _sums(ring)
        one, dozen, two = self._scales
        for length, total, state in ((1, last, one), (PER_HOUR, twelve, dozen), (SPAN, both, two)):
            x = (total << 32) // (unit * (length if length < age else age))
            if x > _TOP:
                x = _TOP
            mean = state[0]
            gap = x - mean
            offset = state[hour]
            surprise = gap - offset
            if age >= _STEADY:
                state[0] = mean + (gap * _GAIN >> 32)
                variance = state[1]
                state[1] = variance + (((surprise * surprise >> _TO_VARIANCE) - variance) * _GAIN + _HALF >> 32)
                state[hour] = offset + (surprise * _GAIN_HOUR >> 32)
            elif age > 1:
                state[0] = mean + gap // age
                variance = state[1]
                state[1] = variance + ((surprise * surprise >> _TO_VARIANCE) - variance) // age
                state[hour] = offset + (surprise * _GAIN_HOUR >> 32)
            else:
                state[0] = x
        self._settled = bucket

    def _fold(self, ends: Sequence[int]) -> None:
        """Zeros up to each of `ends` in one step: the rest of the clock hour that the first one closes, then whole hours."""
        if not ends:
            return
        loud = [state for state in self._scales if any(state)]
        if not loud:
            self._settled = ends[-1]
            return
        steps = []
        for end in ends:
            zeros = end - self._settled
            age = end - self._first + 1
            keep = (age - zeros) * _ONE // age if age < _STEADY else _KEEP[zeros]
            steps.append((2 + end // PER_HOUR % 24, keep, _MIDWAY[zeros], _ONE - _KEEP_HOUR[zeros]))
            self._settled = end
        for state in loud:
            mean, variance = state[0], state[1]
            for hour, keep, midway, fade in steps:
                offset = state[hour]
                usual = mean + offset
                surprise = usual * midway >> 32
                squared = surprise * surprise >> _TO_VARIANCE
                mean = mean * keep >> 32
                variance = variance * keep + squared * (_ONE - keep) + _HALF >> 32
                state[hour] = offset - (usual * fade >> 32)
            state[0], state[1] = mean, variance


def _level(length: int, state: Sequence[int], hour: int) -> _Level:
    level = state[0] + state[hour]
    expected = level * _UNIT if level > 0 else 0.0
    deviation = sqrt(state[1]) / 2048
    mentions = expected * length
    floor = sqrt(mentions) / length if mentions > 1.0 else 1 / length
    return length, expected, deviation if deviation > floor else floor


def _sums(counts: Sequence[int]) -> tuple[int, int, int]:
    """The counts of the last bucket, hour and two hours, of 24."""
    hour = sum(counts[PER_HOUR:])
    return counts[-1], hour, hour + sum(counts[:PER_HOUR])
