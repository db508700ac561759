"""The embedded bus: one SQLite file that several processes of one machine may share."""

from __future__ import annotations

from pipeline.runtime.embedded.bus import SqliteBus
from pipeline.runtime.embedded.file import BusFileError

__all__ = ["BusFileError", "SqliteBus"]
