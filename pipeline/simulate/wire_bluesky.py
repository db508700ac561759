"""Bluesky Jetstream frames, v1 and v2, as the public service sends them."""

from __future__ import annotations

from typing import Any

from pipeline.simulate.natives import cid, mix, tid
from pipeline.simulate.post import Person, Post
from schemas.codec import dump_json
from schemas.instants import to_wire

POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
LIKE = "app.bsky.feed.like"


def rkey(post: Post) -> str:
    return tid(post.at, post.token)


def uri(post: Post) -> str:
    return f"at://{post.author.id}/{POST}/{rkey(post)}"


def _strong(post: Post) -> dict[str, str]:
    return {"cid": cid(post.token), "uri": uri(post)}


def create(post: Post, observed_at: int) -> tuple[str, bytes]:
    """Id and frame of a new or edited post, or of a repost."""
    if post.reposted is not None:
        return _act(REPOST, post.author, post.reposted, post.at, post.token, observed_at)
    record: dict[str, Any] = {"$type": POST, "createdAt": to_wire(post.at), "langs": [post.lang], "text": post.text}
    if facets := _facets(post):
        record["facets"] = facets
    if post.parent is not None:
        record["reply"] = {"parent": _strong(post.parent), "root": _strong(post.root)}
    if post.quoted is not None:
        record["embed"] = {"$type": "app.bsky.embed.record", "record": _strong(post.quoted)}
    operation = "update" if post.edited_at else "create"
    token = mix(post.token, 9) if post.edited_at else post.token
    return _frame(post.author.id, operation, POST, rkey(post), record, cid(token), observed_at, token)


def like(actor: Person, post: Post, at: int, token: int, observed_at: int) -> tuple[str, bytes]:
    return _act(LIKE, actor, post, at, token, observed_at)


def delete(post: Post, observed_at: int) -> tuple[str, bytes]:
    return _frame(post.author.id, "delete", POST, rkey(post), None, None, observed_at, mix(post.token, 8))


def _act(collection: str, actor: Person, post: Post, at: int, token: int, observed_at: int) -> tuple[str, bytes]:
    record = {"$type": collection, "createdAt": to_wire(at), "subject": _strong(post)}
    return _frame(actor.id, "create", collection, tid(at, token), record, cid(token), observed_at, token)


def _facets(post: Post) -> list[dict[str, Any]]:
    """Byte ranges, as the protocol counts them."""
    found: list[dict[str, Any]] = []
    for needle, feature in (
        *((f"#{tag}", {"$type": "app.bsky.richtext.facet#tag", "tag": tag}) for tag in post.tags),
        *(((post.link, {"$type": "app.bsky.richtext.facet#link", "uri": post.link}),) if post.link else ()),
    ):
        at = post.text.find(needle)
        if at >= 0:
            start = len(post.text[:at].encode())
            found.append(
                {"features": [feature], "index": {"byteEnd": start + len(needle.encode()), "byteStart": start}}
            )
    return found


def _frame(
    author: str,
    operation: str,
    collection: str,
    key: str,
    record: dict[str, Any] | None,
    hashed: str | None,
    observed_at: int,
    token: int,
) -> tuple[str, bytes]:
    rev = tid(observed_at, token)
    commit: dict[str, Any] = {"rev": rev, "operation": operation, "collection": collection, "rkey": key}
    if record is not None:
        commit |= {"record": record, "cid": hashed}
    frame: dict[str, Any]
    if token & 1:
        frame = {"did": author, "time_us": observed_at * 1000 + token % 1000, "kind": "commit", "commit": commit}
    else:
        # A sequence number that grows with time needs no counter, so any span can be made without the past.
        seq = observed_at * 1000 + token % 1000 - 1_600_000_000_000_000
        time = f"{to_wire(observed_at)[:-1]}{token % 1000:03d}Z"
        body = {
            "$type": "network.bsky.jetstream.subscribeEvents#commit",
            "seq": seq,
            "did": author,
            "time": time,
            **commit,
        }
        frame = {"$type": "message", "payload": body}
    return f"{author}/{collection}/{key}#{rev}", dump_json(frame)
