"""What a normaliser is given besides the payload, and what it gives back."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from schemas.codec import UpstreamFault
from schemas.instants import to_wire
from schemas.interaction import Interaction
from schemas.kinds import InteractionKind, LetterReason
from schemas.limits import LIST_ITEMS
from schemas.mention import Author, Mention, RawRef

SCHEMA_VERSION = 1


class Normalized(NamedTuple):
    """`mention` is None for valid traffic in which nobody said anything (a like, a follow, an identity without a handle)."""

    mention: Mention | None
    interactions: list[Interaction]


SILENT = Normalized(None, [])


class Peek(NamedTuple):
    """Routing key, claimed creation time in ms (for the order of a replay), and an id that a redelivery repeats."""

    key: str
    created_at: int | None
    id: str


class Context:
    """One raw event's surroundings: network, source, append time (ms and wire), and the payload's hash on demand."""

    __slots__ = ("network", "payload", "received", "received_at", "source")

    def __init__(self, network: str, source: str, payload: bytes, received_at: int) -> None:
        self.network = network
        self.source = source
        self.payload = payload
        self.received_at = received_at
        self.received = to_wire(received_at)

    def raw(self, shape: str) -> RawRef:
        return RawRef(format=f"{self.network}.{shape}", sha256=sha256(self.payload).hexdigest())


class Acts:
    """Collects the interactions of one post: never with oneself, each (kind, target) once, a mention only of those not acted on otherwise.

    `at` is the post's claimed time, or its append time where the claim is absent or lies in the future.
    """

    def __init__(self, ctx: Context, uid: str, actor: Author | None, created_at: int | None) -> None:
        self._ctx = ctx
        self._uid = uid
        self._actor = actor
        self._created_at = created_at
        self._seen: set[tuple[InteractionKind, str]] = set()
        self._targets: set[str] = set()
        self.done: list[Interaction] = []

    def add(
        self, kind: InteractionKind, target: str | None, post: str | None = None, followers: int | None = None
    ) -> None:
        actor = self._actor
        if actor is None or actor.id is None or not target or target == actor.id or len(self.done) >= LIST_ITEMS:
            return
        if (kind, target) in self._seen or (kind is InteractionKind.MENTION and target in self._targets):
            return
        self._seen.add((kind, target))
        self._targets.add(target)
        created = self._created_at
        known = created is not None and created <= self._ctx.received_at
        self.done.append(
            Interaction(
                uid=self._uid,
                network=self._ctx.network,
                kind=kind,
                actor=actor.id,
                target=target,
                at=to_wire(created) if known and created is not None else self._ctx.received,
                post=post,
                actor_created_at=actor.created_at,
                actor_followers=actor.followers,
                actor_following=actor.following,
                actor_posts=actor.posts,
                target_followers=followers,
            )
        )


def unsupported(detail: str) -> UpstreamFault:
    """The fault of valid JSON that is no event of the network known here."""
    return UpstreamFault(LetterReason.UNSUPPORTED_SHAPE, detail)


def not_an_event(detail: str) -> UpstreamFault:
    """The fault of traffic about the stream itself (an error, a notice)."""
    return UpstreamFault(LetterReason.NOT_AN_EVENT, detail)
