"""Our own records on their topics: CloudEvents headers, one key, deterministic ids."""

from __future__ import annotations

from typing import Any

from pipeline.record import Outgoing
from schemas.codec import encode
from schemas.headers import cloud_event
from schemas.instants import from_wire
from schemas.topics import TOPICS

_SOURCES = {topic: f"/escucha/{topic}" for topic in TOPICS}


def outgoing(
    topic: str,
    key: str,
    value: Any,
    *,
    id: str,
    time: str,
    extra: tuple[tuple[str, str], ...] = (),
    partition: int | None = None,
) -> Outgoing:
    """A record of ours for `topic`. `id` repeats when the same thing is produced again; `time`, a wire instant of the log, is its timestamp."""
    headers = cloud_event(id=id, source=_SOURCES[topic], type=TOPICS[topic].event, time=time, extra=extra)
    return Outgoing(topic, key.encode(), encode(value), headers, partition, from_wire(time))
