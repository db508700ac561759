"""Curves as SVG, in panels side by side, for the pages in docs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

COLOURS = ("#4477aa", "#66ccee", "#228833", "#ccbb44", "#ee6677", "#aa3377", "#bbbbbb", "#000000", "#882255")
"""Paul Tol's bright scheme, and two more: told apart by colour-blind readers too."""
STYLE = (
    "<style>text{font:13px sans-serif;fill:#333}.axis{stroke:#999;stroke-width:1}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>"
)
LEFT, TOP, BOTTOM, SIDE, GAP = 44, 40, 50, 240, 30
Curve = Sequence[tuple[float, float]]


class Panel(NamedTuple):
    title: str
    across: Sequence[float]
    """Marks of the x axis; the first and last are its ends."""
    up: Sequence[float]
    """Marks of the y axis, ascending."""
    curves: Mapping[str, Curve]
    logarithmic: bool = False
    """Whether x is drawn by its logarithm."""
    first: str | None = None
    """What stands at the first mark of x instead of its number."""


def picture(panels: Sequence[Panel], width: int = 800, height: int = 400) -> str:
    """The panels with one legend: a name has the same colour in all."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.curves))
    each = (width - SIDE - GAP * (len(panels) - 1)) / len(panels)
    shapes = []
    for number, panel in enumerate(panels):
        shapes += _panel(panel, number * (each + GAP), each, height, names)
    for number, name in enumerate(names):
        y = TOP + 12 + 22 * number
        shapes.append(f'<rect x="{width - SIDE + 16}" y="{y - 10}" width="12" height="12" fill="{_colour(number)}"/>')
        shapes.append(f'<text x="{width - SIDE + 34}" y="{y + 1}">{escape(name)}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    return "\n".join([head, STYLE, *shapes, "</svg>", ""])


def _panel(panel: Panel, left: float, width: float, height: float, names: Sequence[str]) -> list[str]:
    across, down = width - LEFT, height - TOP - BOTTOM
    scale = math.log if panel.logarithmic else float
    first, last = scale(panel.across[0]), scale(panel.across[-1])
    low, high = panel.up[0], panel.up[-1]

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            left + LEFT + across * (scale(x) - first) / (last - first),
            TOP + down * (high - min(high, max(low, y))) / (high - low),
        )

    shapes = [f'<text x="{left:.1f}" y="20" font-weight="bold">{escape(panel.title)}</text>']
    for mark in panel.up:
        x, y = at(panel.across[0], mark)
        shapes.append(
            f'<line class="axis" x1="{x:.1f}" x2="{x + across:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke-dasharray="2 4"/>'
        )
        shapes.append(f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{mark:g}</text>')
    for number, mark in enumerate(panel.across):
        x, y = at(mark, low)
        told = panel.first if number == 0 and panel.first else f"{mark:g}"
        shapes.append(f'<text x="{x:.1f}" y="{y + 22:.1f}" text-anchor="middle">{told}</text>')
    for name, curve in panel.curves.items():
        points = " ".join("{:.1f},{:.1f}".format(*at(*point)) for point in curve)
        colour = _colour(names.index(name))
        shapes.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
    return shapes


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]
