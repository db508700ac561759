"""How the contenders stand: tables in Markdown, and what the engine costs in words made of the figures."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from deploy.bench.latency import SECONDS, Waited
from deploy.bench.meeting import Backlog, Meeting, Shape
from deploy.bench.race import QUIET
from deploy.bench.report import spread

BEGIN, END = "<!-- race: begin -->", "<!-- race: end -->"
WAITS_BEGIN, WAITS_END = "<!-- waits: begin -->", "<!-- waits: end -->"
SHAPES_BEGIN, SHAPES_END = "<!-- shapes: begin -->", "<!-- shapes: end -->"
NAMES = {
    "floor": "floor: the pure functions in a loop",
    "bare": "bare aiokafka loop",
    "escucha": "**Escucha**",
    "quix": "Quix Streams 3",
    "faust": "plain Faust",
}
_DRAINED = 5.0
"""Seconds. A rate that leaves more than this to do at its end is beyond the machine."""


def tables(meeting: Meeting) -> str:
    lines = [
        f"Measured on {meeting.machine} (the broker on the same cores), {meeting.date}. One process each, four partitions. "
        f"Rounds: {meeting.rounds}, whose order turns; medians, with lowest and highest in brackets. CPU: all threads and "
        f"children of the contender until it has been quiet for {QUIET:.0f} s, less its idling; the broker's is not in it.",
    ]
    for backlog in meeting.backlogs:
        lines += ["", *_backlog(backlog)]
    return "\n".join([*lines, "", *_words(meeting.backlogs[0])])


def shapes(found: Sequence[Shape], machine: str, date: str) -> str:
    """The table of `meeting.scale`."""
    lines = [
        f"Escucha over one backlog of {found[0].runs[0].events:,} events, on {machine} (the broker on the same cores), {date}; "
        f"rounds: {len(found[0].runs)}, whose order turns; medians, with lowest and highest in brackets.",
        "",
        "| partitions | processes | CPU µs an event | events per CPU-second | events per second |",
        "|--:|--:|--:|--:|--:|",
    ]
    for shape in found:
        costs = [1e6 * run.cpu / run.events for run in shape.runs]
        rates = [run.events / run.cpu for run in shape.runs]
        walls = [run.events / run.wall for run in shape.runs]
        lines.append(
            f"| {shape.partitions} | {shape.processes} | {spread(costs)} | {spread(rates)} | {spread(walls)} |"
        )
    return "\n".join(lines)


def rates(backlog: Backlog) -> dict[str, list[float]]:
    """Events per CPU-second by contender, the best first."""
    found = {"floor": [floor.events / floor.cpu for floor in backlog.floors]}
    for run in backlog.runs:
        found.setdefault(run.contender, []).append(run.events / run.cpu)
    return dict(sorted(found.items(), key=lambda pair: -median(pair[1])))


def _backlog(backlog: Backlog) -> list[str]:
    floor = backlog.floors[0]
    by_rate = rates(backlog)
    quix = median(by_rate["quix"]) if "quix" in by_rate else None
    lines = [
        f"A backlog: {backlog.about}; {floor.matched / floor.events:.0%} of the events match; {len(floor.brands)} signals.",
        "",
        "| contender | events per CPU-second | to Quix | events per second | peak memory | idle, % of a core | signals |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, values in by_rate.items():
        runs = [run for run in backlog.runs if run.contender == name]
        walls = [run.events / run.wall for run in runs] or [each.events / each.wall for each in backlog.floors]
        peak = max([run.peak_bytes for run in runs] or [each.peak_bytes for each in backlog.floors]) / 2**20
        idle = f"{median(run.idle for run in runs):.0%}" if runs else ""
        told = spread([len(run.brands) for run in runs] or [len(each.brands) for each in backlog.floors])
        ratio = f"{median(values) / quix:.2f}" if quix else ""
        lines.append(
            f"| {NAMES[name]} | {spread(values)} | {ratio} | {spread(walls)} | {peak:.0f} MiB | {idle} | {told} |"
        )
    return lines


def waits(waited: list[Waited], machine: str, date: str) -> str:
    """The table of `meeting.wait`."""
    lines = [
        f"On {machine}, {date}, one run each. From the broker's append of the last event that a signal needs to the signal in Redis, at a steady rate, fed by a "
        "process that waits for nobody ("
        + ", ".join(f"{rate:,} a second for {SECONDS[rate]} s" for rate in SECONDS)
        + "):",
        "",
        "| contender | events a second | signals | missing | p50 ms | p99 ms | most ms | of it log time | cores used | drained after |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for each in sorted(waited, key=lambda w: (w.rate, list(NAMES).index(w.contender))):
        ruled = "" if each.ruled is None else f"{each.ruled:,.0f}"
        beyond = " (beyond)" if each.drained > _DRAINED else ""
        lines.append(
            f"| {NAMES[each.contender]} | {each.rate:,}{beyond} | {each.signals} | {each.missing} | {each.p50:,.0f} "
            f"| {each.p99:,.0f} | {each.most:,.0f} | {ruled} | {each.cpu / each.seconds:.2f} | {each.drained:.1f} s |"
        )
    late = [each for each in waited if each.behind > 1]
    lines += [
        "",
        "`beyond`: more than this machine can do with the broker on it; its times are those of a queue that grows. "
        "`of it log time`: median wait for the next whole second of the log, at which Escucha decides; the tick that says so "
        "comes after it. `drained after`: from the last event to the last record written.",
    ]
    if late:
        told = ", ".join(f"{each.behind:.1f} s with {NAMES[each.contender]} at {each.rate:,}" for each in late)
        lines.append(f"The feeder itself fell behind its schedule for want of CPU: {told}.")
    return "\n".join(lines)


def _words(backlog: Backlog) -> list[str]:
    """Engine cost = whole job minus floor."""
    micros = {name: 1e6 / median(values) for name, values in rates(backlog).items()}
    floor = micros.pop("floor")
    told = "; ".join(f"{NAMES[name]} {cost - floor:,.0f} µs" for name, cost in micros.items())
    return [
        f"**Engine cost = whole job minus floor.** The floor takes {floor:,.0f} µs of CPU an event. On top of it: {told}."
    ]
