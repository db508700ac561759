"""A tick: the record that says time has passed. Timers, the watermark and resolving run on ticks alone."""

from __future__ import annotations

import msgspec


class Tick(msgspec.Struct, frozen=True):
    """From `origin` (a partition of the upstream topic) no record observed before `at` will follow. `at` in milliseconds."""

    at: int
    origin: int
