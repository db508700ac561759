"""One measurement in a process of its own, so that its peak memory is its own: `python -m deploy.bench.one floor|whole INPUT WORK`."""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time

import msgspec

from deploy.bench.inputs import Input, named
from pipeline.match import Matcher, config_version
from pipeline.normalize import normalize
from pipeline.record import Outputs, Record
from pipeline.runtime.replay.run import Replay, replay
from pipeline.runtime.replay.source import read_recorded
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from pipeline.windows.contribution import contribution_of
from schemas.codec import UpstreamFault
from schemas.raw import RawEvent

CHUNK = 500
"""As many events as the pipeline takes at once, so that both find the caches alike."""


class Measured(msgspec.Struct):
    """`stages`: CPU seconds by stage; `ledger` is empty for the floor, which keeps none."""

    events: int
    cpu: float
    wall: float
    peak_bytes: int
    start_bytes: int
    stages: dict[str, float]
    ledger: dict[str, int] = {}
    balanced: bool = True


class _Clock:
    """CPU time told apart by stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._last = process_time()

    def lap(self, stage: str) -> None:
        now = process_time()
        self.spent[stage] = self.spent.get(stage, 0.0) + now - self._last
        self._last = now


def floor(what: Input, model: Tier0, _work: Path) -> Measured:
    """What no engine can avoid: payload to mention, match, understanding, contribution; no bus, no order, no windows."""
    matcher = Matcher(what.config.brands, config_version(what.config))
    items = read_recorded([str(what.path)], what.network)
    cpu = wall = 0.0
    spent: dict[str, float] = {}
    count = 0
    before = _peak()
    while chunk := list(islice(items, CHUNK)):
        # Reading the file is not part of the floor.
        started, clock = perf_counter(), _Clock()
        mentions = []
        for item in chunk:
            try:
                event = RawEvent(item.network, "bench", item.id, item.payload)
                mentions.append(normalize(event, item.at or 0).mention)
            except UpstreamFault:
                continue
        clock.lap("normalise")
        matched = [(said, found) for said in mentions if said is not None and (found := matcher.match(said))]
        clock.lap("match")
        results = model.understand([said for said, _ in matched])
        clock.lap("understand")
        for (said, found), (lang, understanding) in zip(matched, results, strict=True):
            for match in found:
                contribution_of(
                    msgspec.structs.replace(said, lang=lang or said.lang, match=match, understanding=understanding)
                )
        clock.lap("contribution")
        for stage, seconds in clock.spent.items():
            spent[stage] = spent.get(stage, 0.0) + seconds
        cpu, wall, count = cpu + sum(clock.spent.values()), wall + perf_counter() - started, count + len(chunk)
    return Measured(count, cpu, wall, _peak(), before, spent)


def whole(what: Input, model: Tier0, work: Path) -> Measured:
    """The same input by `replay`: file to windows, signals and a ledger, through the embedded bus."""
    spent: dict[str, float] = {}

    def observe(stage: str, _batch: Sequence[Record], _outputs: Outputs, took: float) -> None:
        spent[stage] = spent.get(stage, 0.0) + took

    job = Replay([str(what.path)], what.network, what.config, work / f"out-{what.name}", observe=observe)
    before, started, clock = _peak(), perf_counter(), process_time()
    ledger = asyncio.run(replay(job, model))
    cpu, wall = process_time() - clock, perf_counter() - started
    # A stage is timed by the wall; where another process took its core the CPU had less.
    shares = {stage: seconds * cpu / wall for stage, seconds in spent.items()}
    return Measured(
        ledger.accepted, cpu, wall, _peak(), before, shares, msgspec.structs.asdict(ledger), ledger.balanced
    )


KINDS: dict[str, Callable[[Input, Tier0, Path], Measured]] = {"floor": floor, "whole": whole}


def _peak() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    kind, name, folder = sys.argv[1:]
    measured = KINDS[kind](named(name, Path(folder)), Tier0(packaged_model()), Path(folder))
    sys.stdout.buffer.write(msgspec.json.encode(measured))
