"""What was told of authors since their epoch began: written once, small, until the epoch's end settles it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

CHUNK = 256


class Told(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One applied interaction, reduced to what an author's state takes from it. A weight of 0 only touches."""

    key: str
    turn: int
    who: int
    weight: int
    quality: int
    followers: int | None


class Journal:
    """Chunks under `told:<number>`. Only the growing one is written again, so a busy author costs no more than a quiet one."""

    def __init__(self) -> None:
        self._growing: list[Told] = []
        self._number = 0
        self._written = 0
        self._dirty = False
        self._changed: dict[str, bytes | None] = {}

    def add(self, told: Told) -> None:
        self._growing.append(told)
        self._dirty = True
        if len(self._growing) == CHUNK:
            self._write()
            self._growing = []
            self._number += 1

    def settle(self) -> None:
        """All of it is in the authors' own state now."""
        # Several epochs may end between two snapshots: what an earlier end removed stays removed.
        self._changed = dict.fromkeys([*self._changed, *map(_key, range(self._written))])
        self._growing = []
        self._dirty = False
        self._number = self._written = 0

    def changes(self) -> dict[str, bytes | None]:
        """State keys changed since the last call."""
        if self._dirty:
            self._write()
        changed, self._changed = self._changed, {}
        return changed

    def restore(self, state: Mapping[str, bytes]) -> Iterator[Told]:
        """What to tell again, in order; telling it fills this journal."""
        self._written = sum(key.startswith("told:") for key in state)
        for number in range(self._written):
            yield from _DECODER.decode(state[_key(number)])

    def _write(self) -> None:
        self._dirty = False
        self._changed[_key(self._number)] = _ENCODER.encode(self._growing)
        self._written = max(self._written, self._number + 1)


def _key(number: int) -> str:
    return f"told:{number:08d}"


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[Told])
