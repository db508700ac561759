"""Normalising is total: any bytes give a value or an upstream fault, and whatever comes out passes the wire."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.normalize import NETWORKS, cut, normalize, peek
from schemas.codec import UpstreamFault, decode, encode
from schemas.instants import from_wire
from schemas.interaction import Interaction
from schemas.kinds import Op
from schemas.limits import LIST_ITEMS, TEXT_CHARS
from schemas.mention import Mention
from schemas.raw import RawEvent

NOW = from_wire("2026-11-22T12:00:00.000Z")

_ACCOUNT = {"id": "7", "acct": "bea@otro.es", "url": "https://otro.es/@bea", "followers_count": 3, "note": "<p>x</p>"}
_STATUS = {
    "id": "1",
    "uri": "https://masto.es/1",
    "visibility": "public",
    "created_at": "2026-11-22T11:00:00Z",
    "content": "<p>hola <a href='https://e.es'>e</a></p>",
    "account": _ACCOUNT,
    "in_reply_to_id": "9",
    "in_reply_to_account_id": "8",
    "mentions": [{"id": "8", "acct": "ana", "url": "https://masto.es/@ana"}],
    "tags": [{"name": "luz"}],
    "poll": {"options": [{"title": "a", "votes_count": 1}]},
    "quote": {"quoted_status": {"uri": "u:2", "visibility": "public", "content": "q", "account": _ACCOUNT}},
    "media_attachments": [{"type": "image", "url": "https://e.es/1", "description": "d"}],
}
_POST = {
    "text": "hola @bea #luz",
    "createdAt": "2026-11-22T11:00:00.000Z",
    "langs": ["es"],
    "reply": {
        "parent": {"uri": "at://did:plc:b/app.bsky.feed.post/1"},
        "root": {"uri": "at://did:plc:c/app.bsky.feed.post/1"},
    },
    "embed": {"$type": "app.bsky.embed.record", "record": {"uri": "at://did:plc:d/app.bsky.feed.post/1"}},
    "facets": [
        {
            "index": {"byteStart": 5, "byteEnd": 9},
            "features": [
                {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:b"},
                {"$type": "app.bsky.richtext.facet#tag", "tag": "luz"},
            ],
        }
    ],
    "tags": ["t"],
    "labels": {"values": [{"val": "porn"}]},
}
_COMMIT = {"rev": "3k", "operation": "create", "collection": "app.bsky.feed.post", "rkey": "1", "record": _POST}
_V2 = "network.bsky.jetstream.subscribeEvents#"
_USER = {"id": "1", "username": "ana", "public_metrics": {"followers_count": 1}, "created_at": "2020-01-01T00:00:00Z"}
_TWEET = {
    "id": "1576994789110992896",
    "text": "RT @a: x &amp; y",
    "author_id": "1",
    "edit_history_tweet_ids": ["1576994789110992890", "1576994789110992896"],
    "referenced_tweets": [{"type": "quoted", "id": "5"}, {"type": "replied_to", "id": "6"}],
    "in_reply_to_user_id": "2",
    "entities": {
        "hashtags": [{"tag": "a"}],
        "mentions": [{"id": "3", "username": "c"}],
        "urls": [{"url": "https://t.co/1"}],
    },
    "attachments": {"media_keys": ["m"], "poll_ids": ["p"]},
    "public_metrics": {"like_count": 1},
    "geo": {"place_id": "g"},
    "note_tweet": {"text": "largo", "entities": {}},
}
_OLD = {
    "id": 5,
    "id_str": "5",
    "text": "RT @a: hola",
    "created_at": "Sun Nov 22 11:59:00 +0000 2026",
    "user": {"id_str": "1", "screen_name": "ana", "followers_count": 2},
    "extended_tweet": {"full_text": "entero", "entities": {"hashtags": [{"text": "x"}]}},
    "quoted_status": {"id_str": "6", "text": "q", "user": {"id_str": "2"}},
    "entities": {"user_mentions": [{"id_str": "3", "screen_name": "c"}], "media": [{"type": "photo"}]},
}
_THING = {
    "name": "t3_a",
    "title": "t",
    "selftext": "hola u/bea https://e.es/1",
    "author": "ana",
    "created_utc": 1795348740.0,
    "edited": False,
    "crosspost_parent": "t3_b",
    "crosspost_parent_list": [{"selftext": "q", "author": "c"}],
    "poll_data": {"options": [{"text": "a", "vote_count": 1}], "voting_end_timestamp": 1795348740000},
    "gallery_data": {"items": [{"caption": "c"}]},
    "ups": 1,
    "upvote_ratio": 0.5,
}
VALID: list[tuple[str, Any]] = [
    ("bluesky", {"did": "did:plc:a", "time_us": 1795348740000000, "kind": "commit", "commit": _COMMIT}),
    (
        "bluesky",
        {
            "$type": "message",
            "payload": {"$type": _V2 + "commit", "did": "did:plc:a", "time": "2026-11-22T11:00:00Z", **_COMMIT},
        },
    ),
    (
        "bluesky",
        {"did": "did:plc:a", "time_us": 1, "kind": "account", "account": {"active": False, "status": "deleted"}},
    ),
    ("bluesky", {"did": "did:plc:a", "time_us": 1, "kind": "identity", "identity": {"handle": "a.es", "seq": 2}}),
    (
        "bluesky",
        {
            "post": {
                "uri": "at://did:plc:a/app.bsky.feed.post/1",
                "author": {"did": "did:plc:a", "handle": "a.es", "verification": {"verifiedStatus": "valid"}},
                "record": _POST,
                "embed": {"record": {"record": {"value": {"text": "q"}}}},
                "labels": [{"val": "x"}],
            },
            "reason": {"uri": "at://did:plc:b/app.bsky.feed.repost/1", "by": {"did": "did:plc:b"}},
        },
    ),
    ("mastodon", _STATUS),
    ("mastodon", {"event": "status.update", "payload": _STATUS}),
    ("mastodon", {"event": "delete", "payload": "1", "instance": "masto.es"}),
    ("mastodon", {"event": "notification", "payload": {"type": "favourite", "account": _ACCOUNT, "status": _STATUS}}),
    ("mastodon", {**_STATUS, "reblog": {**_STATUS, "uri": "u:3"}}),
    (
        "x",
        {
            "data": _TWEET,
            "includes": {
                "users": [_USER],
                "tweets": [{"id": "5", "text": "q", "author_id": "2"}],
                "media": [{"media_key": "m", "type": "photo"}],
                "polls": [{"id": "p", "options": [{"label": "a", "votes": 1}]}],
                "places": [{"id": "g", "country_code": "ES"}],
            },
        },
    ),
    ("x", {"data": [_TWEET, _TWEET], "includes": {"users": [_USER]}}),
    ("x", {**_TWEET, "author": _USER, "referenced_tweets": [{"type": "retweeted", "id": "5", "text": "q"}]}),
    ("x", _OLD),
    ("x", {**_OLD, "retweeted_status": _OLD}),
    ("x", {"delete": {"status": {"id_str": "5", "user_id_str": "1"}, "timestamp_ms": "1795348740000"}}),
    ("x", {"data": {"user_delete": {"user": {"id": "1"}, "event_at": "2026-11-22T11:00:00Z"}}}),
    ("x", {"id": "5", "action": "delete", "created_at": "2013-06-04T16:25:04Z"}),
    ("reddit", {"kind": "t3", "data": _THING}),
    (
        "reddit",
        {
            "kind": "t1",
            "data": {"name": "t1_a", "body": "hola", "link_id": "t3_a", "parent_id": "t3_a", "link_author": "ana"},
        },
    ),
    ("reddit", {"kind": "Listing", "data": {"children": [{"kind": "t3", "data": _THING}]}}),
]

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            "\x00",
            "did:plc:a",
            "at://did:plc:a/app.bsky.feed.post/1",
            "2026-11-22T12:00:00.000Z",
            "9999-99-99T99:99:99.999Z",
            "0001-01-01T00:00:00+23:59",
            "https://[",
            "https://e.es/\u2028",
            "t3_a",
            "public",
            "mention",
            "x" * 5_000,
        ]
    ),
)
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def spots(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a tree, as the keys that lead to it."""
    found = [way] if way else []
    if isinstance(value, dict):
        for key, child in value.items():
            found += spots(child, (*way, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            found += spots(child, (*way, index))
    return found


def check(network: str, payload: bytes) -> None:
    """A mention that passes the wire, silence, or an upstream fault: nothing else, through all three functions."""
    seen = peek(network, payload)
    assert seen.key and seen.id
    for item in cut(network, payload):
        try:
            mention, acts = normalize(RawEvent(network, "lab", "1", item), NOW)
        except UpstreamFault as fault:
            assert fault.detail
            continue
        for act in acts:
            assert act.actor != act.target
            assert decode(Interaction, encode(act)) == act
        if mention is None:
            continue
        assert decode(Mention, encode(mention)) == mention
        assert len(mention.text or "") <= TEXT_CHARS and len(mention.links) <= LIST_ITEMS
        assert not any(odd in (mention.text or "") for odd in ("\x00", "\u2028", "\x85"))
        if mention.op is Op.UPSERT:
            assert mention.kind is not None and mention.author is not None


@pytest.mark.parametrize(("network", "value"), VALID)
def test_the_unchanged_payloads_are_accepted(network: str, value: Any) -> None:
    for item in cut(network, orjson.dumps(value)):
        normalize(RawEvent(network, "lab", "1", item), NOW)


@pytest.mark.parametrize("network", NETWORKS)
@given(payload=st.binary(max_size=200))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
def test_random_bytes_end_as_a_value_or_a_fault(network: str, payload: bytes) -> None:
    check(network, payload)


@pytest.mark.parametrize("network", NETWORKS)
@given(tree=trees)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
def test_random_json_ends_as_a_value_or_a_fault(network: str, tree: Any) -> None:
    check(network, orjson.dumps(tree))


@given(data=st.data())
@settings(max_examples=600, deadline=None)
def test_a_valid_payload_changed_anywhere_ends_as_a_value_or_a_fault(data: st.DataObject) -> None:
    network, value = data.draw(st.sampled_from(VALID))
    mutant = deepcopy(value)
    for _ in range(data.draw(st.integers(1, 3))):
        way = data.draw(st.sampled_from(spots(mutant) or [()]))
        if not way:
            break
        holder = mutant
        for step in way[:-1]:
            holder = holder[step]
        if data.draw(st.booleans()):
            holder[way[-1]] = data.draw(trees)
        else:
            del holder[way[-1]]
    check(network, orjson.dumps(mutant))


@pytest.mark.parametrize(("network", "value"), VALID)
def test_every_single_field_may_hold_any_type(network: str, value: Any) -> None:
    for way in spots(value):
        for odd in (None, True, -1, 2**63, 1.5, 1e300, "", "\x00", "x" * 9_000, [], [[]], [None, {}], {}, {"a": {}}):
            mutant = deepcopy(value)
            holder = mutant
            for step in way[:-1]:
                holder = holder[step]
            holder[way[-1]] = odd
            check(network, orjson.dumps(mutant))
