"""The words of recent posts by uid: what windows name by uid can be shown, until its author takes it back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from typing import NamedTuple

from schemas.kinds import MentionKind
from schemas.mention import Mention

KEPT = 4_000
"""Posts; about 0.6 kB each."""
LENGTH = 280
"""Code points shown of a text."""
NAME = 40


class Said(NamedTuple):
    """A post's words. `of`: the uid whose words a repost repeats; they go when either is withdrawn."""

    uid: str
    version: str
    text: str
    of: str | None
    author: str | None
    name: str | None
    url: str | None


class Heard:
    """The last `KEPT` posts heard or asked for; what nobody asks for leaves first."""

    def __init__(self) -> None:
        self._said: OrderedDict[str, Said] = OrderedDict()
        self._repeats: dict[str, set[str]] = {}

    def hear(self, mention: Mention) -> None:
        repost = mention.kind is MentionKind.REPOST
        text = mention.quoted_text if repost else mention.text or mention.title
        known = self._said.get(mention.uid)
        if not text or (known is not None and known.version > mention.version):
            return
        author = mention.author
        self._drop(mention.uid)
        said = self._said[mention.uid] = Said(
            mention.uid,
            mention.version,
            _cut(text, LENGTH),
            mention.reposted_id if repost else None,
            author.id if author is not None else None,
            _cut(author.display_name or author.handle or "", NAME) or None if author is not None else None,
            mention.url,
        )
        if said.of is not None:
            self._repeats.setdefault(said.of, set()).add(said.uid)
        if len(self._said) > KEPT:
            self._drop(next(iter(self._said)))

    def of(self, uid: str | None) -> Said | None:
        """The words of a post; None where they were withdrawn or not heard here."""
        said = self._said.get(uid) if uid is not None else None
        if said is not None:
            self._said.move_to_end(said.uid)
        return said

    def withdraw(self, uids: Collection[str], author: str | None) -> None:
        """Forget these posts and their reposts, and whatever the author wrote."""
        gone = set(uids)
        if author is not None:
            gone.update(said.uid for said in self._said.values() if said.author == author)
        for uid in gone:
            for repeat in (*self._repeats.get(uid, ()), uid):
                self._drop(repeat)

    def supersede(self, uid: str, version: str) -> None:
        """Forget earlier versions of a post that matches no longer."""
        said = self._said.get(uid)
        if said is not None and said.version < version:
            self._drop(uid)

    def _drop(self, uid: str) -> None:
        said = self._said.pop(uid, None)
        if said is not None and said.of is not None:
            repeats = self._repeats[said.of]
            repeats.discard(uid)
            if not repeats:
                del self._repeats[said.of]


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
