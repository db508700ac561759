"""X API v2 posts: stream lines with includes, bare posts, and twarc's flattened form. Identity is the first id of the edit chain."""

from __future__ import annotations

import html
from typing import Any

from pipeline.normalize.fields import (
    EMPTY,
    Json,
    bool_of,
    count_of,
    identity,
    millis_of_text,
    need_id,
    need_text,
    object_of,
    objects_of,
    text_of,
    unique,
    url_of,
    wire,
)
from pipeline.normalize.result import SCHEMA_VERSION, Acts, Context, Normalized, Peek
from pipeline.normalize.words import Words, short
from pipeline.normalize.x_ids import snowflake_millis
from pipeline.normalize.x_text import country_of, lang_of, post_url, profile_url, retweeted_text
from schemas.kinds import InteractionKind, MentionKind, Op
from schemas.limits import LIST_ITEMS
from schemas.mention import Author, Engagement, Link, Media, Mention, Named, Poll, Verified


def is_post(value: Json) -> bool:
    return "id" in value and "text" in value and "id_str" not in value and "user" not in value


def chain_of(value: Json) -> list[str]:
    """The ids of the post's versions, oldest first, as far as this version knew them."""
    chain = value.get("edit_history_tweet_ids")
    known = [id for item in chain if (id := identity(item))] if isinstance(chain, list) else []
    return known or [need_id(value, "id", "id")]


def post(value: Json, includes: Json, ctx: Context, shape: str) -> Normalized:
    id = need_id(value, "id", "id")
    raw_text = need_text(value, "text", "text")
    references = _references(value, includes)
    author_id = identity(value.get("author_id"))
    author = author_of(author_id, _user(author_id, includes) or object_of(value, "author"))
    if "retweeted" in references:
        return _retweet(value, ctx, id, raw_text, author, references["retweeted"], includes, shape)
    return _own(value, ctx, id, raw_text, author, references, includes, shape)


def _references(value: Json, includes: Json) -> dict[str, Json]:
    """Referenced posts by type, filled from the includes or, flattened, in place; the first of each type."""
    found: dict[str, Json] = {}
    for reference in objects_of(value, "referenced_tweets"):
        kind, id = reference.get("type"), identity(reference.get("id"))
        if isinstance(kind, str) and id is not None and kind not in found:
            found[kind] = reference if "text" in reference else _included(includes, "tweets", "id", id) or {"id": id}
    return found


def _included(includes: Json, kind: str, key: str, id: str) -> Json:
    items = includes.get(kind)
    if isinstance(items, list):
        for item in items:
            if isinstance(item, dict) and item.get(key) == id:
                return item
    return EMPTY


def _user(id: str | None, includes: Json) -> Json:
    return EMPTY if id is None else _included(includes, "users", "id", id)


def author_of(id: str | None, user: Json) -> Author:
    """An author as far as the payload knows them; counters only where the user object came along."""
    if not user:
        return Author(id=id)
    words = Words()
    metrics = object_of(user, "public_metrics")
    handle = short(user.get("username"))
    verified = bool_of(user, "verified")
    bio = text_of(user, "description")
    return Author(
        id=id,
        handle=handle,
        display_name=words.field(user.get("name")),
        url=profile_url(handle),
        bio=words.field(html.unescape(bio)) if bio else None,
        followers=count_of(metrics, "followers_count"),
        following=count_of(metrics, "following_count"),
        posts=count_of(metrics, "tweet_count"),
        created_at=wire(millis_of_text(user.get("created_at"))),
        verified=None if verified is None else Verified(verified, short(user.get("verified_type"))),
    )


def _text_of(value: Json) -> str | None:
    """The post's whole text: long posts keep it in `note_tweet`. X escapes `&`, `<` and `>`."""
    raw = text_of(object_of(value, "note_tweet"), "text") or text_of(value, "text")
    return None if raw is None else html.unescape(raw)


def _times(value: Json, id: str) -> tuple[int | None, int | None, int]:
    """Creation of the first version, of this one where it is an edit, and its index in the chain."""
    chain = chain_of(value)
    index = chain.index(id) if id in chain else 0
    own = millis_of_text(value.get("created_at"))
    own = snowflake_millis(id) if own is None else own
    if index == 0:
        return own, None, 0
    first = snowflake_millis(chain[0])
    return own if first is None else first, own, index


def _retweet(
    value: Json,
    ctx: Context,
    id: str,
    raw_text: str,
    author: Author,
    original: Json,
    includes: Json,
    shape: str,
) -> Normalized:
    words = Words()
    original_text = _text_of(original)
    if original_text is None:
        original_text, words.truncated = retweeted_text(html.unescape(raw_text))
    original_uid = f"x:{chain_of(original)[0]}"
    original_author = identity(original.get("author_id"))
    created = millis_of_text(value.get("created_at"))
    created = snowflake_millis(id) if created is None else created
    acts = Acts(ctx, f"x:{id}", author, created)
    acts.add(InteractionKind.REPOST, original_author, original_uid, _followers(original_author, original, includes))
    mention = Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.UPSERT,
        uid=f"x:{id}",
        version="0",
        network="x",
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw(f"{shape}.retweet"),
        kind=MentionKind.REPOST,
        author=author,
        quoted_text=words.text(original_text),
        lang=lang_of(value.get("lang")),
        created_at=wire(created),
        url=post_url(author.handle, id),
        reposted_id=original_uid,
        parent_author_id=original_author,
        sensitive=bool_of(value, "possibly_sensitive") is True,
        flags=words.flags(None),
    )
    return Normalized(mention, acts.done)


def _own(
    value: Json,
    ctx: Context,
    id: str,
    raw_text: str,
    author: Author,
    references: dict[str, Json],
    includes: Json,
    shape: str,
) -> Normalized:
    words = Words()
    text = words.text(_text_of(value) or html.unescape(raw_text))
    uid = f"x:{chain_of(value)[0]}"
    created, edited_at, index = _times(value, id)
    entities = object_of(object_of(value, "note_tweet"), "entities") or object_of(value, "entities")
    hashtags = unique([tag for item in objects_of(entities, "hashtags") if (tag := short(item.get("tag")))])
    mentions = _mentions(entities)
    answered = references.get("replied_to")
    quoted = references.get("quoted")
    parent_author = identity(value.get("in_reply_to_user_id"))
    if parent_author is None and answered is not None:
        parent_author = identity(answered.get("author_id"))
    quoted_author = identity(quoted.get("author_id")) if quoted is not None else None
    parent_id = f"x:{chain_of(answered)[0]}" if answered is not None else None
    quoted_id = f"x:{chain_of(quoted)[0]}" if quoted is not None else None
    conversation = identity(value.get("conversation_id"))
    acts = Acts(ctx, uid, author, created)
    acts.add(InteractionKind.REPLY, parent_author, parent_id, _followers(parent_author, answered or EMPTY, includes))
    if quoted is not None:
        acts.add(InteractionKind.QUOTE, quoted_author, quoted_id, _followers(quoted_author, quoted, includes))
    for named in mentions:
        acts.add(InteractionKind.MENTION, named.id, None, _followers(named.id, EMPTY, includes))
    is_reply = answered is not None or parent_author is not None
    mention = Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.UPSERT,
        uid=uid,
        version=str(index),
        network="x",
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw(shape),
        kind=MentionKind.REPLY if is_reply else MentionKind.QUOTE if quoted is not None else MentionKind.POST,
        author=author,
        text=text,
        quoted_text=words.text(_text_of(quoted)) if quoted is not None else None,
        lang=lang_of(value.get("lang")),
        created_at=wire(created),
        edited_at=wire(edited_at),
        edited=index > 0,
        url=post_url(author.handle, id),
        conversation_id=f"x:{conversation}" if conversation else None,
        parent_id=parent_id,
        quoted_id=quoted_id,
        root_author_id=author.id if conversation == id else None,
        parent_author_id=parent_author,
        engagement=_engagement(value),
        media=_media(value, includes, words),
        links=_links(entities),
        mentions=mentions,
        hashtags=hashtags,
        cashtags=unique([tag for item in objects_of(entities, "cashtags") if (tag := short(item.get("tag")))]),
        poll=_poll(value, includes, words),
        country=country_of(_place(value, includes).get("country_code")),
        sensitive=bool_of(value, "possibly_sensitive") is True,
        flags=words.flags(text, len(hashtags)),
    )
    return Normalized(mention, acts.done)


def _followers(id: str | None, holder: Json, includes: Json) -> int | None:
    user = _user(id, includes) or object_of(holder, "author")
    return count_of(object_of(user, "public_metrics"), "followers_count")


def _mentions(entities: Json) -> list[Named]:
    found: dict[str, Named] = {}
    for item in objects_of(entities, "mentions"):
        handle, id = short(item.get("username")), identity(item.get("id"))
        if handle or id:
            found.setdefault((handle or id or "").lower(), Named(id=id, handle=handle))
    return list(found.values())


def _links(entities: Json) -> list[Link]:
    found: dict[str, Link] = {}
    for item in objects_of(entities, "urls"):
        url = url_of(item, "url") or url_of(item, "expanded_url")
        if url is not None:
            expanded = url_of(item, "unwound_url") or url_of(item, "expanded_url")
            found.setdefault(url, Link(url=url, expanded=expanded, title=short(item.get("title"))))
    return list(found.values())


def _attached(value: Json, includes: Json, keys: str, kind: str, key: str) -> list[Json]:
    wanted = object_of(value, "attachments").get(keys)
    if not isinstance(wanted, list):
        return []
    ids = [id for item in wanted[:LIST_ITEMS] if (id := identity(item))]
    return [item for id in ids if (item := _included(includes, kind, key, id))]


def _media(value: Json, includes: Json, words: Words) -> list[Media]:
    items = _attached(value, includes, "media_keys", "media", "media_key") or objects_of(
        object_of(value, "attachments"), "media"
    )
    return [
        Media(short(item.get("type")) or "unknown", url=url_of(item, "url"), alt=words.field(item.get("alt_text")))
        for item in items
    ]


def _poll(value: Json, includes: Json, words: Words) -> Poll | None:
    polls = _attached(value, includes, "poll_ids", "polls", "id") or [
        object_of(object_of(value, "attachments"), "poll")
    ]
    options = objects_of(polls[0], "options")
    if not options:
        return None
    return Poll(
        options=[words.field(option.get("label")) or "" for option in options],
        votes=[count_of(option, "votes") for option in options],
        closes_at=wire(millis_of_text(polls[0].get("end_datetime"))),
    )


def _place(value: Json, includes: Json) -> Json:
    geo = object_of(value, "geo")
    id = identity(geo.get("place_id"))
    return (_included(includes, "places", "id", id) if id else EMPTY) or geo


def _engagement(value: Json) -> Engagement | None:
    metrics = object_of(value, "public_metrics")
    if not metrics:
        return None
    return Engagement(
        likes=count_of(metrics, "like_count"),
        reposts=count_of(metrics, "retweet_count"),
        replies=count_of(metrics, "reply_count"),
        quotes=count_of(metrics, "quote_count"),
        views=count_of(metrics, "impression_count"),
        bookmarks=count_of(metrics, "bookmark_count"),
    )


def peek(value: Json) -> Peek:
    id = need_id(value, "id", "id")
    created = millis_of_text(value.get("created_at"))
    author = identity(value.get("author_id"))
    return Peek(author or f"x:{chain_of(value)[0]}", snowflake_millis(id) if created is None else created, "")


def cut(page: Json) -> list[Any]:
    """The posts of a page, each as a stream line: with the users, posts, media, polls and places that it refers to; nothing for a page of counts."""
    includes = object_of(page, "includes")
    indexes = {kind: _index(includes, kind, "media_key" if kind == "media" else "id") for kind in includes}
    items: list[Any] = []
    for data in page["data"]:
        if not isinstance(data, dict) or "id" not in data:
            return []
        item: Json = {"data": data}
        needed = _needed(data, indexes)
        if needed:
            item["includes"] = needed
        items.append(item)
    return items


def _index(includes: Json, kind: str, key: str) -> dict[str, Json]:
    items = includes.get(kind)
    if not isinstance(items, list):
        return {}
    return {item[key]: item for item in items if isinstance(item, dict) and isinstance(item.get(key), str)}


def _needed(data: Json, indexes: dict[str, dict[str, Json]]) -> Json:
    posts = [data]
    for reference in objects_of(data, "referenced_tweets"):
        found = indexes.get("tweets", {}).get(str(reference.get("id")))
        if found is not None:
            posts.append(found)
    wanted: dict[str, list[Any]] = {"users": [], "tweets": [other.get("id") for other in posts[1:]]}
    for one in posts:
        wanted["users"] += [one.get("author_id"), one.get("in_reply_to_user_id")]
        wanted["users"] += [item.get("id") for item in objects_of(object_of(one, "entities"), "mentions")]
    attachments = object_of(data, "attachments")
    for kind, key in (("media", "media_keys"), ("polls", "poll_ids")):
        keys = attachments.get(key)
        wanted[kind] = keys if isinstance(keys, list) else []
    wanted["places"] = [object_of(data, "geo").get("place_id")]
    needed: Json = {}
    for kind, ids in wanted.items():
        index = indexes.get(kind, {})
        kept = [index[id] for id in dict.fromkeys(id for id in ids if isinstance(id, str)) if id in index]
        if kept:
            needed[kind] = kept
    return needed
