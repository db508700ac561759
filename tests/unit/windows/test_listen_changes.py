"""What edits, deletes, purges and scores correct in the listen stage, and what they leave."""

import msgspec
import pytest

from schemas.codec import decode, encode
from schemas.instants import HOUR, MINUTE, SECOND, to_wire
from schemas.kinds import Op
from schemas.mention import Mention, Understanding
from tests.unit.windows.listening import T0, finals, listen, run, sentiment, with_origin


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
