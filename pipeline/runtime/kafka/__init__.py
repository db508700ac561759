"""The bus on Kafka: the same behaviour as the embedded one, on topics that a cluster holds."""

from __future__ import annotations

from pipeline.runtime.kafka.bus import KafkaBus
from pipeline.runtime.kafka.faults import FencedError, KafkaBusError
from pipeline.runtime.kafka.topics import Applied, apply_topics

__all__ = ["Applied", "FencedError", "KafkaBus", "KafkaBusError", "apply_topics"]
