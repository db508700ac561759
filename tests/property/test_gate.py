"""The gate before a dearer tier: in the order of the log, within its budget, the most doubtful first, whatever restarts."""

import random
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.understand.gate import BURST, BURST_MS, Gate, GateState, Verdict
from schemas.config import Budget
from schemas.kinds import Polarity
from schemas.mention import InfluenceStamp, Lang, Sentiment

NOON = 1_795_348_800_000


def felt(margin):
    """A sentiment whose likeliest polarity is ahead by `margin`, in ten-thousandths."""
    least = (10_000 - margin) // 4
    rest = 10_000 - least
    first, second = (rest + margin) // 2, (rest - margin) // 2
    return Sentiment(Polarity.NEGATIVE, first / 10_000, least / 10_000, second / 10_000, "tier0")


class Said(msgspec.Struct, frozen=True):
    after: int
    margin: int | None
    lang: str | None = "en"
    influence: float | None = None
    opinion: bool = True


said = st.builds(
    Said,
    after=st.integers(0, 3_000) | st.integers(0, 50_000),
    margin=st.none() | st.integers(0, 9_999),
    lang=st.sampled_from([None, "en", "en-GB", "es", "und"]),
    influence=st.none() | st.floats(0, 100),
    opinion=st.booleans() | st.just(True),
)
conversations = st.lists(said, max_size=150)
shares, rates = st.floats(0, 1), st.floats(0.01, 50)
budgets = st.builds(
    Budget, share=st.none() | shares, rate=st.none() | rates, influence=st.none() | st.sampled_from([0.0, 40.0, 100.0])
)


def put(gate, conversation, at=NOON):
    """Each mention's time and verdict."""
    found = []
    for one in conversation:
        at += one.after
        sentiment = None if one.margin is None else felt(one.margin)
        lang = None if one.lang is None else Lang(one.lang, "detected")
        stamp = None if one.influence is None else InfluenceStamp(one.influence, 9, 0.5, "2026-11-22T12:00:00.000Z")
        found.append((at, gate.decide(at, sentiment, lang, stamp, one.opinion)))
    return found


def copied(gate, budget):
    """A gate of the next process: the state has been through its bytes."""
    other = Gate(budget, {"en"})
    other.state = msgspec.msgpack.decode(msgspec.msgpack.encode(gate.state), type=GateState)
    return other


@given(budgets, conversations, st.integers(0, 150))
def test_a_restart_changes_no_verdict(budget, conversation, cut):
    whole = put(Gate(budget, {"en"}), conversation)
    first = Gate(budget, {"en"})
    before = put(first, conversation[:cut])
    at = before[-1][0] if before else NOON
    assert before + put(copied(first, budget), conversation[cut:], at) == whole


@given(shares, conversations)
def test_a_share_is_never_exceeded_by_more_than_what_was_saved(share, conversation):
    verdicts = [verdict for _, verdict in put(Gate(Budget(share=share), {"en"}), conversation)]
    for start in range(0, len(verdicts), 10):
        read = 0
        for count, verdict in enumerate(verdicts[start:], 1):
            read += verdict.again
            assert read <= share * count + (BURST if start else 0) + 1e-6


@given(rates, conversations)
def test_a_rate_is_never_exceeded_by_more_than_what_was_saved(rate, conversation):
    told = put(Gate(Budget(rate=rate), {"en"}), conversation)
    saved = max(1, rate * BURST_MS / 1_000) + 1e-3
    for start in range(0, len(told), 10):
        read = 0
        for at, verdict in told[start:]:
            read += verdict.again
            assert read <= rate * (at - told[start][0]) / 1_000 + saved


@given(shares, rates, conversations)
def test_the_influential_are_read_again_whatever_the_budget_holds(share, rate, conversation):
    told = put(Gate(Budget(share=share / 100, rate=rate / 100, influence=60), {"en"}), conversation)
    for one, (_, verdict) in zip(conversation, told, strict=True):
        if one.opinion and one.margin is not None and one.lang in ("en", "en-GB"):
            assert (verdict is Verdict.INFLUENCE) == (one.influence is not None and one.influence >= 60)
        else:
            assert verdict is Verdict.UNREAD


@given(budgets, conversations)
def test_only_what_the_tier_can_read_and_what_is_an_opinion_is_read_again(budget, conversation):
    for one, (_, verdict) in zip(conversation, put(Gate(budget, {"en"}), conversation), strict=True):
        if one.margin is None or not one.opinion or one.lang in (None, "es", "und"):
            assert verdict is Verdict.UNREAD


@given(conversations)
def test_without_a_bound_what_is_doubtful_is_read_again(conversation):
    for one, (_, verdict) in zip(conversation, put(Gate(Budget(), None), conversation), strict=True):
        if one.margin is not None and one.opinion:
            assert verdict is (Verdict.DOUBT if felt_margin(one.margin) < 51 else Verdict.SURE)


def felt_margin(margin):
    sentiment = felt(margin)
    return 100 * (sentiment.negative - max(sentiment.neutral, sentiment.positive)) + 1e-6


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("readable", [1.0, 0.5])
def test_all_of_a_share_is_spent_and_on_the_most_doubtful(share, readable):
    luck = random.Random(7)
    talk = [
        Said(1_000, int(9_999 * luck.random() ** 0.5), "en" if luck.random() < readable else "es") for _ in range(8_000)
    ]
    verdicts = [verdict for _, verdict in put(Gate(Budget(share=share), {"en"}), talk)]
    later = list(zip(talk, verdicts, strict=True))[2_000:]
    spent = sum(verdict.again for _, verdict in later) / len(later)
    possible = sum(one.lang == "en" for one, _ in later) / len(later)
    assert spent == pytest.approx(min(share, possible), rel=0.05, abs=0.003)
    read = [one.margin for one, verdict in later if verdict.again]
    best = sorted(one.margin for one, _ in later if one.lang == "en")[: len(read)]
    # What a judge who knew the whole conversation would have chosen is not two hundredths of margin less doubtful.
    assert sum(read) / len(read) <= sum(best) / len(best) + 200


def test_all_of_a_rate_is_spent_and_on_the_most_doubtful():
    luck = random.Random(7)
    talk = [Said(luck.randrange(200), luck.randrange(9_999)) for _ in range(8_000)]
    told = put(Gate(Budget(rate=2), {"en"}), talk)[2_000:]
    spent = sum(verdict.again for _, verdict in told)
    assert spent == pytest.approx(2 * (told[-1][0] - told[0][0]) / 1_000, rel=0.05)
    read = [one.margin for one, (_, verdict) in zip(talk[2_000:], told, strict=True) if verdict.again]
    assert max(read) < 2.5 * 9_999 * spent / len(told)


def test_a_rate_is_divided_among_the_gates_of_all_partitions():
    talk = [Said(100, 100) for _ in range(4_000)]
    alone, one_of_four = (sum(v.again for _, v in put(Gate(Budget(rate=4), None, parts), talk)) for parts in (1, 4))
    assert alone == pytest.approx(4 * one_of_four, rel=0.05)


def test_a_rate_of_less_than_one_in_the_time_that_is_saved_is_still_spent():
    told = put(Gate(Budget(rate=0.01), None), [Said(10_000, 100) for _ in range(1_000)])
    times = [at for at, verdict in told if verdict.again]
    assert {later - earlier for earlier, later in pairwise(times)} == {100_000}


def test_a_crisis_does_not_empty_the_budget_of_those_before_it():
    """What was doubtful in quiet hours is not in a storm: the reach follows."""
    quiet, storm = [Said(100, 9_000) for _ in range(3_000)], [Said(10, 2_000) for _ in range(6_000)]
    calm = [Said(100, 9_000 - n % 100) for n in range(3_000)]
    for talk in (quiet, storm, calm):
        gate = Gate(Budget(share=0.3), {"en"})
        verdicts = [verdict.again for _, verdict in put(gate, quiet + talk)]
        assert sum(verdicts[-1_000:]) == pytest.approx(300, abs=20)
