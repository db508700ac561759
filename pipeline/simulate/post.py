"""What is said in a simulated world, before any network's wire form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Label(NamedTuple):
    """What the simulator knows about one event. Empty strings where it does not apply.

    `kind`: post, reply, repost, quote, like, delete, edit, own (the brand speaks), noise, broken or duplicate.
    `polarity`: negative, neutral or positive as it was meant; `facet`: the cause within an episode.
    """

    brand: str
    kind: str
    polarity: str = ""
    lang: str = ""
    author: str = ""
    episode: str = ""
    facet: str = ""


class Simulated(NamedTuple):
    """One raw event. `observed_at` in milliseconds; `id` is the connector's, and repeats on a duplicate."""

    observed_at: int
    network: str
    id: str
    payload: bytes
    label: Label


class Person(NamedTuple):
    """An account on one network. `token` seeds its native ids; `pull` is how much others react to it (mean 1)."""

    token: int
    network: str
    id: str
    handle: str
    name: str
    place: str
    created_at: int
    followers: int
    following: int
    posts: int
    pull: float
    bio: str


@dataclass(slots=True)
class Post:
    """One utterance. `at` is when it was written (milliseconds); `token` seeds its native ids."""

    author: Person
    at: int
    token: int
    text: str
    lang: str
    title: str = ""
    tags: tuple[str, ...] = ()
    link: str = ""
    parent: Post | None = None
    quoted: Post | None = None
    reposted: Post | None = None
    edited_at: int = 0
    likes: int = 0
    reposts: int = 0
    replies: int = 0

    @property
    def root(self) -> Post:
        post = self
        while post.parent is not None:
            post = post.parent
        return post
