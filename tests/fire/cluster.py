"""Everything that a deployment has, for real: a broker, Redis, a webhook receiver, and each role as a process."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient

from agents.alert import keys
from agents.alert.client import connect
from agents.alert.receiver import Receiver
from agents.alert.server import EmbeddedRedis
from agents.config import Secret, load_config, new_secret
from deploy.kafka.broker import Broker
from pipeline.record import Partition
from pipeline.runtime.kafka import KafkaBus, apply_topics
from schemas.config import Config
from schemas.instants import EARLIEST
from schemas.topics import INTERACTIONS, MENTIONS, RAW, SIGNALS
from tests.fire.member import Member
from tests.fire.waiting import PATIENCE_SECONDS, until

INPUTS: Final[Mapping[str, str]] = {
    "understand": RAW,
    "influence": INTERACTIONS,
    "listen": MENTIONS,
    "alert": SIGNALS,
}
"""Each role's group, and what it reads."""
PARTITIONS: Final = 2
DRAIN_SECONDS: Final = 25.0
_SECRET: Final = "FIRE_SECRET"
_ROUTE: Final = "routes:\n  - {{id: fire, kind: webhook, url: '{url}', secret_env: FIRE_SECRET, allow_private: true}}\n"


@dataclass
class Cluster:
    """`bus` only looks. `members` by name, "listen" or "listen-2"; those that were retired are in `retired`."""

    folder: Path
    broker: Broker
    bus: KafkaBus
    redis_url: str
    receiver: Receiver
    secret: Secret
    config_file: Path
    members: dict[str, Member] = field(default_factory=dict)
    retired: list[Member] = field(default_factory=list)

    @property
    def config(self) -> Config:
        return load_config(self.config_file, {_SECRET: self.secret.reveal()})

    def connect(self) -> KafkaBus:
        """A connection that only looks and appends."""
        return KafkaBus(self.broker.bootstrap, fencing=False, clock=lambda: EARLIEST)

    def start(self, role: str, name: str | None = None) -> Member:
        """One more process of the role."""
        name = name or role
        member = Member(name, command(role, self.config_file), self._environment(name), self.folder / f"{name}.log")
        self.members[name] = member
        member.start()
        return member

    async def retire(self, name: str) -> int:
        """SIGTERM for good; the exit code."""
        member = self.members.pop(name)
        self.retired.append(member)
        return await member.retire(DRAIN_SECONDS + 5)

    async def close(self) -> None:
        """Leave no process behind, however it went."""
        for member in self.members.values():
            await member.retire(0)

    async def committed(self, group: str) -> int:
        """The sum of the group's offsets: it grows while the role works."""
        return sum((await self.bus.committed(group)).values())

    async def moves_on(self, group: str, before: int, seconds: float = PATIENCE_SECONDS) -> None:
        """Raises TimeoutError when the group's offsets stay where they were."""

        async def moved() -> bool:
            return await self.committed(group) > before

        await until(moved, f"progress of {group}", seconds)

    async def lag(self) -> dict[str, int]:
        """For each group how many partitions hold records that it has not done with. Counted in records: offsets have gaps."""
        found = {}
        for group, topic in INPUTS.items():
            committed = await self.bus.committed(group)
            partitions = [Partition(topic, number) for number in range(self.bus.partitions(topic))]
            unread = [await self.bus.read(partition, committed.get(partition, 0), 1) for partition in partitions]
            found[group] = sum(map(bool, unread))
        return found

    async def status(self) -> str:
        """Who lives, who lags and what the groups are, for whoever looks for the reason of a failure."""
        groups = {name: await self.group(name) for name in INPUTS}
        alive = {name: (member.pid, len(member.exits)) for name, member in self.members.items()}
        return f"processes and exits {alive}, partitions with something to do {await self.lag()}, groups {groups}"

    async def drained(self, seconds: float) -> None:
        """Raises TimeoutError with the groups that still have something to do."""
        lag: dict[str, int] = {}

        async def done() -> bool:
            lag.update(await self.lag())
            return not any(lag.values())

        await until(done, lambda: f"nothing left to do; partitions with something: {lag}", seconds, 0.2)

    async def group(self, name: str) -> tuple[str, int]:
        """The consumer group's state and how many members it has, as the broker tells."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.broker.bootstrap)
        await admin.start()
        try:
            (answer,) = await admin.describe_consumer_groups([name])
            (_, _, state, _, _, members, *_), *_ = answer.groups
            return state, len(members)
        finally:
            await admin.close()

    async def settled(self, group: str, members: int, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the group is stable with so many members. Raises TimeoutError with what it is instead."""
        found = [("", 0)]

        async def stable() -> bool:
            found[0] = await self.group(group)
            return found[0] == ("Stable", members)

        await until(stable, lambda: f"{group} stable with {members} members; it is {found[0]}", seconds, 0.2)

    async def published(self) -> Counter[str]:
        """Signals in Redis by id."""
        redis = connect(self.redis_url)
        try:
            return Counter(entry[b"id"].decode() for _, entry in await redis.xrange(keys.PUBLIC_STREAM))
        finally:
            await redis.aclose()

    async def delivered(self, ids: set[str], seconds: float = PATIENCE_SECONDS) -> set[str]:
        """The ids that the receiver took, once it has all of `ids` or patience ends."""
        with contextlib.suppress(TimeoutError):
            await until(lambda: ids <= set(self.receiver.ids), "every webhook", seconds)
        return set(self.receiver.ids)

    def _environment(self, name: str) -> dict[str, str]:
        return {
            "ESCUCHA_KAFKA": self.broker.bootstrap,
            "ESCUCHA_REDIS": self.redis_url,
            "ESCUCHA_DATA": str(self.folder / "data" / name),
            _SECRET: self.secret.reveal(),
        }


def command(role: str, config: Path) -> list[str]:
    """The command line of a role, as compose calls it."""
    called = [role] if role == "alert" else ["worker", "--role", role]
    return [sys.executable, "-m", "agents.cli", *called, "--config", str(config)]


@asynccontextmanager
async def cluster(folder: Path, brands: str, *, partitions: int = PARTITIONS) -> AsyncIterator[Cluster]:
    """A broker with the topics of a replay, Redis and a receiver; no role yet. Everything is ended on the way out."""
    async with AsyncExitStack() as stack:
        broker = Broker(folder / "broker")
        stack.callback(broker.kill)
        await asyncio.to_thread(broker.start)
        await apply_topics(broker.bootstrap, partitions=partitions, replay=True)
        server = EmbeddedRedis(folder / "redis")
        stack.push_async_callback(server.stop)
        redis = await server.start()
        secret = new_secret()
        receiver = Receiver([secret])
        stack.push_async_callback(receiver.stop)
        config = folder / "escucha.yaml"
        config.write_text(brands + _ROUTE.format(url=await receiver.start()))
        bus = KafkaBus(broker.bootstrap, fencing=False, clock=lambda: EARLIEST)
        await bus.open()
        stack.push_async_callback(bus.close)
        made = Cluster(folder, broker, bus, redis, receiver, secret, config)
        stack.push_async_callback(made.close)
        yield made
