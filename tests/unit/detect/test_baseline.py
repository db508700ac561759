"""The baseline: what is usual, and how far from it the newest bucket is."""

from __future__ import annotations

import pytest

from pipeline.detect.baseline import FORGET, LENGTH, PER_DAY, WARM_UP, Baseline

START = 5_000_000


def fed(counts, start=START, unit=1):
    baseline = Baseline(unit)
    for bucket, count in enumerate(counts, start):
        baseline.feed(bucket, count)
    return baseline


def test_a_steady_channel_is_expected_to_stay_as_it_is():
    baseline = fed([10] * 8 * PER_DAY)
    score, scales, warm = baseline.read(START + 8 * PER_DAY, [10] * 24)
    assert warm
    assert score == pytest.approx(0, abs=0.01)
    assert [scale.buckets for scale in scales] == [1, 12, 24]
    assert [scale.expected for scale in scales] == pytest.approx([10, 10, 10], abs=0.01)


def test_a_steady_channel_is_measured_against_the_deviation_of_chance():
    """The variance of a constant is nothing; the Poisson floor of 10 a bucket is sqrt(10), of 120 an hour sqrt(120) / 12."""
    baseline = fed([10] * 8 * PER_DAY)
    _, scales, _ = baseline.read(START + 8 * PER_DAY, [10] * 23 + [20])
    assert scales[0].deviation == pytest.approx(10**0.5, abs=0.01)
    assert scales[1].deviation == pytest.approx(120**0.5 / 12, abs=0.01)
    assert scales[0].z == pytest.approx(10 / 10**0.5, abs=0.02)


def test_the_score_is_the_mean_of_the_scales():
    baseline = fed([3, 5, 4] * 3 * PER_DAY)
    score, scales, _ = baseline.read(START + 9 * PER_DAY, [4] * 20 + [30] * 4)
    assert score == pytest.approx(sum(scale.z for scale in scales) / 3, abs=1e-3)


def test_reading_changes_nothing_and_the_tested_bucket_is_in_no_baseline():
    baseline = fed([4] * 4 * PER_DAY)
    before = baseline.dump()
    _, calm, _ = baseline.read(START + 4 * PER_DAY, [4] * 24)
    _, wild, _ = baseline.read(START + 4 * PER_DAY, [4] * 23 + [1000])
    assert [s.expected for s in calm] == [s.expected for s in wild]
    assert [s.deviation for s in calm] == [s.deviation for s in wild]
    assert baseline.dump() == before


def test_bursts_of_late_raise_the_brands_own_bar():
    quiet = fed([10] * 8 * PER_DAY)
    stormy = fed(([10] * 280 + [200] * 8) * 8)
    recent = [10] * 20 + [100] * 4
    assert stormy.read(START + 8 * PER_DAY, recent)[0] < quiet.read(START + 8 * PER_DAY, recent)[0]


def test_the_hour_of_the_day_is_part_of_what_is_usual():
    day = [40 if 9 <= n // 12 < 18 else 2 for n in range(PER_DAY)]
    baseline = fed(day * 14)
    night, noon = (
        START // PER_DAY * PER_DAY + 20 * PER_DAY + 3 * 12,
        START // PER_DAY * PER_DAY + 20 * PER_DAY + 12 * 12,
    )
    shifted = {n: day[(n - START) % PER_DAY] for n in (night, noon)}
    assert shifted[night] != shifted[noon]
    expected = {n: baseline.read(n, [0] * 24)[1][0].expected for n in (night, noon)}
    for n in (night, noon):
        assert expected[n] == pytest.approx(shifted[n], abs=8)


def test_it_is_warm_after_two_and_a_half_days():
    baseline = fed([1] * (WARM_UP - 1))
    assert not baseline.read(START + WARM_UP - 1, [1] * 24)[2]
    baseline.feed(START + WARM_UP - 1, 1)
    assert baseline.read(START + WARM_UP, [1] * 24)[2]


def test_nothing_fed_is_nothing_known():
    score, scales, warm = Baseline().read(START, [0] * 23 + [5])
    assert not warm
    assert scales[0].expected == 0
    assert score > 0


def test_the_floor_of_a_tiny_channel_is_one_mention():
    """A single complaint after days of silence is no burst; eight are."""
    baseline = fed([1] + [0] * 4 * PER_DAY)
    bucket = START + 4 * PER_DAY + 1
    assert baseline.read(bucket, [0] * 23 + [1])[0] < 2
    assert baseline.read(bucket, [0] * 23 + [8])[0] > 5


def test_weights_are_measured_in_mentions():
    plain, weighted = fed([4, 2] * 4 * PER_DAY), fed([40_000, 20_000] * 4 * PER_DAY, unit=10_000)
    bucket = START + 8 * PER_DAY
    assert plain.read(bucket, [3] * 23 + [30]) == weighted.read(bucket, [30_000] * 23 + [300_000])
    assert Baseline.of("weighted_negative").dump()[1] == 10_000
    assert Baseline.of("negative").dump()[1] == 1


def test_a_pause_of_the_feed_beyond_eight_days_forgets():
    baseline = fed([10] * 4 * PER_DAY)
    last = START + 4 * PER_DAY - 1
    assert baseline.read(last + FORGET, [3] * 24)[2]
    assert not baseline.read(last + FORGET + 1, [3] * 24)[2]
    baseline.feed(last + FORGET + 1, 3)
    assert baseline.dump() == fed([3], start=last + FORGET + 1).dump()


def test_eight_days_of_silence_are_remembered_as_silence():
    baseline = fed([10] * 4 * PER_DAY)
    last = START + 4 * PER_DAY - 1
    baseline.feed(last + FORGET, 3)
    _, scales, warm = baseline.read(last + FORGET + 1, [0] * 23 + [3])
    assert warm
    assert scales[0].expected < 1
    assert scales[0].deviation > 2


def test_time_goes_one_way():
    baseline = fed([1, 2, 3])
    with pytest.raises(ValueError, match="cannot follow"):
        baseline.feed(START + 2, 1)
    with pytest.raises(ValueError, match="cannot follow"):
        baseline.feed(START + 3, -1)


def test_a_dump_of_another_layout_is_refused():
    flat = fed([1, 2, 3]).dump()
    assert len(flat) == LENGTH
    with pytest.raises(ValueError, match="layout"):
        Baseline.load(flat[:-1])
    with pytest.raises(ValueError, match="layout"):
        Baseline.load([99, *flat[1:]])


def test_a_flood_beyond_the_ceiling_stays_within_64_bits():
    baseline = fed([10**9] * PER_DAY + [0] * PER_DAY + [10**9] * PER_DAY)
    assert all(-(2**63) <= number < 2**63 for number in baseline.dump())
