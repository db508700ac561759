"""A play: a story fed to a cluster while faults strike, and what is found when all is quiet again."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from pipeline.ledger import Ledger
from pipeline.runtime.ledgers import read_ledger
from schemas.config import Config
from tests.fire.cluster import INPUTS, PARTITIONS, Cluster, cluster
from tests.fire.faults import STRIKES, Fault, NeverFired, Struck
from tests.fire.feeder import Feeder
from tests.fire.findings import Findings, find, undisturbed
from tests.fire.member import Exit
from tests.fire.positions import Rollback, rollbacks
from tests.fire.story import BRANDS, Story, simulated
from tests.fire.waiting import PATIENCE_SECONDS, until

_CREEP: Final = 0.002
"""Share of the input that is left, every _CREEP_SECONDS: it never ends before the faults do."""
_CREEP_SECONDS: Final = 1.0
_FEED_SECONDS: Final = 1800.0
ROLES: Final = ("understand", "influence", "listen", "alert")


@dataclass
class Outcome:
    """`fed`: seconds from the last fault to the end of the input; `drained`: from there until every group was through."""

    story: Story
    config: Config
    struck: list[Struck] = field(default_factory=list)
    exits: dict[str, list[Exit]] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    fed: float = 0.0
    drained: float = 0.0
    repaired: int = 0
    published: Counter[str] = field(default_factory=Counter)
    delivered: set[str] = field(default_factory=set)
    rollbacks: list[Rollback] = field(default_factory=list)
    found: Findings = field(default_factory=lambda: Findings(_NOTHING))
    expected: Findings = field(default_factory=lambda: Findings(_NOTHING))


_NOTHING: Final = Ledger(0, 0, 0, 0, 0, 0, 0)


async def play(folder: Path, events: int, rate: float, faults: Sequence[Fault]) -> Outcome:
    """`events` at `rate` a second, and the faults in order."""
    async with cluster(folder, BRANDS) as stage:
        story = simulated(stage.config, events, folder / "events.jsonl")
        outcome = Outcome(story, stage.config)
        feeder = Feeder(stage.connect, story, rate)
        for role in ROLES:
            stage.start(role)
        # Nothing has struck before everything works.
        await _working(stage)
        async with asyncio.TaskGroup() as group:
            group.create_task(feeder.run())
            striking = group.create_task(_strike_all(stage, feeder, faults, outcome))
        outcome.fed = time.monotonic() - striking.result()
        await conclude(stage, outcome)
        outcome.repaired = feeder.repaired
        outcome.expected = await undisturbed(story, stage.config, folder, PARTITIONS)
    return outcome


async def conclude(stage: Cluster, outcome: Outcome, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until everything is worked off, end the roles, and read what is there."""
    quiet = time.monotonic()
    await stage.drained(seconds)
    outcome.drained = time.monotonic() - quiet
    ledger = await read_ledger(stage.bus)
    outcome.found = await find(stage.bus, ledger, stage.folder / "fire")
    outcome.delivered = await stage.delivered(set(outcome.found.signals))
    outcome.published = await stage.published()
    outcome.rollbacks = await rollbacks(stage.broker.bootstrap)
    for name in list(stage.members):
        outcome.ends[name] = await stage.retire(name)
    for member in stage.retired:
        outcome.exits[member.name] = member.exits


async def _strike_all(stage: Cluster, feeder: Feeder, faults: Sequence[Fault], outcome: Outcome) -> float:
    """Strike one after the other; returns when the last one was over."""
    over = time.monotonic()
    for number, fault in enumerate(faults):
        later = faults[number + 1].at if number + 1 < len(faults) else (1.0 + fault.at) / 2
        feeder.limit = later
        await until(partial(_reached, feeder, fault.at), f"input for {fault}", _FEED_SECONDS, 0.02)
        if feeder.share >= 1.0:
            raise NeverFired(f"{fault}: the input had ended before")
        started = time.monotonic()
        creeping = asyncio.create_task(_creep(feeder))
        try:
            proof = await STRIKES[fault.what](stage, fault, feeder)
            since = over = time.monotonic()
            await _resumed(stage, fault)
        except BaseException:
            print(f"{fault}, input {feeder.share:.1%}: {await stage.status()}", flush=True)
            raise
        finally:
            creeping.cancel()
        outcome.struck.append(Struck(fault, proof, time.monotonic() - since))
        print(
            f"{fault}: {proof}; {since - started:.1f} s, moved on after {outcome.struck[-1].resumed:.1f} s", flush=True
        )
    feeder.limit = 1.0
    return over


async def _creep(feeder: Feeder) -> None:
    """Let the input go on a little while it waits for a fault: that one may wait for input in turn."""
    while True:
        await asyncio.sleep(_CREEP_SECONDS)
        if feeder.share >= feeder.limit - _CREEP:
            feeder.limit += (1.0 - feeder.limit) * _CREEP


async def _resumed(stage: Cluster, fault: Fault) -> None:
    """Until the groups that the fault concerns have moved on, or have nothing left to do."""
    for group in [fault.role] if fault.role else [role for role in ROLES if role != "alert"]:
        before = await stage.committed(group)
        await until(partial(_moved_or_done, stage, group, before), f"progress of {group} after {fault}")


async def _working(stage: Cluster) -> None:
    """Every group has committed where it begins: its workers are there."""
    for group in INPUTS:
        if group != "alert":
            await until(partial(_begun, stage, group), f"{group} at work")


def _reached(feeder: Feeder, share: float) -> bool:
    return feeder.share >= share


async def _moved_or_done(stage: Cluster, group: str, before: int) -> bool:
    return await stage.committed(group) > before or not (await stage.lag())[group]


async def _begun(stage: Cluster, group: str) -> bool:
    return len(await stage.bus.committed(group)) == PARTITIONS
