"""Interactions already counted: a set with a horizon and a cap, forgotten oldest first in whole chunks."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

HORIZON_EPOCHS = 48
"""A repeat within 48 h is always recognised, memory permitting; after 49 h never."""
CHUNK = 1_024
CAPACITY = 1_000_000
"""Hashes remembered: about 80 MB. Beyond it the oldest chunks go early, counted."""


@dataclass(slots=True)
class _Chunk:
    number: int
    epoch: int
    hashes: array[int] = field(default_factory=lambda: array("Q"))

    def pack(self) -> bytes:
        return self.epoch.to_bytes(8, "big") + b"".join(h.to_bytes(8, "big") for h in self.hashes)


class Seen:
    """Filled in order of application, so that its chunks are the same however the records were batched."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._chunks: deque[_Chunk] = deque()
        self._set: set[int] = set()
        self._capacity = capacity
        self._next = 0
        self._changed: dict[int, _Chunk | None] = {}
        self.forgotten_early = 0
        """Hashes that the cap pushed out within the horizon."""

    def first_time(self, hashed: int, epoch: int) -> bool:
        """Whether a hash is new at `epoch` (which never falls from call to call); it is remembered."""
        while self._chunks and self._chunks[0].epoch + HORIZON_EPOCHS < epoch:
            self._drop_oldest()
        if hashed in self._set:
            return False
        if len(self._set) >= self._capacity:
            self.forgotten_early += self._drop_oldest()
        last = self._chunks[-1] if self._chunks else None
        if last is None or last.epoch != epoch or len(last.hashes) >= CHUNK:
            last = _Chunk(self._next, epoch)
            self._next += 1
            self._chunks.append(last)
        last.hashes.append(hashed)
        self._set.add(hashed)
        self._changed[last.number] = last
        return True

    def __len__(self) -> int:
        return len(self._set)

    def changes(self) -> dict[str, bytes | None]:
        """State keys changed since the last call: at most one growing chunk of 8 kB, and those filled or dropped."""
        changed = {
            f"seen:{number:012d}": chunk.pack() if chunk else None for number, chunk in sorted(self._changed.items())
        }
        self._changed.clear()
        return changed

    def restore(self, state: Mapping[str, bytes]) -> None:
        for key in sorted(k for k in state if k.startswith("seen:")):
            data = state[key]
            chunk = _Chunk(int(key[5:]), int.from_bytes(data[:8], "big"))
            chunk.hashes.extend(int.from_bytes(data[i : i + 8], "big") for i in range(8, len(data), 8))
            self._chunks.append(chunk)
            self._set.update(chunk.hashes)
            self._next = chunk.number + 1

    def _drop_oldest(self) -> int:
        chunk = self._chunks.popleft()
        self._set.difference_update(chunk.hashes)
        self._changed[chunk.number] = None
        return len(chunk.hashes)
