"""Where a run keeps its files, in one place."""

from __future__ import annotations

from pathlib import Path


def bus_file(data: Path) -> Path:
    return data / "bus.sqlite"


def redis_directory(data: Path) -> Path:
    return data / "redis"


def state_file(data: Path) -> Path:
    """Addresses of a run in progress, for `doctor` and people."""
    return data / "run.json"
