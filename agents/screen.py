"""The run in a terminal: a live screen where there is one, plain lines where there is none."""

from __future__ import annotations

import asyncio
import sys
import time

from rich.align import Align
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agents.alert.keys import PUBLIC_STREAM
from agents.embedded import Running, Screen
from pipeline.ledger import Ledger
from schemas.instants import from_wire
from schemas.kinds import SignalKind
from schemas.mention import Mention
from schemas.signal import Signal

EVERY = 0.5
ROWS = 8
STYLES = {
    SignalKind.CRISIS: "bold white on red",
    SignalKind.OPPORTUNITY: "bold black on green",
    SignalKind.ATTENTION: "bold black on yellow",
}
FACES = {"negative": ("▼", "red"), "positive": ("▲", "green"), "neutral": ("●", "dim"), "unsure": ("?", "dim")}
BARS = " ▁▂▃▄▅▆▇█"


def screen_for(plain: bool) -> Screen:
    """The live screen on a terminal, lines elsewhere or when asked for."""
    return lines if plain or not sys.stderr.isatty() else live


async def lines(running: Running, stop: asyncio.Event) -> None:
    """What happens, a line each, on stderr."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"Escucha listens. Page: {running.url}")
    told, announced = 0, False
    while not stop.is_set():
        for signal in running.feed.signals[told:]:
            console.print(_signal_line(signal))
        told = len(running.feed.signals)
        if not announced and _is_live(running):
            announced = True
            console.print(f"History is in after {time.monotonic() - running.started:.1f} s; listening live.")
        await _pause(stop)
    for signal in running.feed.signals[told:]:
        console.print(_signal_line(signal))


async def live(running: Running, stop: asyncio.Event) -> None:
    """One screen that keeps itself up to date."""
    console = Console(stderr=True)
    with Live(console=console, auto_refresh=False, screen=False) as screen:
        while not stop.is_set():
            screen.update(await _draw(running), refresh=True)
            await _pause(stop)
        screen.update(await _draw(running), refresh=True)


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), EVERY)
    except TimeoutError:
        return


async def _draw(running: Running) -> RenderableType:
    parts: list[RenderableType] = [_head(running), _brands(running), _mentions(running)]
    signals = running.feed.signals[-3:]
    if signals:
        parts += [_signal_panel(signal) for signal in signals]
    else:
        parts.append(Panel(Align.center(Text("No signal yet. A crisis is planted soon after the start.", "dim"))))
    parts.append(await _deliveries(running))
    parts.append(_ledger(await running.engine.ledger()))
    return Group(*parts)


def _head(running: Running) -> Text:
    state = "live" if _is_live(running) else f"filling history: {_date(running.engine.frontier)}"
    return Text.assemble(
        ("Escucha ", "bold"),
        f"{time.monotonic() - running.started:5.0f} s   ",
        (state, "cyan"),
        "   ",
        (running.url, "underline"),
    )


def _is_live(running: Running) -> bool:
    simulators = running.sources.simulators
    return bool(simulators and all(world.live_at is not None for world in simulators)) or not running.sources.simulated


def _date(millis: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(millis / 1000)) if millis else "starting"


def _brands(running: Running) -> Table:
    table = Table(expand=True, box=None, header_style="dim")
    for title in ("brand", "last 3 hours", "mentions", "net sentiment"):
        table.add_column(title)
    for brand in running.config.brands:
        windows = [w for _, w in sorted(running.feed.windows.get(brand.id, {}).items())][-36:]
        hour = windows[-12:]
        negative = sum(w.sentiment.negative for w in hour)
        positive = sum(w.sentiment.positive for w in hour)
        neutral = sum(w.sentiment.neutral for w in hour)
        decided = negative + positive + neutral
        net = f"{(positive - negative) / decided:+.2f} (n={decided})" if decided >= 5 else "too little to say"
        table.add_row(brand.name, _bars([w.mentions for w in windows]), str(sum(w.mentions for w in hour)), net)
    return table


def _bars(counts: list[int]) -> Text:
    top = max(counts, default=0) or 1
    return Text("".join(BARS[-(-count * 8 // top)] for count in counts), "cyan")


def _mentions(running: Running) -> Panel:
    rows = list(running.feed.mentions)[-ROWS:]
    text = Text("\n", no_wrap=True, overflow="ellipsis").join([_mention(mention) for mention in rows])
    return Panel(text, title=f"mentions ({running.feed.seen:,} since the start)", title_align="left", height=ROWS + 2)


def _mention(mention: Mention) -> Text:
    understood = mention.understanding
    label = understood.sentiment.label if understood and understood.sentiment else "unsure"
    face, style = FACES[label]
    words = " ".join((mention.text or mention.title or mention.quoted_text or "").split())
    brand = mention.match.brand if mention.match else ""
    return Text.assemble((f"{face} ", style), (f"{mention.network:<9}", "dim"), (f"{brand:<12}", "bold"), words)


def _signal_panel(signal: Signal) -> Panel:
    numbers = f"value {signal.value}  expected {signal.expected:.1f}  score {signal.score:.1f}  threshold {signal.threshold:.0f}  n {signal.n}  people {signal.authors}"
    body = Text.assemble(
        signal.sentence.es, "\n", (signal.sentence.en, "dim"), "\n", (numbers, "cyan"), "\n", (_drivers(signal), "dim")
    )
    if signal.evidence:
        body.append("\n“" + " ".join((signal.evidence[0].text or "").split())[:160] + "”", "italic")
    title = Text.assemble(
        (f" {signal.kind} {signal.edge} ", STYLES.get(signal.kind, "bold")), f" {signal.brand}  {signal.id}"
    )
    return Panel(body, title=title, title_align="left")


def _drivers(signal: Signal) -> str:
    found = []
    for drivers in signal.drivers:
        parts = sorted(drivers.parts, key=lambda part: -abs(part.change))[:3]
        found.append(f"{drivers.dimension}: " + ", ".join(f"{part.label} {part.change:+d}" for part in parts))
    return " | ".join(found)


def _signal_line(signal: Signal) -> str:
    delay = (from_wire(signal.at) - from_wire(signal.window_end)) / 1000
    style = STYLES.get(signal.kind, "bold")
    when = signal.at[11:19] if delay <= 0 else signal.at[:19]
    return f"{when} [{style}] {signal.kind} {signal.edge} [/] {signal.brand} {signal.id}\n  {signal.sentence.es}\n  {signal.sentence.en}"


async def _deliveries(running: Running) -> Text:
    in_redis = await running.redis.xlen(PUBLIC_STREAM)
    text = Text.assemble(("Redis ", "bold"), f"{in_redis} signals in {PUBLIC_STREAM}   ")
    if running.receiver is not None:
        counts = running.receiver.counts
        text.append("webhooks ", "bold")
        text.append(f"{counts.accepted} verified at {running.receiver.url}, {counts.refused} refused")
    return text


def _ledger(ledger: Ledger) -> Text:
    sum_of = "  ".join(f"{name} {getattr(ledger, name):,}" for name in ledger.__struct_fields__[1:])
    mark = ("balanced", "green") if ledger.balanced else ("NOT BALANCED", "bold red")
    return Text.assemble(("ledger ", "bold"), f"accepted {ledger.accepted:,} = {sum_of}  ", mark)
