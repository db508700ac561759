"""The listen stage: what counts, what comes too late, and when it is told."""

from pipeline.record import Partition
from pipeline.windows.listen import Listen
from schemas.codec import decode
from schemas.config import Detection
from schemas.instants import DAY, HOUR, MINUTE, SECOND, to_wire
from schemas.kinds import Op, TargetType
from schemas.mention import Engagement, Mention
from schemas.signal import Signal
from schemas.topics import LATE, MENTIONS, SIGNALS, WINDOWS
from schemas.window import Window
from tests.unit.windows.listening import T0, finals, listen, run


def test_a_window_is_final_when_time_has_passed_its_end_by_the_lateness(log):
    log.mention("1", T0)
    log.tick(T0 + 15 * MINUTE - SECOND)
    stage, outputs = run(log)
    assert not finals(outputs)
    log.tick(T0 + 15 * MINUTE)
    outputs = stage.process(log.records[-1:]).records
    (window,) = finals(outputs).values()
    assert (window.mentions, window.start) == (1, to_wire(T0))


def test_without_ticks_nothing_is_decided(log):
    log.mention("1", T0)
    log.mention("2", T0 + DAY)
    stage, outputs = run(log)
    assert outputs == []
    assert stage.held == 2
    assert stage.resume() == {Partition(MENTIONS, 0): 0}


def test_an_hour_is_the_sum_of_its_buckets(log):
    log.mention("1", T0, "negative")
    log.mention("2", T0 + 20 * MINUTE, "positive")
    log.tick(T0 + 2 * HOUR)
    _, outputs = run(log)
    (hour,) = finals(outputs, "1h").values()
    assert (hour.mentions, hour.sentiment.negative, hour.sentiment.positive) == (2, 1, 1)


def test_the_same_post_told_twice_counts_once_and_is_a_duplicate(log):
    log.mention("1", T0)
    log.mention("1", T0 + MINUTE)
    log.tick(T0 + HOUR)
    stage, outputs = run(log)
    assert [w.mentions for w in finals(outputs).values()] == [1]
    assert (stage.counts.aggregated, stage.counts.duplicate) == (1, 1)


def test_a_record_delivered_twice_is_skipped_and_counted_nowhere(log):
    offset = log.mention("1", T0)
    log.mention("1", T0, offset=offset)
    log.tick(T0 + HOUR)
    stage, _ = run(log)
    assert (stage.counts.aggregated, stage.counts.duplicate, stage.counts.seen) == (1, 0, 2)


def test_more_engagement_on_a_known_post_is_counted_without_new_volume(log):
    log.mention("1", T0, engagement=Engagement(likes=2))
    log.mention("1", T0 + MINUTE, engagement=Engagement(likes=9))
    log.tick(T0 + HOUR)
    stage, outputs = run(log)
    (window,) = finals(outputs).values()
    assert (window.mentions, window.engagement, stage.counts.aggregated) == (1, 9, 2)


def test_an_author_of_another_network_is_somebody_else(log):
    log.mention("1", T0, author="42")
    log.change("nobody", T0 + MINUTE, Op.PURGE_AUTHOR, author="42")
    record = log.records[-1]
    log.records[-1] = record._replace(value=record.value.replace(b'"network":"x"', b'"network":"reddit"'))
    log.tick(T0 + HOUR)
    _, outputs = run(log)
    assert [w.mentions for w in finals(outputs).values()] == [1]


def test_an_instant_that_is_none_is_a_dead_letter(log):
    log.mention("1", T0)
    month = to_wire(T0)[:8].encode()
    value = log.records[-1].value.replace(b'"observed_at":"' + month, b'"observed_at":"2025-99-')
    log.records[-1] = log.records[-1]._replace(value=value)
    stage = listen()
    assert len(stage.process(log.records).letters) == 1


def test_a_longer_lateness_opens_no_window_that_was_final(log):
    log.mention("1", T0)
    log.tick(T0 + 15 * MINUTE)
    stage, _ = run(log)
    patient = Listen(0, 1, Detection(lateness_seconds=1_800), {})
    patient.restore({key: data for key, data in stage.snapshot().items() if data is not None})
    log.mention("2", T0 + 16 * MINUTE, event=T0 + MINUTE)
    log.tick(T0 + HOUR)
    outputs = patient.process(log.records[-2:]).records
    assert [out.topic for out in outputs if decode(dict, out.value).get("start", "") <= to_wire(T0)] == [LATE]
    assert patient.counts.late == 1


def test_an_hour_that_only_history_fell_into_is_final_when_it_is_over(log):
    now = T0 + 30 * MINUTE
    log.mention("old", now, event=T0, backfill=True)
    log.tick(now + SECOND)
    stage, outputs = run(log)
    assert len(finals(outputs)) == 1
    assert not finals(outputs, "1h")
    log.tick(T0 + HOUR + 10 * MINUTE)
    assert len(finals(stage.process(log.records[-1:]).records, "1h")) == 1


def test_backfill_corrects_a_final_window_and_an_older_one_is_late(log):
    log.mention("1", T0)
    log.mention("2", T0 + 2 * HOUR)
    log.mention("old", T0 + 3 * HOUR, event=T0 + MINUTE, backfill=True)
    log.mention("ancient", T0 + 3 * HOUR, event=T0 - 2 * DAY, backfill=True)
    log.tick(T0 + 4 * HOUR)
    stage, outputs = run(log)
    assert finals(outputs)["b", to_wire(T0)].mentions == 2
    assert finals(outputs, "1h")["b", to_wire(T0)].mentions == 2
    assert [decode(Mention, out.value).uid for out in outputs if out.topic == LATE] == ["x:ancient"]
    assert (stage.counts.aggregated, stage.counts.late) == (3, 1)


def test_backfill_never_fires(log):
    for n in range(60):
        log.mention(f"h{n}", T0 + n * SECOND, "negative", backfill=True)
    log.tick(T0 + HOUR)
    _, outputs = run(log)
    assert [out for out in outputs if out.topic == SIGNALS] == []


def test_own_posts_are_actions_and_never_opinions(log):
    log.mention("1", T0, own=True)
    log.tick(T0 + HOUR)
    stage, outputs = run(log)
    (window,) = finals(outputs).values()
    assert (window.own_actions, window.mentions, stage.counts.aggregated) == (1, 0, 1)


def test_what_is_said_of_a_competitor_is_not_said_of_the_brand(log):
    log.mention("1", T0, "negative", target=TargetType.COMPETITOR)
    log.tick(T0 + HOUR)
    _, outputs = run(log)
    (window,) = finals(outputs).values()
    assert (window.mentions, window.targets[0].label, window.targets[0].sentiment.negative) == (0, "competitor:t", 1)


def test_a_fan_out_to_two_brands_is_one_event_in_the_ledger(log):
    offset = log.mention("1", T0, brand="a", ordinal=0, of=2)
    log.mention("1", T0, brand="b", ordinal=1, of=2, offset=offset)
    log.tick(T0 + HOUR)
    stage, outputs = run(log)
    assert len(finals(outputs)) == 2
    assert stage.counts.aggregated == 1


def test_a_crisis_by_unknown_accounts_fires_within_seconds_and_names_its_numbers(log):
    for n in range(40):
        log.mention(f"c{n}", T0 + n * 2 * SECOND, "negative")
    log.tick(T0 + 10 * MINUTE)
    _, outputs = run(log)
    signals = [decode(Signal, out.value) for out in outputs if out.topic == SIGNALS]
    assert signals[0].kind == "crisis"
    assert signals[0].edge == "firing"
    assert signals[0].sentence.es
    assert signals[0].sentence.en
    assert signals[0].evidence


def test_an_influence_weighted_burst_is_driven_by_names_and_not_by_a_remainder(log):
    for n in range(40):
        log.mention(f"c{n}", T0 + n * 2 * SECOND, "negative")
    log.tick(T0 + 4 * MINUTE)
    stage, _ = run(log)
    (brand,) = stage._brands.values()
    number = T0 // (5 * MINUTE)
    view = brand.lookout.outlook.view(number, T0 + 4 * MINUTE, brand.history.recent(number))
    by_network = [slot for slot in view.slots["weighted_negative"] if slot.dimension == "network"]
    assert sum(slot.observed for slot in by_network) == view.recent["weighted_negative"][-1] == 40 * 10_000


def test_a_broken_record_of_our_own_topic_becomes_a_letter(log):
    log.mention("1", T0)
    log._append(b"{nonsense")
    log.tick(T0 + HOUR)
    out = listen().process(log.records)
    (letter,) = out.letters
    assert (letter.payload, letter.offset) == (b"{nonsense", 1)


def test_open_windows_are_shown_at_most_once_a_second_of_log_time_and_never_forgotten(log):
    stage = listen()
    shown = []
    for n in range(8):
        log.mention(str(n), T0 + n * 250)
        log.tick(T0 + n * 250 + 1)
        outputs = stage.process(log.records[-2:]).records
        shown.append([decode(Window, record.value).mentions for record in outputs if record.topic == WINDOWS])
    assert shown == [[1], [], [], [], [5], [], [], []]
    log.tick(T0 + 2 * SECOND)
    last = [decode(Window, record.value).mentions for record in stage.process(log.records[-1:]).records]
    assert last == [8]
