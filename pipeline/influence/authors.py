"""All authors of one partition: a bounded store, the least recently touched forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping

from pipeline.influence.author import Author, new_author, unpack
from pipeline.influence.journal import Journal, Told

CAPACITY = 1_000_000
_PREFIX = "author:"


class Authors:
    """Packed at rest, unpacked from the first touch in an epoch until its end. Keys are `<network>:<author>`.

    State: the authors as of the last end of an epoch, and a journal of what was told since.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._all: OrderedDict[str, Author | bytes] = OrderedDict()
        self._touched: dict[str, Author] = {}
        self._gone: dict[str, bool] = {}
        """Whom the capacity pushed out in this epoch, and whether a score of theirs is known to readers."""
        self._journal = Journal()
        self._changed: dict[str, bytes | None] = {}
        self._capacity = capacity
        self.evicted = 0
        self.overflowed = 0
        """Engagers that did not fit their author's map."""

    def tell(self, told: Told, epoch: int) -> None:
        """Apply one interaction; its author becomes the most recently touched. Beyond the capacity the least recent goes."""
        self._journal.add(told)
        author = self._touch(told.key, epoch)
        author.open(epoch, told.turn)
        if told.followers is not None:
            author.see_followers(told.followers, epoch)
        if told.weight:
            author.add(told.who, told.weight, told.quality, epoch)

    def close(self, epoch: int) -> Iterator[tuple[str, Author | None]]:
        """The authors touched since the last close, in order of key, trimmed to what they are at the start of `epoch`.

        None for one with a score who was forgotten: the least recently touched beyond the capacity. The receiver may change an
        author before it asks for the next: it is kept as it is then.
        """
        for key in sorted(self._touched.keys() | self._gone.keys()):
            author = self._touched.get(key)
            if author is None:
                self._changed[key] = None
                if self._gone[key]:
                    yield key, None
            else:
                self.overflowed += author.trim(epoch)
                yield key, author
                self._all[key] = self._changed[key] = author.pack()
        self._gone.clear()
        self._touched.clear()
        self._journal.settle()

    def __len__(self) -> int:
        return len(self._all)

    def changes(self) -> dict[str, bytes | None]:
        """State keys changed since the last call."""
        changed = {f"{_PREFIX}{key}": data for key, data in self._changed.items()}
        self._changed.clear()
        return changed | self._journal.changes()

    def restore(self, state: Mapping[str, bytes], epoch: int) -> None:
        """From state; `epoch` is the open one, that the journal belongs to."""
        found = [
            (unpack(data).turn, key[len(_PREFIX) :], data) for key, data in state.items() if key.startswith(_PREFIX)
        ]
        for _, key, data in sorted(found):
            self._all[key] = data
        for told in self._journal.restore(state):
            self.tell(told, epoch)
        self.evicted = self.overflowed = 0

    def _touch(self, key: str, epoch: int) -> Author:
        author = self._touched.get(key)
        if author is None:
            packed = self._all.get(key)
            if packed is None:
                author = new_author(epoch)
                author.scored = self._gone.pop(key, False)
                if len(self._all) >= self._capacity:
                    self._evict()
            else:
                author = unpack(packed) if isinstance(packed, bytes) else packed
            self._touched[key] = self._all[key] = author
        self._all.move_to_end(key)
        return author

    def _evict(self) -> None:
        key, author = self._all.popitem(last=False)
        self._touched.pop(key, None)
        self._gone[key] = (unpack(author) if isinstance(author, bytes) else author).scored
        self.evicted += 1
