"""Quix Streams, as its documentation shows: a dataframe, group_by, a hopping window, RocksDB with a changelog, its defaults.

Left out: a mention twice counts twice, records of several partitions are not put in order, late mentions are dropped
after the grace period without a record, the signal cannot be recomputed, an unreadable record leaves no trace.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from quixstreams import Application, State
from quixstreams.models.serializers import Serializer
from redis import Redis

from deploy.bench.rivals.job import (
    LATENESS,
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
    holds,
    plus,
)

Row = dict[str, Any]


class MentionOnly(Serializer):
    """The mention as it was encoded."""

    def __call__(self, value: Row, ctx: object) -> bytes:
        return bytes(value["mention"])


def main() -> None:
    bootstrap, prefix, url, state, config = asked()
    job = Job(config)
    redis = Redis.from_url(url)
    app = Application(
        broker_address=bootstrap,
        consumer_group=prefix + "quix",
        auto_offset_reset="earliest",
        state_dir=state,
        loglevel="WARNING",
    )
    raw = app.topic(prefix + RAW, key_deserializer="bytes", value_deserializer="bytes")
    mentions = app.topic(prefix + MENTIONS, key_serializer="str", value_serializer=MentionOnly())
    windows = app.topic(prefix + WINDOWS, key_serializer="str", value_serializer="json")
    signals = app.topic(prefix + SIGNALS, key_serializer="str", value_serializer="json")

    def understand(payload: bytes, _key: object, timestamp: int, headers: list[tuple[str, bytes]]) -> list[Row]:
        return [said._asdict() for said in job.understand(headers, payload, timestamp)]

    def first_time(row: Row, state: State) -> bool:
        if not holds(row["value"]) or state.get("fired"):
            return False
        state.set("fired", True)
        return True

    def tell(row: Row, key: str, _timestamp: int, _headers: object) -> None:
        redis.xadd(STREAM, {"brand": key, "signal": str(row)})

    said = app.dataframe(raw).apply(understand, expand=True, metadata=True)
    said.to_topic(mentions, key=lambda row: row["brand"])
    hours = (
        said.apply(lambda row: {"brand": row["brand"], "at": row["at"], "adds": row["adds"]})
        .set_timestamp(lambda row, _key, _timestamp, _headers: row["at"])
        .group_by("brand")
        .hopping_window(timedelta(milliseconds=WINDOW), timedelta(milliseconds=STEP), timedelta(milliseconds=LATENESS))
        .reduce(_add, lambda row: {**row["adds"], "at": row["at"]})
        .current()
        # Of the twelve windows that a mention is in, the one that began first has seen the whole hour.
        .filter(lambda window: window["end"] - window["value"]["at"] <= STEP)
    )
    hours.to_topic(windows)
    hours.filter(first_time, stateful=True).update(tell, metadata=True).to_topic(signals)
    app.run()


def _add(window: Tally, row: Row) -> Tally:
    return {**plus(window, row["adds"]), "at": row["at"]}


if __name__ == "__main__":
    main()
