"""Neither batches nor restarts change what the listen stage gives."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.record import Partition
from schemas.codec import decode
from schemas.headers import LEDGER
from schemas.instants import HOUR, SECOND
from schemas.mention import Mention
from schemas.topics import MENTIONS, WINDOWS
from tests.unit.windows.listening import T0, Log, finals, listen, run


@pytest.mark.parametrize("value", [b"{}", b"no json"])
def test_what_does_not_decode_is_one_dead_letter_and_one_event_also_after_a_restart(log, value):
    log._append(value, (LEDGER,))
    log.mention("1", T0)
    stage, _ = run(log)
    assert (stage.counts.seen, stage.counts.dead_lettered) == (2, 1)
    again = listen()
    again.restore({key: data for key, data in stage.snapshot().items() if data is not None})
    assert again.process(log.records).letters == []
    assert (again.counts.seen, again.counts.dead_lettered) == (2, 1)


def test_a_restart_seals_no_hour_a_second_time_that_history_has_closed(log):
    log.mention("old", T0 + 5 * HOUR, event=T0, backfill=True)
    log.tick(T0 + 5 * HOUR + SECOND)
    stage, outputs = run(log)
    assert len(finals(outputs, "1h")) == 1
    again = listen()
    again.restore({key: data for key, data in stage.snapshot().items() if data is not None})
    log.tick(T0 + 6 * HOUR)
    assert again.process(log.records[-1:]).records == []


steps = st.lists(
    st.tuples(
        st.sampled_from(["say", "say", "say", "again", "edit", "delete", "tick"]),
        st.integers(0, 12),
        st.integers(0, 4 * 60),
        st.sampled_from(["negative", "neutral", "positive"]),
    ),
    min_size=5,
    max_size=60,
)


def build(plan):
    log, now = Log(), T0
    for kind, number, seconds, polarity in plan:
        now += seconds * SECOND
        if kind == "tick":
            log.tick(now)
        elif kind == "delete":
            log.change(str(number), now)
        elif kind == "edit":
            log.mention(str(number), now, polarity, version="3", edited=True)
        else:
            log.mention(str(number), now, polarity, brand=f"b{number % 2}")
    log.tick(now + 3 * HOUR)
    return log


def promised(outputs):
    """What must not depend on batching: finals, signals, late records, in order per brand."""
    kept = [
        (out.topic, out.key, out.value) for out in outputs if out.topic != WINDOWS or b'"state":"final"' in out.value
    ]
    return sorted(kept, key=lambda row: (row[0], row[1]))


@settings(max_examples=60, deadline=None)
@given(steps, st.integers(1, 9), st.lists(st.integers(0, 60), max_size=3))
def test_any_batches_and_any_restarts_give_the_same_bytes(plan, batch, restarts):
    log = build(plan)
    _, whole = run(log)
    stage, outputs, state = listen(), [], {}
    position = 0
    while position < len(log.records):
        outputs += stage.process(log.records[position : position + batch]).records
        position += batch
        for key, value in stage.snapshot().items():
            state.pop(key, None) if value is None else state.__setitem__(key, value)
        if restarts and position >= restarts[0]:
            restarts = restarts[1:]
            position = min(stage.resume()[Partition(MENTIONS, 0)], len(log.records))
            stage = listen()
            stage.restore(state)
    assert promised(outputs) == promised(whole)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_every_event_taken_is_decided_once_time_has_passed(plan):
    log = build(plan)
    stage, _ = run(log)
    counts = stage.counts
    events = sum(1 for record in log.records if not record.is_tick and decode(Mention, record.value).match)
    assert counts.held == 0
    assert counts.seen == events
    assert counts.aggregated + counts.duplicate + counts.late + counts.unmatched == events


def test_state_is_integers_and_strings_only():
    log = Log()
    for n in range(30):
        log.mention(f"c{n}", T0 + n * SECOND, "negative")
    log.tick(T0 + HOUR)
    stage, _ = run(log)

    def leaves(value):
        if isinstance(value, dict):
            for key, child in value.items():
                yield from leaves(key)
                yield from leaves(child)
        elif isinstance(value, list | tuple):
            for child in value:
                yield from leaves(child)
        else:
            yield value

    for key, value in stage.snapshot().items():
        decoded = msgspec.json.decode(value) if key.startswith("s/") else msgspec.msgpack.decode(value)
        assert not [leaf for leaf in leaves(decoded) if isinstance(leaf, float)], key


def test_baselines_are_written_when_a_bucket_is_sealed_and_not_with_every_post(log):
    stage = listen()
    written = []
    for at in (T0, T0 + SECOND, T0 + HOUR):
        log.mention(str(at), at)
        log.tick(at + 1)
        stage.process(log.records[-2:])
        written.append("b/b" in stage.snapshot())
    assert written == [False, False, True]


def test_a_state_that_keeps_its_baselines_in_the_old_place_is_read_and_moved(log):
    for hour in range(4):
        log.mention(str(hour), T0 + hour * HOUR)
    log.tick(T0 + 5 * HOUR)
    stage, _ = run(log)
    state = {key: data for key, data in stage.snapshot().items() if data is not None}
    small, baselines = msgspec.json.decode(state["s/b"]), msgspec.msgpack.decode(state["b/b"])
    old = {key: data for key, data in state.items() if key != "b/b"}
    old["s/b"] = msgspec.json.encode({**small, "baselines": baselines})
    again = listen()
    again.restore(old)
    log.mention("next", T0 + 5 * HOUR)
    log.tick(T0 + 5 * HOUR + 1)
    again.process(log.records[-2:])
    moved = again.snapshot()
    assert msgspec.msgpack.decode(moved["b/b"]) == baselines
    assert "baselines" not in msgspec.json.decode(moved["s/b"])
