"""Where an event's microseconds go, as an SVG of bars: readable on light and dark pages."""

from __future__ import annotations

from html import escape

from deploy.bench.report import Report, Series, per_event

WIDTH, LEFT, BAR, GAP, TOP = 760, 150, 26, 16, 40
COLOURS = ("#4477aa", "#66ccee", "#228833", "#ccbb44", "#ee6677", "#aa3377", "#bbbbbb")
"""Paul Tol's bright scheme: told apart by colour-blind readers too."""
STYLE = (
    "<style>text{font:13px sans-serif;fill:#333}.spread{stroke:#333;stroke-width:1.5;fill:none}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.spread{stroke:#ddd}}</style>"
)


def plot(report: Report) -> str:
    bars = [(series, per_event(series)) for series in report.series]
    stages = list(dict.fromkeys(stage for _, parts in bars for stage in parts))
    colour = {stage: COLOURS[i % len(COLOURS)] for i, stage in enumerate(stages)}
    scale = (WIDTH - LEFT - 70) / max(sum(parts.values()) for _, parts in bars)
    height = TOP + len(bars) * (BAR + GAP) + 24 * ((len(stages) + 2) // 3) + 16
    shapes = [f'<text x="0" y="20" font-weight="bold">CPU microseconds an event ({escape(report.date)})</text>']
    for row, (series, parts) in enumerate(bars):
        shapes += _bar(series, parts, TOP + row * (BAR + GAP), scale, colour)
    base = TOP + len(bars) * (BAR + GAP) + 8
    for i, stage in enumerate(stages):
        x, y = 240 * (i % 3), base + 24 * (i // 3)
        shapes.append(f'<rect x="{x}" y="{y}" width="14" height="14" fill="{colour[stage]}"/>')
        shapes.append(f'<text x="{x + 20}" y="{y + 12}">{escape(stage)}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
    return "\n".join([head, STYLE, *shapes, "</svg>", ""])


def _bar(series: Series, parts: dict[str, float], y: int, scale: float, colour: dict[str, str]) -> list[str]:
    shapes = [f'<text x="0" y="{y + 18}">{escape(series.input)}: {escape(series.kind)}</text>']
    x = float(LEFT)
    for stage, micros in parts.items():
        width = micros * scale
        title = f"<title>{escape(stage)}: {micros:.1f} µs</title>"
        shapes.append(
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{colour[stage]}">{title}</rect>'
        )
        x += width
    shapes.append(f'<text x="{x + 6:.1f}" y="{y + 18}">{sum(parts.values()):.0f} µs</text>')
    return shapes
