"""The ledger of a whole deployment, read from the states of all partitions by one who only looks."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from pipeline.ledger import Counts, Ledger, ledger_of
from pipeline.runtime.bus import Bus
from schemas.topics import MENTIONS, RAW

LOOKS: Final = 5
_PAUSE_SECONDS: Final = 0.3


class _Kept(msgspec.Struct):
    """What the small states of understand and listen have in common."""

    counts: Counts


async def read_ledger(bus: Bus, looks: int = LOOKS) -> Ledger:
    """The ledger of everything the bus has seen. On Kafka open the bus with `fencing=False`: looking must claim nothing.

    While workers are at work no two states are of the same moment; a look at which understand has sent on what
    social.mentions has counted is tried for up to `looks` times. When none was found the last one is returned, and it is not
    `sound`.
    """
    found = await _look(bus)
    for _ in range(looks - 1):
        if sound(found):
            break
        await asyncio.sleep(_PAUSE_SECONDS)
        found = await _look(bus)
    return found


def sound(ledger: Ledger) -> bool:
    """Whether it balances and nothing was taken that the bus has not counted as appended."""
    return ledger.balanced and ledger.in_flight >= 0


async def _look(bus: Bus) -> Ledger:
    # From the end of the stream to its beginning: what moves meanwhile is seen upstream as not yet done, never twice.
    listen = await _counts(bus, "listen", MENTIONS)
    mentions = await bus.events_appended(MENTIONS)
    understand = await _counts(bus, "understand", RAW)
    return ledger_of(await bus.events_appended(RAW), understand, listen, mentions)


async def _counts(bus: Bus, owner: str, topic: str) -> Counts:
    total = Counts()
    for number in range(bus.partitions(topic)):
        small = (await bus.load_state(owner, number)).get(owner)
        if small is not None:
            total.add(msgspec.msgpack.decode(small, type=_Kept).counts)
    return total
