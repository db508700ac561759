"""The feed as text for a terminal: rows, panels and lines. What people wrote is never taken as markup or as control codes."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agents.dashboard.feed import Feed, brand_of
from agents.dashboard.voices import once_view
from pipeline.detect.baseline import UNITS
from pipeline.detect.coordination import COORDINATED
from pipeline.ledger import Ledger
from pipeline.windows.publish import net_sentiment
from schemas.instants import HOUR, from_wire
from schemas.kinds import Edge, SignalKind
from schemas.mention import Mention
from schemas.signal import Coordination, Drivers, Signal
from schemas.window import Window

STYLES = {
    SignalKind.CRISIS: "bold white on red",
    SignalKind.OPPORTUNITY: "bold black on green",
    SignalKind.IMPROVEMENT: "bold black on cyan",
    SignalKind.ATTENTION: "bold black on yellow",
    SignalKind.COORDINATED: "bold white on magenta",
}
FACES = {"negative": ("▼", "red"), "positive": ("▲", "green"), "neutral": ("●", "dim"), "unsure": ("?", "dim")}
BARS = " ▁▂▃▄▅▆▇█"
TRACES = {"words": "nearly the same words", "link": "the same link", "hashtags": "the same hashtags"}
PARTS = 3
"""Drivers shown by name; the rest is one figure, so that the sum stays right."""


def plain(text: str | None, limit: int | None = None) -> str:
    """One line without control characters: a post must not move the cursor of whoever reads it."""
    shown = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in text or "")
    shown = " ".join(shown.split())
    return shown if limit is None or len(shown) <= limit else shown[: limit - 1] + "…"


def mention_text(mention: Mention, names: Mapping[str, str]) -> Text:
    understood = mention.understanding
    label = understood.sentiment.label if understood and understood.sentiment else "unsure"
    face, style = FACES[label]
    brand = brand_of(mention)
    lang = mention.lang.value if mention.lang else ""
    return Text.assemble(
        (f"{face} ", style),
        (f"{plain(names.get(brand, brand), 18)} ", "bold"),
        (f"{plain(mention.network, 12)} {plain(lang, 8)} ", "dim"),
        plain(mention.text or mention.title or mention.quoted_text),
    )


def newest(feed: Feed) -> int:
    """Log time up to which the feed's windows reach, in ms; 0 without any."""
    return max((from_wire(w.as_of) for known in feed.windows.values() for w in known.values()), default=0)


def brands_table(feed: Feed, width: int) -> Table:
    """A row a brand: its last hours, how much was said in the last one, and how it sounds. Narrow screens lose the bars and
    the opinions with each text counted once in five minutes."""
    wide = width >= 100
    table = Table(expand=True, box=None, header_style="dim", pad_edge=False)
    table.add_column("brand", no_wrap=True, overflow="ellipsis", ratio=2)
    if wide:
        table.add_column("last 3 hours", no_wrap=True, width=36)
    table.add_column("last hour", justify="right", no_wrap=True)
    if wide:
        table.add_column("once each", justify="right", no_wrap=True)
    table.add_column("net sentiment", no_wrap=True, overflow="ellipsis", ratio=3)
    at = newest(feed)
    for brand in feed.config.brands:
        windows = feed.windows.get(brand.id, {})
        hour = [w for w in windows.values() if from_wire(w.start) > at - HOUR]
        row = [Text(brand.name), Text(str(sum(w.mentions for w in hour))), Text(_net(hour))]
        if wide:
            row.insert(1, _bars([w.mentions for _, w in sorted(windows.items())][-36:]))
            once = once_view(hour)
            row.insert(3, Text("–" if once is None else str(once["opinions"])))
        table.add_row(*row)
    return table


def _net(windows: Sequence[Window]) -> str:
    net = net_sentiment(
        sum(w.sentiment.negative for w in windows),
        sum(w.sentiment.neutral for w in windows),
        sum(w.sentiment.positive for w in windows),
    )
    if net.value is None or net.low is None or net.high is None:
        return f"too little to say (n={net.n})"
    return f"{net.value:+.2f} ({net.low:+.2f} to {net.high:+.2f}, n={net.n})"


def _bars(counts: Sequence[int]) -> Text:
    top = max(counts, default=0) or 1
    return Text("".join(BARS[-(-count * 8 // top)] for count in counts), "cyan")


def mentions_panel(feed: Feed, rows: int, names: Mapping[str, str]) -> Panel:
    shown = [mention_text(mention, names) for mention in list(feed.mentions)[-rows:]]
    text = Text("\n", no_wrap=True, overflow="ellipsis").join(shown) if shown else Text("waiting for the first", "dim")
    return Panel(
        text, title=f"mentions ({feed.seen:,} since the start)", title_align="left", height=rows + 2, border_style="dim"
    )


def signal_panel(signal: Signal, names: Mapping[str, str]) -> Panel:
    body = Text("\n").join(signal_body(signal))
    title = Text.assemble(
        (f" {signal.kind} {signal.edge} ", _style(signal)), f" {names.get(signal.brand, signal.brand)}"
    )
    return Panel(body, title=title, title_align="left", subtitle=Text(signal.id, "dim"), subtitle_align="right")


def signal_head(signal: Signal, names: Mapping[str, str]) -> Text:
    return Text.assemble(
        f"{signal.at[11:19]}Z ",
        (f" {signal.kind} {signal.edge} ", _style(signal)),
        (f" {names.get(signal.brand, signal.brand)}", "bold"),
        (" observed, not delivered" if signal.observe else "", "dim"),
    )


def signal_body(signal: Signal) -> list[Text]:
    """Both languages, the numbers, what looks coordinated, the drivers that add up, and one voice."""
    lines = [Text(plain(signal.sentence.es)), Text(plain(signal.sentence.en), "dim"), Text(_figures(signal), "cyan")]
    if signal.coordination is not None:
        lines.append(Text(_arranged(signal.coordination), "magenta"))
    lines += [Text(_drivers(drivers, signal), "dim") for drivers in signal.drivers]
    voice = next((evidence.text for evidence in signal.evidence if evidence.text), None)
    if voice:
        lines.append(Text(f"“{plain(voice, 160)}”", "italic"))
    return lines


def _figures(signal: Signal) -> str:
    if signal.reading.channel == COORDINATED:
        # Its value is accounts, its score ten times that of the formula.
        return (
            f"{signal.value} accounts, usual {signal.expected:g} posts, score {signal.score / 10:.2f} of 1, "
            f"threshold {signal.threshold / 10:g}, {signal.n} opinions"
        )
    usual = f"usual {_amount(signal.expected, signal)}, " if signal.reading.warm else ""
    return (
        f"value {_amount(signal.value, signal)}, {usual}score {signal.score:.1f}, threshold {signal.threshold:g}, "
        f"{signal.n} opinions, {signal.authors} people"
    )


def _arranged(found: Coordination) -> str:
    much = "too little to say how much of it" if found.share is None else f"{found.share:.0%} of it"
    ages = (
        f"{found.new_accounts} of {found.known_ages} known ages under 30 days" if found.known_ages else "ages not told"
    )
    return (
        f"looks coordinated: {much}; {found.accounts} accounts, {TRACES[found.trace]}, {found.posts} posts in "
        f"{_lasting(found.span_seconds)} (half in {_lasting(found.half_seconds)}), {ages}, "
        f"{found.alike_handles} handles look machine-made, usual {found.usual}"
    )


def _lasting(seconds: int) -> str:
    return f"{seconds} s" if seconds < 60 else f"{-(-seconds // 60)} min"


def _style(signal: Signal) -> str:
    return "bold" if signal.edge is Edge.RESOLVED else STYLES.get(signal.kind, "bold")


def _amount(value: float, signal: Signal) -> str:
    return f"{value / UNITS.get(signal.reading.channel, 1):.1f}".removesuffix(".0")


def _drivers(drivers: Drivers, signal: Signal) -> str:
    parts = sorted((part for part in drivers.parts if part.change), key=lambda part: -abs(part.change))
    named = [f"{plain(part.label, 24)} {_signed(part.change, signal)}" for part in parts[:PARTS]]
    if parts[PARTS:]:
        named.append(f"{len(parts) - PARTS} more {_signed(sum(part.change for part in parts[PARTS:]), signal)}")
    return f"by {drivers.dimension}: {', '.join(named) or 'no change'} = {_signed(drivers.total, signal)}"


def _signed(change: int, signal: Signal) -> str:
    return ("-" if change < 0 else "+") + _amount(abs(change), signal)


def ledger_text(ledger: Ledger) -> Text:
    sum_of = " + ".join(
        f"{getattr(ledger, name):,} {name.replace('_', ' ')}"
        for name in ledger.__struct_fields__[1:]
        if getattr(ledger, name)
    )
    mark = ("balanced", "green") if ledger.balanced else ("NOT BALANCED", "bold red")
    return Text.assemble(("ledger ", "bold"), f"{ledger.accepted:,} accepted = {sum_of or '0'}  ", mark)


def arrivals_text(in_redis: int | None, signals: Collection[Signal], verified: Collection[str] | None) -> Text:
    """How far the signals have come: Redis, and the webhook receiver where one stands beside the run."""
    text = Text.assemble(("Redis ", "bold"), "does not answer" if in_redis is None else f"{in_redis} signals")
    if verified is not None:
        sent = [signal.id for signal in signals if not signal.observe]
        text.append("  webhook ", "bold")
        text.append(f"{sum(id in verified for id in sent)} of {len(sent)} verified by the receiver")
    return text
