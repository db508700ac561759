"""Recomputation: a signal's own state and the tested bucket's mentions give its number again, or say where they do not."""

from __future__ import annotations

import msgspec
import pytest

from pipeline.detect.baseline import BUCKET
from pipeline.detect.explain import count, recompute
from pipeline.detect.incidents import Incidents
from schemas.config import Detection
from schemas.instants import SECOND, to_wire
from schemas.kinds import Edge, MentionKind, Op, Polarity, SignalKind, TargetType
from schemas.mention import Author, Flags, Match, Mention, RawRef, Sentiment, TargetMatch, Understanding


def mention(uid, at, label=Polarity.NEGATIVE, **changed):
    feeling = Sentiment(label, 0.9, 0.05, 0.05, "t0")
    base = Mention(
        schema_version=1,
        op=Op.UPSERT,
        uid=f"x:{uid}",
        version="1",
        network="x",
        received_at=to_wire(at),
        raw=RawRef("json"),
        observed_at=to_wire(at),
        event_time=to_wire(at),
        kind=MentionKind.POST,
        author=Author(f"a{uid}", followers=0),
        text="qué vergüenza",
        match=Match("iberluz", "v1", [TargetMatch(TargetType.BRAND, "iberluz")]),
        understanding=Understanding(sentiment=feeling),
    )
    return msgspec.structs.replace(base, **changed)


@pytest.fixture
def told(world_type):
    """Forty complaints by accounts that nobody follows, the log of them, and the signal they led to."""
    world = world_type()
    start = world.bucket * BUCKET
    log = [mention(n, start + n * SECOND) for n in range(40)]
    world.tell(negative=len(log))
    view, readings = world.look(at=start + 41 * SECOND)
    (signal,) = Incidents("iberluz", Detection()).decide(view, readings, "v1")
    return signal, log, start


def test_a_crisis_by_accounts_without_followers_fires_and_recomputes(told):
    signal, log, _ = told
    assert signal.kind is SignalKind.CRISIS
    again = recompute(signal, log)
    assert again.agrees, again.differences
    assert (again.value, again.score) == (signal.value, signal.score)


def test_order_repeats_and_what_came_later_make_no_difference(told):
    signal, log, start = told
    later = [mention(100 + n, start + 41 * SECOND + n) for n in range(5)]
    elsewhere = [mention(200, start - BUCKET), mention(201, start + 5, match=Match("luznorte", "v1"))]
    assert recompute(signal, [*later, *reversed(log), *log[:7], *elsewhere]).agrees


def test_a_missing_mention_is_noticed(told):
    signal, log, _ = told
    again = recompute(signal, log[1:])
    assert not again.agrees
    assert "count of the tested bucket: the signal says 40, recomputed 39" in again.differences
    assert again.score < signal.score


@pytest.mark.parametrize("field", ["value", "expected", "score"])
def test_a_tampered_number_is_noticed(told, field):
    signal, log, _ = told
    forged = msgspec.structs.replace(signal, **{field: getattr(signal, field) + 1})
    assert recompute(forged, log).differences[0].startswith(f"{field}: ")


def test_a_tampered_state_is_noticed(told):
    signal, log, _ = told
    state = signal.reading.baseline[:]
    state[-1] += 1
    forged = msgspec.structs.replace(signal, reading=msgspec.structs.replace(signal.reading, baseline=state))
    assert not recompute(forged, log).agrees
    short = msgspec.structs.replace(signal, reading=msgspec.structs.replace(signal.reading, baseline=state[:-1]))
    with pytest.raises(ValueError, match="integers of state"):
        recompute(short, log)


def test_the_end_of_an_incident_recomputes_too(world_type):
    world = world_type()
    incidents = Incidents("iberluz", Detection())
    world.tell(negative=40)
    incidents.decide(*world.look(), "v1")
    log = []
    while True:
        world.close()
        world.tell(negative=1)
        log.append(mention(1000 + world.bucket, world.bucket * BUCKET + SECOND))
        view, readings = world.look()
        signals = incidents.decide(view, readings, "v1") + incidents.idle(view.at)
        if signals:
            break
    assert [s.edge for s in signals] == [Edge.RESOLVED]
    again = recompute(signals[0], log)
    assert again.agrees, again.differences


def test_only_opinions_of_others_count(told):
    _, _, start = told
    log = [
        mention(1, start),
        mention(2, start, kind=MentionKind.REPOST),
        mention(3, start, match=Match("iberluz", "v1", own=True)),
        mention(4, start, flags=Flags(spam=True)),
        mention(5, start, match=Match("iberluz", "v1", [TargetMatch(TargetType.COMPETITOR, "luznorte")])),
        mention(6, start, backfill=True),
        mention(7, start, Polarity.POSITIVE),
    ]
    bucket, later = start // BUCKET, start + BUCKET
    found = {c: count("iberluz", c, bucket, later, log) for c in ("total", "negative", "positive", "weighted_negative")}
    assert found == {"total": 2, "negative": 1, "positive": 1, "weighted_negative": 10_000}


def test_an_edit_corrects_and_a_delete_withdraws_in_the_order_of_the_log(told):
    _, _, start = told
    bucket, later = start // BUCKET, start + BUCKET
    posted, kept = mention(1, start), mention(2, start)
    edited = mention(1, start + 10, Polarity.POSITIVE, version="2", event_time=to_wire(start))
    gone = mention(2, start + 20, op=Op.DELETE, match=None, version="9")
    log = [gone, edited, kept, posted]
    assert count("iberluz", "negative", bucket, start + 5, log) == 2
    assert count("iberluz", "negative", bucket, start + 15, log) == 1
    assert count("iberluz", "positive", bucket, start + 15, log) == 1
    assert count("iberluz", "total", bucket, later, log) == 1


def test_a_purged_author_takes_everything_along(told):
    _, _, start = told
    purge = mention(0, start + 50, op=Op.PURGE_AUTHOR, match=None, author=Author("a1"))
    assert (
        count("iberluz", "total", start // BUCKET, start + BUCKET, [mention(1, start), mention(2, start), purge]) == 1
    )


def test_a_score_moves_the_version_it_is_of_and_only_where_the_brands_own_words_have_not_decided(told):
    _, _, start = told
    bucket = start // BUCKET
    ours = Understanding(Sentiment(Polarity.NEGATIVE, 1.0, 0.0, 0.0, "v1"), trace=["brand:negative:pico y placa"])
    happy = Understanding(Sentiment(Polarity.POSITIVE, 0.1, 0.1, 0.8, "tier2:m"))

    def score(uid, at, version="1"):
        return mention(uid, at, op=Op.SCORE, match=None, text=None, version=version, understanding=happy)

    log = [
        mention(1, start),
        score(1, start + 10),
        mention(2, start, understanding=ours),
        score(2, start + 10),
        mention(3, start),
        score(3, start + 10, version="0"),
        mention(4, start),
        score(4, start + 10),
        mention(4, start + 20, version="2"),
    ]
    found = {at: count("iberluz", "positive", bucket, start + at, log) for at in (5, 15, 25)}
    assert found == {5: 0, 15: 2, 25: 1}
    assert count("iberluz", "total", bucket, start + BUCKET, log) == 4
