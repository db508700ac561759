"""What influence keeps: bytes per author, the set of interactions seen, changed keys only."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from deploy.bench import influence_cost
from pipeline.influence.author import ENGAGERS, new_author
from pipeline.influence.fixed import EPOCH, ONE
from pipeline.influence.seen import CHUNK, HORIZON_EPOCHS, Seen
from schemas.ids import hash64

NOW = 497_222


def author_with(engagers: int) -> bytes:
    author = new_author(NOW - 5_000)
    author.open(NOW, 123_456_789)
    author.see_followers(1_000_000, NOW)
    for who in range(engagers):
        for _ in range(4):
            author.add(hash64(str(who)), 3 * ONE, 9_999, NOW)
    return author.pack()


def test_an_author_at_rest_takes_forty_bytes_and_under_24_for_each_engager() -> None:
    assert len(author_with(0)) <= 40
    assert len(author_with(10)) <= 40 + 10 * 24
    assert len(author_with(ENGAGERS)) <= 13_000


def test_the_command_that_measures_a_worker_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["influence_cost", "--authors", "2000"])
    influence_cost.main()
    said = capsys.readouterr().out
    assert "| authors kept | 2,000 |" in said
    assert "| versions published | 520 |" in said
    assert "| the table of a process that understands, 2,000 authors |" in said


def test_a_snapshot_holds_changed_keys_only(teller: Any) -> None:
    for number in range(50):
        teller.like("u", target=f"a{number}")
    teller.tick(teller.now + 1)
    assert set(teller.stage.snapshot()) == {"meta", "told:00000000", "seen:000000000000"}
    assert teller.stage.snapshot() == {}
    teller.like("u2", target="a7")
    assert set(teller.stage.snapshot()) == {"meta"}
    teller.tick(teller.now // EPOCH * EPOCH + EPOCH)
    settled = teller.stage.snapshot()
    assert {key for key in settled if key.startswith("author:")} == {f"author:demo:a{number}" for number in range(50)}
    assert settled["told:00000000"] is None


def test_within_an_epoch_a_busy_author_costs_no_more_state_than_a_quiet_one(teller: Any) -> None:
    written = 0
    for number in range(2_000):
        teller.like(f"u{number}")
        teller.tick(teller.now + 1)
        if number % 100 == 99:
            written += sum(len(value or b"") for value in teller.stage.snapshot().values())
    assert written / 2_000 < 150


def test_seen_forgets_by_age_then_by_capacity() -> None:
    seen = Seen(capacity=3 * CHUNK)
    assert all(seen.first_time(number, 10) for number in range(CHUNK))
    assert not seen.first_time(5, 10 + HORIZON_EPOCHS)
    assert seen.first_time(5, 11 + HORIZON_EPOCHS)
    assert len(seen) == 1
    assert all(seen.first_time(number, 100) for number in range(10_000, 10_000 + 3 * CHUNK))
    assert len(seen) <= 3 * CHUNK
    assert all(seen.first_time(number, 100) for number in range(20_000, 20_000 + CHUNK))
    assert len(seen) <= 3 * CHUNK
    assert seen.forgotten_early >= CHUNK


def test_seen_comes_back_from_its_state() -> None:
    disk: dict[str, bytes] = {}
    seen = Seen()
    for epoch in (7, 8, 7 + HORIZON_EPOCHS + 1):
        for number in range(1_500):
            seen.first_time(hash64(f"{epoch} {number}"), epoch)
        for key, value in seen.changes().items():
            if value is None:
                del disk[key]
            else:
                disk[key] = value
    again = Seen()
    again.restore(disk)
    assert len(again) == len(seen) == 3_000
    assert not again.first_time(hash64("8 3"), 8 + HORIZON_EPOCHS)
    assert again.first_time(1, 56)
    assert seen.first_time(1, 56)
    assert again.changes() == seen.changes()
