"""What runs one stage of the pipeline over the partitions that a consumer group gives this process."""

from __future__ import annotations

import asyncio
from typing import Protocol


class Runner(Protocol):
    """One stage in this process, over whichever partitions the group assigns, now and after every rebalance."""

    @property
    def stage(self) -> str:
        """The stage's name, which is also the consumer group's."""
        ...

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then finish the step in hand, leave the group and return.

        Raises what is our own fault, `FencedError` among it: the process must end then.
        """
        ...

    @property
    def partitions(self) -> frozenset[int]:
        """The input partitions this process works on now; empty before the first assignment and between two."""
        ...

    def held(self) -> int:
        """Records of these partitions that wait for time to pass."""
        ...

    async def lag(self) -> int:
        """Records of these partitions that have not been read."""
        ...
