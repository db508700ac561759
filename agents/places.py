"""Where a run keeps its files, in one place."""

from __future__ import annotations

from pathlib import Path


def bus_file(data: Path) -> Path:
    return data / "bus.sqlite"


def redis_directory(data: Path) -> Path:
    return data / "redis"


def cursor_directory(data: Path) -> Path:
    return data / "cursors"


def lock_file(data: Path, role: str) -> Path:
    return data / f"{role}.lock"
