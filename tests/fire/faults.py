"""What can go wrong, as data, and how each is brought about on a running cluster, with the proof that it struck."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from pipeline.record import Outgoing
from pipeline.runtime.kafka.topics import settings_of
from schemas.topics import DEADLETTERS, INTERACTIONS, MENTIONS
from tests.fire.cluster import Cluster
from tests.fire.feeder import Feeder
from tests.fire.findings import FOREIGN, records
from tests.fire.waiting import PATIENCE_SECONDS, until

_ARMED_SECONDS: Final = 120.0
"""How long a process that is to die at a point may take to come there."""


@dataclass(frozen=True)
class Fault:
    """`at`: the share of the input after which it strikes. `what`: a name in STRIKES. `detail`: a crash point."""

    at: float
    what: str
    role: str = ""
    detail: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        words = [self.what, self.role, self.detail, f"{self.seconds:g} s" if self.seconds else "", f"at {self.at:.0%}"]
        return " ".join(word for word in words if word)


@dataclass(frozen=True)
class Struck:
    """A fault that struck: `proof` is what was seen, `resumed` after how many seconds the groups concerned moved on."""

    fault: Fault
    proof: str
    resumed: float


POISON_IN_BETWEEN: Final = orjson.dumps(
    {
        "uid": FOREIGN,
        "observed_at": "yesterday",
        "origin": {"topic": "nowhere", "partition": 0, "offset": 0, "ordinal": 0, "of": 1},
    }
)
"""Looks like a mention as far as it goes."""


class NeverFired(AssertionError):
    """A planned fault did not come about, so that nothing is shown by what comes after it."""


async def kill(cluster: Cluster, fault: Fault, _: Feeder) -> str:
    """SIGKILL; the supervisor starts it again."""
    return await _shoot(cluster, fault.role)


async def kill_everybody(cluster: Cluster, _: Fault, __: Feeder) -> str:
    """SIGKILL for every process at once, as when a machine goes down."""
    return "; ".join(await asyncio.gather(*(_shoot(cluster, name) for name in list(cluster.members))))


async def kill_twice(cluster: Cluster, fault: Fault, _: Feeder) -> str:
    """SIGKILL, and once more as soon as its successor is there."""
    first = await _shoot(cluster, fault.role)
    await until(lambda: cluster.members[fault.role].pid is not None, f"a second start of {fault.role}")
    await asyncio.sleep(fault.seconds)
    return f"{first}; {await _shoot(cluster, fault.role)}"


async def crash(cluster: Cluster, fault: Fault, _: Feeder) -> str:
    """The process is started anew so that it dies at the named point, by its own doing."""
    member = cluster.members[fault.role]
    member.crash_next = fault.detail
    before = len(member.exits)
    member.send(signal.SIGTERM)
    told = await member.ended(before, PATIENCE_SECONDS)
    try:
        died = await member.ended(before + 1, _ARMED_SECONDS)
    except TimeoutError:
        raise NeverFired(f"{fault}: it did not come to that point in {_ARMED_SECONDS:.0f} s") from None
    if died.shot or died.crash != fault.detail or died.code != -signal.SIGKILL:
        raise NeverFired(f"{fault}: ended otherwise: {died}")
    return f"ended with {told.code} when told to, then with {died.code} at {died.crash}"


async def kill_one_of_two(cluster: Cluster, fault: Fault, _: Feeder) -> str:
    """A second worker joins; the first is killed and stays away until the second has all its partitions; then it returns."""
    second = f"{fault.role}-2"
    cluster.start(fault.role, second)
    await cluster.settled(fault.role, 2)
    member = cluster.members[fault.role]
    member.held.clear()
    proof = await _shoot(cluster, fault.role)
    await cluster.settled(fault.role, 1)
    await cluster.moves_on(fault.role, await cluster.committed(fault.role))
    member.held.set()
    await cluster.settled(fault.role, 2)
    return f"{proof}; it returned; the second ended with {await cluster.retire(second)}"


async def zombie(cluster: Cluster, fault: Fault, _: Feeder) -> str:
    """The first of two workers sleeps until the group has forgotten it and the other does its work; then it wakes."""
    second = f"{fault.role}-2"
    cluster.start(fault.role, second)
    await cluster.settled(fault.role, 2)
    sleeper = cluster.members[fault.role]
    before = len(sleeper.exits)
    sleeper.send(signal.SIGSTOP)
    await cluster.settled(fault.role, 1)
    await cluster.moves_on(fault.role, await cluster.committed(fault.role))
    sleeper.send(signal.SIGCONT)
    try:
        code = (await sleeper.ended(before, 30)).code
        end = f"ended with {code}"
        if code == 0:
            raise NeverFired(f"{fault}: the zombie ended with 0, as if nothing had been")
    except TimeoutError:
        end = "gave up its partitions and joined anew"
    await cluster.settled(fault.role, 2)
    return f"forgotten by the group, then woken: {end}; the second ended with {await cluster.retire(second)}"


async def come_and_go(cluster: Cluster, fault: Fault, _: Feeder) -> str:
    """Ten times within `seconds` a further worker joins and leaves."""
    codes = []
    started = time.monotonic()
    for turn in range(10):
        name = f"{fault.role}-guest-{turn}"
        cluster.start(fault.role, name)
        await cluster.settled(fault.role, 2)
        codes.append(await cluster.retire(name))
        await asyncio.sleep(max(0.0, started + (turn + 1) * fault.seconds / 10 - time.monotonic()))
    if any(codes):
        raise NeverFired(f"{fault}: guests that were told to leave ended with {codes}")
    return f"ten joined and left in {time.monotonic() - started:.0f} s"


async def broker_stopped(cluster: Cluster, fault: Fault, _: Feeder) -> str:
    await asyncio.to_thread(cluster.broker.stop)
    return await _broker_away(cluster, fault)


async def broker_killed(cluster: Cluster, fault: Fault, _: Feeder) -> str:
    await asyncio.to_thread(cluster.broker.kill)
    return await _broker_away(cluster, fault)


async def broker_frozen(cluster: Cluster, fault: Fault, _: Feeder) -> str:
    """It keeps its connections and answers nobody."""
    cluster.broker.signal(signal.SIGSTOP)
    try:
        with contextlib.closing(socket.create_connection(_address(cluster), timeout=5)):
            await asyncio.sleep(fault.seconds)
    finally:
        cluster.broker.signal(signal.SIGCONT)
    return f"frozen for {fault.seconds:g} s"


async def letters_refused(cluster: Cluster, fault: Fault, feeder: Feeder) -> str:
    """The dead-letter topic takes no records while poison comes in."""
    settings = settings_of(DEADLETTERS, replay=True)
    # Asking for more replicas than there are would not do: the broker is content with those that exist. Transactions'
    # markers must still fit in: a broker that cannot write one never ends the transaction.
    await _configure(cluster, settings | {"max.message.bytes": "200"})
    try:
        await until(lambda: _refused(cluster), "a dead-letter topic that refuses")
        before, letters = feeder.poison_sent, await _letters(cluster)
        await asyncio.sleep(fault.seconds)
        await until(lambda: feeder.poison_sent > before, "poison while dead letters are refused")
        sent, written = feeder.poison_sent - before, await _letters(cluster) - letters
    finally:
        await _configure(cluster, settings)
    if written:
        raise NeverFired(f"{fault}: {written} letters were written meanwhile")
    return f"{sent} poison records came while no letter could be written"


async def poison_in_between(cluster: Cluster, _: Fault, __: Feeder) -> str:
    """Records that nobody can use, put straight on the topics between the stages."""
    topics = {MENTIONS: "listen", INTERACTIONS: "influence"}
    before = await _letters(cluster)
    bus = cluster.connect()
    await bus.open()
    await bus.append(
        [
            Outgoing(topic, None, POISON_IN_BETWEEN, partition=n)
            for topic in topics
            for n in range(bus.partitions(topic))
        ]
    )
    count = sum(bus.partitions(topic) for topic in topics)
    await bus.close()

    async def answered() -> bool:
        return await _letters(cluster) >= before + count

    await until(answered, "dead letter for each of them")
    return f"{count} records, a dead letter for each"


Strike = Callable[[Cluster, Fault, Feeder], Awaitable[str]]
STRIKES: Final[Mapping[str, Strike]] = {
    strike.__name__: strike
    for strike in (
        kill,
        kill_everybody,
        kill_twice,
        crash,
        kill_one_of_two,
        zombie,
        come_and_go,
        broker_stopped,
        broker_killed,
        broker_frozen,
        letters_refused,
        poison_in_between,
    )
}


async def _shoot(cluster: Cluster, name: str) -> str:
    member = cluster.members[name]
    # Between a start and the next there is nobody to shoot.
    await until(lambda: member.pid is not None, f"a {name} to kill")
    pid, before = member.pid, len(member.exits)
    member.send(signal.SIGKILL)
    exit = await member.ended(before, PATIENCE_SECONDS)
    if exit.code != -signal.SIGKILL or not exit.shot:
        raise NeverFired(f"{name} {pid} was to be killed and ended by itself: {exit}")
    return f"{name} ended with {exit.code}"


async def _broker_away(cluster: Cluster, fault: Fault) -> str:
    try:
        socket.create_connection(_address(cluster), timeout=1).close()
    except OSError as refused:
        proof = f"connections refused ({type(refused).__name__})"
    else:
        raise NeverFired(f"{fault}: the broker still answers")
    await asyncio.sleep(fault.seconds)
    await asyncio.to_thread(cluster.broker.start)
    return proof


def _address(cluster: Cluster) -> tuple[str, int]:
    host, _, port = cluster.broker.bootstrap.rpartition(":")
    return host, int(port)


async def _configure(cluster: Cluster, settings: Mapping[str, str]) -> None:
    """All settings of the dead-letter topic: what is not named falls back to the broker's own."""
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.broker.bootstrap)
    await admin.start()
    try:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, DEADLETTERS, dict(settings))])
    finally:
        await admin.close()


async def _refused(cluster: Cluster) -> bool:
    """Whether the dead-letter topic refuses a record. It is aborted where it is not: nobody sees it."""
    producer = AIOKafkaProducer(bootstrap_servers=cluster.broker.bootstrap, transactional_id="fire-probe")
    await producer.start()
    try:
        await producer.begin_transaction()
        await producer.send_and_wait(DEADLETTERS, b"-" * 1_000, partition=0)
    except KafkaError:
        return True
    else:
        return False
    finally:
        await producer.abort_transaction()
        await producer.stop()


async def _letters(cluster: Cluster) -> int:
    return len([record async for record in records(cluster.bus, DEADLETTERS)])
