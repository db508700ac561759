"""The figures as people read them: events per CPU-second, memory, and microseconds an event by stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import msgspec

from deploy.bench.one import Measured

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
REST = "reading, bus, state, results"
KIND = {"floor": "floor (pure functions in a loop)", "whole": "whole job (`escucha replay`)"}


class Series(msgspec.Struct):
    input: str
    about: str
    kind: str
    runs: list[Measured]


class Report(msgspec.Struct):
    machine: str
    date: str
    rounds: int
    series: list[Series]


def per_event(series: Series) -> dict[str, float]:
    """Median CPU microseconds an event by stage; for the whole job the rest too."""
    found = {stage: _middle(series, lambda run, s=stage: run.stages.get(s, 0.0)) for stage in series.runs[0].stages}
    if series.kind == "whole":
        found[REST] = _middle(series, lambda run: run.cpu - sum(run.stages.values()))
    return found


def _middle(series: Series, seconds: Callable[[Measured], float]) -> float:
    return median(seconds(run) / run.events * 1e6 for run in series.runs)


def tables(report: Report) -> str:
    """Markdown: one table of rates and memory, one of stages."""
    lines = [
        f"Measured on {report.machine}, {report.date}. Rounds: {report.rounds}, alternating; medians, with lowest and "
        "highest in brackets. CPU is that of the one process. The bulk is run once.",
        "",
        "| input | what runs | events | events per CPU-second | events per second | peak memory | before the input |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for series in report.series:
        cpu = spread([run.events / run.cpu for run in series.runs])
        wall = spread([run.events / run.wall for run in series.runs])
        peak, start = (max(values) / 2**20 for values in _memory(series))
        lines.append(
            f"| {series.about} | {KIND[series.kind]} | {series.runs[0].events:,} | {cpu} | {wall} "
            f"| {peak:.0f} MiB | {start:.0f} MiB |"
        )
    lines += ["", "| input | stage | µs of CPU an event |", "|---|---|--:|"]
    for series in report.series:
        for stage, micros in per_event(series).items():
            lines.append(f"| {series.input} | {series.kind}: {stage} | {micros:.1f} |")
    lines += ["", *_ledgers(report)]
    return "\n".join(lines)


def _memory(series: Series) -> tuple[list[int], list[int]]:
    return [run.peak_bytes for run in series.runs], [run.start_bytes for run in series.runs]


def _ledgers(report: Report) -> list[str]:
    lines = []
    for series in report.series:
        run = series.runs[-1]
        if run.ledger:
            parts = ", ".join(f"{name} {count:,}" for name, count in run.ledger.items())
            lines.append(f"- Ledger of {series.input} ({'balanced' if run.balanced else 'NOT balanced'}): {parts}.")
    return lines


def spread(values: Sequence[float]) -> str:
    """The median, with the lowest and highest."""
    if len(values) == 1:
        return f"{values[0]:,.0f}"
    return f"{median(values):,.0f} [{min(values):,.0f}, {max(values):,.0f}]"


def into_page(path: Path, text: str, begin_mark: str = BEGIN, end_mark: str = END) -> None:
    """Put the text between the page's markers. Raises ValueError where it has none."""
    page = path.read_text(encoding="utf-8")
    before, begin, rest = page.partition(begin_mark)
    _, end, after = rest.partition(end_mark)
    if not begin or not end:
        raise ValueError(f"{path} has no section between {begin_mark} and {end_mark}")
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
