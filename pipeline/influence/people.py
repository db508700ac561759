"""Everybody who spoke of one brand of late, packed: a bounded store, the least recently heard forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import msgspec

from pipeline.influence import fixed
from pipeline.influence.roles import NOTHING, OPINION, REPEAT, Conduct, Deed, epoch_of
from schemas.kinds import AuthorRole

CAP = 20_000
"""People remembered a brand: at most about 5 MB."""


class People:
    """Authors are 64-bit hashes. `changed` collects whom a snapshot must write (None: gone)."""

    def __init__(self, cap: int = CAP) -> None:
        self._all: OrderedDict[int, bytes] = OrderedDict()
        self._cap = cap
        self.turn = 0
        self.evicted = 0
        self.changed: dict[int, bytes | None] = {}

    def __len__(self) -> int:
        return len(self._all)

    def hear(
        self, who: int, deed: Deed, text: int, observed_at: int, *, machine: bool = False
    ) -> tuple[Deed, AuthorRole]:
        """Count a deed; gives it back, marked when it repeats the author's last words, and what the author is with it.

        `text` is the hash of an opinion's words, 0 without any.
        """
        epoch = epoch_of(observed_at)
        packed = self._all.get(who)
        conduct = _DECODER.decode(packed) if packed is not None else Conduct(fixed.block_of(epoch), epoch, 0)
        if text and deed & OPINION:
            if text == conduct.text:
                deed |= REPEAT
            conduct.text = text
        conduct.machine = machine
        conduct.tell(deed, epoch)
        self.turn += 1
        conduct.turn = self.turn
        self._put(who, conduct)
        self._all.move_to_end(who)
        if len(self._all) > self._cap:
            gone, _ = self._all.popitem(last=False)
            self.changed[gone] = None
            self.evicted += 1
        return deed, next(conduct.roles(epoch), AuthorRole.NONE)

    def take_back(self, who: int, deed: Deed, then: int, instead: Deed = NOTHING) -> None:
        """A mention observed at `then` was deleted, or was `instead` another deed."""
        packed = self._all.get(who)
        if packed is not None:
            conduct = _DECODER.decode(packed)
            conduct.tell(deed, epoch_of(then), -1)
            if instead:
                conduct.tell(instead, epoch_of(then))
            self._put(who, conduct)

    def forget(self, who: int) -> None:
        """The author asked to be forgotten."""
        if self._all.pop(who, None) is not None:
            self.changed[who] = None

    def roles(self, who: int, observed_at: int) -> list[AuthorRole]:
        """All that an author is at an instant; none for a stranger."""
        packed = self._all.get(who)
        return [] if packed is None else list(_DECODER.decode(packed).roles(epoch_of(observed_at)))

    def load(self, packed: Iterable[tuple[int, bytes]]) -> None:
        """Start from stored conducts in any order."""
        found = sorted((_DECODER.decode(data).turn, who, data) for who, data in packed)
        self._all = OrderedDict((who, data) for _, who, data in found)
        self.turn = found[-1][0] if found else 0

    def _put(self, who: int, conduct: Conduct) -> None:
        self._all[who] = self.changed[who] = _ENCODER.encode(conduct)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Conduct)
