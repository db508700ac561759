"""X: which of its many shapes a payload is. Posts go to `x_v2` and `x_v1`; compliance and stream control are told here."""

from __future__ import annotations

from typing import Any

from pipeline.normalize import x_v1, x_v2
from pipeline.normalize.fields import EMPTY, Json, identity, millis_of_text, need_id, object_of, text_of, wire
from pipeline.normalize.result import SCHEMA_VERSION, SILENT, Context, Normalized, Peek, not_an_event, unsupported
from pipeline.normalize.x_ids import FIRST_SNOWFLAKE_MILLIS, LAST_SEQUENTIAL_ID
from schemas.codec import UpstreamFault
from schemas.kinds import Op
from schemas.mention import Author, Mention

_CONTROL = ("limit", "warning", "disconnect", "friends", "friends_str")
_QUIET = ("scrub_geo", "status_withheld", "user_withheld", "tweet_withheld", "drop", "undrop", "tweet_edit")
_AUTHOR_GONE = ("user_delete", "user_suspend", "user_protect", "user_withheld")
_AUTHOR_BACK = ("user_undelete", "user_unsuspend", "user_unprotect", "user_profile_modification")


def normalize(value: Any, ctx: Context) -> Normalized:
    if not isinstance(value, dict):
        raise unsupported("not a JSON object")
    data = value.get("data")
    if isinstance(data, dict):
        return _data(data, value, ctx)
    if isinstance(data, list):
        if data and isinstance(data[0], dict) and "tweet_count" in data[0]:
            raise unsupported("a page of counts, not posts")
        raise unsupported(f"a page of {len(data)}: cut it into items first")
    if "errors" in value:
        raise not_an_event(f"in-stream error {_first_error(value)}")
    if value.get("objectType") == "activity":
        raise unsupported("a Gnip activity stream: ask the source for the original format")
    if x_v1.is_post(value):
        return x_v1.post(value, ctx)
    if x_v2.is_post(value):
        return x_v2.post(value, EMPTY, ctx, "v2.flat")
    return _other(value, ctx)


def _first_error(value: Json) -> str:
    errors = value["errors"]
    first = errors[0] if isinstance(errors, list) and errors else None
    title = text_of(first, "title") or text_of(first, "message") if isinstance(first, dict) else None
    return (title or "without a title")[:120]


def _data(data: Json, value: Json, ctx: Context) -> Normalized:
    if x_v2.is_post(data):
        return x_v2.post(data, object_of(value, "includes"), ctx, "v2")
    return _other(data, ctx)


def _other(value: Json, ctx: Context) -> Normalized:
    """What is no post: a profile, a deletion, a notice of the stream."""
    if "tweet_count" in value and "start" in value:
        raise unsupported("a count of posts, not a post")
    if "owner_id" in value and "member_count" in value:
        raise unsupported("a list, not a post")
    if "username" in value and "id" in value:
        return _profile(value, ctx)
    if isinstance(value.get("action"), str) and "id" in value:
        return _compliance_result(value, ctx)
    for key in ("delete", "tweet_delete"):
        if isinstance(value.get(key), dict):
            return _delete(value[key], ctx)
    for key in _AUTHOR_GONE:
        if isinstance(value.get(key), dict):
            return _purge(_user_id(value[key], key), ctx, _event_at(value[key]), key)
    if any(key in value for key in (*_QUIET, *_AUTHOR_BACK)):
        return SILENT
    if any(key in value for key in _CONTROL):
        raise not_an_event(f"stream notice {next(key for key in _CONTROL if key in value)!r}")
    if set(value) <= {"meta", "includes", "__twarc"} and "meta" in value:
        raise not_an_event("a page without posts")
    raise unsupported("neither a post nor a compliance event")


def _profile(value: Json, ctx: Context) -> Normalized:
    id = need_id(value, "id", "id")
    return Normalized(
        Mention(
            schema_version=SCHEMA_VERSION,
            op=Op.AUTHOR_UPDATE,
            uid=f"x:user/{id}",
            version=ctx.received,
            network="x",
            received_at=ctx.received,
            observed_at=ctx.received,
            raw=ctx.raw("v2.user"),
            author=x_v2.author_of(id, value),
        ),
        [],
    )


def _delete(body: Json, ctx: Context) -> Normalized:
    """v1.1 `{"delete": {"status": {...}}}` and the compliance stream's `{"delete": {"tweet": {...}}}`.

    The deletion of any version deletes the edit chain, but only its first id, the uid, is certain to be known here.
    """
    post = body.get("status") if isinstance(body.get("status"), dict) else body.get("tweet")
    if not isinstance(post, dict):
        raise unsupported("a deletion of something that is no post")
    id = need_id(post, "id_str" if "id_str" in post else "id", "delete.id")
    author = identity(post.get("user_id_str") or post.get("author_id") or post.get("user_id"))
    at = _event_at(body)
    return Normalized(_gone(ctx, Op.DELETE, f"x:{id}", at, "delete", Author(id=author) if author else None), [])


def _event_at(body: Json) -> int | None:
    stamp = body.get("timestamp_ms")
    if isinstance(stamp, str) and stamp.isascii() and stamp.isdigit() and len(stamp) == 13:
        return int(stamp)
    return millis_of_text(body.get("event_at"))


def _user_id(body: Json, key: str) -> str:
    user = object_of(body, "user")
    return need_id(user or body, "id_str" if "id_str" in user else "id", f"{key}.user.id")


def _purge(id: str, ctx: Context, at: int | None, shape: str) -> Normalized:
    return Normalized(_gone(ctx, Op.PURGE_AUTHOR, f"x:user/{id}", at, shape, Author(id=id)), [])


def _gone(ctx: Context, op: Op, uid: str, at: int | None, shape: str, author: Author | None) -> Mention:
    return Mention(
        schema_version=SCHEMA_VERSION,
        op=op,
        uid=uid,
        # Posts' versions are the digits of the edit chain: a deletion sorts after all of them.
        version=f"deleted@{wire(at) or ctx.received}" if op is Op.DELETE else wire(at) or ctx.received,
        network="x",
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw(shape),
        author=author,
        deleted_at=wire(at) or ctx.received,
    )


def _compliance_result(value: Json, ctx: Context) -> Normalized:
    """A line of a batch compliance job. It does not say whether the id is a post's or a user's.

    An id carries its own time since November 2010: one that contradicts `created_at` can only be a user's of the old,
    sequential kind; one that agrees may be either, and guessing could purge a stranger.
    """
    id = need_id(value, "id", "id")
    if value["action"] != "delete":
        return SILENT
    created = millis_of_text(value.get("created_at"))
    sequential = id.isdigit() and int(id) <= LAST_SEQUENTIAL_ID
    if sequential and created is not None and created > FIRST_SNOWFLAKE_MILLIS:
        return _purge(id, ctx, millis_of_text(value.get("redacted_at")), "compliance.user")
    raise unsupported("a compliance result that does not say whether its id is a post's or a user's")


def peek(value: Any) -> Peek | None:
    """Keyed by author id, so that an author's purge stays behind the posts; by uid where the author is not told."""
    if not isinstance(value, dict):
        return None
    item = value["data"] if isinstance(value.get("data"), dict) else value
    try:
        if x_v1.is_post(item):
            return x_v1.peek(item)
        if x_v2.is_post(item):
            return x_v2.peek(item)
        return _peek_other(item)
    except UpstreamFault:
        return None


def _peek_other(item: Json) -> Peek | None:
    for key in ("delete", "tweet_delete"):
        body = item.get(key)
        if isinstance(body, dict):
            post = object_of(body, "status") or object_of(body, "tweet")
            id = identity(post.get("id_str") or post.get("id"))
            author = identity(post.get("user_id_str") or post.get("author_id") or post.get("user_id"))
            return None if id is None else Peek(author or f"x:{id}", _event_at(body), f"{id}@delete")
    for key in _AUTHOR_GONE:
        if isinstance(item.get(key), dict):
            return Peek(_user_id(item[key], key), _event_at(item[key]), "")
    id = identity(item.get("id")) if "username" in item or "action" in item else None
    return None if id is None else Peek(id, None, "")


def cut(value: Any) -> list[Any] | None:
    """v2 pages, each post with the includes it needs, and v1.1 search results."""
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("data"), list):
        return x_v2.cut(value)
    if isinstance(value.get("statuses"), list):
        return value["statuses"]  # type: ignore[no-any-return]  # plain JSON; the caller checks the items
    return None
