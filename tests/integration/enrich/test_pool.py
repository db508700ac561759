"""Worker processes die, hang and refuse: what was given to the pool is read all the same, once, in order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agents.enrich.faults import EnrichUnfit
from agents.enrich.frames import Begin
from agents.enrich.pool import Pool

PROGRAM = [str(Path(__file__).with_name("small_worker.py"))]


class Watched:
    def __init__(self) -> None:
        self.lost = 0
        self.alive: list[int] = []

    def one_lost(self) -> None:
        self.lost += 1


@asynccontextmanager
async def pool(watched: Watched, workers: int = 2, patience: float = 60.0) -> AsyncIterator[Pool]:
    made = Pool(
        Begin("small", {}),
        workers,
        patience=patience,
        program=PROGRAM,
        lost=watched.one_lost,
        alive=watched.alive.append,
    )
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


def texts(count: int) -> list[str]:
    return ["x" * (1 + number * 7 % 90) for number in range(count)]


def right(given: list[str]) -> list[tuple[float, float, float]]:
    return [(float(len(text)), 0.0, 0.0) for text in given]


async def test_every_text_gets_its_own_row_in_the_order_given() -> None:
    watched = Watched()
    async with pool(watched) as made:
        given = texts(500)
        assert await made.read(given) == right(given)
    assert watched.alive == [1, 2]
    assert watched.lost == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
async def test_a_process_that_dies_or_hangs_in_the_middle_costs_nobody_a_row(number: signal.Signals) -> None:
    watched = Watched()
    async with pool(watched, patience=1.0) as made:
        given = texts(4_000)
        reading = asyncio.ensure_future(made.read(given))
        await asyncio.sleep(0)
        hit = made.pids[0]
        os.kill(hit, number)
        assert await reading == right(given)
        assert watched.lost >= 1, "the fault never fired"
        await until(lambda: watched.alive[-1] == 2)
        assert hit not in made.pids
        assert await made.read(["once more"]) == right(["once more"])
    assert not running(hit)


async def test_all_of_them_killed_at_once_are_started_again() -> None:
    watched = Watched()
    async with pool(watched) as made:
        given = texts(2_000)
        reading = asyncio.ensure_future(made.read(given))
        await asyncio.sleep(0)
        for pid in made.pids:
            os.kill(pid, signal.SIGKILL)
        assert await reading == right(given)
        assert watched.lost >= 2, "the fault never fired"


async def test_a_machine_without_room_for_a_process_for_a_while_costs_nobody_a_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watched = Watched()
    async with pool(watched, workers=1) as made:
        with monkeypatch.context() as full:
            full.setattr(sys, "executable", "/no/room/for/python")
            os.kill(made.pids[0], signal.SIGKILL)
            reading = asyncio.ensure_future(made.read(["abc"]))
            await until(lambda: watched.lost == 1 and made.pids == [])
            # The first try to start it again has failed by the time a second one is due.
            await asyncio.sleep(0.15)
            assert not reading.done()
        assert await asyncio.wait_for(reading, 30) == [(3.0, 0.0, 0.0)]


async def test_a_text_over_which_every_process_dies_is_left_and_the_others_are_not() -> None:
    watched = Watched()
    async with pool(watched) as made:
        given = [*texts(20), "poison", *texts(20)]
        assert await made.read(given) == [*right(texts(20)), None, *right(texts(20))]
        assert watched.lost >= 3, "the fault never fired"


async def test_a_text_of_which_the_model_makes_no_numbers_has_no_row() -> None:
    async with pool(Watched()) as made:
        assert await made.read(["abc", "nothing"]) == [(3.0, 0.0, 0.0), None]


async def test_what_is_no_longer_awaited_is_not_read() -> None:
    async with pool(Watched(), workers=1) as made:
        reading = asyncio.ensure_future(made.read(texts(4_000)))
        await asyncio.sleep(0)
        reading.cancel()
        assert await made.read(["next"]) == right(["next"])


@pytest.mark.parametrize(
    ("model", "said"), [("refused", "no such model; name another"), ("fatal", "does it fit into the memory")]
)
async def test_a_model_that_cannot_be_loaded_is_said_at_the_start_and_leaves_no_process(model: str, said: str) -> None:
    made = Pool(Begin(model, {}), 2, program=PROGRAM)
    with pytest.raises(EnrichUnfit, match=said):
        await made.start()
    assert made.pids == []


async def test_a_stop_leaves_no_process() -> None:
    async with pool(Watched()) as made:
        pids = made.pids
    assert len(pids) == 2
    assert not any(running(pid) for pid in pids)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 (the process at the other end sets no event)
            await asyncio.sleep(0.01)


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


ORPHANS = """
import asyncio, os, signal, sys
from agents.enrich.frames import Begin
from agents.enrich.pool import Pool

async def main():
    pool = Pool(Begin("small", {}), 2, program=[sys.argv[1]])
    await pool.start()
    print(*pool.pids, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_processes_whose_parent_is_killed_end_by_themselves() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ORPHANS, PROGRAM[0], stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await parent.communicate()
    pids = [int(word) for word in printed.split()]
    assert len(pids) == 2
    await until(lambda: not any(alive(pid) for pid in pids))


def alive(pid: int) -> bool:
    """Whether it runs; one that has ended and whom nobody has asked how does not."""
    try:
        return " Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]
    except FileNotFoundError:
        return False
