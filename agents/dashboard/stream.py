"""Changes of the feed as Server-Sent Events, conflated: what a reader would not see anyway is not sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from agents.dashboard.feed import MENTIONS_KEPT, RESET, Change
from agents.dashboard.views import delete_view, mention_view, signal_view, window_view
from schemas.codec import encode
from schemas.mention import Mention
from schemas.signal import Signal
from schemas.window import Window

HEARTBEAT = b": still here\n\n"


def event(name: str, value: Any) -> bytes:
    """One named event. JSON has no raw line ends, so one `data` line carries it."""
    return b"event: " + name.encode() + b"\ndata: " + encode(value) + b"\n\n"


def drain(queue: asyncio.Queue[Change]) -> list[Change]:
    changes = []
    while not queue.empty():
        changes.append(queue.get_nowait())
    return changes


def conflate(changes: Sequence[Change]) -> list[Change]:
    """The same end state in fewer changes: nothing before a reset, the last of each window, the last mentions."""
    resets = [place for place, change in enumerate(changes) if change is RESET]
    if resets:
        changes = changes[resets[-1] :]
    kept: list[Change] = []
    windows: set[tuple[str, str]] = set()
    mentions = 0
    for change in reversed(changes):
        value = change.value
        if isinstance(value, Window):
            if (value.brand, value.start) in windows:
                continue
            windows.add((value.brand, value.start))
        elif change.kind == "mention":
            mentions += 1
            if mentions > MENTIONS_KEPT:
                continue
        kept.append(change)
    kept.reverse()
    return kept


def events_of(changes: Sequence[Change]) -> bytes:
    return b"".join(event(change.kind, _view(change)) for change in conflate(changes))


def _view(change: Change) -> dict[str, Any]:
    value = change.value
    if isinstance(value, Window):
        return window_view(value)
    if isinstance(value, Signal):
        return signal_view(value)
    if isinstance(value, Mention):
        return delete_view(value) if change.kind == "delete" else mention_view(value)
    return {}
