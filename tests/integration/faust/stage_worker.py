"""A Faust worker for tests to kill. Arguments: the broker, a prefix, the stage, the configuration as JSON, events a step.

Ends with 0 at SIGTERM, with 3 when another took over.
"""

import asyncio
import signal
import sys

from pipeline import processors
from pipeline.runtime.engine import plan_of
from pipeline.runtime.faust import FaustRunner, Patience
from pipeline.runtime.kafka import FencedError, KafkaBus
from schemas.codec import decode
from schemas.config import Config
from schemas.topics import INTERACTIONS, MENTIONS


async def main(bootstrap: str, prefix: str, stage: str, config: Config, take: int) -> int:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    bus = KafkaBus(bootstrap, prefix=prefix, clock=lambda: 0)
    await bus.open()
    plan = plan_of(bus)
    topic, make = {
        "listen": (MENTIONS, lambda number: processors.listen(number, plan, config)),
        "influence": (INTERACTIONS, lambda number: processors.influence(number, plan)),
    }[stage]
    patience = Patience(session=2, heartbeat=0.3, rebalance=5)
    try:
        await FaustRunner(bus, stage, topic, make, patience=patience, take=take).run(stop)
    except FencedError:
        return 3
    await bus.close()
    return 0


bootstrap, prefix, stage, config, take = sys.argv[1:]
sys.exit(asyncio.run(main(bootstrap, prefix, stage, decode(Config, config.encode()), int(take))))
