"""A worker for tests to kill: commits step after step, each an output, its number as state, and an offset.

Arguments: the broker, a prefix, the number of steps. Prints each step done; ends with 3 when it is shut out.
"""

import asyncio
import sys

from pipeline.record import Outgoing, Partition
from pipeline.runtime.bus import Commit
from pipeline.runtime.kafka import FencedError, KafkaBus
from schemas.topics import MENTIONS, RAW, SIGNALS


async def main(bootstrap: str, prefix: str, steps: int) -> int:
    bus = KafkaBus(bootstrap, prefix=prefix)
    await bus.open()
    done = (await bus.committed("listen")).get(Partition(RAW, 0), 0)
    for step in range(done + 1, steps + 1):
        outputs = [Outgoing(topic, b"brand", b"%d" % step) for topic in (MENTIONS, SIGNALS)]
        try:
            await bus.commit(Commit("listen", "listen", 0, {Partition(RAW, 0): step}, outputs, {"n": b"%d" % step}))
        except FencedError:
            return 3
        print(step, flush=True)
        await asyncio.sleep(0.02)
    await bus.close()
    return 0


sys.exit(asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
