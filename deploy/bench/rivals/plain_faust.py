"""Plain Faust as its tutorial would write it: Records, agents, one event at a time, a hopping table with a changelog.

Left out: a mention twice counts twice, no order by event time, a fault in an agent is acknowledged and skipped, windows
expire by the clock on the wall, the signal cannot be recomputed, an unreadable record leaves no trace.
"""

from __future__ import annotations

import sys
from typing import Any

import faust
from redis.asyncio import Redis

from deploy.bench.rivals.job import (
    MENTIONS,
    RAW,
    SIGNALS,
    STEP,
    STREAM,
    WINDOW,
    WINDOWS,
    Asked,
    Job,
    asked,
    holds,
    plus,
)


class Tally(faust.Record):
    mentions: int = 0
    negative: int = 0
    positive: int = 0
    questions: int = 0
    weighted: int = 0
    engagement: int = 0
    people: list[str] = []  # noqa: RUF012 (a field of a Record)

    def __add__(self, more: Tally) -> Tally:
        return Tally(**plus(self.asdict(), more.asdict()))


class Said(faust.Record):
    brand: str
    at: float
    """Seconds."""
    mention: str
    adds: Tally


def app_of(told: Asked) -> faust.App:
    job = Job(told.config)
    redis = Redis.from_url(told.redis)
    app = faust.App(
        f"{told.prefix}faust",
        broker=f"kafka://{told.bootstrap}",
        topic_partitions=4,
        consumer_auto_offset_reset="earliest",
        datadir=told.state,
        web_enabled=False,
    )
    raw = app.topic(told.prefix + RAW, key_serializer="raw", value_serializer="raw")
    mentions = app.topic(told.prefix + MENTIONS, key_type=str, value_type=Said)
    windows = app.topic(told.prefix + WINDOWS, key_type=str, value_type=Tally)
    signals = app.topic(told.prefix + SIGNALS, key_type=str, value_type=Tally)
    fired = app.Table("fired", default=bool)
    hours = app.Table("hours", default=Tally).hopping(WINDOW / 1000, STEP / 1000, expires=2 * WINDOW / 1000)
    hours = hours.relative_to_field(Said.at)

    @app.agent(raw)
    async def understand(events: Any) -> None:
        async for event in events.events():
            headers = list((event.headers or {}).items())
            for said in job.understand(headers, event.value, int(event.message.timestamp * 1000)):
                told = Said(said.brand, said.at / 1000, said.mention.decode(), Tally(**said.adds))
                await mentions.send(key=said.brand, value=told)

    @app.agent(mentions)
    async def listen(stream: Any) -> None:
        async for said in stream:
            hours[said.brand] += said.adds
            # Of the twelve windows that a mention is in, the one that began first has seen the whole hour.
            hour = hours[said.brand].delta((WINDOW - STEP) / 1000)
            await windows.send(key=said.brand, value=hour)
            if not fired[said.brand] and holds(hour.asdict()):
                fired[said.brand] = True
                await signals.send(key=said.brand, value=hour)
                await redis.xadd(STREAM, {"brand": said.brand, "signal": str(hour)})

    return app


if __name__ == "__main__":
    told = asked()
    sys.argv[1:] = []
    faust.Worker(app_of(told), loglevel="info", logfile=str(told.state / "faust.log")).execute_from_commandline()
