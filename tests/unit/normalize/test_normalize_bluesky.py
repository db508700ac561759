"""Bluesky: frames of both Jetstream wires and AppView views."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import orjson
import pytest

from pipeline.normalize import cut, peek
from schemas.kinds import InteractionKind, LetterReason, MentionKind, Op
from schemas.limits import TEXT_CHARS

ANA, BEA, CARO = "did:plc:ana", "did:plc:bea", "did:plc:caro"
POST_OF_BEA = f"at://{BEA}/app.bsky.feed.post/3kbea"
POST_OF_CARO = f"at://{CARO}/app.bsky.feed.post/3kcaro"


def frame(collection: str, record: dict[str, Any] | None, operation: str = "create") -> dict[str, Any]:
    commit = {"rev": "3krev", "operation": operation, "collection": f"app.bsky.feed.{collection}", "rkey": "3kown"}
    if record is not None:
        commit |= {"record": {"createdAt": "2026-11-22T11:59:58.1234567Z"} | record, "cid": "bafy"}
    return {"did": ANA, "time_us": 1795348799000000, "kind": "commit", "commit": commit}


def as_v2(v1: dict[str, Any]) -> dict[str, Any]:
    kind = v1["kind"]
    body = v1["commit"] if kind == "commit" else {kind: v1[kind]}
    payload = {
        "$type": f"network.bsky.jetstream.subscribeEvents#{kind}",
        "seq": 7,
        "did": v1["did"],
        "time": "2026-11-22T11:59:59.000000Z",
        **body,
    }
    return {"$type": "message", "payload": payload}


def account(**status: Any) -> dict[str, Any]:
    return {"did": ANA, "time_us": 1795348799000000, "kind": "account", "account": {"did": ANA, "seq": 9, **status}}


def facet(text: str, part: str, **feature: str) -> dict[str, Any]:
    start = text.encode().index(part.encode())
    kind = feature.pop("kind")
    return {
        "index": {"byteStart": start, "byteEnd": start + len(part.encode())},
        "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}],
    }


def test_a_post_is_told_with_identity_version_language_and_time(mention_of: Any) -> None:
    mention = mention_of("bluesky", frame("post", {"text": "Sin luz otra vez", "langs": ["es"]}))
    assert mention.uid == f"bluesky:at://{ANA}/app.bsky.feed.post/3kown"
    assert (mention.op, mention.kind, mention.version) == (Op.UPSERT, MentionKind.POST, "3krev")
    assert mention.text == "Sin luz otra vez"
    assert mention.lang.value == "es" and mention.lang.source == "declared"
    assert mention.created_at == "2026-11-22T11:59:58.123Z"
    assert mention.received_at == mention.observed_at == "2026-11-22T12:00:00.000Z"
    assert mention.event_time is None
    assert mention.author.id == ANA and mention.author.followers is None


def test_both_wires_tell_the_same(mention_of: Any, hear: Any) -> None:
    for v1 in (
        frame("post", {"text": "hola", "reply": {"parent": {"uri": POST_OF_BEA}, "root": {"uri": POST_OF_CARO}}}),
        frame("repost", {"subject": {"uri": POST_OF_BEA}}),
        frame("post", None, "delete"),
        account(active=False, status="takendown"),
    ):
        one, other = mention_of("bluesky", v1), mention_of("bluesky", as_v2(v1))
        assert one.raw.format.replace("v1", "v2") == other.raw.format
        for name in ("uid", "version", "op", "kind", "author", "parent_id", "reposted_id", "created_at", "deleted_at"):
            assert getattr(one, name) == getattr(other, name)
        assert hear("bluesky", v1).interactions == hear("bluesky", as_v2(v1)).interactions
        assert peek("bluesky", orjson.dumps(v1))[:2] == peek("bluesky", orjson.dumps(as_v2(v1)))[:2]


def test_a_reply_names_its_parent_and_acts_on_the_parents_author(hear: Any) -> None:
    reply = {"parent": {"uri": POST_OF_BEA}, "root": {"uri": POST_OF_CARO}}
    mention, acts = hear("bluesky", frame("post", {"text": "yo tampoco", "reply": reply}))
    assert mention.kind is MentionKind.REPLY
    assert mention.parent_id == f"bluesky:{POST_OF_BEA}" and mention.parent_author_id == BEA
    assert mention.conversation_id == f"bluesky:{POST_OF_CARO}" and mention.root_author_id == CARO
    assert [(act.kind, act.actor, act.target, act.post) for act in acts] == [
        (InteractionKind.REPLY, ANA, BEA, f"bluesky:{POST_OF_BEA}")
    ]


@pytest.mark.parametrize(
    "embed",
    [
        {"$type": "app.bsky.embed.record", "record": {"uri": POST_OF_BEA}},
        {"$type": "app.bsky.embed.recordWithMedia", "record": {"record": {"uri": POST_OF_BEA}}, "media": {}},
    ],
)
def test_an_embedded_post_makes_a_quote(hear: Any, embed: dict[str, Any]) -> None:
    mention, acts = hear("bluesky", frame("post", {"text": "mirad", "embed": embed}))
    assert (mention.kind, mention.quoted_id) == (MentionKind.QUOTE, f"bluesky:{POST_OF_BEA}")
    assert [(act.kind, act.target) for act in acts] == [(InteractionKind.QUOTE, BEA)]


def test_an_embedded_feed_or_list_is_no_quote(mention_of: Any) -> None:
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": f"at://{BEA}/app.bsky.graph.list/1"}}
    mention = mention_of("bluesky", frame("post", {"text": "mi lista", "embed": embed}))
    assert (mention.kind, mention.quoted_id) == (MentionKind.POST, None)


def test_facets_count_bytes_not_characters(hear: Any) -> None:
    text = "¡Qué añoranza, @bea.bsky.social! 🙃 #añoranza ejemplo.es/…"
    facets = [
        facet(text, "@bea.bsky.social", kind="mention", did=BEA),
        facet(text, "#añoranza", kind="tag", tag="añoranza"),
        facet(text, "ejemplo.es/…", kind="link", uri="https://ejemplo.es/una/nota"),
    ]
    mention, acts = hear("bluesky", frame("post", {"text": text, "facets": facets, "tags": ["extra", "añoranza"]}))
    assert [(named.id, named.handle) for named in mention.mentions] == [(BEA, "bea.bsky.social")]
    assert mention.hashtags == ["añoranza", "extra"]
    assert [link.url for link in mention.links] == ["https://ejemplo.es/una/nota"]
    assert [(act.kind, act.target) for act in acts] == [(InteractionKind.MENTION, BEA)]


def test_a_facet_outside_the_text_still_names_the_account(mention_of: Any) -> None:
    broken = facet("@bea", "@bea", kind="mention", did=BEA) | {"index": {"byteStart": 90, "byteEnd": 99}}
    mention = mention_of("bluesky", frame("post", {"text": "hola", "facets": [broken, {"features": 3}, 7]}))
    assert [(named.id, named.handle) for named in mention.mentions] == [(BEA, None)]


def test_a_link_card_and_pictures_come_along(mention_of: Any) -> None:
    card = {
        "$type": "app.bsky.embed.external",
        "external": {"uri": "https://e.es/a", "title": "Nota", "description": ""},
    }
    assert mention_of("bluesky", frame("post", {"text": "x", "embed": card})).links[0].title == "Nota"
    images = {"$type": "app.bsky.embed.images", "images": [{"alt": "una factura", "image": {}}]}
    media = mention_of("bluesky", frame("post", {"text": "", "embed": images})).media
    assert [(item.type, item.alt) for item in media] == [("image", "una factura")]


def test_a_repost_has_no_text_of_its_own(hear: Any) -> None:
    mention, acts = hear("bluesky", frame("repost", {"subject": {"uri": POST_OF_BEA, "cid": "bafy"}}))
    assert (mention.kind, mention.text, mention.reposted_id) == (MentionKind.REPOST, None, f"bluesky:{POST_OF_BEA}")
    assert mention.uid == f"bluesky:at://{ANA}/app.bsky.feed.repost/3kown"
    assert [(act.kind, act.target, act.uid) for act in acts] == [(InteractionKind.REPOST, BEA, mention.uid)]


def test_a_like_says_nothing_but_acts(hear: Any) -> None:
    mention, acts = hear("bluesky", frame("like", {"subject": {"uri": POST_OF_BEA}}))
    assert mention is None
    assert [(act.kind, act.actor, act.target, act.at) for act in acts] == [
        (InteractionKind.LIKE, ANA, BEA, "2026-11-22T11:59:58.123Z")
    ]


def test_nobody_acts_on_themselves(hear: Any) -> None:
    own = f"at://{ANA}/app.bsky.feed.post/3kold"
    assert hear("bluesky", frame("like", {"subject": {"uri": own}})).interactions == []
    reply = {"parent": {"uri": own}, "root": {"uri": own}}
    assert hear("bluesky", frame("post", {"text": "sigo", "reply": reply})).interactions == []


def test_an_interaction_dated_in_the_future_is_taken_when_it_was_received(hear: Any) -> None:
    late = frame("like", {"subject": {"uri": POST_OF_BEA}, "createdAt": "2031-01-01T00:00:00Z"})
    assert hear("bluesky", late).interactions[0].at == "2026-11-22T12:00:00.000Z"


def test_an_update_is_an_edit_seen_when_the_frame_was(mention_of: Any) -> None:
    mention = mention_of("bluesky", frame("post", {"text": "corregido"}, "update"))
    assert mention.edited and mention.edited_at == "2026-11-22T11:59:59.000Z"
    assert mention.created_at == "2026-11-22T11:59:58.123Z"


@pytest.mark.parametrize("collection", ["post", "repost"])
def test_a_deletion_names_the_post(mention_of: Any, collection: str) -> None:
    mention = mention_of("bluesky", frame(collection, None, "delete"))
    assert (mention.op, mention.text, mention.author.id) == (Op.DELETE, None, ANA)
    assert mention.uid == f"bluesky:at://{ANA}/app.bsky.feed.{collection}/3kown"
    assert mention.version == "3krev"


@pytest.mark.parametrize("status", ["deleted", "takendown", "suspended", "deactivated", None])
def test_an_account_that_ends_is_purged(mention_of: Any, status: str | None) -> None:
    mention = mention_of("bluesky", account(active=False, status=status))
    assert (mention.op, mention.author.id, mention.uid) == (Op.PURGE_AUTHOR, ANA, f"bluesky:{ANA}")


def test_an_identity_with_a_handle_updates_the_author(mention_of: Any) -> None:
    told = {"did": ANA, "time_us": 1, "kind": "identity", "identity": {"did": ANA, "handle": "ana.es", "seq": 3}}
    mention = mention_of("bluesky", told)
    assert (mention.op, mention.author.id, mention.author.handle) == (Op.AUTHOR_UPDATE, ANA, "ana.es")


@pytest.mark.parametrize(
    "payload",
    [
        frame("like", None, "delete"),
        account(active=True),
        account(active=False, status="throttled"),
        {"did": ANA, "time_us": 1, "kind": "identity", "identity": {"did": ANA, "seq": 3}},
        {
            "did": ANA,
            "time_us": 1,
            "kind": "commit",
            "commit": {
                "operation": "create",
                "collection": "app.bsky.graph.follow",
                "rkey": "1",
                "rev": "2",
                "record": {},
            },
        },
    ],
)
def test_traffic_in_which_nobody_speaks_is_silent(hear: Any, payload: Any) -> None:
    assert hear("bluesky", payload) == (None, [])


def test_a_hydrated_post_brings_names_counters_and_the_quoted_words(hear: Any) -> None:
    view = {
        "uri": f"at://{ANA}/app.bsky.feed.post/3kown",
        "cid": "bafy",
        "author": {
            "did": ANA,
            "handle": "ana.es",
            "displayName": "Ana",
            "createdAt": "2024-01-02T03:04:05.000Z",
            "verification": {"verifiedStatus": "valid"},
        },
        "record": {
            "text": "qué vergüenza",
            "createdAt": "2026-11-22T11:00:00Z",
            "embed": {"$type": "app.bsky.embed.record", "record": {"uri": POST_OF_BEA}},
        },
        "embed": {"record": {"uri": POST_OF_BEA, "value": {"text": "subimos los precios"}}},
        "likeCount": 0,
        "repostCount": 3,
        "labels": [{"val": "porn"}],
    }
    mention, acts = hear("bluesky", view)
    assert mention.quoted_text == "subimos los precios"
    assert mention.engagement.likes == 0 and mention.engagement.reposts == 3 and mention.engagement.views is None
    assert mention.author.handle == "ana.es" and mention.author.verified.value is True
    assert mention.sensitive
    assert acts[0].actor_created_at == "2024-01-02T03:04:05.000Z"
    item = {
        "post": view,
        "reason": {"uri": f"at://{BEA}/app.bsky.feed.repost/3k", "by": {"did": BEA, "handle": "b.es"}},
    }
    repost = hear("bluesky", item).mention
    assert (repost.kind, repost.quoted_text, repost.author.handle) == (MentionKind.REPOST, "qué vergüenza", "b.es")
    assert [orjson.loads(one) for one in cut("bluesky", orjson.dumps({"posts": [view, view]}))] == [view, view]


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("did", "ana", LetterReason.BAD_FIELD),
        ("did", None, LetterReason.MISSING_FIELD),
        ("did", 3, LetterReason.BAD_FIELD),
        ("kind", [], LetterReason.BAD_FIELD),
        ("kind", "weather", LetterReason.UNSUPPORTED_SHAPE),
        ("commit", None, LetterReason.MISSING_FIELD),
        ("commit.rkey", None, LetterReason.MISSING_FIELD),
        ("commit.rkey", "a\u0000b", LetterReason.BAD_FIELD),
        ("commit.rkey", "x" * 3000, LetterReason.BAD_FIELD),
        ("commit.operation", "burn", LetterReason.BAD_FIELD),
        ("commit.record", "text", LetterReason.BAD_FIELD),
        ("commit.record.text", None, LetterReason.MISSING_FIELD),
        ("commit.record.text", 5, LetterReason.BAD_FIELD),
    ],
)
def test_identity_and_text_must_be_right(refuse: Any, path: str, value: Any, reason: LetterReason) -> None:
    payload = deepcopy(frame("post", {"text": "hola"}))
    *way, last = path.split(".")
    holder = payload
    for step in way:
        holder = holder[step]
    holder[last] = value
    fault = refuse("bluesky", payload)
    assert fault.reason is reason
    assert fault.detail


@pytest.mark.parametrize(
    "payload",
    [
        {"$type": "error", "error": "ConsumerTooSlow", "message": "…"},
        {
            "$type": "message",
            "payload": {"$type": "network.bsky.jetstream.subscribeEvents#info", "name": "OutdatedCursor"},
        },
    ],
)
def test_notices_of_the_stream_are_no_events(refuse: Any, payload: Any) -> None:
    assert refuse("bluesky", payload).reason is LetterReason.NOT_AN_EVENT


def test_a_creation_time_that_cannot_be_is_null_and_no_fault(mention_of: Any) -> None:
    for claimed in ("1969-01-01T00:00:00Z", "2101-01-01T00:00:00Z", "mañana", 12, "2026-11-22T99:00:00.000Z", ""):
        assert mention_of("bluesky", frame("post", {"text": "x", "createdAt": claimed})).created_at is None


def test_control_characters_go_and_line_separators_become_line_breaks(mention_of: Any) -> None:
    text = "a\u0000b\u2028c\r\nd\te\u0085f\u001bg"
    assert mention_of("bluesky", frame("post", {"text": text})).text == "ab\nc\nd\te\nfg"


def test_a_text_beyond_the_limit_is_cut_and_flagged(mention_of: Any) -> None:
    mention = mention_of("bluesky", frame("post", {"text": "é" * (TEXT_CHARS + 1)}))
    assert len(mention.text) == TEXT_CHARS and mention.flags.truncated


def test_peek_keys_by_did_and_orders_updates_by_when_they_happened() -> None:
    created = peek("bluesky", orjson.dumps(frame("post", {"text": "x"})))
    updated = peek("bluesky", orjson.dumps(frame("post", {"text": "x"}, "update")))
    assert created.key == updated.key == ANA
    assert created.created_at == 1795348798123 and updated.created_at == 1795348799000
    assert created.id != updated.id
    assert peek("bluesky", orjson.dumps(account(active=False))).key == ANA
