"""The run in a terminal: a live screen where there is one, plain lines where there is none."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Collection, Coroutine

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from agents.dashboard.terminal import (
    arrivals_text,
    brands_table,
    ledger_text,
    mention_text,
    mentions_panel,
    signal_body,
    signal_head,
    signal_panel,
)
from agents.embedded import Running, Screen
from schemas.mention import Mention
from schemas.signal import Signal

EVERY = 0.5
STATUS_EVERY = 10.0
SAMPLE_EVERY = 3.0
"""Seconds between two mentions shown as plain lines: enough to see that people speak, not a flood."""
log = logging.getLogger("escucha.screen")


def screen_for(plain: bool) -> Screen:
    """The live screen on a terminal, lines elsewhere or when asked for."""
    return lines if plain or not sys.stderr.isatty() else live


async def lines(running: Running, stop: asyncio.Event, console: Console | None = None) -> None:
    """What happens, a line each, on stderr."""
    told = Lines(running, console or Console(stderr=True, highlight=False, soft_wrap=True))
    while not stop.is_set():
        await _safely(told.tell())
        await _pause(stop)
    await _safely(told.tell(last=True))


async def live(running: Running, stop: asyncio.Event, console: Console | None = None) -> None:
    """One screen that keeps itself up to date, and stays as it was at the end."""
    console = console or Console(stderr=True)
    with Live(console=console, auto_refresh=False, screen=False, vertical_overflow="crop") as screen:
        while not stop.is_set():
            await _safely(_refresh(screen, running, console))
            await _pause(stop)
        await _safely(_refresh(screen, running, console))


class Lines:
    """Remembers what was told, so that each thing is told once."""

    def __init__(self, running: Running, console: Console) -> None:
        self._running = running
        self._console = console
        self._names = _names(running)
        self._signals = 0
        self._awaited: dict[str, Signal] = {}
        self._began = False
        self._live = False
        self._status_at = 0.0
        self._sample_at = 0.0
        self._sampled: Mention | None = None

    async def tell(self, last: bool = False) -> None:
        running, now = self._running, time.monotonic()
        if not self._began:
            self._began = True
            self._print(Text(f"Escucha listens. Page: {running.url}"))
        if not self._live and running.live:
            self._live = True
            self._print(Text(f"History is in after {now - running.started:.1f} s; listening live."))
        self._tell_signals()
        self._tell_arrivals()
        if self._live and now - self._sample_at >= SAMPLE_EVERY:
            self._tell_mention(now)
        if last or now - self._status_at >= STATUS_EVERY:
            self._status_at = now
            await self._tell_status()

    def _tell_signals(self) -> None:
        signals = self._running.feed.signals
        for signal in signals[self._signals :]:
            self._print(signal_head(signal, self._names))
            for line in signal_body(signal):
                self._print(Text("  ").append_text(line))
            self._print(Text(f"  {self._running.explain} {signal.id}"))
            if not signal.observe:
                self._awaited[signal.id] = signal
        self._signals = len(signals)

    def _tell_arrivals(self) -> None:
        verified = set(_verified(self._running) or ())
        for id in sorted(self._awaited.keys() & verified):
            signal = self._awaited.pop(id)
            name = self._names.get(signal.brand, signal.brand)
            self._print(
                Text(f"{signal.kind} {signal.edge} of {name} is in Redis and verified at the webhook receiver ({id})")
            )

    def _tell_mention(self, now: float) -> None:
        mentions = self._running.feed.mentions
        if mentions and mentions[-1] is not self._sampled:
            self._sampled, self._sample_at = mentions[-1], now
            self._print(mention_text(mentions[-1], self._names))

    async def _tell_status(self) -> None:
        running = self._running
        arrivals = arrivals_text(await running.in_redis(), running.feed.signals, _verified(running))
        ledger = ledger_text(await running.engine.ledger())
        head = f"[{time.monotonic() - running.started:.0f} s] {_state(running)}, {running.feed.seen:,} mentions  "
        self._print(Text.assemble(head, arrivals, "  ", ledger))

    def _print(self, line: Text) -> None:
        self._console.print(line, soft_wrap=True)


async def _refresh(screen: Live, running: Running, console: Console) -> None:
    screen.update(await _draw(running, console.width, console.height), refresh=True)


async def _draw(running: Running, width: int, height: int) -> RenderableType:
    """As much as fits: figures first, then the latest signals, and mentions in what is left."""
    names = _names(running)
    signals = running.feed.signals
    fits = max((height - 18) // 10, 1)
    parts: list[RenderableType] = [_head(running), brands_table(running.feed, width)]
    parts.append(mentions_panel(running.feed, 8 if height >= 36 else 4, names))
    if signals:
        parts += [signal_panel(signal, names) for signal in reversed(signals[-min(fits, 3) :])]
    else:
        parts.append(Panel(Text(_awaited(running), "dim"), border_style="dim"))
    parts.append(arrivals_text(await running.in_redis(), signals, _verified(running)))
    parts.append(ledger_text(await running.engine.ledger()))
    return Group(*parts)


def _head(running: Running) -> Text:
    seconds = f"{time.monotonic() - running.started:4.0f} s  "
    return Text.assemble(("Escucha ", "bold"), seconds, (_state(running), "cyan"), "  ", (running.url, "underline"))


def _state(running: Running) -> str:
    return "live" if running.live else f"filling history: {_date(running.engine.frontier)}"


def _awaited(running: Running) -> str:
    if any(source.kind == "simulator" for source in running.config.sources):
        return "No signal yet. A crisis is planted soon after the history is in."
    return "No signal yet. It appears here when far more is said about a brand than usual."


def _date(millis: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(millis / 1000)) if millis else "starting"


def _names(running: Running) -> dict[str, str]:
    return {brand.id: brand.name for brand in running.config.brands}


def _verified(running: Running) -> Collection[str] | None:
    """Ids of the signals that the receiver beside the run verified; None where there is no receiver."""
    return None if running.receiver is None else {webhook.id for webhook in running.receiver.received}


async def _safely(showing: Coroutine[None, None, None]) -> None:
    """A screen watches the run; that something cannot be shown must not end what is watched."""
    try:
        await showing
    except Exception:
        log.exception("the screen could not show something")


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), EVERY)
    except TimeoutError:
        return
