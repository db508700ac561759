"""What listen remembers between looks is what it would count afresh."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detect.baseline import SPAN, Baseline
from pipeline.detect.gauge import Gauge
from pipeline.windows.bucket import CHANNELS, Bucket
from pipeline.windows.contribution import WHOLE, Contribution, Role
from pipeline.windows.history import History
from pipeline.windows.outlook import Outlook
from pipeline.windows.times import BUCKET
from schemas.instants import MINUTE

FIRST = 1_000_000

said = st.builds(
    Contribution,
    role=st.sampled_from([Role.OPINION, Role.OPINION, Role.AMPLIFICATION, Role.ELSEWHERE]),
    polarity=st.integers(0, 3),
    author=st.integers(0, 5),
    question=st.booleans(),
    weight=st.just(WHOLE),
    engagement=st.integers(0, 3),
    text=st.integers(0, 5),
    slices=st.just([("target", "brand:b"), ("network", "x"), ("language", "es")]),
    hashtags=st.just([]),
)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(0, 2), said),
        st.tuples(st.just("unsay"), st.integers(0, 2), said),
        st.tuples(st.just("correct"), st.integers(3, 40), said),
        st.tuples(st.just("move"), st.sampled_from([1, 1, 2, 7, 12, 23, 24, 30]), said),
        st.tuples(st.just("look"), st.just(0), said),
    ),
    max_size=60,
)


def plain(view):
    return (
        {name: list(counts) for name, counts in view.recent.items()},
        (view.opinions, view.negatives, view.positives, view.history_opinions, view.history_negatives),
        {channel: view.authors[channel] for channel in CHANNELS},
        {channel: view.slots[channel] for channel in CHANNELS},
        {channel: view.evidence[channel] for channel in CHANNELS},
    )


def afresh(history):
    """The same buckets and hours in a history that has never been looked at."""
    made = History(10 * MINUTE)
    made.buckets = {
        n: msgspec.convert(msgspec.to_builtins(kept), Bucket, strict=False) for n, kept in history.buckets.items()
    }
    made.hours = dict(history.hours)
    return made


@given(acts)
def test_a_view_made_of_what_was_kept_equals_one_counted_afresh(steps):
    history, number = History(10 * MINUTE), FIRST
    outlook = Outlook("b", history)
    for act, buckets, what in steps:
        if act == "move":
            number += buckets
            due = history.next_seal()
            if due is not None and due <= number * BUCKET:
                history.seal(number * BUCKET)
        elif act == "correct":
            if history.is_final(number - buckets, number * BUCKET):
                history.past(number - buckets).add_history(what)
                history.past_hour(number - buckets, number * BUCKET)
        elif act != "look" and not history.is_final(number - buckets, number * BUCKET):
            history.bucket(number - buckets).add(what, 1 if act == "say" else -1)
        seen = outlook.view(number, number * BUCKET + 1, history.recent(number))
        fresh = afresh(history)
        assert plain(seen) == plain(Outlook("b", fresh).view(number, number * BUCKET + 1, fresh.recent(number)))


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 50)), max_size=60),
    st.lists(st.integers(0, 50), min_size=SPAN, max_size=SPAN),
    st.integers(1, 300),
)
def test_a_gauge_tells_what_a_full_reading_tells(fed, recent, later):
    baseline, bucket = Baseline(), FIRST
    for step, count in fed:
        bucket += step
        baseline.feed(bucket, count)
    bucket += later
    score, _, warm = baseline.read(bucket, recent)
    gauge = Gauge("total", baseline, bucket, recent)
    assert (gauge.score, gauge.warm, gauge.value) == (score, warm, recent[-1])
    assert gauge.baseline == baseline.dump() + recent[:-1]
