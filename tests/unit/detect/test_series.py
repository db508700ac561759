"""Plain series through the detector: steps of any fitting length, gaps that are no data, alerts with a rest between."""

from __future__ import annotations

import pytest

from pipeline.detect.baseline import BUCKET, FORGET, PER_DAY, WARM_UP, Baseline
from pipeline.detect.series import Series, alerts, fits, step_of
from schemas.instants import DAY, HOUR, MINUTE, SECOND

START = 5_000_000
AT = START * BUCKET


def taken(rows, step=BUCKET, series=None):
    series = series or Series(step)
    return [series.take(at, value) for at, value in rows]


def every(step, values, start=AT):
    return [(start + n * step, value) for n, value in enumerate(values)]


def usual(days=4):
    """A day has a rhythm; no bucket is empty."""
    return [3 + (n // 12 % 24) // 6 + n % 3 for n in range(days * PER_DAY)]


def learnt(baseline):
    """Means, variances and offsets of the three scales."""
    return baseline.dump()[30:]


@pytest.mark.parametrize(
    ("step", "fit"),
    [
        (SECOND, True),
        (MINUTE, True),
        (150 * SECOND, True),
        (BUCKET, True),
        (10 * MINUTE, True),
        (HOUR, True),
        (2 * HOUR, True),
        (0, False),
        (7 * SECOND, False),
        (2 * MINUTE, False),
        (7 * MINUTE, False),
        (125 * MINUTE, False),
        (DAY, False),
    ],
)
def test_a_step_fits_where_it_divides_five_minutes_or_is_a_multiple_within_two_hours(step, fit):
    assert fits(step) is fit
    if not fit:
        with pytest.raises(ValueError, match="neither divides"):
            Series(step)


def test_the_step_is_the_commonest_distance_whatever_the_gaps():
    assert step_of([0, 60, 120, 600, 660, 4000]) == 60
    assert step_of([0, 60, 180]) == 60
    assert step_of([7]) == BUCKET


def test_nothing_is_scored_until_the_history_is_long_enough():
    found = taken(every(BUCKET, usual(3)))
    assert [score is None for score in found] == [True] * WARM_UP + [False] * (3 * PER_DAY - WARM_UP)


def test_a_row_is_scored_before_it_is_learnt_from():
    calm, wild = taken(every(BUCKET, [*usual(), 90])), taken(every(BUCKET, [*usual(), 90, 5]))
    assert calm[-1] == wild[-2] > 5


def test_five_rows_of_a_minute_score_as_the_five_minutes_that_they_fill():
    whole = taken(every(BUCKET, [*usual(), 60]))
    split = taken(every(MINUTE, [part for n in [*usual(), 60] for part in (n - 2, 0, 1, 1, 0)]), MINUTE)
    assert split[4::5] == whole
    opened = split[-5:]
    assert opened == sorted(opened)
    assert opened[0] > 5


def test_an_hour_in_one_row_scores_as_its_even_five_minutes():
    counts = [60 + n % 7 for n in range(96)] + [900]
    even = [(count * (n + 1) // 12 - count * n // 12) for count in counts for n in range(12)]
    series, last = Series(), len(even) - 12
    taken(every(BUCKET, even[:last]), series=series)
    hourly = taken(every(HOUR, counts), HOUR)
    baseline = Baseline()
    for bucket, count in enumerate(even[:last], START):
        baseline.feed(bucket, count)
    assert hourly[-1] == baseline.score(START + last + 11, even[-24:]) > 5
    assert hourly[60] is not None


def test_a_gap_teaches_nothing():
    baseline = Baseline()
    for bucket, count in enumerate(usual(), START):
        baseline.feed(bucket, count)
    before = learnt(baseline)
    baseline.miss(START + 4 * PER_DAY + 100)
    assert learnt(baseline) == before
    assert baseline.last == START + 4 * PER_DAY + 100


def test_after_a_gap_of_the_source_the_usual_is_still_usual_and_a_burst_still_a_burst():
    values = usual(8)
    rows = every(BUCKET, values)
    # A day and a half is lost.
    kept = [*rows[: 5 * PER_DAY], *rows[5 * PER_DAY + 432 :]]
    series = Series()
    found = taken(kept, series=series)
    unbroken = taken(rows)
    after, never = found[5 * PER_DAY :], unbroken[5 * PER_DAY + 432 :]
    assert max(abs(a - b) for a, b in zip(after, never, strict=True)) < 0.5
    at = rows[-1][0] + 300 * MINUTE
    assert series.take(at, 60) > 5
    silent = Series()
    taken([*rows[: 5 * PER_DAY], *((at, 0) for at, _ in rows[5 * PER_DAY : 5 * PER_DAY + 432])], series=silent)
    first = rows[5 * PER_DAY + 432]
    assert abs(after[0]) < 0.5 < abs(silent.take(*first)), "had the gap been zeros, it would have been told"


def test_a_gap_does_not_warm_up():
    values = usual(2)
    rows = [*every(BUCKET, values), *every(BUCKET, values, AT + 4 * DAY)]
    found = taken(rows)
    assert found.index(next(score for score in found if score is not None)) == WARM_UP


def test_a_pause_beyond_eight_days_starts_afresh():
    rows = every(BUCKET, usual(3))
    late = rows[-1][0] + (FORGET + 1) * BUCKET
    found = taken([*rows, *every(BUCKET, usual(3), late)])
    fresh = found[3 * PER_DAY :]
    assert fresh == taken(every(BUCKET, usual(3), late))
    assert fresh[0] is None


def test_five_minutes_of_which_a_row_is_missing_are_not_learnt_from():
    values = [1] * 5 * 3 * PER_DAY
    rows = every(MINUTE, values)
    holed = [row for n, row in enumerate(rows) if n != len(rows) - 3]
    whole, part = Series(MINUTE), Series(MINUTE)
    taken(rows[:-5], series=whole)
    taken(holed, series=part)
    assert learnt(part._baseline) == learnt(whole._baseline)


@pytest.mark.parametrize("row", [(AT, 1), (AT - BUCKET, 1), (AT + BUCKET, -1)])
def test_time_goes_on_and_counts_are_not_negative(row):
    series = Series()
    series.take(AT, 5)
    with pytest.raises(ValueError, match="cannot follow"):
        series.take(*row)


def test_what_was_fed_cannot_be_missing():
    baseline = Baseline()
    baseline.feed(START, 1)
    with pytest.raises(ValueError, match="cannot be missing"):
        baseline.miss(START)


def test_nothing_is_missing_before_the_first_bucket():
    baseline = Baseline()
    baseline.miss(START)
    assert baseline.last is None
    assert baseline.dump() == Baseline().dump()


def test_in_place_of_what_is_missing_stands_what_is_usual_to_the_last_mention():
    """One mention in four buckets: in two hours of a gap that is six, not 24 times a rounded quarter."""
    baseline = Baseline()
    for bucket in range(START, START + 6 * PER_DAY):
        baseline.feed(bucket, int(bucket % 4 == 0))
    baseline.miss(START + 6 * PER_DAY + 50)
    assert sum(baseline.earlier(24)) in (5, 6, 7)


def test_a_series_is_quiet_for_a_while_after_an_alert():
    instants = [n * HOUR for n in range(30)]
    found = [None, None, 5.0, 9.0, *[0.0] * 21, 4.9, 5.1, 7.0, 8.0, 5.0]
    assert alerts(instants, found, 5, DAY) == [2 * HOUR, 26 * HOUR]
    assert alerts(instants, found, 5, 0) == [n * HOUR for n in (2, 3, 26, 27, 28, 29)]
