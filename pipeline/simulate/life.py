"""The life of one post: its first sight, duplicates, what others do to it, edits and deletion, each as a network tells it."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.simulate import wire_bluesky, wire_mastodon, wire_reddit, wire_x
from pipeline.simulate.draw import Uniform, between, exponential, pick, poisson
from pipeline.simulate.people import Crowd
from pipeline.simulate.post import Label, Person, Post, Simulated
from pipeline.simulate.speech import comeback
from schemas.instants import MINUTE, SECOND

HORIZON = 60 * MINUTE
"""Everything that a post leads to is seen within this time of it."""

_LIKES = {"bluesky": 0.5}
"""Mean per unit of the author's pull. Elsewhere likes are counters of the post, not events."""
_REPOSTS = {"bluesky": 0.12, "x": 0.16, "mastodon": 0.12}
_REPLIES = {"bluesky": 0.09, "x": 0.09, "mastodon": 0.08, "reddit": 0.22}
_MEANS = (("like", _LIKES), ("repost", _REPOSTS), ("reply", _REPLIES))
_MOST = 40
_EDIT = {"es": "(Edito: ya me han contestado.)", "en": "(Edit: they got back to me.)"}


_DELETED = {"bluesky": wire_bluesky.delete, "mastodon": wire_mastodon.delete}
"""X and Reddit tell nothing of deletions in their streams."""


class Faults(NamedTuple):
    """Shares of posts that go wrong on the way, as they do on real wires."""

    duplicate: float = 0.01
    edit: float = 0.012
    delete: float = 0.01
    late: float = 0.012
    """Seen minutes after they were written; the rest within 30 s."""
    broken: float = 0.0005


class Setting(NamedTuple):
    """What the people of one brand's conversation have in common."""

    crowd: Crowd
    brand: str
    """Id of the brand, the rule that would have matched; empty for noise."""
    name: str
    faults: Faults


def lag(u: Uniform, faults: Faults) -> int:
    """Milliseconds between writing and being seen."""
    if u() < faults.late:
        return between(u, MINUTE, 14 * MINUTE)
    return min(30 * SECOND, 150 + int(exponential(u, 1_800)))


def told(post: Post, observed_at: int, rule: str) -> tuple[str, bytes]:
    """Id and payload of a post on its own network."""
    network = post.author.network
    if network == "bluesky":
        return wire_bluesky.create(post, observed_at)
    if network == "x":
        return wire_x.create(post, observed_at, rule)
    if network == "mastodon":
        return wire_mastodon.create(post, observed_at)
    return wire_reddit.create(post, observed_at)


def seen(post: Post, observed_at: int, label: Label, rule: str) -> Simulated:
    identity, payload = told(post, observed_at, rule)
    return Simulated(observed_at, post.author.network, identity, payload, label)


def life(
    u: Uniform,
    setting: Setting,
    post: Post,
    observed_at: int,
    label: Label,
    *,
    heat: float = 1.0,
    pace: float = 6.0 * MINUTE,
) -> list[Simulated]:
    """All events of a post. `heat` multiplies how much others react, `pace` is their mean delay in milliseconds."""
    faults = setting.faults
    first = seen(post, observed_at, label, setting.brand)
    if u() < faults.broken:
        return [_broken(u, first)]
    events = [first]
    if u() < faults.duplicate:
        again = observed_at + between(u, SECOND, 90 * SECOND)
        events.append(first._replace(observed_at=again, label=label._replace(kind="duplicate")))
    events += _reactions(u, setting, post, observed_at, label, heat, pace)
    fate = u()
    if fate < faults.edit:
        events.append(_edited(u, setting, post, observed_at, label))
    elif fate > 1.0 - faults.delete and post.author.network in _DELETED:
        at = observed_at + between(u, 20 * SECOND, 40 * MINUTE)
        identity, payload = _DELETED[post.author.network](post, at)
        events.append(Simulated(at, post.author.network, identity, payload, label._replace(kind="delete", polarity="")))
    return events


def _edited(u: Uniform, setting: Setting, post: Post, observed_at: int, label: Label) -> Simulated:
    at = observed_at + between(u, MINUTE, 20 * MINUTE)
    text = f"{post.text} {_EDIT[post.lang]}"
    later = Post(
        post.author, post.at, post.token, text, post.lang, post.title, post.tags, post.link, post.parent, post.quoted,
        edited_at=at - 400, likes=post.likes, reposts=post.reposts, replies=post.replies,
    )  # fmt: skip
    return seen(later, at, label._replace(kind="edit"), setting.brand)


def _reactions(
    u: Uniform, setting: Setting, post: Post, observed_at: int, label: Label, heat: float, pace: float
) -> list[Simulated]:
    network = post.author.network
    pull = post.author.pull * heat
    wanted: list[str] = []
    for kind, means in _MEANS:
        mean = means.get(network, 0.0) * pull
        if mean > 0.0:
            wanted += [kind] * min(_MOST, poisson(u, mean))
    if not wanted:
        return []
    planned = sorted((exponential(u, pace) + 500.0, kind, index) for index, kind in enumerate(wanted))
    events: list[Simulated] = []
    for delay, kind, _ in planned:
        at = observed_at + int(delay)
        if at - observed_at >= HORIZON - MINUTE:
            break
        actor = setting.crowd.somebody(u, network, post.lang)
        if actor.id != post.author.id:
            post.likes += 0 if kind == "reply" else between(u, 0, 4)
            events.append(_reaction(u, setting, post, actor, kind, at, label))
    return events


def _reaction(u: Uniform, setting: Setting, post: Post, actor: Person, kind: str, at: int, label: Label) -> Simulated:
    written = max(post.at + 1, at - 150 - int(u() * 300))
    token = int(u() * (1 << 53))
    if kind == "like":
        identity, payload = wire_bluesky.like(actor, post, written, token, at)
        return Simulated(
            at, "bluesky", identity, payload, Label(label.brand, "like", author=actor.id, episode=label.episode)
        )
    if kind == "repost":
        post.reposts += 1
        copy = Post(actor, written, token, "", post.lang, reposted=post)
        return seen(copy, at, Label(label.brand, "repost", author=actor.id, episode=label.episode), setting.brand)
    post.replies += 1
    text = comeback(u, label.polarity, setting.name, actor.place)
    quoted = u() < 0.25 and actor.network in ("bluesky", "x")
    reply = Post(
        actor, written, token, text, actor.place[:2], parent=None if quoted else post, quoted=post if quoted else None
    )
    mood = "neutral" if label.polarity == "question" else label.polarity
    told_as = Label(label.brand, "quote" if quoted else "reply", mood, reply.lang, actor.id, label.episode, label.facet)
    return seen(reply, at, told_as, setting.brand)


_SHAPES = (b'{"hello":"world"}', b'{"data":null}', b'{"did":42,"kind":"commit"}', b"[]", b'{"kind":"t9","data":{}}')


def _broken(u: Uniform, event: Simulated) -> Simulated:
    """The event as a bad wire would leave it: cut short, or of another shape."""
    payload = event.payload[: between(u, 1, len(event.payload) - 1)] if u() < 0.6 else pick(u, _SHAPES)
    # A cut inside a character is no text at all; a log line can only hold text.
    payload = payload.decode(errors="ignore").encode()
    return event._replace(payload=payload, label=event.label._replace(kind="broken", polarity=""))
