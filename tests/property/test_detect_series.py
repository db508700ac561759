"""The quick filter and the quick score are the plain formulas to the last bit; a series is scored alike however it is cut; a gap teaches nothing."""

from __future__ import annotations

from math import sqrt

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detect.baseline import BUCKET, FORGET, LENGTH, PER_DAY, Baseline
from pipeline.detect.series import Series
from schemas.instants import MINUTE

START = 5_000_000

units = st.sampled_from([1, 10_000])
counts = st.lists(st.one_of(st.just(0), st.integers(0, 9), st.integers(0, 3_000_000)), min_size=1, max_size=80)
recents = st.lists(st.one_of(st.integers(0, 200), st.integers(0, 10**9)), min_size=24, max_size=24)
quiet = st.one_of(st.integers(0, 24), st.integers(0, 100))


def fed(history, unit=1):
    """Days of the history over and over, so that plain averages and exponential ones are both met."""
    baseline = Baseline(unit)
    bucket = START
    for count in history * (11 * PER_DAY // (24 * len(history)) + 1):
        baseline.feed(bucket, count * unit)
        bucket += 1
    return baseline, bucket


def by_the_book(baseline, bucket, recent):
    """The score by the formula of `Baseline.read`, from the integers of the dump alone."""
    flat = baseline.dump()
    unit, states = flat[1], [flat[at : at + 26] for at in range(LENGTH - 78, LENGTH, 26)]
    total = 0.0
    for length, state in zip((1, 12, 24), states, strict=True):
        expected = max(0, state[0] + state[2 + bucket // 12 % 24]) / 2**32
        floor = max(sqrt(expected * length), 1) / length
        deviation = max(sqrt(state[1] / 2**22), floor)
        total += (sum(recent[24 - length :]) / (unit * length) - expected) / deviation
    return round(total / 3, 4)


class Plain:
    """The filter by its formulas, in integers, a bucket at a time: silence of more than two hours apart, it has no other path."""

    def __init__(self, unit):
        self.unit, self.age, self.seen = unit, 0, [0] * 24
        self.states = [[0] * 26 for _ in range(3)]

    def feed(self, bucket, count):
        one = 2**32
        gain, hour_gain = one - round(one * 0.5 ** (1 / 2016)), one - round(one * 0.5 ** (1 / 60))
        self.age += 1
        self.seen = [*self.seen[1:], count]
        hour = 2 + bucket // 12 % 24
        for length, state in zip((1, 12, 24), self.states, strict=True):
            x = min(sum(self.seen[24 - length :]) * one // (self.unit * min(length, self.age)), 1_000_000 * one)
            mean, variance, offset = state[0], state[1], state[hour]
            surprise = x - mean - offset
            squared = surprise * surprise // 2**42
            if self.age == 1:
                state[0] = x
            elif self.age < one // gain:
                state[0] = mean + (x - mean) // self.age
                state[1] = variance + (squared - variance) // self.age
                state[hour] = offset + surprise * hour_gain // one
            else:
                state[0] = mean + (x - mean) * gain // one
                state[1] = variance + ((squared - variance) * gain + one // 2) // one
                state[hour] = offset + surprise * hour_gain // one


@given(st.lists(st.tuples(st.integers(0, 23), st.integers(1, 3_000_000)), min_size=1, max_size=40), units)
@settings(deadline=None, max_examples=25)
def test_the_quick_filter_is_the_plain_one_to_the_last_bit(bursts, unit):
    history = [count for zeros, loud in bursts for count in (loud, *[0] * zeros)]
    history = history * (11 * PER_DAY // len(history) + 1)
    quick, plain = Baseline(unit), Plain(unit)
    for bucket, count in enumerate(history, START):
        quick.feed(bucket, count)
        plain.feed(bucket, count)
    assert quick.dump()[LENGTH - 78 :] == [number for state in plain.states for number in state]


@given(counts, recents, units, quiet)
@settings(deadline=None, max_examples=100)
def test_the_quick_score_is_the_plain_one_to_the_last_digit(history, recent, unit, silence):
    baseline, bucket = fed(history, unit)
    recent = [count * unit for count in recent]
    at = bucket + silence
    score = baseline.score(at, recent)
    assert score == baseline.read(at, recent)[0] == by_the_book(baseline, at, recent)
    assert score == Baseline.load(baseline.dump()).score(at, recent)


@given(counts, quiet, st.integers(1, FORGET - 1), units, st.lists(st.integers(0, 50), min_size=30, max_size=60))
@settings(deadline=None, max_examples=60)
def test_a_gap_anywhere_teaches_nothing_and_a_restart_in_it_changes_nothing(history, silence, gap, unit, after):
    told, bucket = fed(history, unit)
    for zero in range(silence):
        told.feed(bucket + zero, 0)
    last = bucket + silence - 1
    learnt = told.dump()[30:]
    told.miss(last + gap)
    # Beyond two hours, silence is folded in by the hour, and what is owed of it is settled first.
    assert silence > 24 or told.dump()[30:] == learnt
    again = Baseline.load(told.dump())
    scores = [b.score(last + gap + 1, [*b.earlier(), 7]) for b in (told, again)]
    for number, count in enumerate(after, last + gap + 1):
        told.feed(number, count)
        again.feed(number, count)
    assert told.dump() == again.dump()
    assert scores[0] == scores[1]
    assert told.last == last + gap + len(after)


@given(st.lists(st.lists(st.integers(0, 40), min_size=5, max_size=5), min_size=1, max_size=40))
@settings(deadline=None, max_examples=40)
def test_minutes_score_as_the_five_minutes_that_they_fill(groups):
    groups = groups * (3 * PER_DAY // len(groups) + 1)
    whole, split = Series(), Series(MINUTE)
    for n, group in enumerate(groups):
        at = (START + n) * BUCKET
        parts = [split.take(at + k * MINUTE, count) for k, count in enumerate(group)]
        assert parts[-1] == whole.take(at, sum(group))
