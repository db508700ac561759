"""Reddit: submissions, comments, archives and listings."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from pipeline.normalize import cut, normalize, peek
from schemas.kinds import InteractionKind, LetterReason, MentionKind, Op
from schemas.raw import RawEvent


def t3(**more: Any) -> dict[str, Any]:
    data = {
        "name": "t3_abc",
        "id": "abc",
        "created_utc": 1795348740.0,
        "subreddit": "energia",
        "title": "Otra subida",
        "selftext": "Van a &amp; vuelven",
        "author": "ana",
        "author_fullname": "t2_1",
        "is_self": True,
        "permalink": "/r/energia/comments/abc/otra/",
        "ups": 7,
        "downs": 0,
        "score": 7,
        "num_comments": 0,
        "upvote_ratio": 0.91234,
        "edited": False,
    }
    return {"kind": "t3", "data": data | more}


def t1(**more: Any) -> dict[str, Any]:
    data = {
        "name": "t1_def",
        "created_utc": "1795348740",
        "subreddit": "energia",
        "body": "¿y el contador?",
        "author": "bea",
        "link_id": "t3_abc",
        "parent_id": "t3_abc",
        "link_author": "ana",
        "num_comments": 99,
        "score": -4,
        "ups": -4,
    }
    return {"kind": "t1", "data": data | more}


def test_a_submission_is_told_with_title_text_and_counters(mention_of: Any) -> None:
    mention = mention_of("reddit", t3())
    assert (mention.uid, mention.kind, mention.instance) == ("reddit:t3_abc", MentionKind.POST, "energia")
    assert (mention.title, mention.text) == ("Otra subida", "Van a & vuelven")
    assert (mention.author.id, mention.created_at) == ("ana", "2026-11-22T11:59:00.000Z")
    counters = mention.engagement
    assert (counters.likes, counters.dislikes, counters.score, counters.replies) == (7, None, 7, 0)
    assert counters.upvote_ratio == 0.9123
    assert mention.url == "https://www.reddit.com/r/energia/comments/abc/otra/"


@pytest.mark.parametrize("shape", [lambda thing: thing, lambda thing: thing["data"]])
def test_a_bare_object_is_told_like_a_thing(mention_of: Any, shape: Any) -> None:
    assert mention_of("reddit", shape(t3())).uid == "reddit:t3_abc"
    assert mention_of("reddit", shape(t1())).uid == "reddit:t1_def"


def test_an_archive_line_without_fullname_is_known_by_its_shape(mention_of: Any) -> None:
    line = {key: value for key, value in t3()["data"].items() if key != "name"}
    assert mention_of("reddit", line | {"created_utc": "1795348740"}).uid == "reddit:t3_abc"


def test_a_comment_answers_the_submission_or_another_comment(hear: Any) -> None:
    mention, acts = hear("reddit", t1())
    assert (mention.kind, mention.parent_id, mention.conversation_id) == (
        MentionKind.COMMENT,
        "reddit:t3_abc",
        "reddit:t3_abc",
    )
    assert (mention.parent_author_id, mention.root_author_id) == ("ana", "ana")
    assert [(act.kind, act.actor, act.target, act.post) for act in acts] == [
        (InteractionKind.REPLY, "bea", "ana", "reddit:t3_abc")
    ]
    mention, acts = hear("reddit", t1(parent_id="t1_zzz"))
    assert (mention.kind, mention.parent_author_id, acts) == (MentionKind.REPLY, None, [])


def test_a_comment_counts_its_own_votes_only(mention_of: Any) -> None:
    counters = mention_of("reddit", t1()).engagement
    assert (counters.score, counters.likes, counters.replies) == (-4, None, None)
    hidden = mention_of("reddit", t1(score=1, ups=1, score_hidden=True)).engagement
    assert (hidden.score, hidden.likes) == (None, None)


@pytest.mark.parametrize(
    "thing", [t3(selftext="[removed]"), t3(selftext="[deleted]", author="[deleted]"), t1(body="[deleted]")]
)
def test_placeholders_are_deletions(mention_of: Any, thing: Any) -> None:
    mention = mention_of("reddit", thing)
    assert (mention.op, mention.text, mention.title) == (Op.DELETE, None, None)


def test_a_submission_removed_by_a_moderator_is_a_deletion(mention_of: Any) -> None:
    assert mention_of("reddit", t3(removed_by_category="moderator")).op is Op.DELETE


def test_an_author_who_left_is_null(mention_of: Any) -> None:
    for author in ("[deleted]", None):
        mention = mention_of("reddit", t3(author=author))
        assert mention.op is Op.UPSERT and mention.author.id is None


def test_an_edit_is_a_later_version(mention_of: Any) -> None:
    first, edit = mention_of("reddit", t3()), mention_of("reddit", t3(edited=1795348750.0))
    assert edit.version > first.version
    assert (first.edited, edit.edited, edit.edited_at) == (False, True, "2026-11-22T11:59:10.000Z")
    assert mention_of("reddit", t3(edited=True)).edited


def test_a_crosspost_quotes_the_original(hear: Any) -> None:
    original = {"selftext": "cuerpo", "title": "t", "author": "carl"}
    mention, acts = hear("reddit", t3(crosspost_parent="t3_xyz", crosspost_parent_list=[original]))
    assert (mention.kind, mention.quoted_id, mention.quoted_text) == (MentionKind.QUOTE, "reddit:t3_xyz", "cuerpo")
    assert [(act.kind, act.target) for act in acts] == [(InteractionKind.QUOTE, "carl")]


def test_links_and_named_users_are_found(hear: Any) -> None:
    text = "gracias u/carl y /u/Dora_2, ver [nota](https://e.es/a?b=1&amp;c=2) y https://e.es/b."
    mention, acts = hear("reddit", t3(selftext=text, over_18=True, is_self=False, url="https://i.redd.it/x.jpg"))
    assert [link.url for link in mention.links] == [
        "https://i.redd.it/x.jpg",
        "https://e.es/a?b=1&c=2",
        "https://e.es/b",
    ]
    assert [named.handle for named in mention.mentions] == ["carl", "Dora_2"]
    assert [act.target for act in acts] == ["carl", "Dora_2"]
    assert mention.sensitive


@pytest.mark.parametrize("kind", ["t2", "t4", "t5", "more"])
def test_other_things_are_silent(hear: Any, kind: str) -> None:
    assert hear("reddit", {"kind": kind, "data": {"id": "x", "body": "private"}}) == (None, [])


def test_listings_and_comment_trees_are_cut_into_things() -> None:
    inner = t1(name="t1_inner")
    tree = t1(replies={"kind": "Listing", "data": {"children": [inner, {"kind": "more", "data": {}}]}})
    listing = {"kind": "Listing", "data": {"after": None, "children": [t3(), tree]}}
    document = orjson.dumps([listing, listing])
    names = [orjson.loads(item)["data"].get("name") for item in cut("reddit", document)]
    assert names == ["t3_abc", "t1_def", "t1_inner", None] * 2
    assert cut("reddit", orjson.dumps(tree)) == [orjson.dumps(tree)], "a single thing stays whole"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (t3(title=None), LetterReason.MISSING_FIELD),
        (t3(title=4), LetterReason.BAD_FIELD),
        (t3(selftext=4), LetterReason.BAD_FIELD),
        (t3(name="t3_../x"), LetterReason.BAD_FIELD),
        (t3(name="t1_abc"), LetterReason.BAD_FIELD),
        (t3(name=None, id=None), LetterReason.MISSING_FIELD),
        (t1(body=None), LetterReason.MISSING_FIELD),
        ({"kind": "t3"}, LetterReason.MISSING_FIELD),
        ({"kind": "Listing", "data": {"children": []}}, LetterReason.UNSUPPORTED_SHAPE),
        ({"kind": "t9", "data": {}}, LetterReason.UNSUPPORTED_SHAPE),
        ({"error": 403, "message": "Forbidden"}, LetterReason.UNSUPPORTED_SHAPE),
        (b"null", LetterReason.UNSUPPORTED_SHAPE),
    ],
)
def test_what_is_neither_is_refused_with_a_reason(refuse: Any, payload: Any, reason: LetterReason) -> None:
    assert refuse("reddit", payload).reason is reason


def test_peek_keys_by_author_name_else_by_fullname() -> None:
    assert peek("reddit", orjson.dumps(t3()))[:2] == ("ana", 1795348740000)
    assert peek("reddit", orjson.dumps(t3(author=None))).key == "reddit:t3_abc"


def test_an_unknown_network_is_a_fault_and_its_bytes_still_have_an_id(refuse: Any) -> None:
    assert refuse("myspace", {}).reason is LetterReason.UNKNOWN_NETWORK
    seen = peek("myspace", b"x")
    assert seen == peek("myspace", b"x") != peek("myspace", b"y")
    assert cut("myspace", b"[1]") == [b"[1]"]


def test_the_raw_reference_names_shape_and_hash(mention_of: Any) -> None:
    raw = mention_of("reddit", t3()).raw
    assert raw.format == "reddit.t3" and len(raw.sha256) == 64
    assert normalize(RawEvent("reddit", "s", "1", orjson.dumps(t3())), 0).mention.raw == raw
