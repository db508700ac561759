"""What a simulated world tells, as the normaliser and a log reader see it."""

from __future__ import annotations

import collections
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import orjson
import pytest

from pipeline.normalize import normalize, peek
from pipeline.simulate import Episode, Faults, Simulated, World, log_line
from schemas.codec import UpstreamFault
from schemas.config import Brand, Target
from schemas.instants import HOUR, MINUTE, from_wire
from schemas.kinds import InteractionKind, MentionKind, Op, SignalKind, TargetType
from schemas.mention import Mention
from schemas.raw import RawEvent

ROOT = Path(__file__).parents[3]
WHOLE = Faults(duplicate=0, edit=0, delete=0, late=0, broken=0)


def mention_of(event: Simulated) -> Mention | None:
    return normalize(RawEvent(event.network, "demo", event.id, event.payload), event.observed_at).mention


@pytest.fixture
def hours(make_world: Callable[..., World], start: int) -> list[Simulated]:
    """Three busy hours with one episode of each kind."""
    world = make_world(rate=20.0)
    kinds = (SignalKind.CRISIS, SignalKind.OPPORTUNITY, SignalKind.ATTENTION, SignalKind.COORDINATED)
    for number, kind in enumerate(kinds):
        brand = ("iberluz", "telmo")[number % 2]
        world.plant(Episode(kind, brand, start + (number + 1) * 30 * MINUTE, 10 * MINUTE, 30.0, f"e{number}"))
    return list(world.events(start, start + 3 * HOUR))


def test_every_payload_but_the_broken_ones_normalises(hours: list[Simulated]) -> None:
    kinds = collections.Counter()
    for event in hours:
        if event.label.kind != "broken":
            said = mention_of(event)
            kinds[event.network, said.kind if said is not None else None] += 1
    assert {network for network, _ in kinds} == {"bluesky", "x", "mastodon", "reddit"}
    assert (
        kinds["bluesky", MentionKind.REPOST] and kinds["x", MentionKind.QUOTE] and kinds["mastodon", MentionKind.REPLY]
    )


def test_the_normalised_kind_time_author_and_language_are_those_of_the_label(hours: list[Simulated]) -> None:
    kinds = {"post": MentionKind.POST, "repost": MentionKind.REPOST, "quote": MentionKind.QUOTE}
    for event in hours:
        if event.label.kind not in kinds:
            continue
        said = mention_of(event)
        assert said is not None and said.author is not None and said.created_at is not None
        assert said.kind == kinds[event.label.kind]
        assert said.author.id == event.label.author
        assert event.observed_at - 15 * MINUTE <= from_wire(said.created_at) <= event.observed_at
        if event.label.kind == "post":
            assert said.lang is None or said.lang.value == event.label.lang


def test_broken_payloads_become_dead_letters_with_a_reason(make_world: Callable[..., World], start: int) -> None:
    world = make_world(rate=20.0, faults=WHOLE._replace(broken=0.5))
    broken = [event for event in world.events(start, start + HOUR) if event.label.kind == "broken"]
    assert len(broken) > 200
    reasons = collections.Counter()
    for event in broken:
        try:
            mention_of(event)
        except UpstreamFault as fault:
            reasons[fault.reason] += 1
    assert sum(reasons.values()) >= 0.95 * len(broken) and len(reasons) >= 3


def test_an_event_seen_twice_has_one_id_and_a_redelivered_payload_peeks_alike(hours: list[Simulated]) -> None:
    first: dict[tuple[str, str], Simulated] = {}
    again = 0
    for event in hours:
        before = first.setdefault((event.network, event.id), event)
        if before is not event:
            assert event.label.kind == "duplicate" and event.payload == before.payload
            assert peek(event.network, event.payload) == peek(before.network, before.payload)
            again += 1
    assert again > 20


def test_edits_and_deletes_name_posts_that_were_told(hours: list[Simulated]) -> None:
    told, changes = set(), collections.Counter()
    for event in hours:
        if event.label.kind in ("broken", "duplicate"):
            continue
        said = mention_of(event)
        if said is None:
            continue
        if event.label.kind == "delete":
            assert said.op is Op.DELETE and said.uid in told
            changes["delete", event.network] += 1
        elif event.label.kind == "edit":
            assert said.uid in told and said.edited
            changes["edit", event.network] += 1
        told.add(said.uid)
    assert changes["delete", "bluesky"] and changes["delete", "mastodon"]
    assert all(changes["edit", network] for network in ("bluesky", "x", "mastodon"))


def test_interactions_point_at_the_authors_of_posts_that_were_told(hours: list[Simulated]) -> None:
    authors = {event.label.author for event in hours if event.label.author}
    earned: collections.Counter[str] = collections.Counter()
    seen = collections.Counter()
    for event in hours:
        if event.label.kind in ("like", "repost", "reply", "quote"):
            acts = normalize(RawEvent(event.network, "demo", event.id, event.payload), event.observed_at).interactions
            assert acts, event
            for act in acts:
                seen[act.kind] += 1
                assert act.target in authors
                earned[act.target] += 1
    assert seen[InteractionKind.LIKE] > seen[InteractionKind.REPOST] > 0 and seen[InteractionKind.REPLY] > 0
    counts = sorted(earned.values(), reverse=True)
    tenth = sum(counts[: len(counts) // 10])
    assert tenth > 0.3 * sum(counts), "popularity is not heavy-tailed"


def test_the_brand_answers_questions_from_its_own_accounts(hours: list[Simulated]) -> None:
    own = [event for event in hours if event.label.kind == "own"]
    assert {event.network for event in own} == {"x", "mastodon", "reddit", "bluesky"}
    for event in own:
        said = mention_of(event)
        assert said is not None and said.author is not None and event.label.brand == "iberluz"
        if event.network in ("x", "mastodon"):
            assert said.author.handle in ("iberluz", "iberluz@mastodon.social")


def test_log_lines_carry_every_payload_byte_for_byte(make_world: Callable[..., World], start: int) -> None:
    class Line(msgspec.Struct):
        network: str
        observed_at: int
        id: str
        payload: msgspec.Raw

    world = make_world(rate=20.0, faults=Faults(broken=0.1))
    strings = 0
    for event in world.events(start, start + 20 * MINUTE):
        line = log_line(event)
        assert b"\n" not in line
        read = msgspec.json.decode(line, type=Line)
        raw = bytes(read.payload)
        payload = orjson.loads(raw).encode() if raw.startswith(b'"') else raw
        strings += raw.startswith(b'"')
        assert (read.observed_at, read.network, read.id, payload) == event[:4]
    assert strings > 10


def test_another_process_with_another_hash_seed_tells_the_same(
    make_world: Callable[..., World], start: int, brands: list[Brand]
) -> None:
    script = """
import sys, hashlib, msgspec
from pipeline.simulate import World, Episode, log_line
from schemas.config import Brand
from schemas.kinds import SignalKind
brands = msgspec.json.decode(sys.argv[1], type=list[Brand])
start = int(sys.argv[2])
world = World(brands, 11, start, rate=10.0)
world.plant(Episode(SignalKind.CRISIS, "iberluz", start + 600_000, 300_000, 30.0, "c"))
print(hashlib.sha256(b"".join(map(log_line, world.events(start, start + 1_800_000)))).hexdigest())
"""
    said = {
        subprocess.run(
            [sys.executable, "-c", script, msgspec.json.encode(brands).decode(), str(start)],
            cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "4242")
    }  # fmt: skip
    assert len(said) == 1 and len(said.pop().strip()) == 64


def test_another_seed_tells_another_world(make_world: Callable[..., World], start: int) -> None:
    one, two = (set(make_world(seed, rate=10.0).events(start, start + 20 * MINUTE)) for seed in (1, 2))
    assert one and two and not one & two


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("acme OR @acme", "acme"),
        ('"aguas del sur" AND NOT casino', "aguas del sur"),
        ("(nube OR cloud) AND norte", "nube norte"),
        ('raw:"ACME" lang:es', "ACME"),
        ("lumin* NEAR/3 plus", "lumin plus"),
        ("NOT (spam OR casino) acme", "acme"),
    ],
)
def test_what_is_said_about_a_brand_contains_what_its_query_wants(query: str, word: str, start: int) -> None:
    world = World([Brand("b", "Un Nombre", [Target(TargetType.BRAND, query, "b")])], 3, start, rate=10.0, faults=WHOLE)
    posts = [event for event in world.events(start, start + HOUR) if event.label.kind == "post"]
    assert len(posts) > 300
    for event in posts:
        said = mention_of(event)
        assert said is not None
        assert word.casefold() in f"{said.title or ''} {said.text}".casefold() or f"@{word}" in (said.text or "")


def test_texts_are_many_and_of_two_languages(make_world: Callable[..., World], start: int) -> None:
    world = make_world(rate=30.0, faults=WHOLE)
    texts = [
        said.text
        for event in world.events(start, start + 2 * HOUR)
        if event.label.kind == "post" and event.network == "x" and (said := mention_of(event)) is not None
    ]
    assert len(texts) > 1000 and len(set(texts)) > 0.8 * len(texts)
    spanish = [event.label.lang for event in world.events(start, start + 2 * HOUR) if event.label.kind == "post"]
    assert 0.15 < spanish.count("en") / len(spanish) < 0.85


def test_an_episode_of_an_unknown_brand_or_kind_is_refused(plain: World, start: int) -> None:
    with pytest.raises(ValueError, match="no brand"):
        plain.plant(Episode(SignalKind.CRISIS, "nobody", start, MINUTE, 1.0, "a"))
    with pytest.raises(ValueError, match="cannot be planted"):
        Episode(SignalKind.SOURCE_SILENT, "iberluz", start, MINUTE, 1.0, "b")
    plain.plant(Episode(SignalKind.CRISIS, "iberluz", start, MINUTE, 1.0, "c"))
    with pytest.raises(ValueError, match="already"):
        plain.plant(Episode(SignalKind.CRISIS, "iberluz", start, MINUTE, 1.0, "c"))


def test_labels_are_the_planted_truth_in_order_of_time(plain: World, start: int) -> None:
    plain.plant(Episode(SignalKind.OPPORTUNITY, "telmo", start + HOUR, MINUTE, 2.0, "later"))
    plain.plant(Episode(SignalKind.CRISIS, "iberluz", start, MINUTE, 1.0, "sooner"))
    assert [label["id"] for label in plain.labels()] == ["sooner", "later"]
    assert plain.labels()[0] == {
        "id": "sooner", "kind": "crisis", "brand": "iberluz", "at": start, "until": start + MINUTE, "strength": 1.0,
    }  # fmt: skip
