"""X API v1.1 posts, of which archives are full: extended and compatible modes, retweets and quotes nested."""

from __future__ import annotations

import html

from pipeline.normalize.fields import (
    Json,
    bad,
    bool_of,
    count_of,
    identity,
    missing,
    need_object,
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
from pipeline.normalize.x_text import country_of, lang_of, old_date_millis, post_url, profile_url, retweeted_text
from schemas.kinds import InteractionKind, MentionKind, Op
from schemas.mention import Author, Engagement, Link, Media, Mention, Named, Verified


def is_post(value: Json) -> bool:
    return ("id_str" in value or "user" in value) and ("text" in value or "full_text" in value)


def id_of(value: Json, key: str, where: str) -> str | None:
    """An id from its string field, which alone is exact; from the number where there is no string."""
    found = identity(value.get(f"{key}_str"))
    if found is not None:
        return found
    number = value.get(key)
    if number is None:
        return None
    if isinstance(number, float):
        raise bad(where, "is a number beyond 64 bit; its string field is absent")
    return identity(number)


def _need_id(value: Json, where: str) -> str:
    found = id_of(value, "id", where)
    if found is None:
        raise missing(where, "is absent or no id")
    return found


def _full(value: Json) -> tuple[str | None, Json, bool]:
    """Text (still escaped), entities, and whether the payload holds only the start of the text."""
    extended = object_of(value, "extended_tweet")
    if text := text_of(extended, "full_text"):
        return text, object_of(extended, "entities"), False
    if text := text_of(value, "full_text"):
        return text, object_of(value, "entities"), False
    return text_of(value, "text"), object_of(value, "entities"), bool_of(value, "truncated") is True


def post(value: Json, ctx: Context) -> Normalized:
    id = _need_id(value, "id_str")
    user = need_object(value, "user", "user")
    author = author_of(user)
    text, entities, cut_off = _full(value)
    if text is None and not isinstance(value.get("text", value.get("full_text")), str):
        raise bad("text", "is not a string")
    created = old_date_millis(value.get("created_at"))
    created = snowflake_millis(id) if created is None else created
    original = object_of(value, "retweeted_status")
    if original:
        return _retweet(value, original, ctx, id, author, text, created)
    return _own(value, ctx, id, author, html.unescape(text or ""), entities, created, cut_off)


def author_of(user: Json) -> Author:
    words = Words()
    handle = short(user.get("screen_name"))
    verified = bool_of(user, "verified")
    bio = text_of(user, "description")
    return Author(
        id=id_of(user, "id", "user.id_str"),
        handle=handle,
        display_name=words.field(user.get("name")),
        url=profile_url(handle),
        bio=words.field(html.unescape(bio)) if bio else None,
        followers=count_of(user, "followers_count"),
        following=count_of(user, "friends_count"),
        posts=count_of(user, "statuses_count"),
        created_at=wire(old_date_millis(user.get("created_at"))),
        verified=None if verified is None else Verified(verified),
    )


def _retweet(
    value: Json, original: Json, ctx: Context, id: str, author: Author, text: str | None, created: int | None
) -> Normalized:
    words = Words()
    original_text, _, cut_off = _full(original)
    if original_text is None:
        original_text, cut_off = retweeted_text(text or "")
    words.truncated = cut_off
    original_author = author_of(object_of(original, "user"))
    original_uid = f"x:{_need_id(original, 'retweeted_status.id_str')}"
    acts = Acts(ctx, f"x:{id}", author, created)
    acts.add(InteractionKind.REPOST, original_author.id, original_uid, original_author.followers)
    mention = Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.UPSERT,
        uid=f"x:{id}",
        version="0",
        network="x",
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw("v1.retweet"),
        kind=MentionKind.REPOST,
        author=author,
        quoted_text=words.text(html.unescape(original_text or "")) or None,
        lang=lang_of(value.get("lang")),
        created_at=wire(created),
        url=post_url(author.handle, id),
        reposted_id=original_uid,
        parent_author_id=original_author.id,
        sensitive=bool_of(value, "possibly_sensitive") is True,
        flags=words.flags(None),
    )
    return Normalized(mention, acts.done)


def _own(
    value: Json,
    ctx: Context,
    id: str,
    author: Author,
    raw_text: str,
    entities: Json,
    created: int | None,
    cut_off: bool,
) -> Normalized:
    words = Words()
    words.truncated = cut_off
    text = words.text(raw_text)
    first = id_of(object_of(value, "edit_history"), "initial_tweet_id", "edit_history.initial_tweet_id") or id
    edited = first != id
    uid = f"x:{first}"
    hashtags = unique([tag for item in objects_of(entities, "hashtags") if (tag := short(item.get("text")))])
    mentions = _mentions(entities)
    answered = id_of(value, "in_reply_to_status_id", "in_reply_to_status_id_str")
    parent_author = id_of(value, "in_reply_to_user_id", "in_reply_to_user_id_str")
    quoted = object_of(value, "quoted_status")
    quoted_id = id_of(value, "quoted_status_id", "quoted_status_id_str") or (
        id_of(quoted, "id", "quoted_status.id_str") if quoted else None
    )
    quoted_text, _, _ = _full(quoted)
    acts = Acts(ctx, uid, author, created)
    acts.add(InteractionKind.REPLY, parent_author, f"x:{answered}" if answered else None)
    if quoted:
        quoted_author = author_of(object_of(quoted, "user"))
        acts.add(
            InteractionKind.QUOTE, quoted_author.id, f"x:{quoted_id}" if quoted_id else None, quoted_author.followers
        )
    for named in mentions:
        acts.add(InteractionKind.MENTION, named.id)
    is_reply = answered is not None or parent_author is not None
    mention = Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.UPSERT,
        uid=uid,
        version="1" if edited else "0",
        network="x",
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw("v1"),
        kind=MentionKind.REPLY if is_reply else MentionKind.QUOTE if quoted_id else MentionKind.POST,
        author=author,
        text=text,
        quoted_text=words.text(html.unescape(quoted_text)) if quoted_text else None,
        lang=lang_of(value.get("lang")),
        created_at=wire(snowflake_millis(first) or created if edited else created),
        edited_at=wire(created) if edited else None,
        edited=edited,
        url=post_url(author.handle, id),
        parent_id=f"x:{answered}" if answered else None,
        quoted_id=f"x:{quoted_id}" if quoted_id else None,
        parent_author_id=parent_author,
        engagement=_engagement(value),
        media=_media(value, words),
        links=_links(entities),
        mentions=mentions,
        hashtags=hashtags,
        cashtags=unique([tag for item in objects_of(entities, "symbols") if (tag := short(item.get("text")))]),
        country=country_of(object_of(value, "place").get("country_code")),
        sensitive=bool_of(value, "possibly_sensitive") is True,
        flags=words.flags(text, len(hashtags)),
    )
    return Normalized(mention, acts.done)


def _mentions(entities: Json) -> list[Named]:
    found: dict[str, Named] = {}
    for item in objects_of(entities, "user_mentions"):
        handle, id = short(item.get("screen_name")), identity(item.get("id_str")) or identity(item.get("id"))
        if handle or id:
            found.setdefault((handle or id or "").lower(), Named(id=id, handle=handle))
    return list(found.values())


def _links(entities: Json) -> list[Link]:
    found: dict[str, Link] = {}
    for item in objects_of(entities, "urls"):
        url = url_of(item, "url") or url_of(item, "expanded_url")
        if url is not None:
            found.setdefault(url, Link(url=url, expanded=url_of(item, "expanded_url")))
    return list(found.values())


def _media(value: Json, words: Words) -> list[Media]:
    holders = (
        object_of(object_of(value, "extended_tweet"), "extended_entities"),
        object_of(value, "extended_entities"),
        object_of(value, "entities"),
    )
    items = next((found for holder in holders if (found := objects_of(holder, "media"))), [])
    return [
        Media(
            short(item.get("type")) or "unknown",
            url=url_of(item, "media_url_https") or url_of(item, "media_url"),
            alt=words.field(item.get("ext_alt_text")),
        )
        for item in items
    ]


def _engagement(value: Json) -> Engagement:
    return Engagement(
        likes=count_of(value, "favorite_count"),
        reposts=count_of(value, "retweet_count"),
        replies=count_of(value, "reply_count"),
        quotes=count_of(value, "quote_count"),
    )


def peek(value: Json) -> Peek:
    id = _need_id(value, "id_str")
    created = old_date_millis(value.get("created_at"))
    user = value.get("user")
    author = id_of(user, "id", "user.id_str") if isinstance(user, dict) else None
    return Peek(author or f"x:{id}", snowflake_millis(id) if created is None else created, "")
