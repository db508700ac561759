"""When a brand is looked at, and what is decided then: its baselines, what repeats, its incidents."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.detect.baseline import Baseline
from pipeline.detect.coordination import COORDINATED
from pipeline.detect.gauge import Gauge, Measured, Repetition
from pipeline.detect.incidents import Incidents
from pipeline.detect.rules import MEASURED
from pipeline.windows.bucket import CHANNELS, Bucket
from pipeline.windows.clusters import Clusters
from pipeline.windows.history import History
from pipeline.windows.outlook import Outlook
from pipeline.windows.times import BUCKET, grid_after
from pipeline.windows.watch import Watch, WatchState
from schemas.config import Detection
from schemas.signal import Signal


class Lookout:
    """The detector of one brand, driven by `feed` with sealed buckets, `soon` with what was counted, and `take` when it is `due`.

    `at`: when it looks next. Looks are taken on the grid, after what was counted, and while an incident is open at the end
    of every bucket.
    """

    def __init__(
        self, brand: str, detection: Detection, name: str, observe: bool, history: History, clusters: Clusters
    ) -> None:
        self._brand, self._detection, self._name, self._observe = brand, detection, name, observe
        self._history = history
        self.watch = Watch(clusters, history)
        self.outlook = Outlook(brand, history)
        self.incidents = Incidents(brand, detection, name, observe)
        self.at: int | None = None
        self._baselines = {channel: Baseline.of(channel) for channel in CHANNELS}
        self._fed = False

    def due(self) -> int | None:
        """The next instant at which it looks, or an incident ends."""
        deadline, at = self.incidents.next_deadline(), self.at
        if at is None or (deadline is not None and deadline < at):
            return deadline
        return at

    def soon(self, observed_at: int) -> None:
        """Something was counted: look at the next instant of the grid."""
        if self.at is None or self.at > observed_at:
            soon = grid_after(observed_at)
            if self.at is None or soon < self.at:
                self.at = soon

    def feed(self, bucket: Bucket) -> None:
        """A bucket was sealed."""
        for channel, count in zip(CHANNELS, bucket.channels(), strict=True):
            self._baselines[channel].feed(bucket.number, count)
        self._fed = True

    def take(self, moment: int, config: str) -> list[Signal]:
        """What happens at the instant that was `due`. `config`: the version in force."""
        return self._look(moment, config) if self.at == moment else self.incidents.idle(moment)

    def _look(self, moment: int, config: str) -> list[Signal]:
        number = (moment - 1) // BUCKET
        recent = self._history.recent(number)
        watch, incidents = self.watch, self.incidents
        weigh_at = watch.due(moment)
        if weigh_at is not None and weigh_at <= moment:
            watch.weigh(number, moment)
            weigh_at = None
        readings: dict[str, Measured] = {
            channel: Gauge(channel, self._baselines[channel], number, recent[channel])
            for channel in MEASURED
            # Most brands listen to no category: what was never said needs no score.
            if channel != "category" or incidents.active or any(recent[channel])
        }
        readings[COORDINATED] = Repetition(watch.found)
        signals = []
        if incidents.wants(readings, recent):
            view = self.outlook.view(number, moment, recent, watch.found)
            signals = incidents.decide(view, readings, config)
        # A burst must be seen to end: while an incident is open the empty buckets after it count too.
        self.at = (moment // BUCKET + 1) * BUCKET if incidents.active else None
        if weigh_at is not None:
            weigh_at = grid_after(weigh_at - 1)
            self.at = weigh_at if self.at is None else min(self.at, weigh_at)
        return signals

    def changed_baselines(self) -> dict[str, list[int]] | None:
        """All baselines by channel if any was fed since the last call: once a bucket, where the rest changes with every post."""
        if not self._fed:
            return None
        self._fed = False
        return {channel: baseline.dump() for channel, baseline in self._baselines.items()}

    def load(
        self, at: int | None, incidents: bytes, watch: WatchState, baselines: Mapping[str, list[int]], fed: bool
    ) -> None:
        """`fed`: the baselines are not stored where they belong, and are to be written again."""
        self.at = at
        self.watch.load(watch)
        for channel, rows in baselines.items():
            self._baselines[channel] = Baseline.load(rows)
        self._fed = fed
        self.incidents = Incidents.load(self._brand, self._detection, incidents, self._name, self._observe)
