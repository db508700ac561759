"""Reddit: submissions (t3) and comments (t1), as things, bare objects or archive lines. Identity is the fullname."""

from __future__ import annotations

import re
from typing import Any

from pipeline.normalize.fields import (
    EMPTY,
    Json,
    address,
    bad,
    bool_of,
    count_of,
    identity,
    millis_of_seconds,
    missing,
    need_object,
    need_text,
    object_of,
    objects_of,
    share_of,
    text_of,
    unique,
    whole_of,
    wire,
)
from pipeline.normalize.result import SCHEMA_VERSION, SILENT, Acts, Context, Normalized, Peek, unsupported
from pipeline.normalize.words import Words, short
from schemas.kinds import InteractionKind, MentionKind, Op
from schemas.limits import LIST_ITEMS
from schemas.mention import Author, Engagement, Link, Media, Mention, Named, Poll

_SITE = "https://www.reddit.com"
_SILENT_KINDS = frozenset(("t2", "t4", "t5", "t6", "more", "modaction", "wikipage", "LiveUpdate", "LiveUpdateEvent"))
_GONE = frozenset(("[removed]", "[deleted]", "[ Removed by Reddit ]", "[ Removed by reddit ]"))
_FULLNAME = re.compile(r"t[13]_[0-9a-z]{1,16}")
_USER = re.compile(r"(?<![\w/])/?u/([A-Za-z0-9_-]{3,20})(?![\w-])")
_URL = re.compile(r"https?://[^\s<>()\[\]\"'`*|\\^{}]{4,2048}")


def normalize(value: Any, ctx: Context) -> Normalized:
    if not isinstance(value, dict):
        raise unsupported("not a JSON object")
    kind = value.get("kind")
    if isinstance(kind, str) and "name" not in value:
        if kind in _SILENT_KINDS:
            return SILENT
        if kind == "Listing":
            raise unsupported("a listing: cut it into things first")
        if kind not in ("t1", "t3"):
            raise unsupported(f"unknown kind of thing {kind[:40]!r}")
        data = need_object(value, "data", "data")
    else:
        data = value
    name = _fullname(data, kind if kind in ("t1", "t3") else None)
    return _submission(data, ctx, name) if name[1] == "3" else _comment(data, ctx, name)


def _fullname(data: Json, kind: str | None) -> str:
    """`t3_...` or `t1_...`; archives leave the prefix to the shape of the object."""
    name = data.get("name")
    if isinstance(name, str) and _FULLNAME.fullmatch(name):
        if kind is not None and not name.startswith(kind):
            raise bad("data.name", f"is not of kind {kind}")
        return name
    if name is not None and not isinstance(name, str):
        raise bad("data.name", "is not a string")
    if name and name[:3] in ("t1_", "t3_"):
        raise bad("data.name", "is not a fullname")
    kind = kind or ("t3" if "title" in data else "t1" if "body" in data else None)
    if kind is None:
        raise unsupported("neither a submission nor a comment")
    base = identity(data.get("id"))
    if base is None:
        raise missing("data.name", "is absent")
    fullname = f"{kind}_{base}"
    if not _FULLNAME.fullmatch(fullname):
        raise bad("data.id", "is not an id")
    return fullname


def _author(data: Json) -> Author:
    """The author by name: user names never change, and replies name the author acted upon by name alone."""
    name = identity(data.get("author"))
    if name is None or name == "[deleted]":
        return Author(id=None)
    return Author(
        id=name,
        handle=name,
        url=f"{_SITE}/user/{name}" if len(name) <= 64 else None,
        bot=True if name == "AutoModerator" else None,
    )


def _gone(data: Json, body: str) -> bool:
    return body in _GONE or isinstance(data.get("removed_by_category"), str)


def _delete(data: Json, ctx: Context, name: str, author: Author) -> Normalized:
    """A placeholder in place of the words: they are to disappear here as they did there."""
    return Normalized(
        Mention(
            schema_version=SCHEMA_VERSION,
            op=Op.DELETE,
            uid=f"reddit:{name}",
            version=ctx.received,
            network=ctx.network,
            received_at=ctx.received,
            observed_at=ctx.received,
            raw=ctx.raw(name[:2]),
            author=author,
            created_at=wire(millis_of_seconds(data.get("created_utc"))),
            instance=short(data.get("subreddit")),
        ),
        [],
    )


def _submission(data: Json, ctx: Context, name: str) -> Normalized:
    uid = f"reddit:{name}"
    author = _author(data)
    title = need_text(data, "title", "data.title")
    body = data.get("selftext")
    if body is not None and not isinstance(body, str):
        raise bad("data.selftext", "is not a string")
    if _gone(data, body or ""):
        return _delete(data, ctx, name, author)
    words = Words()
    raw_text = _unescape(body or "")
    text = words.text(raw_text)
    shown_title = words.field(_unescape(title))
    created = millis_of_seconds(data.get("created_utc"))
    edited = millis_of_seconds(data.get("edited"))
    mentions = _users(raw_text)
    quoted_uid, quoted_text, quoted_author = _crosspost(data)
    acts = Acts(ctx, uid, author, created)
    if quoted_uid:
        acts.add(InteractionKind.QUOTE, quoted_author, quoted_uid)
    for named in mentions:
        acts.add(InteractionKind.MENTION, named.id)
    created_wire = wire(created)
    edited_wire = wire(edited)
    judged = text or shown_title
    mention = Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.UPSERT,
        uid=uid,
        version=edited_wire or created_wire or ctx.received,
        network="reddit",
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw("t3"),
        kind=MentionKind.QUOTE if quoted_uid else MentionKind.POST,
        author=author,
        text=text,
        title=shown_title,
        quoted_text=words.text(quoted_text),
        created_at=created_wire,
        edited_at=edited_wire,
        edited=edited is not None or data.get("edited") is True,
        url=_permalink(data),
        instance=short(data.get("subreddit")),
        conversation_id=uid,
        quoted_id=quoted_uid,
        root_author_id=author.id,
        parent_author_id=quoted_author,
        engagement=_engagement(data, "hide_score", replies=count_of(data, "num_comments")),
        media=_media(data),
        links=_links(data, raw_text),
        mentions=mentions,
        poll=_poll(data, words),
        sensitive=bool_of(data, "over_18") is True,
        flags=words.flags(judged),
    )
    return Normalized(mention, acts.done)


def _comment(data: Json, ctx: Context, name: str) -> Normalized:
    uid = f"reddit:{name}"
    author = _author(data)
    body = need_text(data, "body", "data.body")
    if _gone(data, body):
        return _delete(data, ctx, name, author)
    words = Words()
    raw_text = _unescape(body)
    text = words.text(raw_text)
    created = millis_of_seconds(data.get("created_utc"))
    edited = millis_of_seconds(data.get("edited"))
    link = _reference(data.get("link_id"))
    parent = _reference(data.get("parent_id")) or link
    root_author = _named(data.get("link_author"))
    if root_author is None and bool_of(data, "is_submitter"):
        root_author = author.id
    answers_post = parent is not None and parent == link
    mentions = _users(raw_text)
    acts = Acts(ctx, uid, author, created)
    if answers_post:
        acts.add(InteractionKind.REPLY, root_author, parent)
    for named in mentions:
        acts.add(InteractionKind.MENTION, named.id)
    mention = Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.UPSERT,
        uid=uid,
        version=wire(edited) or wire(created) or ctx.received,
        network="reddit",
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw("t1"),
        kind=MentionKind.REPLY if parent is not None and not answers_post else MentionKind.COMMENT,
        author=author,
        text=text,
        created_at=wire(created),
        edited_at=wire(edited),
        edited=edited is not None or data.get("edited") is True,
        url=_permalink(data),
        instance=short(data.get("subreddit")),
        conversation_id=link,
        parent_id=parent,
        root_author_id=root_author,
        parent_author_id=root_author if answers_post else None,
        # `num_comments` of a comment is that of its submission.
        engagement=_engagement(data, "score_hidden", replies=None),
        links=[Link(url=url) for url in _urls(raw_text)],
        mentions=mentions,
        sensitive=bool_of(data, "over_18") is True,
        flags=words.flags(text),
    )
    return Normalized(mention, acts.done)


def _unescape(text: str) -> str:
    """Reddit escapes these three and nothing else."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _reference(value: object) -> str | None:
    return f"reddit:{value}" if isinstance(value, str) and _FULLNAME.fullmatch(value) else None


def _named(value: object) -> str | None:
    name = identity(value)
    return None if name == "[deleted]" else name


def _users(text: str) -> list[Named]:
    if "u/" not in text:
        return []
    return [Named(id=name, handle=name) for name in unique(_USER.findall(text))]


def _urls(text: str) -> list[str]:
    if "://" not in text:
        return []
    return unique([url for found in _URL.findall(text) if (url := address(found.rstrip(".,;:!?")))])


def _links(data: Json, text: str) -> list[Link]:
    own = None if bool_of(data, "is_self") else address(data.get("url"))
    urls = _urls(text)
    if own is not None:
        urls = unique([_unescape(own), *urls])
    return [Link(url=url) for url in urls[:LIST_ITEMS]]


def _permalink(data: Json) -> str | None:
    link = text_of(data, "permalink")
    return address(_SITE + link if link and link.startswith("/") else link)


def _engagement(data: Json, hidden: str, replies: int | None) -> Engagement:
    """Counters as told. A hidden score is shown as 1, and `downs` has been 0 since Reddit stopped telling it: both are null."""
    shown = bool_of(data, hidden) is not True
    return Engagement(
        likes=count_of(data, "ups") if shown else None,
        dislikes=(count_of(data, "downs") or None) if shown else None,
        reposts=count_of(data, "num_crossposts"),
        replies=replies,
        views=count_of(data, "view_count"),
        score=whole_of(data, "score") if shown else None,
        upvote_ratio=share_of(data, "upvote_ratio") if shown else None,
    )


def _crosspost(data: Json) -> tuple[str | None, str | None, str | None]:
    """Uid, words and author of the submission this one shares."""
    parent = _reference(data.get("crosspost_parent"))
    if parent is None:
        return None, None, None
    original = next(iter(objects_of(data, "crosspost_parent_list")), EMPTY)
    body = text_of(original, "selftext")
    if body in _GONE:
        return parent, None, None
    return parent, _unescape(body or text_of(original, "title") or "") or None, _named(original.get("author"))


def _media(data: Json) -> list[Media]:
    if bool_of(data, "is_video"):
        return [Media("video", url=address(data.get("url")))]
    if data.get("post_hint") == "image":
        return [Media("image", url=address(data.get("url")))]
    return [
        Media("image", alt=short(item.get("caption"))) for item in objects_of(object_of(data, "gallery_data"), "items")
    ]


def _poll(data: Json, words: Words) -> Poll | None:
    poll = object_of(data, "poll_data")
    options = objects_of(poll, "options")
    if not options:
        return None
    ends = poll.get("voting_end_timestamp")
    return Poll(
        options=[words.field(option.get("text")) or "" for option in options],
        votes=[count_of(option, "vote_count") for option in options],
        closes_at=wire(millis_of_seconds(ends / 1000 if isinstance(ends, int | float) else None)),
    )


def peek(value: Any) -> Peek | None:
    """Keyed by the author's name, or by fullname where it is not told."""
    if not isinstance(value, dict):
        return None
    data = value.get("data") if "name" not in value else value
    if not isinstance(data, dict):
        data = value
    try:
        name = _fullname(data, None)
    except ValueError:
        return None
    created = millis_of_seconds(data.get("created_utc"))
    return Peek(_named(data.get("author")) or f"reddit:{name}", created, "")


def cut(value: Any) -> list[Any] | None:
    """A listing's things, comment trees flattened: each comment is one item."""
    if not isinstance(value, dict) or value.get("kind") != "Listing":
        return None
    children = object_of(value, "data").get("children")
    if not isinstance(children, list):
        return None
    things: list[Any] = []
    stack = list(reversed(children))
    while stack:
        thing = stack.pop()
        replies = (
            thing["data"].get("replies") if isinstance(thing, dict) and isinstance(thing.get("data"), dict) else None
        )
        nested = object_of(replies, "data").get("children") if isinstance(replies, dict) else None
        if isinstance(nested, list):
            thing = {**thing, "data": {**thing["data"], "replies": ""}}
            stack.extend(reversed(nested))
        things.append(thing)
    return things
