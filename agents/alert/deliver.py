"""Delivery to one endpoint: take, send, record, acknowledge. One worker a route, so a dead endpoint slows no other."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver
from redis.asyncio import Redis
from redis.exceptions import RedisError

from agents.alert.body import webhook_body
from agents.alert.client import is_transient
from agents.alert.guard import guarded_session
from agents.alert.outbox import Entry, Outbox
from agents.alert.post import DEADLINE, Answer, post
from agents.alert.retry import Action, Decision, decide
from agents.alert.secrets import Revealable, Signer
from agents.alert.waiting import Backoff, pause
from pipeline.runtime.metrics import ErrorReason, Metrics
from schemas.codec import RecordFault, decode
from schemas.config import Route
from schemas.kinds import Stage
from schemas.signal import Signal

CONCURRENCY = 4
"""Attempts in flight per endpoint. Signals may therefore arrive out of order: `data.at` orders them."""
_IDLE_SECONDS = 0.5
_RECLAIM_SECONDS = 15.0
_MEASURE_SECONDS = 2.0
log = logging.getLogger("escucha.alert.deliver")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A route with its signing secrets: the current one first, then those being rotated out."""

    route: Route
    secrets: Sequence[Revealable]


class DeliveryWorker:
    """Delivers one route's outbox. Several may run for a route: an entry is taken by one of them at a time."""

    def __init__(
        self,
        endpoint: Endpoint,
        redis: Redis,
        metrics: Metrics,
        consumer: str,
        *,
        clock: Callable[[], float] = time.time,
        rand: Callable[[], float] = random.random,
        deadline: float = DEADLINE,
        concurrency: int = CONCURRENCY,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """`consumer` names this process and stays the same over restarts. `clock` gives seconds since the epoch.

        Raises BadSecret. Never shows the URL or a secret: both may carry credentials.
        """
        route = endpoint.route
        self._route = route.id
        self._url = route.url
        self._private = route.allow_private
        self._signer = Signer(endpoint.secrets, f"{route.secret_env} of route {route.id}")
        self._outbox = Outbox(redis, route.id, route.url, consumer)
        self._metrics = metrics
        self._clock = clock
        self._rand = rand
        self._deadline = deadline
        self._concurrency = concurrency
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None
        self._in_flight: dict[str, asyncio.Task[None]] = {}
        self._own_after: str | None = "0"
        self._reclaim_at = 0.0
        self._measure_at = 0.0
        self._disabled = False
        metrics.add_route(route.id)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop`, then let attempts in flight end. Redis down: waits. Raises what is our own fault."""
        backoff = Backoff()
        try:
            while not stop.is_set():
                try:
                    await self.step(stop, _IDLE_SECONDS)
                    backoff.reset()
                except (RedisError, OSError) as fault:
                    if isinstance(fault, RedisError) and not is_transient(fault):
                        raise
                    self._redis_is_down(fault)
                    await backoff.wait(stop)
        finally:
            await self.close()

    async def step(self, stop: asyncio.Event, wait: float = 0.0) -> int:
        """Take what the free slots allow and start attempts; how many. Waits up to `wait` seconds for something to do."""
        session = self._session or await self._open()
        self._reap()
        await self._measure()
        free = self._concurrency - len(self._in_flight)
        now = self._clock()
        standing = await self._outbox.standing()
        self._show_standing(standing.disabled)
        if free <= 0:
            await self._any_slot(wait)
            return 0
        if standing.disabled is not None or standing.paused_until > now:
            await pause(stop, wait)
            return 0
        entries = await self._take(free, wait)
        started = 0
        for entry in entries:
            if entry.entry not in self._in_flight:
                self._in_flight[entry.entry] = asyncio.create_task(self._deliver(session, entry, stop))
                started += 1
        return started

    async def settle(self) -> None:
        """Wait for the attempts in flight and for their record. Raises what one of them raised."""
        while self._in_flight:
            await asyncio.wait(self._in_flight.values())
            self._reap()

    async def enable(self) -> None:
        """Take up a disabled endpoint again; what came in meanwhile is delivered."""
        await self._outbox.enable()

    async def close(self) -> None:
        """End attempts in flight within their deadline, then close connections."""
        if self._in_flight:
            _, late = await asyncio.wait(self._in_flight.values(), timeout=self._deadline + 2)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._in_flight.values(), return_exceptions=True)
            self._in_flight.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _open(self) -> aiohttp.ClientSession:
        await self._outbox.open()
        self._session = guarded_session(
            private=self._private, deadline=self._deadline, connections=self._concurrency, resolver=self._resolver
        )
        return self._session

    async def _take(self, free: int, wait: float) -> list[Entry]:
        if self._own_after is not None:
            own = await self._outbox.take_own(free, self._own_after)
            self._own_after = own[-1].entry if own else None
            if own:
                return own
        if time.monotonic() >= self._reclaim_at:
            self._reclaim_at = time.monotonic() + _RECLAIM_SECONDS
            abandoned = await self._outbox.take_abandoned(free)
            if abandoned:
                return abandoned
        due = await self._outbox.take_due(self._clock(), free)
        if due:
            return due
        return await self._outbox.take_new(free, wait)

    async def _deliver(self, session: aiohttp.ClientSession, entry: Entry, stop: asyncio.Event) -> None:
        try:
            body = webhook_body(decode(Signal, entry.signal))
        except RecordFault as fault:
            self._metrics.errors.labels(Stage.ALERT, ErrorReason.OUTBOX).inc()
            reason = f"the outbox entry is not a signal: {fault.detail}"
            await self._until_written(lambda: self._outbox.give_up(entry, self._clock(), reason), stop)
            return
        now = self._clock()
        started = time.monotonic()
        answer = await post(session, self._url, body, self._signer.headers(entry.id, now, body), now)
        self._metrics.notification_attempt.labels(self._route).observe(time.monotonic() - started)
        self._metrics.notifications.labels(self._route, answer.outcome).inc()
        decision = decide(entry.attempts + 1, answer.outcome, answer.retry_after, self._rand())
        if decision.action is not Action.DONE:
            log.warning("route %s: signal %s: %s; %s", self._route, entry.id, decision.reason, decision.action)
        await self._until_written(lambda: self._record(entry, answer, decision), stop)
        if decision.action is Action.GIVE_UP:
            self._metrics.notifications_dead.labels(self._route).inc()

    async def _record(self, entry: Entry, answer: Answer, decision: Decision) -> None:
        now = self._clock()
        match decision.action:
            case Action.DONE:
                await self._outbox.delivered(entry, now, answer.status)
            case Action.RETRY:
                if decision.pause:
                    await self._outbox.pause(now + decision.pause)
                await self._outbox.postpone(entry, now + decision.delay, entry.attempts + 1)
            case Action.GIVE_UP:
                await self._outbox.give_up(entry, now, decision.reason)
            case Action.DISABLE:
                await self._outbox.disable(now, decision.reason)
                await self._outbox.postpone(entry, now, entry.attempts)

    async def _until_written(self, write: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
        """Redis down after an attempt: keep trying. A stop leaves the entry taken, and it is sent again: a repeat, no loss."""
        backoff = Backoff()
        while True:
            try:
                await write()
            except (RedisError, OSError) as fault:
                if isinstance(fault, RedisError) and not is_transient(fault):
                    raise
                if stop.is_set():
                    return
                self._redis_is_down(fault)
                await backoff.wait(stop)
            else:
                return

    def _redis_is_down(self, fault: Exception) -> None:
        self._own_after = "0"
        self._metrics.errors.labels(Stage.ALERT, ErrorReason.REDIS).inc()
        log.warning("route %s: Redis does not answer (%s); trying again", self._route, type(fault).__name__)

    def _reap(self) -> None:
        for entry, task in list(self._in_flight.items()):
            if task.done():
                del self._in_flight[entry]
                task.result()

    async def _any_slot(self, wait: float) -> None:
        await asyncio.wait(self._in_flight.values(), timeout=wait, return_when=asyncio.FIRST_COMPLETED)

    async def _measure(self) -> None:
        if time.monotonic() < self._measure_at:
            return
        self._measure_at = time.monotonic() + _MEASURE_SECONDS
        depth = await self._outbox.depth(self._clock())
        self._metrics.outbox_pending.labels(self._route).set(depth.pending)
        self._metrics.outbox_oldest_age.labels(self._route).set(depth.oldest_age)

    def _show_standing(self, disabled: str | None) -> None:
        self._metrics.endpoint_disabled.labels(self._route).set(0 if disabled is None else 1)
        if disabled is not None and not self._disabled:
            log.error(
                "route %s is disabled: %s. Signals wait in its outbox. Give the route a new url, or enable it again",
                self._route,
                disabled,
            )
        self._disabled = disabled is not None
