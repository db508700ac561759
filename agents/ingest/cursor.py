"""Where a connector stands: written only after the log has acknowledged everything before it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import msgspec

from agents.ingest.connector import Gap
from schemas.ids import stable_id


class CursorMismatch(ValueError):
    """A stored cursor belongs to another host or is of another kind: using it would skip or repeat silently."""


class Checkpoint(msgspec.Struct, frozen=True):
    """A position in one host's stream. Positions of different hosts, or of different kinds, cannot be compared."""

    source: str
    network: str
    host: str
    kind: str
    """`seq` (the host's own numbering) or `time_us` (microseconds)."""
    value: int
    time_us: int
    """The network's time of the last event: the only thing that carries over to another host."""


class CursorStore(Protocol):
    def load(self, source: str, host: str, kind: str) -> Checkpoint | None: ...

    def latest(self, source: str) -> Checkpoint | None:
        """The newest position of the source on any host: for fail-over, by its time only."""
        ...

    def save(self, checkpoint: Checkpoint) -> None: ...

    def gap(self, gap: Gap) -> None:
        """Remember a span that was lost upstream."""
        ...

    def gaps(self) -> list[Gap]: ...


class FileCursorStore:
    """One file per source, host and kind, replaced whole; gaps in one append-only file beside them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def _path(self, source: str, host: str, kind: str) -> Path:
        return self._folder / f"{stable_id('cursor', source, host, kind)}.json"

    def load(self, source: str, host: str, kind: str) -> Checkpoint | None:
        """Raises CursorMismatch when the file found is not this source's, host's and kind's, ValueError when it is damaged."""
        path = self._path(source, host, kind)
        try:
            found = msgspec.json.decode(path.read_bytes(), type=Checkpoint)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as fault:
            raise ValueError(f"{path}: damaged cursor ({fault}); remove the file to start at the live tip") from fault
        if (found.source, found.host, found.kind) != (source, host, kind):
            raise CursorMismatch(
                f"{path}: cursor of {found.source} at {found.host} ({found.kind}), wanted {source} at {host} ({kind}); remove the file"
            )
        return found

    def latest(self, source: str) -> Checkpoint | None:
        found = (msgspec.json.decode(path.read_bytes(), type=Checkpoint) for path in self._folder.glob("cursor_*.json"))
        return max((c for c in found if c.source == source), key=lambda c: c.time_us, default=None)

    def save(self, checkpoint: Checkpoint) -> None:
        path = self._path(checkpoint.source, checkpoint.host, checkpoint.kind)
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(checkpoint))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def gap(self, gap: Gap) -> None:
        with (self._folder / "gaps.jsonl").open("ab") as file:
            file.write(msgspec.json.encode(gap._asdict()) + b"\n")

    def gaps(self) -> list[Gap]:
        try:
            lines = (self._folder / "gaps.jsonl").read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        return [Gap(**msgspec.json.decode(line)) for line in lines if line]
