"""The three processors, each composed in one visible function. Whoever runs them gives partitions, configuration and a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.influence import Influence, InfluenceTable
from pipeline.match.timeline import Timeline
from pipeline.understand import Tier0
from pipeline.understand.second import Second
from pipeline.understand.second_reading import SecondReading
from pipeline.understand.stage import Fanout, Understand
from pipeline.windows.listen import Listen
from schemas.config import Config
from schemas.instants import SECOND


class Plan(NamedTuple):
    """How many partitions each topic between the processors has."""

    raw: int
    mentions: int
    interactions: int
    authors: int


def understand(
    partition: int,
    plan: Plan,
    timeline: Timeline,
    model: Tier0,
    config: Config,
    seconds: Sequence[Second] = (),
    influences: InfluenceTable | None = None,
) -> Understand:
    """social.raw[partition] and all of social.authors -> social.mentions, social.interactions.

    `seconds`: the tier-1 models that whoever runs it can ask, within the configuration's budget; none are asked without.
    `influences`: the one table of the process, where several partitions run in it.
    """
    if influences is None:
        influences = influence_table(plan)
    fanout = Fanout(plan.mentions, plan.interactions)
    lateness = config.detection.lateness_seconds * SECOND
    onnx = config.tiers.onnx
    second = SecondReading(seconds, onnx.budget, parts=plan.raw) if seconds and onnx is not None else None
    return Understand(partition, fanout, timeline, model, influences, lateness, plan.raw == 1, second)


def influence_table(plan: Plan) -> InfluenceTable:
    """What all understand stages of a process may read social.authors into."""
    return InfluenceTable(origins=plan.interactions, partitions=plan.authors)


def listen(partition: int, plan: Plan, config: Config) -> Listen:
    """social.mentions[partition] -> social.windows, social.signals, social.late."""
    return Listen(partition, plan.raw, config.detection, {brand.id: brand for brand in config.brands})


def influence(partition: int, plan: Plan) -> Influence:
    """social.interactions[partition] -> social.authors."""
    return Influence(partition, origins=plan.raw, authors_partitions=plan.authors)
