"""The Faust app of one stage: one named agent on one topic, nothing declared, nothing served, nothing acknowledged by Faust."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import faust
from faust.app.base import BootStrategy
from faust.types import TP
from mode import ServiceT

from pipeline.runtime.faust.shares import Shares
from pipeline.runtime.faust.transport import Transport

TAKE: Final = 1000
WITHIN: Final = 0.05
"""Seconds in which events gather to a step: a transaction costs the same for one as for a thousand."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the group waits for its members, in seconds. The defaults move a killed worker's partitions soon."""

    session: float = 12.0
    """Without a heartbeat for so long a member is taken for dead."""
    heartbeat: float = 3.0
    rebalance: float = 30.0
    """How long a member may take to finish its step and give partitions back."""
    poll: float = 300.0
    """Without reading anything for so long, though there is something, a member leaves by itself."""


class _Boot(BootStrategy):
    """Reads, and nothing else: outputs go through the bus, health through ours, tables and replies there are none."""

    enable_web = False
    enable_kafka_producer = False

    def kafka_consumer(self) -> Iterable[ServiceT]:
        return [self.app.consumer]


class StageApp(faust.App):
    """Reads `shares.topic` in the group named after the stage and hands what comes to `shares`.

    The step's transaction moves the group's offsets; Faust's own acknowledgements are off. Our own fault, and Faust's,
    crash the app: it is never restarted and nothing is skipped.
    """

    BootStrategy = _Boot

    def __init__(
        self,
        stage: str,
        topic: str,
        bootstrap: str,
        prefix: str = "",
        patience: Patience | None = None,
        take: int = TAKE,
    ) -> None:
        """`bootstrap`: `host:port`, several with commas. `take`: at most so many events a step."""
        patience = patience or Patience()
        super().__init__(
            prefix + stage,
            broker=[f"kafka://{address}" for address in bootstrap.split(",")],
            autodiscover=False,
            processing_guarantee="at_least_once",
            topic_allow_declare=False,
            topic_disable_leader=True,
            reply_create_topic=False,
            web_enabled=False,
            table_standby_replicas=0,
            stream_wait_empty=False,
            worker_redirect_stdouts=False,
            broker_client_id=f"escucha-{stage}",
            broker_session_timeout=patience.session,
            broker_heartbeat_interval=patience.heartbeat,
            broker_rebalance_timeout=patience.rebalance,
            broker_max_poll_interval=patience.poll,
            broker_request_timeout=max(40.0, patience.session + 10),
            broker_max_poll_records=take,
        )
        self.shares: Shares | None = None
        self.fault: BaseException | None = None
        """What ended the work, when it was not told to stop."""
        self._name = prefix + topic
        self._take = take
        self._closing = False
        self._ours: set[int] = set()
        """What the group gives us now: nothing between two assignments."""
        self._answered = False
        self.transport = Transport(self, bootstrap, prefix, self._positions)
        self.on_partitions_assigned.connect(self._assigned)
        self.on_rebalance_complete.connect(self._settled)
        self.on_partitions_revoked.connect(self._revoked)
        # Raw: a record that Faust cannot decode would end the stream without a word.
        source = self.topic(self._name, key_serializer="raw", value_serializer="raw", acks=False, allow_empty=True)
        self.agent(source, name=stage)(self._work)

    @property
    def settled(self) -> bool:
        """Whether the group has answered, and what it gave is claimed. Until then there may be work that nobody does."""
        return self._answered and self.shares is not None and self.shares.partitions == self._ours

    async def on_first_start(self) -> None:
        """No data directory: nothing is kept here."""

    async def on_stop(self) -> None:
        """Finish the step in hand, and start no other."""
        self._closing = True
        if self.shares is not None:
            await self.shares.give_back()
        await super().on_stop()

    async def _work(self, stream: Any) -> None:
        async for events in stream.noack_take(self._take, WITHIN):
            if self._closing or self.shares is None:
                continue
            arrived = [arrival for event in events for arrival in event.message.arrivals]
            try:
                for start in range(0, len(arrived), self._take):
                    if not self._closing:
                        await self.shares.apply(arrived[start : start + self._take])
            except Exception as fault:
                await self._fail(fault)
        if not self._closing:
            # Faust ends a stream that failed inside without telling its agent.
            await self._fail(RuntimeError(f"Faust ended the stream of {self._name}; what it logged above says why"))

    async def _assigned(self, *sent: Any, **_: Any) -> None:
        self._ours |= self._numbers(sent[-1])

    async def _settled(self, *_: Any, **__: Any) -> None:
        """Claim and restore, outside the group's own call, which must not take long. Faust then seeks to our positions."""
        if self._closing or self.shares is None:
            return
        try:
            # Looked at when the step in hand is done: by then the group may have taken them away again.
            await self.shares.take(self._ours)
            self._answered = True
        except Exception as fault:
            await self._fail(fault)

    async def _revoked(self, *sent: Any, **_: Any) -> None:
        gone = self._numbers(sent[-1])
        self._ours -= gone
        self._answered = False
        if self.shares is None:
            return
        try:
            await self.shares.give_back(gone)
        except Exception as fault:
            await self._fail(fault)

    def _numbers(self, places: Iterable[TP]) -> set[int]:
        return {place.partition for place in places if place.topic == self._name}

    async def _on_agent_error(self, _: Any, fault: BaseException) -> None:
        await self._fail(fault)

    async def _fail(self, fault: BaseException) -> None:
        """Faust would acknowledge what failed, and start the agent again."""
        self._closing = True
        self.fault = self.fault or fault
        await self.crash(fault)

    def _positions(self) -> Mapping[TP, int]:
        if self.shares is None:
            return {}
        return {TP(self._name, number): offset for number, offset in self.shares.positions.items()}
