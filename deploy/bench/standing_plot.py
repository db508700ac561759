"""Events per CPU-second of every contender, as an SVG of bars with their spread: readable on light and dark pages."""

from __future__ import annotations

from html import escape
from statistics import median

from deploy.bench.meeting import Meeting
from deploy.bench.plot import COLOURS, STYLE
from deploy.bench.standing import NAMES, rates

WIDTH, LEFT, BAR, GAP, HEAD = 760, 250, 22, 10, 34


def plot(meeting: Meeting) -> str:
    scale = (WIDTH - LEFT - 130) / max(max(values) for each in meeting.backlogs for values in rates(each).values())
    shapes: list[str] = []
    y = 0
    for backlog in meeting.backlogs:
        title = f"Events per CPU-second: {backlog.about} ({meeting.date})"
        shapes.append(f'<text x="0" y="{y + 20}" font-weight="bold">{escape(title)}</text>')
        y += HEAD
        for name, values in rates(backlog).items():
            shapes += _bar(NAMES[name].strip("*"), values, y, scale, COLOURS[2 if name == "escucha" else 0])
            y += BAR + GAP
        y += GAP
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}">'
    return "\n".join([head, STYLE, *shapes, "</svg>", ""])


def _bar(name: str, values: list[float], y: int, scale: float, colour: str) -> list[str]:
    middle, low, high = (LEFT + value * scale for value in (median(values), min(values), max(values)))
    line = y + BAR / 2
    return [
        f'<text x="0" y="{y + 16}">{escape(name)}</text>',
        f'<rect x="{LEFT}" y="{y}" width="{middle - LEFT:.1f}" height="{BAR}" fill="{colour}"/>',
        f'<path d="M{low:.1f} {line}H{high:.1f}M{low:.1f} {y + 6}v10M{high:.1f} {y + 6}v10" class="spread"/>',
        f'<text x="{high + 8:.1f}" y="{y + 16}">{median(values):,.0f}</text>',
    ]
