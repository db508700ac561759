"""Topics on a cluster: made from the table in `schemas.topics`, and recognised again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Literal, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from pipeline.runtime.kafka.faults import KafkaBusError
from schemas.instants import DAY, HOUR
from schemas.topics import TOPICS

STATE: Final = "escucha.state."
"""Before the owner's name: the compacted topic of its processors' state."""
COUNTS: Final = "escucha.counts"
"""Compacted: how many ledger events stand below an offset, so that the counts outlive retention."""
OWNERS: Final = ("understand", "listen", "influence")
MESSAGE_BYTES: Final = 8 * 1024 * 1024
"""Records hold payloads of a megabyte and headers; a state entry may be larger."""
_STATE_SETTINGS: Final = {
    "segment.bytes": str(32 << 20),
    "min.cleanable.dirty.ratio": "0.3",
    "max.compaction.lag.ms": str(DAY),
    "delete.retention.ms": str(HOUR),
}
"""A restart reads state whole, and the segment being written is never compacted: at Kafka's default of 1 GiB it would read
gigabytes. So the log is at most half as large again as the state, and two segments. What was deleted is gone in a day."""
_FOREVER: Final = (1 << 63) - 1
_VISIBLE_SECONDS: Final = 30.0


class Applied(NamedTuple):
    topic: str
    partitions: int
    change: Literal["made", "changed", "there"]


def settings_of(topic: str, *, replay: bool) -> dict[str, str]:
    """A topic's settings on Kafka, all those that ever differ from its defaults.

    The broker says the append times, so they never go back and a producer need not look. For a replay they are the
    producer's: they lie in the past, and nothing may expire by them or cut segments.
    """
    declared = TOPICS.get(topic)
    compacted = declared is None or declared.cleanup == "compact"
    retention = None if declared is None or replay else declared.retention
    return {
        "cleanup.policy": "compact" if compacted else "delete",
        "max.message.bytes": str(MESSAGE_BYTES),
        "message.timestamp.type": "CreateTime" if declared is not None and replay else "LogAppendTime",
        "min.compaction.lag.ms": str(declared.compaction_lag if declared is not None and not replay else 0),
        "retention.ms": str(-1 if retention is None else retention),
        "segment.ms": str(_FOREVER if replay and declared is not None else 7 * DAY),
        **(_STATE_SETTINGS if declared is None else {}),
    }


def wanted_partitions(topic: str, partitions: Mapping[str, int] | int | None) -> int | None:
    """How many partitions a declared topic is to have; None leaves it as it is."""
    if isinstance(partitions, Mapping):
        wanted = partitions.get(topic)
    elif partitions is not None and TOPICS[topic].partitions == 1:
        wanted = 1
    else:
        wanted = partitions
    if wanted is not None and wanted < 1:
        raise ValueError(f"topic {topic} needs at least one partition; {wanted} were asked for")
    return wanted


async def apply_topics(
    bootstrap: str,
    *,
    partitions: Mapping[str, int] | int | None = None,
    replication: int = 1,
    replay: bool = False,
    prefix: str = "",
) -> list[Applied]:
    """Make the topics of the table that are missing, and give those that are there the table's settings.

    `partitions` as in `KafkaBus`; None takes the table's. `replay`: append times are the producer's.
    Raises KafkaBusError for a topic with another number of partitions: keys would move between them.
    """
    table = {name: topic.partitions for name, topic in TOPICS.items()}
    table |= {name: wanted for name in TOPICS if (wanted := wanted_partitions(name, partitions)) is not None}
    # State follows the partitions of the topics it is made from.
    counts = table | {STATE + owner: max(table.values()) for owner in OWNERS} | {COUNTS: 1}
    async with admin_of(bootstrap) as admin:
        there = await describe(admin, prefix)
        for topic in TOPICS:
            if topic in there and (asked := wanted_partitions(topic, partitions)) not in (None, there[topic]):
                raise mismatch(topic, there[topic], asked)
        missing = {topic: count for topic, count in counts.items() if topic not in there}
        await make(admin, missing, prefix, replication=replication, replay=replay)
        settings = {topic: settings_of(topic, replay=replay) for topic in counts if topic in there}
        changed = await _change(admin, settings, prefix)
    return [
        Applied(
            topic, there.get(topic, count), "made" if topic in missing else "changed" if topic in changed else "there"
        )
        for topic, count in counts.items()
    ]


def mismatch(topic: str, found: int, asked: int | None) -> KafkaBusError:
    return KafkaBusError(
        f"topic {topic} has {found} partitions and {asked} were asked for; ask for {found}, or make the topic anew"
    )


@asynccontextmanager
async def admin_of(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def describe(admin: AIOKafkaAdminClient, prefix: str) -> dict[str, int]:
    """The partitions of the topics that carry the prefix, by name without it."""
    return {
        found["topic"].removeprefix(prefix): len(found["partitions"])
        for found in await admin.describe_topics()
        if found["topic"].startswith(prefix) and not found["error_code"]
    }


async def make(
    admin: AIOKafkaAdminClient, counts: Mapping[str, int], prefix: str, *, replication: int = 1, replay: bool = False
) -> None:
    """Make the topics; returns when the cluster knows them. Another process may make them at the same time."""
    if not counts:
        return
    new = [
        NewTopic(prefix + topic, count, replication, topic_configs=settings_of(topic, replay=replay))
        for topic, count in counts.items()
    ]
    answer = await admin.create_topics(new)
    for name, code, message in answer.topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:
            raise KafkaBusError(f"topic {name} could not be made: {message or for_code(code).__name__}")
    names = [prefix + topic for topic in counts]
    for _ in range(int(_VISIBLE_SECONDS / 0.05)):
        if await _led(admin, names):
            return
        await asyncio.sleep(0.05)
    raise KafkaBusError(f"the cluster does not show the new topics after {_VISIBLE_SECONDS:.0f} s; is a broker down?")


async def _led(admin: AIOKafkaAdminClient, names: Sequence[str]) -> bool:
    found = await admin.describe_topics(list(names))
    return all(
        not topic["error_code"] and topic["partitions"] and all(part["leader"] >= 0 for part in topic["partitions"])
        for topic in found
    )


async def broker_timed(admin: AIOKafkaAdminClient, topics: Iterable[str], prefix: str) -> set[str]:
    """Those of the topics whose records get the broker's append time."""
    found = await _settings(admin, topics, prefix, ["message.timestamp.type"])
    return {topic for topic, values in found.items() if values.get("message.timestamp.type") == "LogAppendTime"}


async def _settings(
    admin: AIOKafkaAdminClient, topics: Iterable[str], prefix: str, names: Sequence[str]
) -> dict[str, dict[str, str]]:
    asked = [ConfigResource(ConfigResourceType.TOPIC, prefix + topic, dict.fromkeys(names)) for topic in topics]
    found: dict[str, dict[str, str]] = {}
    if not asked:
        return found
    for answer in await admin.describe_configs(asked):
        resources: list[tuple[Any, ...]] = answer.resources
        for code, message, _, name, entries in resources:
            if code:
                raise KafkaBusError(f"the settings of topic {name} could not be read: {message}")
            found[name.removeprefix(prefix)] = {entry[0]: entry[1] for entry in entries}
    return found


async def _change(admin: AIOKafkaAdminClient, wanted: Mapping[str, dict[str, str]], prefix: str) -> set[str]:
    """Give the topics the wanted settings; returns those that had others, when the cluster shows the new ones."""
    differing = changed = await _differing(admin, wanted, prefix)
    if changed:
        asked = [ConfigResource(ConfigResourceType.TOPIC, prefix + topic, wanted[topic]) for topic in sorted(changed)]
        for answer in await admin.alter_configs(asked):
            for code, message, _, name in answer.resources:
                if code:
                    raise KafkaBusError(f"the settings of topic {name} could not be changed: {message}")
    for _ in range(int(_VISIBLE_SECONDS / 0.05)):
        if not differing:
            return changed
        await asyncio.sleep(0.05)
        differing = await _differing(admin, wanted, prefix)
    raise KafkaBusError(f"the cluster does not show the new settings of {', '.join(sorted(differing))}")


async def _differing(admin: AIOKafkaAdminClient, wanted: Mapping[str, dict[str, str]], prefix: str) -> set[str]:
    names = sorted({name for settings in wanted.values() for name in settings})
    found = await _settings(admin, wanted, prefix, names)
    return {topic for topic, settings in wanted.items() if any(found[topic].get(n) != v for n, v in settings.items())}
