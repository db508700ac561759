"""Bluesky: Jetstream frames (v1 and v2) and AppView views. Identity is `at://did/collection/rkey`, the version the repo's rev."""

from __future__ import annotations

from typing import Any, NamedTuple

from pipeline.normalize.bluesky_post import (
    LIKE,
    POST,
    REPOST,
    AtUri,
    at_uri,
    author_of_view,
    like,
    post,
    repost,
)
from pipeline.normalize.fields import (
    Json,
    bad,
    count_of,
    identity,
    millis_of_text,
    missing,
    need_id,
    need_object,
    object_of,
    text_of,
    wire,
)
from pipeline.normalize.result import SCHEMA_VERSION, SILENT, Context, Normalized, Peek, not_an_event, unsupported
from schemas.codec import UpstreamFault
from schemas.instants import EARLIEST, LATEST
from schemas.kinds import Op
from schemas.mention import Author, Mention

_V2 = "network.bsky.jetstream.subscribeEvents#"
_GONE = frozenset(("deleted", "takendown", "suspended", "deactivated"))
_BATCHES = ("posts", "feed")


class _Frame(NamedTuple):
    """One Jetstream event of either wire. `at`: when Jetstream saw it, in ms."""

    did: str
    kind: str
    at: int | None
    body: Json
    shape: str


def normalize(value: Any, ctx: Context) -> Normalized:
    if not isinstance(value, dict):
        raise unsupported("not a JSON object")
    frame = _frame(value)
    if frame is not None:
        return _event(frame, ctx)
    if "record" in value and "uri" in value:
        return _view(value, ctx)
    if isinstance(value.get("post"), dict) and "uri" in value["post"]:
        return _feed_item(value, ctx)
    if "did" in value and "handle" in value:
        return _profile(value, ctx)
    raise unsupported("neither a Jetstream frame nor a view of a post or profile")


def _frame(value: Json) -> _Frame | None:
    kind = value.get("$type")
    if kind == "error":
        raise not_an_event(f"stream error {str(value.get('error'))[:80]}")
    if kind == "message":
        return _frame_v2(need_object(value, "payload", "payload"), "payload.")
    if isinstance(kind, str) and kind.startswith(_V2):
        return _frame_v2(value, "")
    if "kind" not in value or ("did" not in value and "commit" not in value):
        return None
    name = value["kind"]
    if not isinstance(name, str):
        raise bad("kind", "is not a string")
    body = need_object(value, name, name) if name in ("commit", "identity", "account") else {}
    return _Frame(_did(value, "did"), name, _micros(value.get("time_us")), body, "jetstream.v1")


def _frame_v2(payload: Json, where: str) -> _Frame:
    kind = payload.get("$type")
    if not isinstance(kind, str) or not kind.startswith(_V2):
        raise unsupported(f"{where}$type is not an event of Jetstream v2")
    name = kind[len(_V2) :]
    if name == "info":
        raise not_an_event(f"stream notice {str(payload.get('name'))[:80]}")
    body = need_object(payload, name, where + name) if name in ("identity", "account") else payload
    return _Frame(_did(payload, where + "did"), name, millis_of_text(payload.get("time")), body, "jetstream.v2")


def _did(value: Json, where: str) -> str:
    did = need_id(value, "did", where)
    if not did.startswith("did:"):
        raise bad(where, "is not a DID")
    return did


def _micros(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and EARLIEST * 1000 <= value <= LATEST * 1000:
        return (value + 500) // 1000
    return None


def _event(frame: _Frame, ctx: Context) -> Normalized:
    if frame.kind == "commit":
        return _commit(frame, ctx)
    if frame.kind == "account":
        return _account(frame, ctx)
    if frame.kind == "identity":
        handle = text_of(frame.body, "handle")
        if handle is None or handle == "handle.invalid":
            return SILENT
        return Normalized(_of_author(frame, ctx, Op.AUTHOR_UPDATE, Author(id=frame.did, handle=handle[:256])), [])
    if frame.kind == "sync":
        return SILENT
    raise unsupported(f"unknown Jetstream kind {frame.kind[:40]!r}")


def _commit(frame: _Frame, ctx: Context) -> Normalized:
    body = frame.body
    collection = need_id(body, "collection", "commit.collection")
    operation = need_id(body, "operation", "commit.operation")
    if operation not in ("create", "update", "delete"):
        raise bad("commit.operation", f"{operation[:40]!r} is none of create, update, delete")
    if collection not in (POST, REPOST, LIKE):
        return SILENT
    uri = at_uri(f"at://{frame.did}/{collection}/{need_id(body, 'rkey', 'commit.rkey')}")
    if uri is None:
        raise bad("commit.rkey", "is not a record key")
    rev = need_id(body, "rev", "commit.rev")
    if operation == "delete":
        return SILENT if collection == LIKE else Normalized(_delete(frame, ctx, uri, rev), [])
    record = need_object(body, "record", "commit.record")
    if collection == LIKE:
        return like(record, ctx, uri)
    if collection == REPOST:
        return repost(record, ctx, uri, rev, f"{frame.shape}.repost")
    edited_at = frame.at if frame.at is not None else ctx.received_at
    return post(record, ctx, uri, rev, f"{frame.shape}.post", edited_at=edited_at if operation == "update" else None)


def _delete(frame: _Frame, ctx: Context, uri: AtUri, rev: str) -> Mention:
    return Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.DELETE,
        uid=uri.uid,
        version=rev,
        network=ctx.network,
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw(f"{frame.shape}.delete"),
        author=Author(id=frame.did),
        deleted_at=wire(frame.at),
    )


def _account(frame: _Frame, ctx: Context) -> Normalized:
    active = frame.body.get("active")
    if not isinstance(active, bool):
        raise missing("account.active", "is absent") if active is None else bad("account.active", "is not a boolean")
    status = text_of(frame.body, "status")
    # The reason is optional; an inactive account without one must not be shown either.
    if active or not (status is None or status in _GONE):
        return SILENT
    return Normalized(_of_author(frame, ctx, Op.PURGE_AUTHOR, Author(id=frame.did)), [])


def _of_author(frame: _Frame, ctx: Context, op: Op, author: Author) -> Mention:
    at = wire(frame.at) or ctx.received
    return Mention(
        schema_version=SCHEMA_VERSION,
        op=op,
        uid=f"bluesky:{frame.did}",
        version=at,
        network=ctx.network,
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw(f"{frame.shape}.{frame.kind}"),
        author=author,
        deleted_at=at if op is Op.PURGE_AUTHOR else None,
    )


def _view(value: Json, ctx: Context) -> Normalized:
    uri = at_uri(value.get("uri"))
    if uri is None:
        raise bad("uri", "is not an at-uri of a record")
    if uri.collection != POST:
        return SILENT
    # A view has no rev; the record key is a TID like it, of the same moment for a post never edited.
    return post(need_object(value, "record", "record"), ctx, uri, uri.rkey, "appview.post", view=value)


def _feed_item(value: Json, ctx: Context) -> Normalized:
    reason = object_of(value, "reason")
    uri = at_uri(reason.get("uri"))
    if uri is None or uri.collection != REPOST:
        return _view(value["post"], ctx)
    record = {"subject": {"uri": value["post"].get("uri")}, "createdAt": reason.get("indexedAt")}
    return repost(record, ctx, uri, uri.rkey, "appview.repost", by=object_of(reason, "by"), original=value["post"])


def _profile(value: Json, ctx: Context) -> Normalized:
    did = _did(value, "did")
    author = author_of_view(value, did)
    if count_of(value, "followersCount") is None and author.handle is None:
        return SILENT
    at = wire(millis_of_text(value.get("indexedAt")))
    return Normalized(
        Mention(
            schema_version=SCHEMA_VERSION,
            op=Op.AUTHOR_UPDATE,
            uid=f"bluesky:{did}",
            version=at or ctx.received,
            network=ctx.network,
            received_at=ctx.received,
            observed_at=ctx.received,
            raw=ctx.raw("appview.profile"),
            author=author,
        ),
        [],
    )


def peek(value: Any) -> Peek | None:
    """Keyed by DID, so that an account's end stays behind its posts."""
    if not isinstance(value, dict):
        return None
    try:
        frame = _frame(value)
    except UpstreamFault:
        return None
    if frame is None:
        return _peek_view(value)
    body = frame.body
    if frame.kind != "commit":
        return Peek(frame.did, frame.at, f"{frame.did}#{frame.kind}@{body.get('seq') or frame.at}"[:512])
    rkey, rev, collection = identity(body.get("rkey")), identity(body.get("rev")), identity(body.get("collection"))
    if rkey is None or rev is None or collection is None:
        return Peek(frame.did, frame.at, "")
    created = millis_of_text(object_of(body, "record").get("createdAt")) if body.get("operation") == "create" else None
    name = f"{frame.did}/{collection}/{rkey}@{rev}#{str(body.get('operation'))[:12]}"
    return Peek(frame.did, frame.at if created is None else created, name)


def _peek_view(value: Json) -> Peek | None:
    post_view = value["post"] if isinstance(value.get("post"), dict) else value
    did = identity(object_of(post_view, "author").get("did") or post_view.get("did"))
    if did is None or not did.startswith("did:"):
        return None
    created = millis_of_text(object_of(post_view, "record").get("createdAt"))
    return Peek(did, millis_of_text(post_view.get("indexedAt")) if created is None else created, "")


def cut(value: Any) -> list[Any] | None:
    """Pages of the AppView: `{"posts": [...]}` and `{"feed": [...]}`."""
    if isinstance(value, dict):
        for key in _BATCHES:
            if isinstance(value.get(key), list):
                return value[key]  # type: ignore[no-any-return]  # plain JSON; the caller checks the items
    return None
