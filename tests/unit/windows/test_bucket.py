"""Buckets count in integers, and give back exactly what they took."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pipeline.windows.bucket import AUTHORS_CAP, Bucket, Candidate, merge
from pipeline.windows.contribution import NEGATIVE, POSITIVE, UNSURE, Contribution, Role
from pipeline.windows.publish import net_sentiment, window_of


def contribution(role=Role.OPINION, polarity=NEGATIVE, author=1, weight=10_000, engagement=0, text=1, **more):
    fields = {
        "question": False,
        "slices": [("network", "bluesky"), ("target", "brand:b")],
        "hashtags": ["falla"],
        **more,
    }
    return Contribution(
        role, polarity, author, fields["question"], weight, engagement, text, fields["slices"], fields["hashtags"]
    )


contributions = st.builds(
    contribution,
    role=st.sampled_from(list(Role)),
    polarity=st.integers(0, 3),
    author=st.integers(0, 5),
    weight=st.integers(10_000, 50_000),
    engagement=st.integers(0, 99),
    text=st.integers(0, 5),
    question=st.booleans(),
    hashtags=st.lists(st.sampled_from(["a", "b", "c"]), unique=True),
    slices=st.sampled_from([[("network", "x")], [("network", "bluesky"), ("language", "es"), ("target", "brand:b")]]),
)


def without_revision(bucket):
    return msgspec.structs.replace(bucket, revision=0, slices={d: r for d, r in bucket.slices.items() if r})


@given(st.lists(contributions, max_size=30), st.lists(contributions, max_size=10))
def test_taking_away_what_was_added_leaves_no_trace(kept, taken_back):
    bucket, plain = Bucket(1), Bucket(1)
    for what in kept:
        bucket.add(what)
        plain.add(what)
    for what in taken_back:
        bucket.add(what)
    for what in reversed(taken_back):
        bucket.add(what, -1)
    assert without_revision(bucket) == without_revision(plain)


@given(st.lists(contributions, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_contributions_changes_no_published_figure(what, shuffle):
    def publish(order):
        bucket = Bucket(7)
        for one in order:
            bucket.add(one)
        return window_of("b", "5m", bucket, 0)

    first = publish(what)
    shuffled = list(what)
    shuffle.shuffle(shuffled)
    assert publish(shuffled) == first


@given(st.lists(contributions, max_size=30), st.integers(0, 30))
def test_merging_parts_equals_counting_at_once(what, cut):
    whole, left, right = Bucket(2), Bucket(0), Bucket(1)
    for position, one in enumerate(what):
        whole.add(one)
        (left if position < cut else right).add(one)
    assert merge(2, [left, right]) == whole


def test_an_id_of_sixty_four_bits_from_an_older_state_still_fits_the_state():
    bucket = Bucket(1)
    bucket.add(contribution(text=(1 << 64) - 1))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(bucket), type=Bucket) == bucket


def test_a_repost_is_amplification_and_no_opinion():
    bucket = Bucket(1)
    bucket.add(contribution(role=Role.AMPLIFICATION))
    assert (bucket.mentions, bucket.amplifications, bucket.polarity) == (0, 1, [0, 0, 0, 0])


def test_a_mention_of_a_competitor_alone_counts_only_in_its_target():
    bucket = Bucket(1)
    bucket.add(contribution(role=Role.ELSEWHERE, slices=[("network", "x"), ("target", "competitor:c")]))
    assert bucket.mentions == 0
    assert list(bucket.slices) == ["target"]


def test_beyond_the_cap_the_number_of_authors_is_a_lower_bound_that_says_so():
    bucket = Bucket(1)
    for author in range(AUTHORS_CAP + 3):
        bucket.add(contribution(author=author))
    published = window_of("b", "5m", bucket, 0).authors
    assert (published.count, published.saturated) == (AUTHORS_CAP, True)


def test_no_data_is_not_zero():
    assert net_sentiment(0, 0, 0).value is None
    assert net_sentiment(2, 1, 1).value is None
    assert net_sentiment(0, 5, 0).value == 0


def test_history_is_counted_but_the_detector_does_not_see_it():
    bucket = Bucket(1)
    bucket.add(contribution(polarity=POSITIVE))
    bucket.add_history(contribution(polarity=NEGATIVE))
    assert bucket.mentions == 2
    assert bucket.channels() == (1, 0, 1, 0, 0, 0)


def test_evidence_keeps_the_weightiest_and_one_of_several_alike():
    bucket = Bucket(1)
    for n in range(9):
        bucket.show(Candidate(NEGATIVE, 10_000 + n, n, f"u{n}", "x", "text", None, None, n))
    bucket.show(Candidate(NEGATIVE, 90_000, 9, "copy", "x", "text", None, None, 8))
    assert [c.uid for c in bucket.evidence] == ["u8", "u7", "u6", "u5", "u4"]
    bucket.hide("u8")
    assert "u8" not in [c.uid for c in bucket.evidence]


def test_an_undecided_opinion_is_in_no_share():
    bucket = Bucket(1)
    for author in range(9):
        bucket.add(contribution(polarity=UNSURE, author=author))
    window = window_of("b", "5m", bucket, 0)
    assert (window.mentions, window.net_sentiment.value, window.net_sentiment.n) == (9, None, 0)
