"""X: v2 lines and pages, v1.1 posts, compliance and stream control."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from pipeline.normalize import cut, peek
from schemas.kinds import InteractionKind, LetterReason, MentionKind, Op

SNOWFLAKE = 1795348740000  # 2026-11-22T11:59:00Z
ID = str((SNOWFLAKE - 1_288_834_974_657) << 22)


def user(id: str, name: str, followers: int = 5) -> dict[str, Any]:
    return {
        "id": id,
        "username": name,
        "name": name.title(),
        "created_at": "2020-01-01T00:00:00.000Z",
        "verified": False,
        "public_metrics": {"followers_count": followers, "following_count": 0, "tweet_count": 9},
    }


def line(includes: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    data = {"id": ID, "author_id": "1", "text": "Sin luz", "created_at": "2026-11-22T11:59:01.000Z", "lang": "es"}
    return {
        "data": data | more,
        "includes": {"users": [user("1", "ana"), user("2", "bea", 700)]} | (includes or {}),
        "matching_rules": [{"id": "9", "tag": "luz"}],
    }


def original(**more: Any) -> dict[str, Any]:
    return {"id": "50", "author_id": "2", "text": "texto &lt;entero&gt;", "created_at": "2026-11-22T10:00:00Z"} | more


def test_a_stream_line_is_told_with_author_and_counters(mention_of: Any) -> None:
    metrics = {"like_count": 0, "retweet_count": 2, "impression_count": 90}
    mention = mention_of("x", line(public_metrics=metrics, conversation_id=ID))
    assert (mention.uid, mention.version, mention.kind) == (f"x:{ID}", "0", MentionKind.POST)
    assert (mention.author.id, mention.author.handle, mention.author.followers) == ("1", "ana", 5)
    assert (mention.engagement.likes, mention.engagement.views, mention.engagement.replies) == (0, 90, None)
    assert mention.url == f"https://x.com/ana/status/{ID}"
    assert mention.root_author_id == "1"
    assert mention.lang.source == "platform"


def test_a_bare_post_with_id_and_text_is_enough(mention_of: Any) -> None:
    mention = mention_of("x", {"data": {"id": ID, "text": "hola"}})
    assert mention.author.id is None and mention.author.followers is None
    assert mention.created_at == "2026-11-22T11:59:00.000Z", "the id tells the time"


def test_text_is_unescaped_once(mention_of: Any) -> None:
    assert mention_of("x", line(text="a &amp;lt; b &lt;3 AT&amp;T")).text == "a &lt; b <3 AT&T"


def test_a_long_post_tells_its_whole_text_and_its_own_entities(mention_of: Any) -> None:
    note = {"text": "largo " * 100 + "#fin", "entities": {"hashtags": [{"tag": "fin"}]}}
    mention = mention_of("x", line(text="largo…", note_tweet=note, entities={"hashtags": [{"tag": "no"}]}))
    assert mention.text.endswith("#fin") and mention.hashtags == ["fin"]


def test_a_retweet_has_no_text_of_its_own(hear: Any) -> None:
    retweet = line(
        {"tweets": [original()]},
        text="RT @bea: texto &lt;ent…",
        referenced_tweets=[{"type": "retweeted", "id": "50"}],
        public_metrics={"retweet_count": 400},
        entities={"hashtags": [{"tag": "luz"}]},
    )
    mention, acts = hear("x", retweet)
    assert (mention.kind, mention.text, mention.quoted_text) == (MentionKind.REPOST, None, "texto <entero>")
    assert (mention.reposted_id, mention.engagement, mention.hashtags) == ("x:50", None, [])
    assert [(act.kind, act.actor, act.target, act.target_followers) for act in acts] == [
        (InteractionKind.REPOST, "1", "2", 700)
    ]


def test_a_retweet_whose_original_is_missing_quotes_what_is_left_of_it(mention_of: Any) -> None:
    mention = mention_of("x", line(text="RT @bea: se cor…", referenced_tweets=[{"type": "retweeted", "id": "50"}]))
    assert (mention.text, mention.quoted_text, mention.flags.truncated) == (None, "se cor…", True)


def test_a_quote_and_a_reply_act_on_both_authors(hear: Any) -> None:
    references = [{"type": "quoted", "id": "50"}, {"type": "replied_to", "id": "60"}]
    mention, acts = hear(
        "x",
        line({"tweets": [original()]}, referenced_tweets=references, in_reply_to_user_id="3"),
    )
    assert (mention.kind, mention.parent_id, mention.parent_author_id) == (MentionKind.REPLY, "x:60", "3")
    assert (mention.quoted_id, mention.quoted_text) == ("x:50", "texto <entero>")
    assert [(act.kind, act.target, act.post) for act in acts] == [
        (InteractionKind.REPLY, "3", "x:60"),
        (InteractionKind.QUOTE, "2", "x:50"),
    ]


def test_an_edit_keeps_the_first_id_and_counts_up(mention_of: Any) -> None:
    later = str(int(ID) + (30_000 << 22))
    mention = mention_of("x", line(id=later, edit_history_tweet_ids=[ID, later], created_at="2026-11-22T11:59:31.000Z"))
    assert (mention.uid, mention.version, mention.edited) == (f"x:{ID}", "1", True)
    assert mention.created_at == "2026-11-22T11:59:00.000Z"
    assert mention.edited_at == "2026-11-22T11:59:31.000Z"


def test_entities_media_poll_and_place_come_along(hear: Any) -> None:
    mention, acts = hear(
        "x",
        line(
            {
                "media": [{"media_key": "3_1", "type": "photo", "url": "https://p.es/1.jpg", "alt_text": "factura"}],
                "polls": [
                    {"id": "8", "options": [{"label": "sí", "votes": 0}], "end_datetime": "2026-11-23T00:00:00Z"}
                ],
                "places": [{"id": "m", "country_code": "es"}],
            },
            attachments={"media_keys": ["3_1"], "poll_ids": ["8"]},
            geo={"place_id": "m"},
            entities={
                "hashtags": [{"tag": "Luz"}],
                "cashtags": [{"tag": "IBE"}],
                "mentions": [{"username": "bea", "id": "2"}, {"username": "otra"}],
                "urls": [{"url": "https://t.co/1", "expanded_url": "https://e.es/a", "title": "Nota"}],
            },
        ),
    )
    assert (mention.hashtags, mention.cashtags, mention.country) == (["Luz"], ["IBE"], "ES")
    assert (mention.links[0].url, mention.links[0].expanded) == ("https://t.co/1", "https://e.es/a")
    assert (mention.media[0].alt, mention.poll.votes) == ("factura", [0])
    assert [(act.kind, act.target, act.target_followers) for act in acts] == [(InteractionKind.MENTION, "2", 700)]


@pytest.mark.parametrize("code", ["und", "qme", "zxx", "", 3, None])
def test_codes_for_no_language_are_null(mention_of: Any, code: Any) -> None:
    assert mention_of("x", line(lang=code)).lang is None


def test_a_page_is_cut_into_lines_that_keep_what_they_need(mention_of: Any) -> None:
    page = {
        "data": [
            {"id": "71", "author_id": "1", "text": "uno", "referenced_tweets": [{"type": "quoted", "id": "50"}]},
            {"id": "72", "author_id": "2", "text": "dos"},
        ],
        "includes": {"users": [user("1", "ana"), user("2", "bea")], "tweets": [original(), original(id="51")]},
        "meta": {"result_count": 2},
    }
    first, second = (orjson.loads(item) for item in cut("x", orjson.dumps(page)))
    assert [one["username"] for one in first["includes"]["users"]] == ["ana", "bea"]
    assert [one["id"] for one in first["includes"]["tweets"]] == ["50"]
    assert [one["username"] for one in second["includes"]["users"]] == ["bea"] and "tweets" not in second["includes"]
    assert mention_of("x", first).quoted_text == "texto <entero>"


def test_a_line_is_one_item_byte_for_byte() -> None:
    document = b' {"data" : {"id":"1","text":"x"} }\r'
    assert cut("x", document) == [document]


def old(**more: Any) -> dict[str, Any]:
    return {
        "id": int(ID),
        "id_str": ID,
        "created_at": "Sun Nov 22 11:59:00 +0000 2026",
        "text": "Sin luz &amp; sin agua",
        "user": {"id_str": "1", "screen_name": "ana", "followers_count": 5, "friends_count": 1, "statuses_count": 2},
        "entities": {"hashtags": [], "user_mentions": [], "urls": [], "symbols": [{"text": "IBE"}]},
        "favorite_count": 0,
        "lang": "in",
        **more,
    }


def test_a_v1_post_is_told_alike(mention_of: Any) -> None:
    mention = mention_of("x", old())
    assert (mention.uid, mention.text, mention.created_at) == (
        f"x:{ID}",
        "Sin luz & sin agua",
        "2026-11-22T11:59:00.000Z",
    )
    assert (mention.author.id, mention.author.followers, mention.cashtags) == ("1", 5, ["IBE"])
    assert mention.lang.value == "id", "the old code of Indonesian"
    assert mention.raw.format == "x.v1"


def test_a_v1_long_post_tells_its_extended_text(mention_of: Any) -> None:
    extended = {"full_text": "entero y largo", "entities": {"hashtags": [{"text": "fin"}]}}
    mention = mention_of("x", old(text="entero…", truncated=True, extended_tweet=extended))
    assert (mention.text, mention.hashtags, mention.flags.truncated) == ("entero y largo", ["fin"], False)
    assert mention_of("x", old(text="entero…", truncated=True)).flags.truncated


def test_v1_retweets_quotes_and_replies(hear: Any) -> None:
    bea = {"id_str": "2", "screen_name": "bea", "followers_count": 700}
    other = old(id_str="50", user=bea, text="original")
    mention, acts = hear("x", old(retweeted_status=other, text="RT @bea: orig…"))
    assert (mention.kind, mention.text, mention.quoted_text) == (MentionKind.REPOST, None, "original")
    assert (acts[0].kind, acts[0].target, acts[0].target_followers) == (InteractionKind.REPOST, "2", 700)
    mention, acts = hear("x", old(quoted_status=other, quoted_status_id_str="50"))
    assert (mention.kind, mention.quoted_text, acts[0].kind) == (MentionKind.QUOTE, "original", InteractionKind.QUOTE)
    mention, acts = hear("x", old(in_reply_to_status_id_str="60", in_reply_to_user_id_str="3"))
    assert (mention.kind, mention.parent_id, acts[0].target) == (MentionKind.REPLY, "x:60", "3")


def test_an_id_beyond_64_bit_is_read_from_its_string_or_refused(mention_of: Any, refuse: Any) -> None:
    huge = "12345678901234567890123"
    payload = orjson.dumps(old()).replace(f'"id":{ID}'.encode(), f'"id":{huge}'.encode())
    assert mention_of("x", payload).uid == f"x:{ID}"
    headless = payload.replace(f'"id_str":"{ID}",'.encode(), b"")
    assert refuse("x", headless).reason is LetterReason.BAD_FIELD


@pytest.mark.parametrize(
    ("payload", "op", "uid"),
    [
        (
            {"delete": {"status": {"id_str": "5", "user_id_str": "1"}, "timestamp_ms": "1795348740000"}},
            Op.DELETE,
            "x:5",
        ),
        (
            {"data": {"delete": {"tweet": {"id": "5", "author_id": "1"}, "event_at": "2026-11-22T11:00:00Z"}}},
            Op.DELETE,
            "x:5",
        ),
        (
            {"data": {"user_delete": {"user": {"id": "1"}, "event_at": "2026-11-22T11:00:00Z"}}},
            Op.PURGE_AUTHOR,
            "x:user/1",
        ),
        (
            {"id": "1482680858", "action": "delete", "created_at": "2013-06-04T16:25:04+00:00"},
            Op.PURGE_AUTHOR,
            "x:user/1482680858",
        ),
        ({"data": user("1", "ana")}, Op.AUTHOR_UPDATE, "x:user/1"),
    ],
)
def test_deletions_purges_and_profiles(mention_of: Any, payload: Any, op: Op, uid: str) -> None:
    mention = mention_of("x", payload)
    assert (mention.op, mention.uid) == (op, uid)
    assert mention.text is None
    assert op is not Op.DELETE or mention.version > "5", "a deletion is later than every edit"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"errors": [{"title": "operational-disconnect"}]}, LetterReason.NOT_AN_EVENT),
        ({"limit": {"track": 3}}, LetterReason.NOT_AN_EVENT),
        ({"meta": {"result_count": 0}}, LetterReason.NOT_AN_EVENT),
        ({"data": [{"start": "a", "end": "b", "tweet_count": 3}]}, LetterReason.UNSUPPORTED_SHAPE),
        ({"data": {"start": "a", "tweet_count": 3}}, LetterReason.UNSUPPORTED_SHAPE),
        ({"id": ID, "action": "delete", "created_at": "2026-11-22T11:59:00Z"}, LetterReason.UNSUPPORTED_SHAPE),
        ({"objectType": "activity", "verb": "post"}, LetterReason.UNSUPPORTED_SHAPE),
        ({"data": {"id": "", "text": "x"}}, LetterReason.MISSING_FIELD),
        ({"data": {"id": "1", "text": None}}, LetterReason.MISSING_FIELD),
        ({"data": {"id": [], "text": "x"}}, LetterReason.BAD_FIELD),
        ({"id_str": "1", "text": "x"}, LetterReason.MISSING_FIELD),
        ({"data": None}, LetterReason.UNSUPPORTED_SHAPE),
        (b'{"data":{"id":"1","text"', LetterReason.NOT_JSON),
        (b"\xff", LetterReason.NOT_UTF8),
    ],
)
def test_what_is_no_post_is_refused_with_a_reason(refuse: Any, payload: Any, reason: LetterReason) -> None:
    assert refuse("x", payload).reason is reason


def test_peek_keys_a_post_and_the_end_of_its_author_alike() -> None:
    post = peek("x", orjson.dumps(line()))
    gone = peek("x", orjson.dumps({"data": {"user_delete": {"user": {"id": "1"}}}}))
    removed = peek("x", orjson.dumps({"delete": {"status": {"id_str": ID, "user_id_str": "1"}}}))
    assert post.key == gone.key == removed.key == "1"
    assert post.created_at == 1795348741000
    assert peek("x", orjson.dumps({"id": ID, "text": "x"}))[:2] == (f"x:{ID}", SNOWFLAKE)
