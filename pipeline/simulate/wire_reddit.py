"""Reddit things: `t3` submissions and `t1` comments, as the listings carry them."""

from __future__ import annotations

import html
from typing import Any

from pipeline.simulate.natives import base36, mix, reddit_id
from pipeline.simulate.post import Post
from schemas.codec import dump_json
from schemas.instants import SECOND

_SUBREDDITS = {
    "es": ("espanol", "spain", "mexico", "argentina"),
    "en": ("mildlyinfuriating", "customerservice", "CasualConversation"),
}


def fullname(post: Post) -> str:
    return f"t{3 if post.parent is None else 1}_{reddit_id(post.at, post.token)}"


def create(post: Post, observed_at: int) -> tuple[str, bytes]:
    """Id and thing of a submission, of a comment, or of either seen again after an edit."""
    kind, data = _comment(post) if post.parent is not None else _submission(post)
    version = f"@{post.edited_at}" if post.edited_at else ""
    return f"{fullname(post)}{version}", dump_json({"kind": kind, "data": data})


def _common(post: Post) -> dict[str, Any]:
    root = post.root
    options = _SUBREDDITS[root.lang]
    place = options[root.token % len(options)]
    score = 1 + post.likes
    return {
        "subreddit": place, "subreddit_name_prefixed": f"r/{place}", "subreddit_id": f"t5_{base36(mix(len(place), 3) & 0xFFFFFF)}",
        "subreddit_type": "public", "id": fullname(post)[3:], "name": fullname(post), "author": post.author.handle,
        "author_fullname": f"t2_{base36(mix(post.author.token) & 0xFFFFFFFFFF)}", "created_utc": float(post.at // SECOND), "created": float(post.at // SECOND),
        "edited": float(post.edited_at // SECOND) if post.edited_at else False, "score": score, "ups": score, "downs": 0,
        "gilded": 0, "stickied": False, "locked": False, "archived": False, "distinguished": None, "likes": None, "over_18": False,
        "removed_by_category": None, "permalink": f"/r/{place}/comments/{fullname(root)[3:]}/{_slug(root.title)}/",
    }  # fmt: skip


def _slug(title: str) -> str:
    return (
        "_".join("".join(c for c in word if c.isascii() and c.isalnum()) for word in title.lower().split()[:6]).strip(
            "_"
        )
        or "post"
    )


def _submission(post: Post) -> tuple[str, dict[str, Any]]:
    data = _common(post)
    address = post.link or f"https://www.reddit.com{data['permalink']}"
    escaped = html.escape(post.text, quote=False)
    data |= {
        "title": html.escape(post.title, quote=False), "selftext": escaped,
        "selftext_html": f'<!-- SC_OFF --><div class="md"><p>{escaped}</p>\n</div><!-- SC_ON -->', "is_self": not post.link,
        "url": address, "domain": f"self.{data['subreddit']}" if not post.link else "noticias.example", "num_comments": post.replies,
        "num_crossposts": 0, "upvote_ratio": 0.91, "spoiler": False, "is_video": False, "media": None, "view_count": None,
    }  # fmt: skip
    return "t3", data


def _comment(post: Post) -> tuple[str, dict[str, Any]]:
    parent, root = post.parent, post.root
    assert parent is not None
    escaped = html.escape(post.text, quote=False)
    data = _common(post)
    data["permalink"] += f"{data['id']}/"
    data |= {
        "body": escaped, "body_html": f'<div class="md"><p>{escaped}</p>\n</div>', "link_id": fullname(root), "parent_id": fullname(parent),
        "link_title": html.escape(root.title, quote=False), "link_author": root.author.handle, "is_submitter": post.author.id == root.author.id,
        "replies": "", "controversiality": 0, "collapsed": False, "score_hidden": False,
    }  # fmt: skip
    return "t1", data
