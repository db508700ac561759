"""The outcome of a trial as tables and a plot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from deploy.bench.plot import COLOURS, STYLE
from deploy.coordination.plans import KNOWN, SIZES
from deploy.coordination.trial import Outcome, Trial
from pipeline.simulate.campaign import ARRANGED
from schemas.instants import MINUTE

BEGIN, END = "<!-- coordination: begin -->", "<!-- coordination: end -->"
WIDTH, LEFT, ROW, TOP = 760, 190, 26, 46
_OPEN = {KNOWN[0]: "70 % of the ages known", KNOWN[1]: "no age known"}


def tables(trial: Trial, bursts: int, per_day: int, texts: int, machine: str, date: str) -> str:
    arranged = [one for one in trial.outcomes if one.plan.kind in ARRANGED]
    natural = [one for one in trial.outcomes if one.plan.kind not in ARRANGED]
    lines = [
        f"{machine}, {date}: {trial.posts:,} posts ({per_day:,} a day over 20 brands; {texts:,} different texts for the background),"
        f" {len(arranged)} campaigns, {len(natural)} organic things that many share, {bursts} organic bursts.",
        "",
        "| campaign | 20 accounts | 100 accounts | 500 accounts | median wait |",
        "|---|--:|--:|--:|--:|",
    ]
    for kind in ARRANGED:
        for known in KNOWN:
            rows = [one for one in arranged if one.plan.kind == kind and one.plan.known == known]
            cells = [_found(one for one in rows if one.plan.accounts == size) for size in SIZES]
            waits = sorted(one.wait for one in rows if one.wait is not None)
            wait = f"{waits[len(waits) // 2] // 60} min" if waits else "-"
            lines.append(f"| same {kind}, {_OPEN[known]} | {' | '.join(cells)} | {wait} |")
    total = [_found(one for one in arranged if one.plan.accounts == size) for size in SIZES]
    lines += [f"| all | {' | '.join(total)} | |", "", "| organic | called coordinated |", "|---|--:|"]
    for shape in ("news", "copied", "viral"):
        lines.append(f"| {_SHAPES[shape]} | {_found(one for one in natural if one.plan.kind == shape)} |")
    lines.append(f"| coordinated signals with no campaign going on, all told | {len(trial.strays)} |")
    return "\n".join(lines)


_SHAPES = {
    "news": "a headline shared by the button under an article",
    "copied": "a text that people pass on (a giveaway)",
    "viral": "a popular post, reposted and quoted",
}


def _found(outcomes: Iterable[Outcome]) -> str:
    found = list(outcomes)
    return f"{sum(one.found for one in found)} of {len(found)}"


def plot(trial: Trial) -> str:
    """Each planted thing as a dot at its highest score told; what was not told stands at the left edge."""
    groups: list[tuple[str, Callable[[Outcome], bool]]] = [
        (f"{size} accounts, {'ages known' if known else 'no age known'}", _picks(size, known))
        for size in SIZES
        for known in KNOWN
    ]
    groups.append(("organic", lambda one: one.plan.kind not in ARRANGED))
    height = TOP + ROW * len(groups) + 40
    scale = WIDTH - LEFT - 30
    shapes = ['<text x="0" y="20" font-weight="bold">Highest score told of each thing planted (0: not told)</text>']
    for row, (name, wanted) in enumerate(groups):
        y = TOP + row * ROW
        shapes.append(f'<text x="0" y="{y + 5}">{escape(name)}</text>')
        chosen = [one for one in trial.outcomes if wanted(one)]
        for number, one in enumerate(chosen):
            x = LEFT + scale * (one.score or 0.0)
            spread = (number % 5 - 2) * 3
            title = (
                f"<title>{escape(one.plan.id)}: {one.plan.kind}, {one.plan.duration // MINUTE} min, {one.score}</title>"
            )
            colour = COLOURS[(*ARRANGED, "news", "copied", "viral").index(one.plan.kind) % len(COLOURS)]
            shapes.append(
                f'<circle cx="{x:.1f}" cy="{y + spread}" r="4" fill="{colour}" fill-opacity="0.8">{title}</circle>'
            )
    base = TOP + ROW * len(groups) + 4
    for tenth in range(0, 11, 5):
        x = LEFT + scale * tenth / 10
        shapes.append(
            f'<line x1="{x:.1f}" y1="{TOP - 12}" x2="{x:.1f}" y2="{base - 12}" stroke="#888" stroke-dasharray="3 3"/>'
        )
        shapes.append(f'<text x="{x - 8:.1f}" y="{base + 6}">{tenth / 10:g}</text>')
    for number, kind in enumerate((*ARRANGED, "news", "copied", "viral")):
        x = 100 * number
        shapes.append(f'<circle cx="{x + 6}" cy="{base + 22}" r="5" fill="{COLOURS[number % len(COLOURS)]}"/>')
        shapes.append(f'<text x="{x + 16}" y="{base + 27}">{kind}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
    return "\n".join([head, STYLE, *shapes, "</svg>", ""])


def _picks(size: int, known: float) -> Callable[[Outcome], bool]:
    return lambda one: one.plan.kind in ARRANGED and one.plan.accounts == size and one.plan.known == known
