"""Which mentions are worth a second reading, and what becomes of a reading."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from agents.enrich.picking import PASSED, REMEMBERED, Picker, Wanted, event_of, felt
from pipeline.normalize import normalize, peek
from pipeline.record import Record
from pipeline.runtime.metrics import TIER2_OUTCOMES
from schemas.codec import UpstreamFault, encode
from schemas.config import Budget, Transformers
from schemas.headers import LEDGER, get
from schemas.instants import HOUR, MINUTE, SECOND, to_wire
from schemas.kinds import LetterReason, MentionKind, Op, Polarity
from schemas.mention import (
    Author,
    Flags,
    InfluenceStamp,
    Lang,
    Match,
    Mention,
    Origin,
    RawRef,
    Sentiment,
    Understanding,
)
from schemas.raw import RawEvent
from schemas.topics import MENTIONS

T0 = 1_760_000_400_000 // HOUR * HOUR
LATENESS = 10 * MINUTE
DOUBTED = Sentiment(Polarity.UNSURE, 0.4, 0.35, 0.25, "tier0")
SURE = Sentiment(Polarity.NEGATIVE, 0.98, 0.01, 0.01, "tier0")


def mention(at: int = T0, **fields: Any) -> Mention:
    made = Mention(
        1,
        Op.UPSERT,
        "x:1",
        "7",
        "x",
        to_wire(at),
        RawRef("x.v2", "social.raw", 2, 41),
        observed_at=to_wire(at),
        event_time=to_wire(at),
        kind=MentionKind.POST,
        author=Author("9"),
        text="no sé qué pensar",
        lang=Lang("es", "detected"),
        match=Match("faro", "v1"),
        understanding=Understanding(DOUBTED),
        origin=Origin("social.raw", 2, 41, 0, 1),
    )
    return msgspec.structs.replace(made, **fields)


def record(said: Mention, first: bool = True, at: int = T0) -> Record:
    return Record(MENTIONS, 0, 5, at, b"faro", encode(said), (LEDGER,) if first else ())


def picker(**tier: Any) -> Picker:
    return Picker(Transformers("m", **{"budget": Budget(), **tier}), LATENESS)


def take(said: Mention, **tier: Any) -> Wanted | str | None:
    return picker(**tier).take(record(said), T0 + SECOND)


def test_a_doubtful_mention_is_wanted_with_what_its_score_needs() -> None:
    assert take(mention()) == Wanted("x:1", "7", "x", False, 2, T0, "no sé qué pensar")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"understanding": Understanding(SURE)}, "sure"),
        ({"match": Match("faro", "v1", own=True)}, "unread"),
        ({"flags": Flags(spam=True)}, "unread"),
        ({"flags": Flags(boilerplate=True)}, "unread"),
        ({"kind": MentionKind.REPOST, "text": None, "quoted_text": "de otro"}, "unread"),
        ({"text": None}, "unread"),
        ({"text": "  "}, "unread"),
        ({"lang": Lang("de", "detected")}, "unread"),
        ({"lang": None}, "unread"),
    ],
    ids=["sure", "own", "spam", "boilerplate", "repost", "no text", "blank", "another language", "no language"],
)
def test_what_is_not_worth_it_is_passed_over_and_says_why(fields: dict[str, Any], why: str) -> None:
    assert take(mention(**fields), languages=["es", "en"]) == why


def test_where_no_language_is_named_all_are_read() -> None:
    assert isinstance(take(mention(lang=Lang("ja", "platform"))), Wanted)
    assert isinstance(take(mention(lang=None)), Wanted)


def test_where_the_tiers_before_made_nothing_of_the_words_there_is_doubt() -> None:
    assert isinstance(take(mention(understanding=Understanding())), Wanted)
    assert isinstance(take(mention(understanding=None)), Wanted)


def test_the_influential_are_read_whatever_the_doubt() -> None:
    stamp = InfluenceStamp(80.0, 40, 0.9, to_wire(T0))
    loud = mention(understanding=Understanding(SURE, influence=stamp))
    assert isinstance(take(loud, budget=Budget(share=0.0, influence=75.0)), Wanted)
    assert take(loud, budget=Budget(share=0.0, influence=85.0)) in PASSED


def test_only_the_record_that_stands_for_its_raw_event_is_looked_at() -> None:
    assert picker().take(record(mention(), first=False), T0) is None
    assert picker().take(record(mention())._replace(value=None), T0) is None


def test_a_version_is_read_once_however_often_it_is_told() -> None:
    one = picker()
    assert isinstance(one.take(record(mention()), T0), Wanted)
    assert one.take(record(mention()), T0) == "repeat"
    assert isinstance(one.take(record(mention(version="8", edited=True)), T0), Wanted)
    again = picker()
    again.load(one.dump())
    assert again.take(record(mention()), T0) == "repeat"


def test_what_it_remembers_is_bounded() -> None:
    one = picker()
    for number in range(REMEMBERED + 1):
        one.take(record(mention(uid=f"x:{number}")), T0)
    assert isinstance(one.take(record(mention(uid="x:0")), T0), Wanted)
    assert one.take(record(mention(uid=f"x:{REMEMBERED}")), T0) == "repeat"


@pytest.mark.parametrize(
    ("event", "now", "old"),
    [
        (T0, T0 + 15 * MINUTE - 1, False),
        (T0, T0 + 15 * MINUTE, True),
        (T0 + 4 * MINUTE, T0 + 15 * MINUTE - 1, False),
        (T0 + 5 * MINUTE, T0 + 15 * MINUTE, False),
        (T0 - 1, T0 + 10 * MINUTE, True),
    ],
)
def test_what_can_no_longer_correct_its_window_is_old(event: int, now: int, old: bool) -> None:
    said = mention(T0 + 5 * MINUTE, event_time=to_wire(event))
    found = picker().take(record(said, at=T0 + 5 * MINUTE), now)
    assert (found == "old") is old


def test_a_long_backlog_is_passed_over_without_being_decoded() -> None:
    broken = record(mention())._replace(value=b"{")
    assert picker().take(broken, T0 + HOUR) == "old"
    assert picker().take(broken, T0) == "unread"


def test_every_reason_is_a_value_of_the_metric() -> None:
    assert set(PASSED) | {"read", "failed"} == set(TIER2_OUTCOMES)


def test_a_row_is_felt_as_its_likeliest_polarity_or_as_unsure() -> None:
    assert felt((0.2, 0.3, 0.5), "m") == Sentiment(Polarity.POSITIVE, 0.2, 0.3, 0.5, "m")
    assert felt((0.34, 0.33, 0.33), "m").label is Polarity.UNSURE
    assert felt((1.0000001, 0.0, 0.0), "m", mixed=True) == Sentiment(Polarity.NEGATIVE, 1.0, 0.0, 0.0, "m", mixed=True)


def test_a_score_goes_behind_its_mention_and_comes_back_as_a_change() -> None:
    wanted = Wanted("x:1", "7", "x", False, 2, T0, "text")
    sentiment = felt((0.9, 0.05, 0.05), "tier2:m@0")
    out = event_of(wanted, sentiment, partitions=4)
    assert (out.topic, out.key, out.partition, out.timestamp) == ("social.raw", b"x:1", 2, T0 + 1)
    network, id = get(out.headers, "network") or "", get(out.headers, "ce_id") or ""
    assert event_of(wanted, felt((0.1, 0.8, 0.1), "tier2:m@0"), 4).headers == out.headers, "the id is of what was read"
    assert event_of(wanted, felt((0.9, 0.05, 0.05), "tier2:other@0"), 4).headers != out.headers
    seen = peek(network, out.value or b"")
    assert (seen.key, seen.created_at, seen.id) == ("x:1", None, id)
    change, acts = normalize(RawEvent(network, "tier2", id, out.value or b""), T0 + MINUTE)
    assert acts == []
    assert change is not None
    assert (change.op, change.uid, change.version, change.network) == (Op.SCORE, "x:1", "7", "x")
    assert change.understanding == Understanding(sentiment)


def test_after_a_cluster_has_fewer_partitions_the_key_chooses() -> None:
    wanted = Wanted("x:1", "7", "x", False, 7, T0, "text")
    assert event_of(wanted, felt((0.9, 0.05, 0.05), "m"), partitions=4).partition is None


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"[]", LetterReason.UNSUPPORTED_SHAPE),
        (b"{}", LetterReason.UNSUPPORTED_SHAPE),
        (b'{"score": 1}', LetterReason.UNSUPPORTED_SHAPE),
        (b'{"score": {}}', LetterReason.BAD_FIELD),
        (b'{"score": {"uid": "x", "version": "1", "network": "x", "sentiment": {}}}', LetterReason.BAD_FIELD),
        (
            b'{"score": {"uid": "x:1", "version": "1", "network": "x", "sentiment": {"label": "negative", "negative": 2,'
            b' "neutral": 0, "positive": 0, "model": "m"}}}',
            LetterReason.BAD_FIELD,
        ),
        (b"{", LetterReason.NOT_JSON),
    ],
)
def test_what_is_no_score_of_ours_becomes_a_dead_letter(payload: bytes, reason: LetterReason) -> None:
    with pytest.raises(UpstreamFault) as caught:
        normalize(RawEvent("escucha", "tier2", "1", payload), T0)
    assert caught.value.reason is reason
    assert peek("escucha", payload).id
