"""Steps to commit, and reading back what they left."""

from __future__ import annotations

from pipeline.record import Outgoing, Partition
from pipeline.runtime.bus import Commit
from pipeline.runtime.kafka import KafkaBus
from schemas.topics import MENTIONS, RAW

RAW_0 = Partition(RAW, 0)
MENTIONS_0 = Partition(MENTIONS, 0)


def step(number: int, **parts: object) -> Commit:
    """A mention with the step's number as its value, the number as state and as offset; `parts` replace some of it."""
    outputs = [Outgoing(MENTIONS, b"brand", b"%d" % number)]
    whole = {"offsets": {RAW_0: number}, "outputs": outputs, "state": {"n": b"%d" % number}}
    return Commit(**({"group": "listen", "owner": "listen", "partition": 0} | whole | parts))


async def values(bus: KafkaBus, partition: Partition) -> list[str]:
    """The values of all committed records."""
    found: list[str] = []
    offset = 0
    while records := await bus.read(partition, offset, 500):
        found += [record.value.decode() for record in records if record.value is not None]
        offset = records[-1].offset + 1
    return found
