"""Planted truth against what is told of an author, as an SVG of two clouds: our score, and the number of followers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log10

from deploy.bench.plot import COLOURS, STYLE
from pipeline.simulate.network import Audience

WIDTH, HEIGHT, SIDE, LEFT, TOP = 760, 450, 310, 50, 40
MOST = 2_000
"""Authors drawn: every kind keeps its share."""
_COLOUR = dict(zip(Audience, (COLOURS[6], COLOURS[0], COLOURS[4], COLOURS[3], COLOURS[2], COLOURS[5]), strict=True))
Point = tuple[float, float | None, int, Audience]
"""(truth, score or None, followers, audience)."""


def plot(points: Sequence[Point]) -> str:
    drawn = points[:: max(1, len(points) // MOST)]
    truths = [log10(max(truth, 0.05)) for truth, _, _, _ in drawn]
    left, right = min(truths), max(truths)
    across = [(truth - left) / (right - left) for truth in truths]
    most = max(log10(max(followers, 1)) for _, _, followers, _ in drawn)
    scores = [(score or 0.0) / 100 for _, score, _, _ in drawn]
    followers = [log10(max(count, 1)) / most for _, _, count, _ in drawn]
    kinds = [kind for _, _, _, kind in drawn]
    shapes = [
        *_panel(LEFT, "influence score (0 to 100)", zip(across, scores, kinds, strict=True)),
        *_panel(LEFT + SIDE + 80, "followers (log scale)", zip(across, followers, kinds, strict=True)),
    ]
    for number, kind in enumerate(Audience):
        x = LEFT + 115 * number
        shapes.append(f'<circle cx="{x}" cy="{HEIGHT - 20}" r="5" fill="{_COLOUR[kind]}"/>')
        shapes.append(f'<text x="{x + 10}" y="{HEIGHT - 16}">{kind.value}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    return "\n".join([head, STYLE, *shapes, "</svg>", ""])


def _panel(x: int, title: str, dots: Iterable[tuple[float, float, Audience]]) -> list[str]:
    base = TOP + SIDE
    shapes = [
        f'<text x="{x}" y="{TOP - 14}" font-weight="bold">{title}</text>',
        f'<path d="M{x} {TOP}V{base}H{x + SIDE}" class="spread"/>',
        f'<text x="{x + 60}" y="{base + 22}">genuine reactions to a post (log)</text>',
    ]
    # A path of dots a kind: an element for each would be ten times the file. The common kind first, the others upon it.
    by_kind: dict[Audience, list[str]] = {kind: [] for kind in Audience}
    for across, up, kind in dots:
        by_kind[kind].append(f"M{x + across * SIDE:.0f} {base - up * SIDE:.0f}h0")
    style = 'fill="none" stroke-width="4" stroke-linecap="round" stroke-opacity=".6"'
    return [*shapes, *(f'<path d="{"".join(d)}" stroke="{_COLOUR[kind]}" {style}/>' for kind, d in by_kind.items())]
