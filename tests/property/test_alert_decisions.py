"""The pure parts of alerting under any input: decisions, addresses, bodies."""

from __future__ import annotations

import json
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from hypothesis import assume, given
from hypothesis import strategies as st

from agents.alert.addresses import Reach, reach
from agents.alert.body import BODY_BYTES, webhook_body
from agents.alert.retry import JITTER, RETRY_AFTER_MAX, SCHEDULE, Action, Outcome, decide
from schemas.kinds import Edge, SignalKind
from schemas.signal import Contribution, Drivers, Evidence, Reading, Scale, Sentence, Signal

_NAT64 = IPv6Network("64:ff9b::/96")
attempts = st.integers(1, 12)
outcomes = st.sampled_from(Outcome)
waits = st.none() | st.floats(-1e6, 1e12)
chances = st.floats(0, 1, exclude_max=True)


@given(attempts, outcomes, waits, chances)
def test_a_delay_is_never_shorter_than_the_schedule_nor_longer_than_it_or_an_hour(
    attempt: int, outcome: Outcome, retry_after: float | None, rand: float
) -> None:
    decision = decide(attempt, outcome, retry_after, rand)
    assert 0 <= decision.pause <= RETRY_AFTER_MAX
    if decision.action is Action.RETRY:
        base = SCHEDULE[attempt - 1]
        assert base * (1 - JITTER) <= decision.delay <= max(base * (1 + JITTER), RETRY_AFTER_MAX)
        assert decision.delay >= decision.pause
    else:
        assert decision.delay == decision.pause == 0


@given(st.lists(st.tuples(outcomes, waits, chances), min_size=8, max_size=8))
def test_whatever_an_endpoint_does_a_signal_ends_delivered_dead_or_with_the_endpoint_disabled(
    history: list[tuple[Outcome, float | None, float]],
) -> None:
    tried, ends = 0.0, None
    for attempt, (outcome, retry_after, rand) in enumerate(history, start=1):
        decision = decide(attempt, outcome, retry_after, rand)
        if decision.action is not Action.RETRY:
            ends = decision.action
            break
        tried += decision.delay
    assert ends is not None
    if ends is Action.GIVE_UP:
        assert tried >= sum(SCHEDULE) * (1 - JITTER)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_ipv6_clothes_is_judged_as_itself(address: IPv4Address) -> None:
    mapped = IPv6Address((0xFFFF << 32) | int(address))
    translated = IPv6Address((0x64FF9B << 96) | int(address))
    assert reach(mapped) is reach(translated) is reach(str(mapped)) is reach(address)


@given(st.ip_addresses())
def test_nothing_the_standard_library_calls_special_is_public(address: IPv4Address | IPv6Address) -> None:
    assume(reach(address) is Reach.PUBLIC)
    plain = getattr(address, "ipv4_mapped", None) or address
    if not (isinstance(address, IPv6Address) and address in _NAT64):
        assert plain.is_global
    assert not (plain.is_private or plain.is_loopback or plain.is_link_local or plain.is_multicast)
    assert not plain.is_unspecified


@given(st.text(max_size=60))
def test_text_that_is_no_address_is_forbidden(text: str) -> None:
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        assert reach(text) is Reach.FORBIDDEN


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12_000)
signals = st.builds(
    Signal,
    id=st.just("sig_1"),
    incident=st.just("inc_1"),
    kind=st.sampled_from(SignalKind),
    edge=st.sampled_from(Edge),
    severity=st.just("critical"),
    brand=st.text("abc", min_size=1, max_size=20),
    key=st.text(max_size=100),
    rule=st.just("negative_burst"),
    rule_version=st.integers(1, 9),
    config=st.just("c1"),
    at=st.just("2026-11-22T12:00:00.000Z"),
    window_start=st.just("2026-11-22T11:55:00.000Z"),
    window_end=st.just("2026-11-22T12:00:00.000Z"),
    value=st.integers(0, 10**9),
    expected=st.floats(0, 1e6),
    score=st.floats(0, 1e6),
    threshold=st.just(5.0),
    n=st.integers(0, 10**6),
    authors=st.integers(0, 10**6),
    negative_share=st.none() | st.floats(0, 1),
    baseline_negative_share=st.none() | st.floats(0, 1),
    reading=st.builds(
        Reading,
        channel=st.just("negative"),
        value=st.integers(0, 10**6),
        score=st.floats(0, 1e6),
        scales=st.lists(st.just(Scale(1, 1.0, 1.0, 1.0, 1.0)), max_size=12),
        baseline=st.sampled_from([[], [1, 2], list(range(9_000))]),
        warm=st.booleans(),
    ),
    drivers=st.lists(
        st.sampled_from(
            [
                Drivers("network", 1, [Contribution("x", 1, 0, 1)]),
                Drivers("target", 300, [Contribution(f"target {i}", 1, 0, 1) for i in range(300)]),
            ]
        ),
        max_size=4,
    ),
    evidence=st.lists(st.builds(Evidence, st.just("x:1"), st.just("x"), st.none() | texts), max_size=5),
    sentence=st.builds(Sentence, texts, st.text(max_size=200)),
)


@given(signals)
def test_a_body_is_under_20_kb_the_same_every_time_and_says_what_it_left_out(signal: Signal) -> None:
    body = webhook_body(signal)
    assert len(body) < BODY_BYTES
    assert webhook_body(signal) == body
    sent = json.loads(body)
    assert sent["type"] == f"signal.{signal.kind}.{signal.edge}"
    assert sent["timestamp"] == signal.at
    data = sent["data"]
    assert (data["id"], data["value"], data["n"], data["brand"]) == (signal.id, signal.value, signal.n, signal.brand)
    trimmed = data.get("trimmed", [])
    assert ("reading.baseline" in trimmed) or data["reading"]["baseline"] == signal.reading.baseline
    assert ("evidence" in trimmed) or len(data.get("evidence", [])) == len(signal.evidence)
    assert ("drivers" in trimmed) or len(data["drivers"]) == len(signal.drivers)
    assert ("sentence" in trimmed) or data["sentence"]["es"] == signal.sentence.es
