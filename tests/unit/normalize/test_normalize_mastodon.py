"""Mastodon: statuses, streaming events, and what is not public."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from pipeline.normalize import cut, peek
from schemas.kinds import InteractionKind, LetterReason, MentionKind, Op


def account(name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"id-{name}",
        "acct": name,
        "url": f"https://masto.es/@{name.partition('@')[0]}",
        "display_name": name.title(),
        "followers_count": 10,
        "following_count": 0,
        "statuses_count": 3,
        "created_at": "2020-01-01T00:00:00.000Z",
        "note": "<p>vecina</p>",
        "bot": False,
        **more,
    }


def status(**more: Any) -> dict[str, Any]:
    return {
        "id": "100",
        "uri": "https://masto.es/users/ana/statuses/100",
        "url": "https://masto.es/@ana/100",
        "created_at": "2026-11-22T11:59:00.000Z",
        "visibility": "public",
        "language": "es",
        "content": "<p>Sin luz</p>",
        "account": account("ana"),
        "favourites_count": 0,
        **more,
    }


def test_a_status_is_told_by_uri(mention_of: Any) -> None:
    mention = mention_of("mastodon", status())
    assert mention.uid == "mastodon:https://masto.es/users/ana/statuses/100"
    assert (mention.kind, mention.text, mention.lang.value) == (MentionKind.POST, "Sin luz", "es")
    assert mention.author.id == mention.author.handle == "ana@masto.es"
    assert (mention.author.followers, mention.author.following, mention.author.bio) == (10, 0, "vecina")
    assert mention.engagement.likes == 0 and mention.engagement.replies is None
    assert mention.instance == "masto.es"
    assert not mention.edited


def test_html_becomes_the_text_as_written(mention_of: Any) -> None:
    content = (
        "<p>Hola<br>mundo &amp; co</p><p>ver <a href='https://e.es/una/nota' rel='nofollow'>"
        "<span class='invisible'>https://</span><span class='ellipsis'>e.es/una</span>"
        "<span class='invisible'>/nota</span></a></p>"
    )
    mention = mention_of("mastodon", status(content=content))
    assert mention.text == "Hola\nmundo & co\nver https://e.es/una/nota"
    assert [link.url for link in mention.links] == ["https://e.es/una/nota"]


def test_the_link_that_servers_add_to_a_quote_is_not_the_authors(mention_of: Any) -> None:
    content = '<p><span class="quote-inline">RE: <a href="https://b.es/1"><span>b.es/1</span></a><br></span>¡Eso!</p>'
    assert mention_of("mastodon", status(content=content)).text == "¡Eso!"


@pytest.mark.parametrize("visibility", ["private", "direct", "limited", "local"])
def test_private_talk_is_not_heard(hear: Any, visibility: str) -> None:
    assert hear("mastodon", status(visibility=visibility)) == (None, [])
    boost = status(content="", reblog=status(visibility=visibility))
    assert hear("mastodon", boost) == (None, [])


def test_an_unlisted_status_is_heard_and_says_so(mention_of: Any) -> None:
    assert mention_of("mastodon", status(visibility="unlisted")).visibility == "unlisted"


def test_a_boost_is_a_repost_with_the_originals_words_quoted(hear: Any) -> None:
    original = status(uri="https://otro.es/1", content="<p>original</p>", account=account("bea@otro.es"))
    mention, acts = hear("mastodon", status(content="", reblog=original))
    assert (mention.kind, mention.text, mention.quoted_text) == (MentionKind.REPOST, None, "original")
    assert mention.reposted_id == "mastodon:https://otro.es/1"
    assert mention.engagement is None
    assert [(act.kind, act.actor, act.target, act.target_followers) for act in acts] == [
        (InteractionKind.REPOST, "ana@masto.es", "bea@otro.es", 10)
    ]


def test_a_reply_acts_on_whom_the_mentions_name(hear: Any) -> None:
    answered = status(
        in_reply_to_id="55",
        in_reply_to_account_id="id-bea",
        mentions=[
            {"id": "id-bea", "acct": "bea@otro.es", "url": "https://otro.es/@bea"},
            {"id": "id-carl", "acct": "Carl", "url": "https://masto.es/@Carl"},
        ],
    )
    mention, acts = hear("mastodon", answered)
    assert (mention.kind, mention.parent_author_id) == (MentionKind.REPLY, "bea@otro.es")
    assert [(act.kind, act.target) for act in acts] == [
        (InteractionKind.REPLY, "bea@otro.es"),
        (InteractionKind.MENTION, "carl@masto.es"),
    ]


def test_a_thread_with_oneself_acts_on_nobody(hear: Any) -> None:
    mention, acts = hear("mastodon", status(in_reply_to_id="99", in_reply_to_account_id="id-ana"))
    assert mention.parent_author_id == "ana@masto.es" and acts == []


def test_a_quote_brings_the_quoted_words(hear: Any) -> None:
    quoted = status(uri="https://otro.es/7", content="<p>anuncio</p>", account=account("bea@otro.es"))
    mention, acts = hear("mastodon", status(quote={"state": "accepted", "quoted_status": quoted}))
    assert (mention.kind, mention.quoted_id, mention.quoted_text) == (
        MentionKind.QUOTE,
        "mastodon:https://otro.es/7",
        "anuncio",
    )
    assert [(act.kind, act.target) for act in acts] == [(InteractionKind.QUOTE, "bea@otro.es")]


def test_warning_poll_media_tags_and_card_come_along(mention_of: Any) -> None:
    mention = mention_of(
        "mastodon",
        status(
            spoiler_text="política",
            sensitive=True,
            tags=[{"name": "Luz"}, {"name": "Luz"}, {"name": None}],
            poll={
                "expires_at": "2026-11-23T00:00:00Z",
                "options": [{"title": "sí", "votes_count": 2}, {"title": "no"}],
            },
            media_attachments=[{"type": "image", "url": "https://e.es/f.png", "description": "factura"}],
            card={"url": "https://e.es/a", "title": "Nota"},
        ),
    )
    assert mention.content_warning == "política" and mention.sensitive
    assert mention.hashtags == ["Luz"]
    assert (mention.poll.options, mention.poll.votes) == (["sí", "no"], [2, None])
    assert mention.media[0].alt == "factura"
    assert mention.links[0].title == "Nota"


def test_an_edit_is_a_later_version_of_the_same_uid(mention_of: Any) -> None:
    first = mention_of("mastodon", status())
    edit = mention_of("mastodon", {"event": "status.update", "payload": status(edited_at="2026-11-22T11:59:30.000Z")})
    assert edit.uid == first.uid and edit.version > first.version
    assert edit.edited and edit.edited_at == "2026-11-22T11:59:30.000Z"


@pytest.mark.parametrize("pack", [lambda told: told, lambda told: orjson.dumps(told).decode()])
def test_the_payload_of_an_event_may_be_json_within_a_string(mention_of: Any, pack: Any) -> None:
    event = {"stream": ["public"], "event": "update", "payload": pack(status())}
    assert mention_of("mastodon", event).text == "Sin luz"


def test_a_deletion_by_local_id_is_scoped_to_its_server(mention_of: Any) -> None:
    assert mention_of("mastodon", {"event": "delete", "payload": "100"}).uid == "mastodon:lab#100"
    named = mention_of("mastodon", {"event": "delete", "payload": 100, "instance": "https://masto.es"})
    assert (named.op, named.uid) == (Op.DELETE, "mastodon:masto.es#100")
    known = mention_of("mastodon", {"event": "delete", "payload": "100", "uri": status()["uri"]})
    assert known.uid == mention_of("mastodon", status()).uid


def test_favourites_and_boosts_told_as_notifications_are_acts(hear: Any) -> None:
    told = {"type": "favourite", "created_at": "2026-11-22T11:59:59.000Z", "account": account("bea@otro.es")}
    mention, acts = hear("mastodon", {"event": "notification", "payload": told | {"status": status()}})
    assert mention is None
    assert [(act.kind, act.actor, act.target) for act in acts] == [
        (InteractionKind.LIKE, "bea@otro.es", "ana@masto.es")
    ]
    mentioned = hear("mastodon", {"event": "notification", "payload": told | {"type": "mention", "status": status()}})
    assert mentioned.mention.text == "Sin luz"
    assert hear("mastodon", {"event": "notification", "payload": {"type": "follow"}}) == (None, [])


@pytest.mark.parametrize("event", ["conversation", "announcement", "filters_changed", "notifications_merged"])
def test_other_events_are_silent(hear: Any, event: str) -> None:
    assert hear("mastodon", {"event": event, "payload": "undefined"}) == (None, [])


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (status(uri=None), LetterReason.MISSING_FIELD),
        (status(uri=7.5), LetterReason.BAD_FIELD),
        (status(account=None), LetterReason.MISSING_FIELD),
        (status(account={"acct": ""}), LetterReason.MISSING_FIELD),
        (status(account={"acct": "ana"}), LetterReason.MISSING_FIELD),
        (status(content=None), LetterReason.MISSING_FIELD),
        (status(content=[]), LetterReason.BAD_FIELD),
        (status(visibility=None), LetterReason.MISSING_FIELD),
        ({"event": "update", "payload": "{"}, LetterReason.BAD_FIELD),
        ({"event": "update"}, LetterReason.MISSING_FIELD),
        ({"event": "weather", "payload": {}}, LetterReason.UNSUPPORTED_SHAPE),
        ({"event": "delete"}, LetterReason.MISSING_FIELD),
        ({"error": "invalid token"}, LetterReason.UNSUPPORTED_SHAPE),
        ([], LetterReason.UNSUPPORTED_SHAPE),
    ],
)
def test_what_cannot_be_a_status_is_refused_with_a_reason(refuse: Any, payload: Any, reason: LetterReason) -> None:
    assert refuse("mastodon", payload).reason is reason


def test_a_timeline_is_cut_into_statuses_and_peeked_by_author() -> None:
    items = cut("mastodon", orjson.dumps([status(), status(uri="https://masto.es/2")]))
    assert [orjson.loads(item)["uri"] for item in items] == [status()["uri"], "https://masto.es/2"]
    seen = peek("mastodon", items[0])
    assert (seen.key, seen.created_at) == ("ana@masto.es", 1795348740000)
