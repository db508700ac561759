"""The stages of a worker on Kafka: which runner runs which, over how many partitions, with what to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pipeline import processors
from pipeline.influence import Influence
from pipeline.ledger import Counts, Ledger
from pipeline.match.timeline import Timeline
from pipeline.processors import Plan
from pipeline.record import Partition, Processor
from pipeline.runtime.engine import Observer
from pipeline.runtime.faust import FaustRunner
from pipeline.runtime.kafka import KafkaBus
from pipeline.runtime.kafka.crew import Crew
from pipeline.runtime.runner import Runner
from pipeline.runtime.scoring import Scorer
from pipeline.understand import Tier0
from pipeline.understand.gate import Verdict
from pipeline.understand.stage import Understand
from pipeline.windows.listen import Listen
from schemas.config import Config
from schemas.topics import AUTHORS, INTERACTIONS, MENTIONS, RAW

P = TypeVar("P", bound=Processor)


@dataclass
class Made(Generic[P]):
    """Makes processors and remembers the last one of each partition, for whoever looks at what they count."""

    make: Callable[[int], P]
    latest: dict[int, P] = field(default_factory=dict)

    def __call__(self, partition: int) -> P:
        self.latest[partition] = made = self.make(partition)
        return made


@dataclass
class Stages:
    """The stages that one process works on. Only what its own partitions count is shown here: over processes it adds up."""

    runners: list[Runner] = field(default_factory=list)
    understand: dict[int, Understand] = field(default_factory=dict)
    listen: dict[int, Listen] = field(default_factory=dict)
    influence: dict[int, Influence] = field(default_factory=dict)

    def ledger(self) -> Ledger:
        """`accepted` is what understand took here; in_flight what is held, and what was sent on less what listen took.

        In a process without listen or without understand in_flight is a part of a sum, and may be negative.
        """
        first, second = Counts(), Counts()
        for understand in self.ours("understand", self.understand):
            first.add(understand.counts)
        for listen in self.ours("listen", self.listen):
            second.add(listen.counts)
        return Ledger(
            accepted=first.seen,
            aggregated=second.aggregated,
            unmatched=first.unmatched + second.unmatched,
            duplicate=second.duplicate,
            late=second.late,
            dead_lettered=first.dead_lettered + second.dead_lettered,
            in_flight=first.held + first.forwarded - second.seen + second.held,
        )

    @property
    def clamped(self) -> int:
        return sum(stage.clamped for stage in self.understand.values())

    @property
    def unscored(self) -> int:
        return sum(stage.unscored for stage in self.understand.values())

    @property
    def verdicts(self) -> Counter[Verdict]:
        """The gates' before tier 1."""
        return sum((stage.verdicts for stage in self.understand.values()), Counter())

    @property
    def frontier(self) -> int:
        """Log time up to which our partitions of listen have applied everything; 0 where there are none."""
        return min((stage.frontier for stage in self.ours("listen", self.listen)), default=0)

    def ours(self, stage: str, made: dict[int, P]) -> list[P]:
        """Of the processors made for a stage those whose partitions are assigned to this process now."""
        ours = next((runner.partitions for runner in self.runners if runner.stage == stage), frozenset[int]())
        return [processor for number, processor in made.items() if number in ours]


def runner_for(
    stage: str,
    bus: KafkaBus,
    stages: Stages,
    plan: Plan,
    timeline: Timeline,
    model: Tier0 | None,
    config: Config,
    observe: Observer,
    scorer: Scorer | None = None,
) -> Runner:
    """understand on a crew of plain workers, listen and influence on Faust (ADR 7). Only understand needs the model, and may ask the scorer."""
    if stage == "understand":
        if model is None:
            raise ValueError("understand needs a model")
        influences = processors.influence_table(plan)
        models = scorer.models if scorer is not None else ()
        understand = Made(
            lambda n: processors.understand(n, plan, timeline, model, config, models, influences=influences),
            stages.understand,
        )
        authors = [Partition(AUTHORS, number) for number in range(plan.authors)]
        return Crew(bus, stage, RAW, understand, authors, observe, scorer)
    if stage == "listen":
        listen = Made(lambda n: processors.listen(n, plan, config), stages.listen)
        return FaustRunner(bus, stage, MENTIONS, listen, observe)
    influence = Made(lambda n: processors.influence(n, plan), stages.influence)
    return FaustRunner(bus, stage, INTERACTIONS, influence, observe)
