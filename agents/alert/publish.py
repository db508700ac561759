"""From the bus to Redis: every signal exactly one atomic script, acknowledged on the bus after Redis has answered."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from redis.asyncio import Redis
from redis.exceptions import RedisError

from agents.alert import keys, scripts
from agents.alert.client import is_transient
from agents.alert.waiting import Backoff
from pipeline.letters import letter_of, letter_record
from pipeline.record import Partition, Record
from pipeline.runtime.bus import Bus, BusFull, Commit
from pipeline.runtime.crashpoints import reach
from pipeline.runtime.health import Progress, Readiness
from pipeline.runtime.metrics import ErrorReason, Metrics
from schemas.codec import RecordFault, decode, encode
from schemas.config import Route
from schemas.instants import from_wire
from schemas.kinds import Stage, webhook_type
from schemas.signal import Signal
from schemas.topics import SIGNALS

GROUP = "alert"
SEEN_SECONDS = 30 * 86_400
"""How long a signal's id is remembered: far longer than the bus may deliver it again."""
STREAM_LENGTH = 10_000
STATES = 500
"""Incidents kept per brand; beyond it the longest resolved are forgotten."""
BATCH = 100
_IDLE_SECONDS = 0.5
_CHECK_SECONDS = 5.0
log = logging.getLogger("escucha.alert.publish")


def routes_for(signal: Signal, routes: Sequence[Route]) -> list[str]:
    """The routes a signal goes to. Signals computed in observe mode go to none: visible, not delivered."""
    if signal.observe:
        return []
    return [
        route.id
        for route in routes
        if (not route.brands or signal.brand in route.brands) and (not route.signals or signal.kind in route.signals)
    ]


class Stopped(Exception):
    """A stop came while something was down; what was in hand is left unacknowledged for the next start."""


class Publisher:
    """Consumes `social.signals` as group "alert". Redis down: it keeps trying; nothing is acknowledged or lost."""

    def __init__(
        self,
        bus: Bus,
        redis: Redis,
        routes: Sequence[Route],
        metrics: Metrics,
        progress: Progress,
        readiness: Readiness,
        clock: Callable[[], float] = time.time,
        partitions: Collection[int] | None = None,
    ) -> None:
        """`readiness` has a condition "outbox". `clock` gives seconds since the epoch. `partitions`: all by default."""
        self._bus = bus
        self._routes = list(routes)
        self._metrics = metrics
        self._progress = progress
        self._readiness = readiness
        self._clock = clock
        self._numbers = partitions
        self._redis = redis
        self._script = redis.register_script(scripts.PUBLISH)
        self._check_at = 0.0
        self._positions: dict[Partition, int] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until `stop`. Raises what is our own fault: a Redis key in use by others, a bus that fails."""
        await self.open()
        while not stop.is_set():
            try:
                if not await self.step(stop):
                    await self._bus.wait(self._positions, _IDLE_SECONDS)
            except Stopped:
                return

    async def open(self) -> None:
        """Read the group's positions. Once, before `step`."""
        self._positions = await self._committed()

    async def behind(self) -> int:
        """How many records of `social.signals` are not acknowledged: 0 when every signal is in Redis."""
        return await self._lag(await self._committed())

    async def step(self, stop: asyncio.Event) -> int:
        """Publish and acknowledge one batch of each partition; how many records. Raises Stopped."""
        await self._measure()
        await self._check_outbox()
        done = 0
        for partition, offset in list(self._positions.items()):
            records = await self._bus.read(partition, offset, BATCH)
            if records:
                with self._metrics.stage_duration.labels(Stage.ALERT).time():
                    await self._batch(partition, records, stop)
                done += len(records)
        if done:
            await self._measure()
        return done

    async def _batch(self, partition: Partition, records: Sequence[Record], stop: asyncio.Event) -> None:
        letters = []
        published = 0
        for record in records:
            if record.is_tick:
                continue
            try:
                signal = decode(Signal, record.value or b"")
            except RecordFault as fault:
                letters.append(letter_of(Stage.ALERT, record, fault))
            else:
                await self._publish(signal, stop)
                published += 1
        reach("after_signal")
        following = records[-1].offset + 1
        await self._commit(
            Commit(
                GROUP, GROUP, partition.number, {partition: following}, [letter_record(letter) for letter in letters]
            ),
            stop,
        )
        self._positions[partition] = following
        self._metrics.records_in.labels(Stage.ALERT).inc(len(records))
        self._metrics.records_out.labels(Stage.ALERT).inc(published)
        for letter in letters:
            self._metrics.dead_letters.labels(letter.reason).inc()
            self._metrics.errors.labels(Stage.ALERT, ErrorReason.UPSTREAM).inc()
        self._advanced()

    async def _publish(self, signal: Signal, stop: asyncio.Event) -> None:
        routes = routes_for(signal, self._routes)
        names = [keys.seen(signal.id), keys.PUBLIC_STREAM, keys.state(signal.brand), *map(keys.outbox, routes)]
        arguments: list[bytes | str | int] = [
            SEEN_SECONDS,
            STREAM_LENGTH,
            STATES,
            signal.id,
            webhook_type(signal.kind, signal.edge),
            signal.brand,
            signal.at,
            signal.severity,
            signal.incident,
            encode(signal),
        ]
        backoff = Backoff()
        while True:
            try:
                new = await self._script(names, arguments)
            except (RedisError, OSError) as fault:
                if isinstance(fault, RedisError) and not is_transient(fault):
                    raise
                await self._redis_is_down(fault, backoff, stop)
            else:
                break
        self._readiness.met("outbox")
        if new:
            self._metrics.signals.labels(signal.kind, signal.edge).inc()
            self._metrics.append_to_redis.observe(max(0.0, self._clock() - from_wire(signal.at) / 1000))
            if signal.observe:
                self._metrics.signals_observed.inc()

    async def _check_outbox(self) -> None:
        """An idle publisher knows by a write of its own whether Redis would take a signal."""
        if time.monotonic() < self._check_at:
            return
        self._check_at = time.monotonic() + _CHECK_SECONDS
        try:
            await self._redis.set(keys.ALIVE, int(self._clock()), ex=60)
        except (RedisError, OSError) as fault:
            self._outbox_unmet(fault)
        else:
            self._readiness.met("outbox")

    def _outbox_unmet(self, fault: Exception) -> None:
        self._metrics.errors.labels(Stage.ALERT, ErrorReason.REDIS).inc()
        self._readiness.unmet("outbox", f"Redis does not take signals ({type(fault).__name__}); they wait on the bus")

    async def _redis_is_down(self, fault: Exception, backoff: Backoff, stop: asyncio.Event) -> None:
        self._outbox_unmet(fault)
        log.warning("Redis does not take signals (%s); trying again, nothing is lost", type(fault).__name__)
        self._advanced()
        await backoff.wait(stop)
        if stop.is_set():
            raise Stopped

    async def _commit(self, commit: Commit, stop: asyncio.Event) -> None:
        backoff = Backoff()
        while True:
            try:
                await self._bus.commit(commit)
            except BusFull:
                self._metrics.errors.labels(Stage.ALERT, ErrorReason.BUS).inc()
                await backoff.wait(stop)
                if stop.is_set():
                    raise Stopped from None
            else:
                return

    async def _measure(self) -> None:
        lag = await self._lag(self._positions)
        self._metrics.lag_records.labels(Stage.ALERT).set(lag)
        self._progress.backlog(Stage.ALERT, lag, time.monotonic())

    async def _committed(self) -> dict[Partition, int]:
        known = await self._bus.committed(GROUP)
        numbers = range(self._bus.partitions(SIGNALS)) if self._numbers is None else self._numbers
        partitions = [Partition(SIGNALS, number) for number in numbers]
        return {partition: known.get(partition, 0) for partition in partitions}

    async def _lag(self, positions: Mapping[Partition, int]) -> int:
        # Asked by reading: behind the last signal the log may hold marks of transactions, which nobody reads.
        unread = [p for p, offset in positions.items() if await self._bus.read(p, offset, 1)]
        return sum([await self._bus.end_offset(partition) - positions[partition] for partition in unread])

    def _advanced(self) -> None:
        self._progress.advanced(Stage.ALERT, time.monotonic())
        self._metrics.last_progress.labels(Stage.ALERT).set(self._clock())
