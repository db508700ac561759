"""`escucha doctor`: what this installation can do here, and what to mend."""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from redis.asyncio import Redis
from rich.console import Console

from agents.alert.client import RedisUnfit, connect, examine
from agents.alert.server import EmbeddedRedis
from agents.commands.common import FAILED, LOOK_SECONDS, OK, add_config, add_data, configuration, print_json, say, tier0
from agents.config import ConfigError, secret_of
from agents.kafka import KafkaUnfit, cluster, faults_of_kafka, open_kafka, own_times
from agents.places import bus_file, redis_directory
from agents.tier1 import tier1_files
from pipeline.match import Matcher, config_version
from pipeline.record import Partition, ScoringRequest
from pipeline.runtime.embedded import BusFileError, SqliteBus
from pipeline.runtime.scoring import PatientScorer
from pipeline.understand import ModelFault
from schemas.instants import from_wire
from schemas.topics import RAW, TOPICS

ABOUT = "Checks configuration, bus, Redis, model and clock. JSON on stdout, words on stderr; exit 0 when all is well, else 1."
BUILT = "2026-11-01T00:00:00.000Z"


class Finding(NamedTuple):
    check: str
    good: bool
    detail: str


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("doctor", help="check configuration, bus, Redis, model and clock", description=ABOUT)
    add_config(parser)
    add_data(parser)
    parser.set_defaults(main=main)


def main(args: argparse.Namespace) -> int:
    checks: list[tuple[str, Callable[[], str]]] = [
        ("config", lambda: _config(args)),
        ("bus", lambda: asyncio.run(_bus(args.data))),
        ("redis", lambda: asyncio.run(_redis(args.data))),
        ("model", _model),
        ("tier1", lambda: _tier1(args)),
        ("clock", _clock),
    ]
    findings = [_examine(name, check) for name, check in checks]
    console = Console(stderr=True)
    for finding in findings:
        mark = "[green]ok[/]  " if finding.good else "[red]no[/]  "
        console.print(f"{mark}{finding.check:<7}{finding.detail}", highlight=False)
    print_json([finding._asdict() for finding in findings])
    return OK if all(finding.good for finding in findings) else FAILED


def _examine(name: str, check: Callable[[], str]) -> Finding:
    faults: tuple[type[Exception], ...] = (
        *(ConfigError, BusFileError, KafkaUnfit, RedisUnfit, ModelFault, OSError, ValueError),
        *faults_of_kafka(),
    )
    try:
        return Finding(name, True, check())
    except faults as fault:
        return Finding(name, False, str(fault))


def _config(args: argparse.Namespace) -> str:
    config = configuration(args)
    version = config_version(config)
    Matcher(config.brands, version)
    for route in config.routes:
        secret_of(route, os.environ)
    return f"{len(config.brands)} brands, {len(config.sources)} sources, {len(config.routes)} routes, version {version}"


async def _bus(data: Path) -> str:
    bootstrap = cluster()
    if bootstrap is not None:
        return await _kafka(bootstrap)
    path = bus_file(data)
    if not path.exists():
        return f"none yet at {path}; `escucha run` makes it"
    bus = SqliteBus(path, partitions=None, clock=lambda: 0)
    await bus.open()
    try:
        await bus.check()
        events = {topic: await bus.events_appended(topic) for topic in TOPICS}
    finally:
        await bus.close()
    return f"{path}: {sum(events.values()):,} events, {path.stat().st_size / 1e6:,.1f} MB"


async def _kafka(bootstrap: str) -> str:
    async with open_kafka(bootstrap, say, looking=True, patience=LOOK_SECONDS) as bus:
        unread = 0
        positions = await bus.committed("understand")
        for number in range(bus.partitions(RAW)):
            partition = Partition(RAW, number)
            unread += await bus.end_offset(partition) - positions.get(partition, 0)
        times = "their own" if await own_times(bus) else "the broker's"
        return f"{bootstrap}: topics are there, {bus.partitions(RAW)} partitions of {RAW}, events get {times} times; understand has {unread:,} offsets to read"


async def _redis(data: Path) -> str:
    url = os.environ.get("ESCUCHA_REDIS")
    if url:
        return await _answers(connect(url), "ESCUCHA_REDIS")
    running = redis_directory(data) / "redis.url"
    if running.exists():
        return await _answers(connect(running.read_text().strip()), "the private server of a run in progress")
    server = EmbeddedRedis(redis_directory(data))
    client = connect(await server.start())
    try:
        return await _answers(client, "a private server starts here and")
    finally:
        await server.stop()


async def _answers(client: Redis, what: str) -> str:
    try:
        warnings = await examine(client)
    finally:
        await client.aclose()
    return "; ".join([f"{what} answers", *warnings])


def _model() -> str:
    return f"tier 0, version {tier0().version}"


def _tier1(args: argparse.Namespace) -> str:
    onnx = configuration(args).tiers.onnx
    if onnx is None:
        return "not asked for (tiers.onnx)"
    scorer = PatientScorer(tier1_files())
    found = []
    for model in scorer.models:
        texts = [ScoringRequest(model.version, "three days without power and nobody answers the phone")] * 20
        asyncio.run(scorer.score(texts[:1]))
        began = time.perf_counter()
        asyncio.run(scorer.score(texts))
        took = 1000 * (time.perf_counter() - began) / len(texts)
        found.append(f"{model.version} reads a short text in {took:.1f} ms")
    return f"{', '.join(found)}; what is not back after {onnx.deadline_ms} ms goes on with tier 0"


def _clock() -> str:
    if time.time() * 1000 < from_wire(BUILT):
        raise ValueError("the clock stands before this release was made; set it (NTP), or every event will be misdated")
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
