"""A Mastodon status to a mention: HTML to text, boosts, quotes, polls; what is not public is not listened to."""

from __future__ import annotations

from pipeline.normalize.fields import (
    EMPTY,
    Json,
    bool_of,
    count_of,
    host_of,
    identity,
    millis_of_text,
    missing,
    need_id,
    need_object,
    need_text,
    object_of,
    objects_of,
    text_of,
    unique,
    url_of,
    wire,
)
from pipeline.normalize.html import to_page, to_text
from pipeline.normalize.result import SCHEMA_VERSION, SILENT, Acts, Context, Normalized
from pipeline.normalize.words import Words, short
from schemas.kinds import InteractionKind, MentionKind, Op
from schemas.limits import LIST_ITEMS
from schemas.mention import Author, Engagement, Lang, Link, Media, Mention, Named, Poll

_LISTENED = ("public", "unlisted")


def is_status(value: Json) -> bool:
    return "content" in value and "account" in value and ("uri" in value or "id" in value)


def status_uid(value: Json) -> str:
    return f"mastodon:{need_id(value, 'uri', 'uri')}"


def account_of(holder: Json, where: str) -> Author:
    """The author of a status. `id` is acct@host, lower-cased.

    Replies and mentions name accounts by acct alone, never by ActivityPub uri; usernames cannot be changed, so that is
    the one id by which an actor and those acted upon join.
    """
    account = need_object(holder, "account", where)
    acct = need_id(account, "acct", f"{where}.acct")
    words = Words()
    full = full_acct(acct, account.get("uri") or account.get("url"))
    if full is None:
        raise missing(f"{where}.url", "an account of the server itself names no host")
    bio = text_of(account, "note")
    return Author(
        id=full,
        handle=full,
        display_name=words.field(account.get("display_name")),
        url=url_of(account, "url"),
        bio=words.field(to_text(bio)) if bio else None,
        followers=count_of(account, "followers_count"),
        following=count_of(account, "following_count"),
        posts=count_of(account, "statuses_count"),
        created_at=wire(millis_of_text(account.get("created_at"))),
        bot=bool_of(account, "bot"),
    )


def full_acct(acct: object, address: object) -> str | None:
    """`user@host` of an acct, which lacks the host for accounts of the serving instance; the address supplies it."""
    name = identity(acct)
    if name is None:
        return None
    name = name.lstrip("@").lower()
    if "@" in name:
        return name
    host = host_of(address)
    return f"{name}@{host}" if name and host else None


def local_uid(server: str, local: str) -> str:
    """The uid of a status known by its id on one server only."""
    return f"mastodon:{server[:256]}#{local}"


def status(value: Json, ctx: Context, shape: str, *, server: str, edited: bool = False) -> Normalized:
    """A status, boost or quote. Private and direct ones, and boosts of such, are traffic that is not ours to hear.

    `server` scopes the local ids, by which a status names the one it answers.
    """
    visibility = need_text(value, "visibility", "visibility")
    if visibility not in _LISTENED:
        return SILENT
    uid = status_uid(value)
    author = account_of(value, "account")
    created_at = millis_of_text(value.get("created_at"))
    reblog = object_of(value, "reblog")
    if reblog:
        return _reblog(value, reblog, ctx, uid, author, created_at)
    return _own(value, ctx, uid, author, created_at, shape, server, edited)


def _reblog(value: Json, reblog: Json, ctx: Context, uid: str, author: Author, created_at: int | None) -> Normalized:
    if reblog.get("visibility") not in _LISTENED:
        return SILENT
    original_uid = status_uid(reblog)
    original_author = account_of(reblog, "reblog.account")
    words = Words()
    page = to_page(need_text(reblog, "content", "reblog.content"))
    acts = Acts(ctx, uid, author, created_at)
    acts.add(InteractionKind.REPOST, original_author.id, original_uid, original_author.followers)
    mention = Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.UPSERT,
        uid=uid,
        version=wire(created_at) or ctx.received,
        network=ctx.network,
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw("reblog"),
        kind=MentionKind.REPOST,
        author=author,
        quoted_text=words.text(page.text),
        lang=_lang(reblog),
        created_at=wire(created_at),
        url=url_of(value, "url"),
        instance=host_of(value.get("uri")),
        reposted_id=original_uid,
        parent_author_id=original_author.id,
        visibility=str(value["visibility"]),
        sensitive=bool_of(reblog, "sensitive") is True,
        flags=words.flags(None),
    )
    return Normalized(mention, acts.done)


def _own(
    value: Json, ctx: Context, uid: str, author: Author, created_at: int | None, shape: str, server: str, edited: bool
) -> Normalized:
    page = to_page(need_text(value, "content", "content"))
    words = Words()
    text = words.text(page.text)
    edited_at = millis_of_text(value.get("edited_at"))
    mentions, by_local_id = _mentions(value)
    hashtags = unique([tag for item in objects_of(value, "tags") if (tag := short(item.get("name")))])
    answered = identity(value.get("in_reply_to_id"))
    parent_author = _parent_author(value, author, by_local_id)
    quoted_uid, quoted, quoted_author = _quoted(value)
    acts = Acts(ctx, uid, author, created_at)
    if answered:
        acts.add(InteractionKind.REPLY, parent_author, local_uid(server, answered))
    if quoted_uid and quoted_author:
        acts.add(InteractionKind.QUOTE, quoted_author.id, quoted_uid, quoted_author.followers)
    for named in mentions:
        acts.add(InteractionKind.MENTION, named.id)
    mention = Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.UPSERT,
        uid=uid,
        version=wire(edited_at) or wire(created_at) or ctx.received,
        network=ctx.network,
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw(shape),
        kind=MentionKind.REPLY if answered else MentionKind.QUOTE if quoted_uid else MentionKind.POST,
        author=author,
        text=text,
        quoted_text=words.text(to_text(quoted)) if quoted else None,
        content_warning=words.field(value.get("spoiler_text")),
        lang=_lang(value),
        created_at=wire(created_at),
        edited_at=wire(edited_at),
        edited=edited or edited_at is not None,
        url=url_of(value, "url"),
        instance=host_of(value.get("uri")),
        parent_id=local_uid(server, answered) if answered else None,
        quoted_id=quoted_uid,
        parent_author_id=parent_author if answered else None,
        engagement=_engagement(value),
        media=_media(value, words),
        links=_links(value, page.links, words),
        mentions=mentions,
        hashtags=hashtags,
        poll=_poll(value, words),
        visibility=str(value["visibility"]),
        sensitive=bool_of(value, "sensitive") is True,
        flags=words.flags(text, len(hashtags)),
    )
    return Normalized(mention, acts.done)


def _mentions(value: Json) -> tuple[list[Named], dict[str, str]]:
    """Accounts mentioned, and full accts by the serving instance's local ids."""
    named: dict[str, Named] = {}
    by_local_id: dict[str, str] = {}
    for item in objects_of(value, "mentions"):
        full = full_acct(item.get("acct"), item.get("url"))
        if full is None:
            continue
        named.setdefault(full, Named(id=full, handle=full))
        local = identity(item.get("id"))
        if local is not None:
            by_local_id[local] = full
    return list(named.values()), by_local_id


def _parent_author(value: Json, author: Author, by_local_id: dict[str, str]) -> str | None:
    local = identity(value.get("in_reply_to_account_id"))
    if local is None:
        return None
    if local == identity(object_of(value, "account").get("id")):
        return author.id
    return by_local_id.get(local)


def _quoted(value: Json) -> tuple[str | None, str | None, Author | None]:
    """Uid, HTML and author of the quoted status: Mastodon 4.4 nests it under `quoted_status`, others give it directly."""
    quote = object_of(value, "quote")
    quoted = object_of(quote, "quoted_status") or (quote if "content" in quote else EMPTY)
    uri = identity(quoted.get("uri"))
    if uri is None or quoted.get("visibility") not in _LISTENED or not isinstance(quoted.get("account"), dict):
        return None, None, None
    return f"mastodon:{uri}", text_of(quoted, "content"), account_of(quoted, "quote.account")


def _links(value: Json, hrefs: list[str], words: Words) -> list[Link]:
    found = {url: Link(url=url) for url in hrefs}
    card = object_of(value, "card")
    url = url_of(card, "url")
    if url is not None:
        found[url] = Link(url=url, title=words.field(card.get("title")))
    return list(found.values())[:LIST_ITEMS]


def _media(value: Json, words: Words) -> list[Media]:
    return [
        Media(
            type=short(item.get("type")) or "unknown",
            url=url_of(item, "url"),
            alt=words.field(item.get("description")),
        )
        for item in objects_of(value, "media_attachments")
    ]


def _poll(value: Json, words: Words) -> Poll | None:
    poll = object_of(value, "poll")
    options = objects_of(poll, "options")
    if not options:
        return None
    return Poll(
        options=[words.field(option.get("title")) or "" for option in options],
        votes=[count_of(option, "votes_count") for option in options],
        closes_at=wire(millis_of_text(poll.get("expires_at"))),
    )


def _engagement(value: Json) -> Engagement:
    return Engagement(
        likes=count_of(value, "favourites_count"),
        reposts=count_of(value, "reblogs_count"),
        replies=count_of(value, "replies_count"),
        quotes=count_of(value, "quotes_count"),
    )


def _lang(value: Json) -> Lang | None:
    code = value.get("language")
    return Lang(code, "declared") if isinstance(code, str) and 2 <= len(code) <= 35 and code.isascii() else None
