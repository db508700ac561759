"""Texts a second by the number of queries, both scales logarithmic, as an SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10
from statistics import median
from typing import Protocol

from deploy.bench.plot import COLOURS, STYLE

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BASE = 760, 360, 90, 40, 560, 310
LEAST, MOST = 1, 6
"""Powers of ten on the upward scale."""


class Measured(Protocol):
    @property
    def queries(self) -> int: ...
    @property
    def ours(self) -> list[float]: ...
    @property
    def regex(self) -> list[float]: ...


def plot(mixes: Mapping[str, Sequence[Measured]]) -> str:
    shapes = ['<text x="0" y="20" font-weight="bold">Texts a second on one core, by the number of queries</text>']
    for power in range(LEAST, MOST):
        y = _y(10**power)
        shapes.append(f'<path d="M{LEFT} {y:.0f}H{RIGHT}" class="spread" stroke-opacity=".2"/>')
        shapes.append(f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{10**power:,}</text>')
    shapes += [
        f'<text x="{_x(row.queries):.0f}" y="{BASE + 24}" text-anchor="middle">{row.queries:,}</text>'
        for row in next(iter(mixes.values()))
    ]
    colours = iter(COLOURS)
    for name, rows in mixes.items():
        shapes += _line(f"Escucha, {name}", [(row.queries, median(row.ours)) for row in rows], next(colours))
    name, rows = next(iter(mixes.items()))
    shapes += _line("a regex a query", [(row.queries, median(row.regex)) for row in rows], COLOURS[4])
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    return "\n".join([head, STYLE, *shapes, "</svg>", ""])


def _line(name: str, points: Sequence[tuple[int, float]], colour: str) -> list[str]:
    path = " L".join(f"{_x(queries):.0f} {_y(rate):.0f}" for queries, rate in points)
    dots = [f'<circle cx="{_x(queries):.0f}" cy="{_y(rate):.0f}" r="4" fill="{colour}"/>' for queries, rate in points]
    label = f'<text x="{RIGHT + 10}" y="{_y(points[-1][1]) + 4:.0f}">{name}</text>'
    return [f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>', *dots, label]


def _x(queries: int) -> float:
    return LEFT + 20 + log10(queries) / 4 * (RIGHT - LEFT - 40)


def _y(rate: float) -> float:
    return BASE - (log10(rate) - LEAST) / (MOST - 1 - LEAST) * (BASE - TOP)
