"""A bare aiokafka loop: consume a batch, process it, windows in a dict, produce, commit.

Left out: state is lost with the process, no repartitioning (one process only), a mention twice counts twice, no order by
event time, late mentions change closed windows unseen, signals cannot be recomputed, nothing holds back the broken.
"""

from __future__ import annotations

import asyncio

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from redis.asyncio import Redis

from deploy.bench.rivals.job import (
    MENTIONS,
    RAW,
    SIGNALS,
    STEP,
    STREAM,
    WINDOW,
    WINDOWS,
    Job,
    Tally,
    asked,
    empty,
    holds,
    plus,
)


async def main() -> None:
    bootstrap, prefix, url, _, config = asked()
    job = Job(config)
    redis = Redis.from_url(url)
    consumer = AIOKafkaConsumer(
        prefix + RAW,
        bootstrap_servers=bootstrap,
        group_id=prefix + "bare",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=5, acks="all")
    await consumer.start()
    await producer.start()
    buckets: dict[str, dict[int, Tally]] = {}
    fired: set[str] = set()
    while True:
        batch = await consumer.getmany(timeout_ms=100, max_records=500)
        sent = []
        touched: dict[str, int] = {}
        found = [job.match(each.headers, each.value, each.timestamp) for records in batch.values() for each in records]
        for said in job.tell([matched for matched in found if matched is not None]):
            key = said.brand.encode()
            sent.append(await producer.send(prefix + MENTIONS, said.mention, key=key))
            number = said.at // STEP
            mine = buckets.setdefault(said.brand, {})
            mine[number] = plus(mine.get(number, empty()), said.adds)
            touched[said.brand] = max(number, touched.get(said.brand, 0))
        for brand, number in touched.items():
            mine = buckets[brand]
            hour = empty()
            for bucket in range(number - WINDOW // STEP + 1, number + 1):
                if bucket in mine:
                    hour = plus(hour, mine[bucket])
            told = orjson.dumps({"brand": brand, "end": (number + 1) * STEP, **hour})
            sent.append(await producer.send(prefix + WINDOWS, told, key=brand.encode()))
            if brand not in fired and holds(hour):
                fired.add(brand)
                sent.append(await producer.send(prefix + SIGNALS, told, key=brand.encode()))
                await redis.xadd(STREAM, {"brand": brand, "signal": told})
        await asyncio.gather(*sent)
        if batch:
            await consumer.commit()


if __name__ == "__main__":
    asyncio.run(main())
