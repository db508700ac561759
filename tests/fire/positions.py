"""Whether state ever went back: the positions in the states of all owners, in the order in which they were committed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from pipeline.record import Partition
from pipeline.runtime.kafka.opened import connect
from pipeline.runtime.kafka.reader import Reader
from pipeline.runtime.kafka.topics import STATE

_KEYS: Final[Mapping[str, str]] = {"understand": "understand", "influence": "meta", "listen": "listen"}
"""The entry of each owner's state that holds its read position."""
_INFLUENCE_READ: Final = 3


class Rollback(NamedTuple):
    """The position of an owner's partition went from `before` back to `after`."""

    owner: str
    partition: str
    before: int
    after: int


async def rollbacks(bootstrap: str) -> list[Rollback]:
    """All of them, from the topics of state themselves; none is how it should be. Raises ValueError where there is no state."""
    found = []
    for owner, key in _KEYS.items():
        highest: dict[str, int] = {}
        for partition, position in await _positions(bootstrap, owner, key):
            if position < highest.get(partition, 0):
                found.append(Rollback(owner, partition, highest[partition], position))
            highest[partition] = max(position, highest.get(partition, 0))
        if not any(highest.values()):
            raise ValueError(f"{owner} has written no position in its state")
    return found


async def _positions(bootstrap: str, owner: str, key: str) -> list[tuple[str, int]]:
    """(input partition, position) as committed, in the log's order."""
    topic = STATE + owner
    client = await connect(bootstrap, [topic])
    try:
        reader = Reader(client, "")
        found = []
        for number in sorted(client.cluster.partitions_for_topic(topic) or ()):
            home, offset = Partition(topic, number), 0
            while (fetched := await reader.fetch(home, offset)).next != offset:
                offset = fetched.next
                for record in fetched.records:
                    partition, _, entry = (record.key or b"").decode().partition("/")
                    if entry == key and record.value is not None:
                        found.append((partition, _position(owner, record.value)))
        return found
    finally:
        await client.close()


def _position(owner: str, value: bytes) -> int:
    kept = msgspec.msgpack.decode(value)
    return int(kept[_INFLUENCE_READ] if owner == "influence" else kept["read"])
