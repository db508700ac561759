"""Health as values: liveness follows progress, readiness follows named conditions. No clock of its own."""

from __future__ import annotations

from dataclasses import dataclass

STALL_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Stall:
    """A stage that has work and does not do it."""

    stage: str
    backlog: int
    seconds: float


@dataclass(slots=True)
class _Stage:
    since: float
    """When it last advanced, or when its backlog began, whichever is later: from there a stall is timed."""
    backlog: int = 0


class Progress:
    """Stages report what waits for them and that they advance. `now` is a monotonic time in seconds throughout.

    An idle stage is healthy for ever, so the backlog is best measured apart from the stage that works it off.
    """

    def __init__(self, stall: float = STALL_SECONDS) -> None:
        self._stall = stall
        self._stages: dict[str, _Stage] = {}

    def advanced(self, stage: str, now: float) -> None:
        """The stage got something done; waiting for a service that is down, and trying it, counts: a restart would not help."""
        known = self._stages.setdefault(stage, _Stage(now))
        known.since = max(known.since, now)

    def backlog(self, stage: str, n: int, now: float) -> None:
        """`n` records wait for the stage. A stall is timed from the moment there is something to do."""
        known = self._stages.setdefault(stage, _Stage(now))
        if n > 0 and known.backlog == 0:
            known.since = max(known.since, now)
        known.backlog = n

    def stalled(self, now: float) -> list[Stall]:
        """The stages that have had a backlog and not advanced for longer than the limit; empty means alive."""
        return [
            Stall(name, stage.backlog, now - stage.since)
            for name, stage in sorted(self._stages.items())
            if stage.backlog > 0 and now - stage.since > self._stall
        ]


class Readiness:
    """Ready when every condition named at the start holds. Each begins as not met."""

    def __init__(self, *conditions: str) -> None:
        """Typically "restored", "bus" and "outbox"."""
        self._unmet: dict[str, str | None] = dict.fromkeys(conditions, "not yet")
        self._without: dict[str, str] = {}

    def met(self, condition: str) -> None:
        self._set(condition, None)

    def unmet(self, condition: str, why: str) -> None:
        self._set(condition, why)

    def degraded(self, part: str, why: str | None) -> None:
        """A part that the process can do without is not there, and why; None: it is. It stays ready."""
        if why is None:
            self._without.pop(part, None)
        else:
            self._without[part] = why

    @property
    def without(self) -> dict[str, str]:
        """The parts that it does without for now, and why."""
        return dict(self._without)

    @property
    def reasons(self) -> dict[str, str]:
        """Unmet conditions and why; empty means ready."""
        return {condition: why for condition, why in self._unmet.items() if why is not None}

    def _set(self, condition: str, why: str | None) -> None:
        if condition not in self._unmet:
            raise KeyError(f"{condition!r} is not one of the conditions {sorted(self._unmet)}")
        self._unmet[condition] = why
