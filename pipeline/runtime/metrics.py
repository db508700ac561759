"""Every metric of Escucha, typed and documented in one place. Labels are bounded and start at 0.

Written by processors' runners and agents; served at `/metrics`; listed for people in docs/metrics.md by `reference`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from pipeline.ledger import Ledger
from pipeline.runtime.scoring.scorer import Missed
from pipeline.understand.gate import Verdict
from schemas.kinds import Edge, LetterReason, SignalKind, Stage

LATENCY_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
STAGE_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
ATTEMPT_BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 25.0)

LEDGER_OUTCOMES = ("accepted", "aggregated", "unmatched", "duplicate", "late", "dead_lettered", "in_flight")


TIER1_OUTCOMES = ("read", *(str(reason) for reason in Missed))


class ErrorReason(StrEnum):
    """Why a stage could not do a step. None of these lose anything: the step is repeated or left in a record."""

    BUS = "bus"
    """The bus refused or failed."""
    REDIS = "redis"
    """Redis was away, full or loading."""
    UPSTREAM = "upstream"
    """Bad input; it became a dead letter."""
    SOURCE = "source"
    """A network's connection broke or refused us."""
    OUTBOX = "outbox"
    """An outbox entry is not a signal; it went to the dead stream."""


NOTIFICATION_OUTCOMES = (
    "delivered",
    "gone",
    "throttled",
    "unavailable",
    "rejected",
    "redirected",
    "timeout",
    "unreachable",
    "tls",
    "forbidden",
)
"""The values of `agents.alert.retry.Outcome`, which this layer may not import; a test holds them equal."""


TIER2_OUTCOMES = ("read", "failed", "old", "repeat", "sure", "budget", "unread")
"""What became of mentions before tier 2: of `old` ones the window is final, `repeat` was picked before, the rest is as
`pipeline.understand.gate.Verdict` has it."""
TIER2_SECONDS = ("wall", "core")


class Metrics:
    """One process's metrics, in a registry of their own. Attributes are the metrics; labels come after each's text."""

    def __init__(self, version: str = "unknown", routes: Iterable[str] = ()) -> None:
        """`routes` are the ids of the configured routes: their label sets start at 0."""
        self.registry = CollectorRegistry()
        self._all: list[MetricWrapperBase] = []
        self.ledger_events = self._gauge(
            "ledger_events",
            "Raw events by outcome: accepted = aggregated + unmatched + duplicate + late + dead_lettered + in_flight. "
            "On Kafka what this process's partitions counted: the sum over all worker processes balances.",
            "outcome",
        )
        self.records_in = self._counter("records_in", "Records taken by a stage.", "stage")
        self.records_out = self._counter("records_out", "Records a stage has written and seen acknowledged.", "stage")
        self.records_held = self._gauge(
            "records_held",
            "Records a stage holds until time has passed them; understand stops reading above a limit.",
            "stage",
        )
        self.lag_records = self._gauge(
            "lag_records", "Records in a stage's input that it has not acknowledged.", "stage"
        )
        self.errors = self._counter(
            "errors", "Steps that failed; each was repeated or left in a record, none lost.", "stage", "reason"
        )
        self.stage_duration = self._histogram(
            "stage_duration_seconds", "Time of one step of a stage, batch included.", STAGE_BUCKETS, "stage"
        )
        self.last_progress = self._gauge(
            "last_progress_timestamp_seconds", "When a stage last got something done, in seconds since 1970.", "stage"
        )
        self.dead_letters = self._counter("dead_letters", "Inputs that could not be used, by reason.", "reason")
        self.time_clamps = self._counter(
            "time_clamps", "Events whose own time was moved into the allowed span before their observation."
        )
        self.unscored = self._counter(
            "unscored",
            "Matched events that understand sent on without their author's score, which did not come in time.",
        )
        self.influence_authors = self._gauge(
            "influence_authors", "Authors whose engagement the influence stages here remember."
        )
        self.influence_forgotten = self._counter(
            "influence_forgotten", "Authors that the influence stages here forgot for lack of room, the idlest first."
        )
        self.frontier_delay = self._gauge(
            "frontier_delay_seconds", "How far the ordered stream (the frontier) is behind the newest record."
        )
        self.tier2_mentions = self._counter(
            "tier2_mentions",
            "Mentions that tier 2 saw: read again, failed to be (no process survives the text), or passed over and why.",
            "outcome",
        )
        self.tier2_processes = self._gauge("tier2_processes", "Worker processes that have tier 2's model loaded.")
        self.tier2_lost = self._counter(
            "tier2_lost", "Worker processes of tier 2 that died or hung; their texts were read again."
        )
        self.tier2_seconds = self._gauge(
            "tier2_mention_seconds", "What a mention costs one process of tier 2, measured at the start.", "of"
        )
        self.signals = self._counter("signals", "Signals published to Redis, each id once.", "kind", "edge")
        self.signals_observed = self._counter(
            "signals_observed", "Signals in observe mode: published to Redis, delivered to no endpoint."
        )
        self.append_to_redis = self._histogram(
            "append_to_redis_seconds",
            "From the log time of a signal's decision to its acknowledgement by Redis.",
            LATENCY_BUCKETS,
        )
        self.outbox_pending = self._gauge(
            "outbox_pending", "Signals not yet delivered to an endpoint, retries included.", "route"
        )
        self.outbox_oldest_age = self._gauge(
            "outbox_oldest_age_seconds", "Age of the oldest signal not yet delivered.", "route"
        )
        self.notifications = self._counter(
            "notifications", "Attempts to deliver a signal to an endpoint, by outcome.", "route", "outcome"
        )
        self.notifications_dead = self._counter(
            "notifications_dead", "Signals given up on after the last attempt; they are in the dead stream.", "route"
        )
        self.notification_attempt = self._histogram(
            "notification_attempt_seconds", "Time of one attempt to deliver.", ATTEMPT_BUCKETS, "route"
        )
        self.endpoint_disabled = self._gauge(
            "endpoint_disabled", "1 while an endpoint is disabled because it answered 410 Gone.", "route"
        )
        self.gate_verdicts = self._counter(
            "gate_verdicts",
            "Matched events by what the gate before tier 1 decided: read again for influence or for doubt; left as sure, "
            "for want of budget, or as unread (another language, no sentiment, nobody's opinion).",
            "verdict",
        )
        self.tier1_texts = self._counter(
            "tier1_texts",
            "Texts that the gate chose, by outcome: read, or left to tier 0 because of the deadline, a full queue, a stream that is behind, or no process.",
            "outcome",
        )
        self.tier1_late = self._counter(
            "tier1_late", "Answers of tier 1 that came after their deadline and were dropped."
        )
        self.tier1_up = self._gauge("tier1_up", "1 while tier 1 reads; 0 while it does not, or is not configured.")
        self.tier1_starts = self._counter("tier1_starts", "Starts of tier 1's process, the first included.")
        self.tier1_waiting = self._gauge("tier1_waiting", "Texts that wait for tier 1.")
        self.tier1_wait = self._histogram(
            "tier1_wait_seconds", "How long a step of understand waited for tier 1.", STAGE_BUCKETS
        )
        self.build_info = self._gauge("build_info", "Always 1; the version is in the label.", "version")
        self.build_info.labels(version).set(1)
        self._start_at_zero()
        for route in routes:
            self.add_route(route)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def add_route(self, route: str) -> None:
        """Start a route's label sets at 0."""
        for gauge in (self.outbox_pending, self.outbox_oldest_age, self.endpoint_disabled):
            gauge.labels(route)
        for outcome in NOTIFICATION_OUTCOMES:
            self.notifications.labels(route, outcome)
        self.notifications_dead.labels(route)
        self.notification_attempt.labels(route)

    def set_ledger(self, ledger: Ledger) -> None:
        for outcome in LEDGER_OUTCOMES:
            self.ledger_events.labels(outcome).set(getattr(ledger, outcome))

    def render(self) -> bytes:
        """The text exposition format."""
        return generate_latest(self.registry)

    def reference(self) -> str:
        """docs/metrics.md: every metric of ours with its type, labels and meaning."""
        lines = [
            "# Metrics",
            "",
            "Served at `/metrics`. Written from `pipeline/runtime/metrics.py`; a test holds the two equal.",
            "Process, platform and garbage collector metrics of the Prometheus client come with them.",
            "",
            "| metric | type | labels | meaning |",
            "|---|---|---|---|",
        ]
        for metric in self._all:
            family = next(iter(metric.describe()))
            name = family.name + ("_total" if family.type == "counter" else "")
            labels = ", ".join(metric._labelnames) or "-"
            lines.append(f"| `{name}` | {family.type} | {labels} | {family.documentation} |")
        values = (
            ("stage", Stage),
            ("reason of errors", ErrorReason),
            ("reason of dead letters", LetterReason),
            ("kind", SignalKind),
            ("edge", Edge),
            ("outcome of notifications", NOTIFICATION_OUTCOMES),
            ("outcome of the ledger", LEDGER_OUTCOMES),
            ("outcome of tier 1", TIER1_OUTCOMES),
            ("verdict", Verdict),
            ("outcome of tier 2", TIER2_OUTCOMES),
            ("of (seconds of tier 2)", TIER2_SECONDS),
        )
        lines += ["", "## Label values", ""]
        lines += [f"- {label}: {', '.join(f'`{value}`' for value in known)}" for label, known in values]
        lines += ["- route: the ids of `routes` in the configuration", ""]
        return "\n".join(lines)

    def _start_at_zero(self) -> None:
        for stage in Stage:
            for metric in (self.records_in, self.records_out, self.records_held, self.lag_records, self.stage_duration):
                metric.labels(stage)
            self.last_progress.labels(stage)
            for error in ErrorReason:
                self.errors.labels(stage, error)
        for outcome in LEDGER_OUTCOMES:
            self.ledger_events.labels(outcome)
        for reason in LetterReason:
            self.dead_letters.labels(reason)
        for verdict in Verdict:
            self.gate_verdicts.labels(verdict)
        for outcome in TIER1_OUTCOMES:
            self.tier1_texts.labels(outcome)
        for outcome in TIER2_OUTCOMES:
            self.tier2_mentions.labels(outcome)
        for kind_of_seconds in TIER2_SECONDS:
            self.tier2_seconds.labels(kind_of_seconds)
        for kind in SignalKind:
            for edge in Edge:
                self.signals.labels(kind, edge)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        counter = Counter(f"escucha_{name}", text, labels, registry=self.registry)
        self._all.append(counter)
        return counter

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        gauge = Gauge(f"escucha_{name}", text, labels, registry=self.registry)
        self._all.append(gauge)
        return gauge

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        histogram = Histogram(f"escucha_{name}", text, labels, buckets=buckets, registry=self.registry)
        self._all.append(histogram)
        return histogram
