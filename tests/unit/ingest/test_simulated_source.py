"""The simulated world as a source: history fast, then live, with time moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

import pytest

from agents.ingest.connector import Received
from agents.ingest.simulated import Busy, SimulatedOptions, SimulatedSource
from schemas.config import Brand, Target
from schemas.instants import DAY, HOUR, MINUTE, SECOND
from schemas.kinds import SignalKind, TargetType

NOW = 1_790_000_000_000
BRANDS = [Brand(name, name.title(), [Target(TargetType.BRAND, name, name)]) for name in ("uno", "dos", "tres")]


class Stage:
    """A clock that moves when somebody sleeps, a log in memory, and the order in which things happened."""

    def __init__(self) -> None:
        self.time = NOW
        self.items: list[Received] = []
        self.progress: list[tuple[int, int]] = []
        self.largest = 0

    def now(self) -> int:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += int(seconds * 1000)
        await asyncio.sleep(0)

    async def send(self, items: Sequence[Received]) -> None:
        self.largest = max(self.largest, len(items))
        self.items.extend(items)

    async def on_progress(self, at: int) -> None:
        self.progress.append((at, len(self.items)))

    async def play(self, source: SimulatedSource, seconds: float) -> None:
        """Run the source until so many seconds of live time have passed."""
        until = self.time + int(seconds * 1000)
        task = asyncio.create_task(source.run(self, self.on_progress))
        while self.time < until and not task.done():  # noqa: ASYNC110  the source itself moves this clock
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    def source(self, since: int | None = NOW - HOUR, busy: Busy = lambda _: (), **options: object) -> SimulatedSource:
        chosen = SimulatedOptions(**options)
        return SimulatedSource(BRANDS, 7, since, options=chosen, busy=busy, now=self.now, sleep=self.sleep)


async def test_progress_is_only_told_when_everything_before_it_is_appended() -> None:
    stage = Stage()
    await stage.play(stage.source(), 30)
    times = [item.observed_at for item in stage.items]
    assert times == sorted(times) and len(times) > 300
    reported = [at for at, _ in stage.progress]
    assert reported == sorted(reported) and reported[-1] > NOW + 25 * SECOND
    for at, appended in stage.progress:
        assert all(time is not None and time < at for time in times[:appended])
        assert all(time is not None and time >= at for time in times[appended:])


async def test_a_new_log_gets_eight_days_of_history() -> None:
    stage = Stage()
    source = SimulatedSource(BRANDS[:1], 7, rate=0.05, now=stage.now, sleep=stage.sleep)
    await stage.play(source, 1)
    first = stage.items[0].observed_at
    assert first is not None and NOW - 8 * DAY <= first < NOW - 8 * DAY + 3 * HOUR
    assert source.live_at is not None and NOW - 2 * SECOND <= source.live_at <= NOW


async def test_a_crisis_and_an_opportunity_come_soon_after_every_start() -> None:
    stage = Stage()
    source = stage.source()
    await stage.play(source, 45)
    crisis, opportunity = source.world.labels()
    live = source.live_at
    assert live is not None
    assert (crisis["kind"], crisis["brand"], crisis["at"]) == ("crisis", "uno", live + 5 * SECOND)
    assert (opportunity["kind"], opportunity["brand"], opportunity["at"]) == ("opportunity", "dos", live + 10 * SECOND)
    before = sum(1 for item in stage.items if (item.observed_at or 0) in range(live, live + 5 * SECOND))
    during = sum(1 for item in stage.items if (item.observed_at or 0) in range(live + 24 * SECOND, live + 36 * SECOND))
    assert during > 60 and during > 10 * max(1, before)


async def test_what_is_still_burning_is_not_set_on_fire_again() -> None:
    stage = Stage()
    source = stage.source(busy=lambda kind: {"uno"} if kind is SignalKind.CRISIS else {"uno", "dos"})
    await stage.play(source, 20)
    crisis, opportunity = source.world.labels()
    assert (crisis["brand"], opportunity["brand"]) == ("dos", "tres")


async def test_a_restart_goes_on_after_the_last_event_of_the_log_without_repeats_or_holes() -> None:
    whole, parts = Stage(), Stage()
    await whole.play(whole.source(crisis_after=-1, opportunity_after=-1), 20)
    await parts.play(parts.source(crisis_after=-1, opportunity_after=-1), 7)
    last = parts.items[-1].observed_at
    assert last is not None
    parts.time += 5 * SECOND
    await parts.play(parts.source(last + 1, crisis_after=-1, opportunity_after=-1), 8)
    until = min(whole.progress[-1][0], parts.progress[-1][0])
    one, two = ([i for i in stage.items if (i.observed_at or 0) < until] for stage in (whole, parts))
    assert one == two and until >= NOW + 15 * SECOND


async def test_batches_end_between_two_instants() -> None:
    stage = Stage()
    ends: list[tuple[int | None, int | None]] = []
    source = SimulatedSource(
        BRANDS[:1],
        7,
        NOW - 5 * MINUTE,
        rate=120.0,
        options=SimulatedOptions(batch=10),
        now=stage.now,
        sleep=stage.sleep,
    )

    async def send(items: Sequence[Received]) -> None:
        ends.append((items[0].observed_at, items[-1].observed_at))
        await Stage.send(stage, items)

    stage.send = send  # type: ignore[method-assign]  # the test listens in
    await stage.play(source, 1)
    assert len(ends) > 50 and stage.largest < 20
    assert all(last != first for (_, last), (first, _) in pairwise(ends))


async def test_a_fault_of_the_log_ends_the_source() -> None:
    stage = Stage()

    async def send(items: Sequence[Received]) -> None:
        raise OSError("disk full")

    stage.send = send  # type: ignore[method-assign]  # the log fails
    with pytest.raises(OSError, match="disk full"):
        await stage.source().run(stage, stage.on_progress)
