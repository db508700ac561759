"""Which of a brand's repetitions look arranged at one instant: from clusters to what rules decide on."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

import msgspec

from pipeline.detect.coordination import (
    FEWEST,
    SUSPECT,
    Coordination,
    Row,
    TraceKind,
    Weighed,
    largest_part,
    may_be,
    measure,
    usual_repetition,
)
from pipeline.windows.clusters import MARKS, WORDS, Clusters
from pipeline.windows.contribution import NEGATIVE, POSITIVE, Role
from pipeline.windows.group import Group
from pipeline.windows.history import History
from pipeline.windows.index import Entry
from pipeline.windows.publish import cluster_name
from pipeline.windows.times import BUCKETS_AN_HOUR
from pipeline.windows.trace import Trace, is_link, unpack
from schemas.instants import SECOND
from schemas.limits import EVIDENCE
from schemas.signal import Evidence

MANY = 50
"""Posts from which groups are weighed again only every `PATIENCE`: it costs more the larger they are."""
PATIENCE = 15 * SECOND


class Watch:
    """Driven by `notice` for each post that joined and `weigh` at looks. It forgets nothing that a restart would need: see `dump`."""

    def __init__(self, clusters: Clusters, history: History) -> None:
        self._clusters = clusters
        self._history = history
        self._hot: dict[tuple[str, int], None] = {}
        """Groups that may have changed since they were last weighed, and those that looked arranged then."""
        self._weighed_at = 0
        self._heavy = False
        self._usual: tuple[tuple[int, int], int] = ((-1, -1), 0)
        self.found: Weighed | None = None

    def notice(self, trace: Trace) -> None:
        """A post has joined these groups."""
        if len(self._clusters.clusters[trace.cluster].members) >= FEWEST:
            self._hot[WORDS, trace.cluster] = None
        for mark in trace.marks:
            if len(self._clusters.marks[mark].members) >= FEWEST:
                self._hot[MARKS, mark] = None

    def due(self, now: int) -> int | None:
        """When what there is should be weighed; None where there is nothing."""
        if not self._hot:
            return None
        return max(self._weighed_at + PATIENCE, now) if self._heavy else now

    def weigh(self, number: int, at: int) -> None:
        """Weigh what is hot in the hour that ends with the bucket `number`, as it is at log time `at`."""
        self._weighed_at = at
        usual = self._usual_at(number)
        kept: dict[tuple[str, int], None] = {}
        found: list[tuple[Coordination, str, Group, list[Entry]]] = []
        seen, opinions = 0, -1
        for kind, id in self._hot:
            group = self._clusters.groups(kind).get(id)
            if group is None or not self._worth(kind, group, number, usual):
                continue
            if opinions < 0:
                opinions = sum([bucket.mentions for bucket in self._history.last_hour(number)])
            entries, weighed = self._measure(kind, group, number, usual, opinions, at)
            seen += len(entries)
            if weighed is not None and weighed.score >= SUSPECT:
                found.append((weighed, kind, group, entries))
                kept[kind, id] = None
        self._hot = kept
        self._heavy = seen > MANY
        self.found = self._of(found)

    @staticmethod
    def _worth(kind: str, group: Group, number: int, usual: int) -> bool:
        what = TraceKind.WORDS if kind == WORDS else TraceKind.LINK
        return may_be(*group.lately(number - BUCKETS_AN_HOUR + 1), what, usual)

    def _measure(
        self, kind: str, group: Group, number: int, usual: int, opinions: int, at: int
    ) -> tuple[list[Entry], Coordination | None]:
        entries = self._of_hour(group, number)
        if len(entries) < FEWEST:
            return entries, None
        traces = [entry.trace for entry in entries if entry.trace is not None]
        if kind == MARKS:
            what = TraceKind.LINK if is_link(group.id) else TraceKind.HASHTAGS
        else:
            what = TraceKind.WORDS
            words = {keys: unpack(keys) for keys in {trace.keys for trace in traces}}
            part = largest_part([words[trace.keys] for trace in traces])
            entries, traces = [entries[one] for one in part], [traces[one] for one in part]
        linked = sum([any(map(is_link, trace.marks)) for trace in traces if trace.marks])
        plain = what is TraceKind.WORDS and len(traces[0].keys) > 8 and 2 * linked < len(traces)
        rows = [
            Row(entry.what.author, trace.second, trace.born, trace.handle)
            for entry, trace in zip(entries, traces, strict=True)
        ]
        weighed = measure(rows, what, plain, usual, opinions, at)
        return entries, weighed if weighed.accounts >= FEWEST else None

    def _of_hour(self, group: Group, number: int) -> list[Entry]:
        """Its posts of the last hour, with words of their own, in the order in which they came."""
        first = number - BUCKETS_AN_HOUR + 1
        found = []
        for entry in self._clusters.entries(group):
            trace = entry.trace
            if first <= entry.bucket <= number and trace and not trace.copy and entry.what.role is Role.OPINION:
                found.append((trace.turn, entry))
        found.sort(key=itemgetter(0))
        return [entry for _, entry in found]

    def _usual_at(self, number: int) -> int:
        key = ((number + 1) // BUCKETS_AN_HOUR, self._history.hours_version)
        if self._usual[0] != key:
            self._usual = key, usual_repetition(hour.repeated for hour in self._history.week_before(number))
        return self._usual[1]

    def _of(self, found: Sequence[tuple[Coordination, str, Group, list[Entry]]]) -> Weighed | None:
        if not found:
            return None
        best, kind, group, entries = max(found, key=lambda one: (one[0].score, one[0].accounts, one[1], one[2].id))
        polarities = {entry.uid: entry.what.polarity for _, _, _, posts in found for entry in posts}
        felt = list(polarities.values())
        name = cluster_name(group.id) if kind == WORDS else f"mark_{group.id:016x}"
        return Weighed(
            best, name, len(felt), felt.count(NEGATIVE), felt.count(POSITIVE), tuple(_evidence(group, entries))
        )

    def dump(self) -> WatchState:
        return WatchState(self._weighed_at, self._heavy, list(self._hot), self.found)

    def load(self, state: WatchState) -> None:
        self._weighed_at, self._heavy, self.found = state.weighed_at, state.heavy, state.found
        self._hot = dict.fromkeys(state.hot)


class WatchState(msgspec.Struct, frozen=True, array_like=True):
    weighed_at: int = 0
    heavy: bool = False
    hot: list[tuple[str, int]] = []
    found: Weighed | None = None


def _evidence(group: Group, entries: Sequence[Entry]) -> list[Evidence]:
    """Posts that were weighed: first those whose words are known, each by somebody else."""
    weighed = {entry.uid for entry in entries}
    shown = [
        Evidence(one.uid, one.network, one.text, one.url, one.author) for one in group.examples if one.uid in weighed
    ]
    told = {one.uid for one in shown}
    shown += [Evidence(entry.uid, entry.uid.partition(":")[0]) for entry in entries if entry.uid not in told]
    return shown[:EVIDENCE]
