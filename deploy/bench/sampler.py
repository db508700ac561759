"""Where a process's CPU goes: a thread looks at the main thread's stack every few milliseconds and tells parts of the code apart."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

import msgspec

EVERY = 0.004
PARTS = {
    "pipeline/normalize": "normalise",
    "pipeline/match": "match",
    "pipeline/understand/stage": "understand: composing mentions",
    "pipeline/understand": "understand: language, sentiment, intents, signature",
    "pipeline/influence": "influence",
    "pipeline/windows": "listen: order, windows, index",
    "pipeline/detect": "listen: detector",
    "pipeline/emit": "records and headers",
    "schemas": "records and headers",
    "pipeline/runtime/faust": "listen's and influence's runner (Faust)",
    "pipeline/runtime/kafka": "bus",
    "pipeline/runtime": "bus",
    "agents/alert": "alert",
    "faust": "listen's and influence's runner (Faust)",
    "mode": "listen's and influence's runner (Faust)",
    "aiokafka": "Kafka client",
    "redis": "alert",
}
"""By the innermost frame whose file lies in one of these; what lies in none is the event loop's."""
_LOOP = "event loop"
_SLEEPS = ("selectors.py", "runners.py", "threading.py", "base_events.py", "futures/thread.py", "rivals/job.py")
"""Where a thread with nothing to do is found."""


class Sampler:
    """Samples every thread of this process, but its own, into `path` once a second. A sample is a moment awake, not CPU itself."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: Counter[str] = Counter()
        self._known: dict[str, str | None] = {}
        threading.Thread(target=self._run, daemon=True, name="sampler").start()

    def _run(self) -> None:
        written = time.monotonic()
        own = threading.get_ident()
        while True:
            time.sleep(EVERY)
            for ident, frame in sys._current_frames().items():
                if ident != own and (part := self._part(frame)) is not None:
                    self._found[part] += 1
            if time.monotonic() - written > 1:
                written = time.monotonic()
                self._path.write_bytes(msgspec.json.encode(dict(self._found)))

    def _part(self, innermost: FrameType) -> str | None:
        if innermost.f_code.co_filename.endswith(_SLEEPS):
            return None
        frame: FrameType | None = innermost
        while frame is not None:
            part = self._of(frame.f_code.co_filename)
            if part is not None:
                return part
            frame = frame.f_back
        return _LOOP

    def _of(self, filename: str) -> str | None:
        if filename not in self._known:
            tail = filename.replace("\\", "/").rpartition("/site-packages/")[2].removeprefix(_ROOT)
            self._known[filename] = next((name for part, name in PARTS.items() if tail.startswith(part)), None)
        return self._known[filename]


_ROOT = str(Path(__file__).resolve().parents[2]) + "/"
