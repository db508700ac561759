"""Mastodon: statuses, and the stream's events around them. Identity is the ActivityPub `uri`; ids are local to a server."""

from __future__ import annotations

from typing import Any

import orjson

from pipeline.normalize.fields import Json, bad, host_of, identity, millis_of_text, missing, need_id, text_of
from pipeline.normalize.mastodon_status import account_of, is_status, local_uid, status, status_uid
from pipeline.normalize.result import SCHEMA_VERSION, SILENT, Acts, Context, Normalized, Peek, unsupported
from schemas.kinds import InteractionKind, Op
from schemas.mention import Mention

_QUIET = frozenset(
    (
        "conversation",
        "announcement",
        "announcement.reaction",
        "announcement.delete",
        "filters_changed",
        "notifications_merged",
        "encrypted_message",
    )
)
_TELLS_A_STATUS = frozenset(("mention", "status", "update", "quote", "quoted_update"))


def normalize(value: Any, ctx: Context) -> Normalized:
    if not isinstance(value, dict):
        raise unsupported("not a JSON object")
    if "event" in value:
        return _event(value, ctx)
    if is_status(value):
        return status(value, ctx, "status", server=ctx.source)
    if "status" in value and "account" in value and isinstance(value.get("type"), str):
        return _notification(value, ctx, ctx.source)
    raise unsupported("neither a status nor a streaming event")


def _event(value: Json, ctx: Context) -> Normalized:
    name = value["event"]
    if not isinstance(name, str):
        raise bad("event", "is not a string")
    if name in _QUIET:
        return SILENT
    if name == "delete":
        return Normalized(_delete(value, ctx), [])
    if name not in ("update", "status.update", "notification"):
        raise unsupported(f"unknown streaming event {name[:40]!r}")
    payload = _payload(value)
    if payload is None:
        raise missing("payload", "is absent") if value.get("payload") is None else bad("payload", "is no JSON object")
    server = _server(value) or ctx.source
    if name == "notification":
        return _notification(payload, ctx, server)
    if not is_status(payload):
        raise unsupported("payload: is not a status")
    return status(payload, ctx, name, server=server, edited=name == "status.update")


def _payload(value: Json) -> Json | None:
    """The payload, an object or (on the wire of WebSocket and SSE) JSON within a string."""
    payload = value.get("payload")
    if isinstance(payload, str):
        try:
            payload = orjson.loads(payload)
        except orjson.JSONDecodeError:
            return None
    return payload if isinstance(payload, dict) else None


def _delete(value: Json, ctx: Context) -> Mention:
    """The stream names a deleted status by its local id only; a connector that knows more adds `uri`."""
    uri = identity(value.get("uri"))
    local = need_id(value, "payload", "payload") if uri is None else None
    return Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.DELETE,
        uid=f"mastodon:{uri}" if local is None else local_uid(_server(value) or ctx.source, local),
        version=ctx.received,
        network=ctx.network,
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw("delete"),
        deleted_at=ctx.received,
    )


def _server(value: Json) -> str | None:
    named = value.get("instance") or value.get("host")
    return host_of(named) or identity(named)


def _notification(value: Json, ctx: Context, server: str) -> Normalized:
    """What others did to the listening account's posts: boosts and favourites come only this way."""
    kind = text_of(value, "type") or ""
    told = value.get("status")
    if not isinstance(told, dict) or not is_status(told):
        return SILENT
    if kind in _TELLS_A_STATUS:
        return status(told, ctx, f"notification.{kind}", server=server, edited=kind == "update")
    act = {"favourite": InteractionKind.LIKE, "reblog": InteractionKind.REPOST}.get(kind)
    if act is None or told.get("visibility") not in ("public", "unlisted"):
        return SILENT
    actor = account_of(value, "account")
    target = account_of(told, "status.account")
    acts = Acts(ctx, f"{status_uid(told)}#{act}:{actor.id}"[:2048], actor, millis_of_text(value.get("created_at")))
    acts.add(act, target.id, status_uid(told), target.followers)
    return Normalized(None, acts.done)


def peek(value: Any) -> Peek | None:
    """Keyed by the author where a status is told, else by uid."""
    if not isinstance(value, dict):
        return None
    if value.get("event") == "delete":
        uri, local = identity(value.get("uri")), identity(value.get("payload"))
        key = f"mastodon:{uri}" if uri else f"{_server(value) or ''}#{local}" if local else None
        return None if key is None else Peek(key, None, f"{key}@delete")
    told = _payload(value) if "event" in value else value
    if told is not None and isinstance(told.get("status"), dict):
        told = told["status"]
    if told is None or not is_status(told) or not isinstance(told.get("account"), dict):
        return None
    uri = identity(told.get("uri"))
    author = _key_of(told["account"])
    if author is None and uri is None:
        return None
    edited = millis_of_text(told.get("edited_at"))
    created = millis_of_text(told.get("created_at"))
    return Peek(author or f"mastodon:{uri}", created if edited is None else edited, "")


def _key_of(account: Json) -> str | None:
    try:
        return account_of({"account": account}, "account").id
    except ValueError:
        return None


def cut(value: Any) -> list[Any] | None:
    """Search results; timelines are plain arrays."""
    if isinstance(value, dict) and isinstance(value.get("statuses"), list):
        return value["statuses"]  # type: ignore[no-any-return]  # plain JSON; the caller checks the items
    return None
