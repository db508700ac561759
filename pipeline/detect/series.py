"""A plain series of counts through the detector: benchmarks and `escucha detect`."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.detect.baseline import SPAN, Baseline


def scores(values: Iterable[int], first_bucket: int = 0) -> list[float]:
    """One score per value of a series of five-minute counts without gaps; 0 until the baseline is warm.

    Each value is scored before it enters the baseline. `first_bucket` only places the hours of the day.
    """
    baseline = Baseline()
    recent = [0] * SPAN
    found = []
    for bucket, value in enumerate(values, first_bucket):
        recent = [*recent[1:], value]
        score, _, warm = baseline.read(bucket, recent)
        found.append(score if warm else 0.0)
        baseline.feed(bucket, value)
    return found
