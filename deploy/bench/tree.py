"""What a process and its children have used."""

from __future__ import annotations

import contextlib
from typing import NamedTuple

import psutil


class Used(NamedTuple):
    cpu: float
    """Seconds, user and system, all threads."""
    resident: int
    """Bytes now."""


def used(*pids: int) -> Used:
    """Their whole trees. Children that have ended count through their parents."""
    cpu, resident = 0.0, 0
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            parent = psutil.Process(pid)
            for process in (parent, *parent.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    with process.oneshot():
                        times, memory = process.cpu_times(), process.memory_info()
                    cpu += times.user + times.system + times.children_user + times.children_system
                    resident += memory.rss
    return Used(cpu, resident)
