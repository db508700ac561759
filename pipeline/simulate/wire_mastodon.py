"""Mastodon Status objects, as the streaming API's `update` carries them, read through one instance."""

from __future__ import annotations

import html
from typing import Any

from pipeline.simulate.natives import mastodon_id
from pipeline.simulate.post import Person, Post
from schemas.codec import dump_json
from schemas.instants import to_wire

READER = "mastodon.social"
"""The instance through which everything is read: ids are its own, `uri` is the origin's."""


def native(post: Post) -> str:
    return mastodon_id(post.at, post.token)


def uri(post: Post) -> str:
    return f"{_actor(post.author)}/statuses/{native(post)}"


def _actor(person: Person) -> str:
    user, _, host = person.handle.partition("@")
    return f"https://{host}/users/{user}"


def create(post: Post, observed_at: int) -> tuple[str, bytes]:
    """Id and Status of a post, reply, edit or boost. An edit has the id of the post and a version of its own."""
    version = f"@{post.edited_at}" if post.edited_at else ""
    return f"{uri(post)}{version}", dump_json(_status(post))


def delete(post: Post, observed_at: int) -> tuple[str, bytes]:
    """Id and stream event of a deletion, with the `uri` that a connector knows from the status it saw."""
    frame = {"event": "delete", "payload": native(post), "uri": uri(post)}
    return f"{uri(post)}@delete", dump_json(frame)


def _account_id(person: Person) -> str:
    return str(person.token % 110_000_000_000)


def _status(post: Post) -> dict[str, Any]:
    user, _, host = post.author.handle.partition("@")
    tags = [{"name": tag.lower(), "url": f"https://{READER}/tags/{tag.lower()}"} for tag in post.tags]
    parent = post.parent
    mentions = []
    if parent is not None:
        name = parent.author.handle.partition("@")[0]
        mentions = [
            {
                "id": _account_id(parent.author),
                "username": name,
                "url": _actor(parent.author),
                "acct": _acct(parent.author),
            }
        ]
    return {
        "id": native(post), "created_at": to_wire(post.at),
        "in_reply_to_id": native(parent) if parent else None, "in_reply_to_account_id": _account_id(parent.author) if parent else None,
        "sensitive": False, "spoiler_text": "", "visibility": "public", "language": post.lang,
        "uri": uri(post), "url": f"https://{host}/@{user}/{native(post)}",
        "replies_count": post.replies, "reblogs_count": post.reposts, "favourites_count": post.likes, "quotes_count": 0,
        "edited_at": to_wire(post.edited_at) if post.edited_at else None,
        "content": "" if post.reposted else _html(post), "reblog": _status(post.reposted) if post.reposted else None,
        "account": _account(post.author), "media_attachments": [], "mentions": mentions, "tags": tags, "emojis": [],
        "quote": None, "card": None, "poll": None,
    }  # fmt: skip


def _acct(person: Person) -> str:
    return person.handle.removesuffix(f"@{READER}")


def _account(person: Person) -> dict[str, Any]:
    user, _, host = person.handle.partition("@")
    return {
        "id": _account_id(person), "username": user, "acct": _acct(person), "display_name": person.name, "locked": False, "bot": False,
        "discoverable": True, "group": False, "created_at": to_wire(person.created_at - person.created_at % 86_400_000),
        "note": f"<p>{html.escape(person.bio)}</p>" if person.bio else "", "url": f"https://{host}/@{user}", "uri": _actor(person),
        "followers_count": person.followers, "following_count": person.following, "statuses_count": person.posts,
        "emojis": [], "fields": [],
    }  # fmt: skip


def _html(post: Post) -> str:
    text = html.escape(post.text, quote=False)
    for tag in post.tags:
        anchor = (
            f'<a href="https://{READER}/tags/{tag.lower()}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
        )
        text = text.replace(f"#{tag}", anchor)
    if post.link:
        shown = post.link.removeprefix("https://")
        anchor = f'<a href="{post.link}" target="_blank" rel="nofollow noopener"><span class="invisible">https://</span><span>{shown}</span></a>'
        text = text.replace(post.link, anchor)
    return f"<p>{text}</p>"
