"""X API v2 filtered-stream lines: `{data, includes, matching_rules}`."""

from __future__ import annotations

import html
from typing import Any

from pipeline.simulate.natives import mix, snowflake
from pipeline.simulate.post import Person, Post
from schemas.codec import dump_json
from schemas.instants import SECOND, to_wire


def native(post: Post) -> str:
    return snowflake(post.at, post.token)


def current(post: Post) -> str:
    """An edit has an id of its own."""
    return snowflake(post.edited_at, mix(post.token, 9)) if post.edited_at else native(post)


def create(post: Post, observed_at: int, rule: str) -> tuple[str, bytes]:
    """Id and line of a post, reply, quote, retweet or edit. `rule` is the tag of the rule that matched."""
    data = _tweet(post)
    people = {post.author.id: post.author}
    tweets: list[dict[str, Any]] = []
    references: list[dict[str, str]] = []
    for kind, other in (("retweeted", post.reposted), ("quoted", post.quoted), ("replied_to", post.parent)):
        if other is not None:
            references.append({"type": kind, "id": native(other)})
            tweets.append(_tweet(other))
            people[other.author.id] = other.author
    if references:
        data["referenced_tweets"] = references
    if post.parent is not None:
        data["in_reply_to_user_id"] = post.parent.author.id
    includes: dict[str, Any] = {"users": [_user(someone) for someone in people.values()]}
    if tweets:
        includes["tweets"] = tweets
    rules = [{"id": str(mix(len(rule), 11)), "tag": rule}]
    return data["id"], dump_json({"data": data, "includes": includes, "matching_rules": rules})


def _tweet(post: Post) -> dict[str, Any]:
    written = f"RT @{post.reposted.author.handle}: {post.reposted.text}"[:140] if post.reposted else post.text
    text = html.escape(written, quote=False)
    ids = [native(post), current(post)] if post.edited_at else [native(post)]
    metrics = {
        "retweet_count": post.reposts, "reply_count": post.replies, "like_count": post.likes, "quote_count": 0,
        "bookmark_count": 0, "impression_count": 40 + post.likes * 90,
    }  # fmt: skip
    data: dict[str, Any] = {
        "author_id": post.author.id, "conversation_id": native(post.root), "created_at": to_wire((post.edited_at or post.at) // SECOND * SECOND),
        "edit_history_tweet_ids": ids, "id": ids[-1], "lang": post.lang, "possibly_sensitive": False, "public_metrics": metrics,
        "reply_settings": "everyone", "text": text,
    }  # fmt: skip
    if entities := _entities(post, text):
        data["entities"] = entities
    return data


def _entities(post: Post, text: str) -> dict[str, Any]:
    """Offsets in code points of the escaped text, as X counts."""
    found: dict[str, Any] = {}
    tags = [(at, tag) for tag in post.tags if (at := text.find(f"#{tag}")) >= 0]
    if tags:
        found["hashtags"] = [{"start": at, "end": at + len(tag) + 1, "tag": tag} for at, tag in tags]
    if post.link and (at := text.find(post.link)) >= 0:
        shown = post.link.removeprefix("https://")
        found["urls"] = [
            {"start": at, "end": at + len(post.link), "url": post.link, "expanded_url": post.link, "display_url": shown}
        ]
    return found


def _user(person: Person) -> dict[str, Any]:
    return {
        "created_at": to_wire(person.created_at // SECOND * SECOND), "description": person.bio, "id": person.id, "location": "",
        "name": person.name, "protected": False, "username": person.handle, "verified": False,
        "public_metrics": {
            "followers_count": person.followers, "following_count": person.following, "tweet_count": person.posts, "listed_count": 0,
        },
    }  # fmt: skip
