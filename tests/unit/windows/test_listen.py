"""The listen stage: what counts, what corrects, what comes too late, and that a restart changes nothing."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.record import Partition, Record, tick_to
from pipeline.windows.listen import Listen
from schemas.codec import decode, encode
from schemas.config import Detection
from schemas.headers import LEDGER
from schemas.instants import DAY, HOUR, MINUTE, SECOND, to_wire
from schemas.kinds import MentionKind, Op, Polarity, TargetType
from schemas.mention import Author, Engagement, Match, Mention, Origin, RawRef, Sentiment, TargetMatch, Understanding
from schemas.signal import Signal
from schemas.topics import LATE, MENTIONS, SIGNALS, WINDOWS
from schemas.window import Window

T0 = 1_760_000_400_000 // HOUR * HOUR


def sentiment(polarity):
    shares = {name: 0.8 if name == polarity else 0.1 for name in ("negative", "neutral", "positive")}
    return Sentiment(Polarity(polarity), shares["negative"], shares["neutral"], shares["positive"], "test")


class Log:
    """A partition of social.mentions under construction."""

    def __init__(self):
        self.records = []
        self.offset = 0

    def _append(self, value, headers=()):
        at = self.records[-1].timestamp if self.records else 0
        self.records.append(Record(MENTIONS, 0, len(self.records), at, b"b", value, headers))

    def tick(self, at, origin=0):
        out = tick_to(MENTIONS, 0, at, origin)
        self._append(out.value, out.headers)

    def mention(
        self, uid, at, polarity="neutral", *, brand="b", event=None, version="1", ordinal=0, of=1, author=None, **more
    ):
        offset = more.pop("offset", None)
        if offset is None:
            offset, self.offset = self.offset, self.offset + 1
        target = more.pop("target", TargetType.BRAND)
        own = more.pop("own", False)
        fields = {
            "kind": MentionKind.POST,
            "text": f"text of {uid}",
            "match": Match(brand, "v1", [TargetMatch(target, "t")], own=own),
            "understanding": Understanding(sentiment=sentiment(polarity)),
            **more,
        }
        self._append(
            encode(
                Mention(
                    schema_version=1, op=Op.UPSERT, uid=f"x:{uid}", version=version, network="x",
                    received_at=to_wire(at), raw=RawRef("x.v2"), observed_at=to_wire(at),
                    event_time=to_wire(event if event is not None else at), author=Author(author or f"a-{uid}"),
                    origin=Origin("social.raw", 0, offset, ordinal, of), **fields,
                )
            )
        )  # fmt: skip
        return offset

    def change(self, uid, at, op=Op.DELETE, version="2", ordinal=0, author=None):
        offset, self.offset = self.offset, self.offset + 1
        self._append(
            encode(
                Mention(
                    schema_version=1, op=op, uid=f"x:{uid}", version=version, network="x", received_at=to_wire(at),
                    raw=RawRef("x.v2"), observed_at=to_wire(at), author=Author(author) if author else None,
                    origin=Origin("social.raw", 0, offset, ordinal, ordinal + 1), edited=op is Op.UPSERT,
                )
            )
        )  # fmt: skip


def with_origin(record, offset):
    """The same record, of the same raw event as another."""
    told = decode(Mention, record.value)
    return record._replace(
        value=encode(
            msgspec.structs.replace(
                told, origin=told.origin.__class__("social.raw", 0, offset, told.origin.ordinal, told.origin.of)
            )
        )
    )


def listen():
    return Listen(0, 1, Detection(), {})


def run(log, batch=1000):
    stage, outputs = listen(), []
    for start in range(0, len(log.records), batch):
        outputs += stage.process(log.records[start : start + batch]).records
    return stage, outputs


def finals(outputs, size="5m"):
    """The latest revision of every final window, by start."""
    found = {}
    for out in outputs:
        if out.topic == WINDOWS:
            window = decode(Window, out.value)
            if window.state == "final" and window.size == size:
                found[window.brand, window.start] = window
    return found


@pytest.fixture
def log():
    return Log()


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


def test_an_edit_corrects_the_open_bucket_and_counts_no_volume(log):
    log.mention("1", T0, "negative")
    log.mention("1", T0 + 6 * MINUTE, "positive", version="2", edited=True)
    log.tick(T0 + HOUR)
    _, outputs = run(log)
    (window,) = finals(outputs).values()
    assert (window.mentions, window.sentiment.negative, window.sentiment.positive) == (1, 0, 1)


def test_a_delete_takes_the_post_out_of_the_open_bucket(log):
    log.mention("1", T0, "negative")
    log.change("1", T0 + MINUTE)
    log.tick(T0 + HOUR)
    stage, outputs = run(log)
    (window,) = finals(outputs).values()
    assert window.mentions == 0
    # understand had counted the delete as unmatched; here it found its post
    assert (stage.counts.aggregated, stage.counts.unmatched) == (2, -1)


def test_a_deleted_post_told_again_stays_deleted(log):
    log.mention("1", T0, "negative")
    log.change("1", T0 + MINUTE)
    log.mention("1", T0 + 2 * MINUTE, "negative")
    log.mention("1", T0 + 3 * MINUTE, "negative", version="9", edited=True)
    log.tick(T0 + HOUR)
    stage, outputs = run(log)
    assert [w.mentions for w in finals(outputs).values()] == [0]
    assert stage.counts.duplicate == 2


def test_an_edit_may_bring_back_what_an_edit_took_away(log):
    log.mention("1", T0)
    log.change("1", T0 + MINUTE, Op.UPSERT, version="2")
    log.mention("1", T0 + 2 * MINUTE, version="3", edited=True)
    log.tick(T0 + HOUR)
    _, outputs = run(log)
    assert [w.mentions for w in finals(outputs).values()] == [1]


def test_deleting_backfilled_history_leaves_what_the_detector_sees_untouched(log):
    log.mention("now", T0)
    log.mention("old", T0 + SECOND, "negative", backfill=True)
    log.change("old", T0 + 2 * SECOND)
    log.tick(T0 + 2 * SECOND + 1)
    stage, _ = run(log)
    (bucket,) = stage._brands["b"].history.buckets.values()
    assert (bucket.mentions, bucket.channels()) == (1, (1, 0, 0, 0, 0, 0))


def test_an_author_of_another_network_is_somebody_else(log):
    log.mention("1", T0, author="42")
    log.change("nobody", T0 + MINUTE, Op.PURGE_AUTHOR, author="42")
    record = log.records[-1]
    log.records[-1] = record._replace(value=record.value.replace(b'"network":"x"', b'"network":"reddit"'))
    log.tick(T0 + HOUR)
    _, outputs = run(log)
    assert [w.mentions for w in finals(outputs).values()] == [1]


def test_a_delete_of_a_stranger_changes_nothing(log):
    log.mention("1", T0)
    log.change("other", T0 + MINUTE)
    log.tick(T0 + HOUR)
    stage, _ = run(log)
    assert (stage.counts.aggregated, stage.counts.unmatched) == (1, 0)


def test_purging_an_author_takes_all_their_open_posts(log):
    log.mention("1", T0, author="troll")
    log.mention("2", T0, author="troll")
    log.mention("3", T0, author="other")
    log.change("nobody", T0 + MINUTE, Op.PURGE_AUTHOR, author="troll")
    log.tick(T0 + HOUR)
    _, outputs = run(log)
    assert [w.mentions for w in finals(outputs).values()] == [1]


def test_an_edit_that_no_longer_speaks_of_the_brand_is_taken_out(log):
    log.mention("1", T0)
    log.change("1", T0 + MINUTE, Op.UPSERT, version="2")
    log.tick(T0 + HOUR)
    _, outputs = run(log)
    assert [w.mentions for w in finals(outputs).values()] == [0]


def test_the_marker_of_an_edit_that_still_matches_changes_nothing(log):
    log.mention("1", T0)
    log.mention("1", T0 + MINUTE, version="2", edited=True)
    log.change("1", T0 + MINUTE, Op.UPSERT, version="2", ordinal=1)
    log.tick(T0 + HOUR)
    _, outputs = run(log)
    assert [w.mentions for w in finals(outputs).values()] == [1]


def test_an_edit_back_to_the_brand_counts_no_volume_a_second_time_in_a_final_window(log):
    log.mention("1", T0)
    log.change("1", T0 + HOUR, Op.UPSERT, version="2")
    log.mention("1", T0 + 2 * HOUR, version="3", edited=True)
    log.tick(T0 + 4 * HOUR)
    _, outputs = run(log)
    assert [w.mentions for w in finals(outputs).values()] == [1]


@pytest.mark.parametrize("edited_after", [MINUTE, HOUR], ids=["open bucket", "final bucket"])
def test_the_delete_of_a_post_that_changed_brands_is_one_event_wherever_the_brands_lie(log, edited_after):
    at = T0 + edited_after
    log.mention("1", T0, brand="a")
    edit = log.mention("1", at, brand="b", version="2", edited=True, of=2)
    log.change("1", at, Op.UPSERT, version="2", ordinal=1)
    log.offset = edit + 1
    log.records[-1] = with_origin(log.records[-1], edit)
    log.change("1", at + MINUTE, version="3")
    log.tick(at + HOUR)
    together, _ = run(log)
    apart = []
    for brand in "ab":
        other = f'"brand":"{"ab".replace(brand, "")}"'.encode()
        stage = listen()
        stage.process([record for record in log.records if other not in record.value])
        apart.append(stage.counts)
    assert (together.counts.aggregated, together.counts.unmatched) == (3, -1)
    assert sum(counts.aggregated for counts in apart) == 3


def test_a_purge_over_several_partitions_is_one_event_that_only_understand_counts(log):
    log.mention("1", T0, author="troll")
    log.change("nobody", T0 + MINUTE, Op.PURGE_AUTHOR, author="troll")
    log.tick(T0 + HOUR)
    stage, _ = run(log)
    assert (stage.counts.aggregated, stage.counts.unmatched) == (1, 0)


def test_a_purge_of_a_stranger_does_not_swallow_the_windows_that_fell_due_before_it(log):
    log.mention("1", T0)
    log.tick(T0 + SECOND)
    stage, _ = run(log)
    stage.snapshot()
    log.change("nobody", T0 + 3 * HOUR, Op.PURGE_AUTHOR, author="stranger")
    log.tick(T0 + 4 * HOUR)
    outputs = stage.process(log.records[2:]).records
    assert len(finals(outputs)) == len(finals(outputs, "1h")) == 1
    assert "s/b" in stage.snapshot()


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


def test_a_restart_seals_no_hour_a_second_time_that_history_has_closed(log):
    log.mention("old", T0 + 5 * HOUR, event=T0, backfill=True)
    log.tick(T0 + 5 * HOUR + SECOND)
    stage, outputs = run(log)
    assert len(finals(outputs, "1h")) == 1
    again = listen()
    again.restore({key: data for key, data in stage.snapshot().items() if data is not None})
    log.tick(T0 + 6 * HOUR)
    assert again.process(log.records[-1:]).records == []


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


def score(log, uid, at, polarity, version="1"):
    """A score of a dearer model, as understand broadcasts it."""
    log.change(uid, at, op=Op.SCORE, version=version)
    told = decode(Mention, log.records[-1].value)
    understanding = Understanding(sentiment=sentiment(polarity))
    log.records[-1] = log.records[-1]._replace(
        value=encode(msgspec.structs.replace(told, understanding=understanding, edited=False))
    )


@pytest.mark.parametrize(
    ("polarity", "version", "at", "aggregated"),
    [
        ("positive", "1", MINUTE, 2),
        ("negative", "1", MINUTE, 2),
        ("positive", "0", MINUTE, 1),
        ("positive", "1", HOUR, 1),
    ],
    ids=["it corrects", "it confirms", "another version", "the window is final"],
)
def test_a_score_is_aggregated_if_it_corrects_or_confirms_what_counts_and_else_unmatched(
    log, polarity, version, at, aggregated
):
    log.mention("1", T0, "negative")
    log.tick(T0 + SECOND)
    log.tick(T0 + at)
    score(log, "1", T0 + at, polarity, version)
    log.tick(T0 + 2 * HOUR)
    stage, outputs = run(log, batch=1)
    # What it did not find, understand counted as unmatched; what it did find, listen takes from there.
    assert (stage.counts.aggregated, stage.counts.unmatched) == (aggregated, 1 - aggregated)
    window = finals(outputs)["b", to_wire(T0)]
    moved = polarity == "positive" and version == "1" and at == MINUTE
    assert (window.mentions, window.sentiment.positive, window.sentiment.negative) == (1, moved, not moved)


def test_a_score_of_a_post_that_nobody_knows_is_unmatched(log):
    score(log, "9", T0, "positive")
    log.tick(T0 + HOUR)
    stage, outputs = run(log)
    assert not finals(outputs)
    assert stage.counts.aggregated == 0


def test_the_words_of_evidence_stay_with_the_feeling_that_a_score_gives_them(log):
    log.mention("1", T0, "negative")
    log.tick(T0 + SECOND)
    score(log, "1", T0 + SECOND, "positive")
    log.tick(T0 + MINUTE)
    stage, _ = run(log)
    (candidate,) = stage._brands["b"].history.buckets[T0 // (5 * MINUTE)].evidence
    assert (candidate.uid, candidate.polarity, candidate.text) == ("x:1", 2, "text of 1")
