"""What queries are matched against: the folded words of one mention, worked out once and only as far as needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial

from pipeline.match.fold import fold, original_span, origins
from pipeline.match.links import PUNYCODE, canonical_link, written_links
from pipeline.match.piece import Piece, Place
from pipeline.match.syntax import Scope
from pipeline.match.tokens import Token
from schemas.mention import Mention

_STRIDE = 1 << 20
"""Positions of one piece; more than any text has words, so nothing joins two of them."""
_SCOPES = (Scope.TEXT, Scope.TITLE, Scope.QUOTED, Scope.OTHER)


def scope_of(place: Place) -> Scope:
    return _SCOPES[min(place.first // _STRIDE, len(_SCOPES) - 1)]


class Document:
    """One mention as queries see it. Parts never join: a phrase or NEAR holds within one part."""

    def __init__(
        self,
        text: str = "",
        title: str = "",
        quoted: str = "",
        others: Sequence[str] = (),
        links: Sequence[str] = (),
        facts: Callable[[], Sequence[tuple[str, str]]] = tuple,
    ) -> None:
        """`others` are tags and handles with their sigils, `links` canonical, `facts` gives (field, value) pairs."""
        self.text = text
        self._originals = (text, title, quoted)
        self._folded = (fold(text), fold(title), fold(quoted))
        self._others = [(fold(other), other) for other in (*others, *links)]
        self._links = links
        self._read_facts = facts
        listed = [folded for folded, _ in self._others]
        self.haystack = "\n".join([*self._folded, *listed]) if title or quoted or listed else self._folded[0]
        """All folded words; the literals of queries are sought here first."""
        if PUNYCODE in self.haystack:
            self.haystack = "\n".join([self.haystack, *self.links])

    @classmethod
    def from_mention(cls, mention: Mention) -> Document:
        """Text, title, quoted words, tags, handles and expanded links of a mention."""
        others: list[str] = []
        if mention.hashtags or mention.mentions or mention.cashtags:
            others += ["#" + tag.lstrip("#＃") for tag in mention.hashtags]
            others += ["@" + named.handle.lstrip("@") for named in mention.mentions if named.handle]
            others += ["$" + tag.lstrip("$") for tag in mention.cashtags]
        links = [canonical_link(link.expanded or link.url) for link in mention.links] if mention.links else ()
        return cls(
            mention.text or "",
            mention.title or "",
            mention.quoted_text or "",
            others,
            links,
            partial(_facts_of, mention),
        )

    @cached_property
    def pieces(self) -> list[Piece]:
        """What was read, in order of position: the parts, then each listed tag, handle and link."""
        read = (*zip(self._folded, self._originals, strict=True), *self._others)
        return [Piece(n * _STRIDE, folded, original) for n, (folded, original) in enumerate(read) if folded]

    @cached_property
    def tokens(self) -> list[Token]:
        """Every way to read every word, in order of position. Offsets are within the folded piece."""
        return [token for piece in self.pieces for token in piece.tokens]

    def places_of(self, key: str) -> list[Place]:
        """Where a word stands."""
        found: list[Place] = []
        if key in self.haystack:
            for piece in self.pieces:
                if key in piece.folded:
                    found += piece.places(key)
        return found

    def spans_of(self, key: str) -> list[Place]:
        """As `places_of`, in half the time, for who does not ask for the position: `first` and `last` tell the piece alone."""
        found: list[Place] = []
        if key in self.haystack:
            for piece in self.pieces:
                if key in piece.folded:
                    found += piece.spans(key)
        return found

    @cached_property
    def runs(self) -> list[Token]:
        """Runs of scripts without spaces."""
        return [token for token in self.tokens if token[5]]

    @cached_property
    def links(self) -> list[str]:
        """Canonical links, folded: those listed and those written in the text."""
        written = [canonical_link(link) for original in self._originals for link in written_links(original)]
        return list(dict.fromkeys(fold(link) for link in (*self._links, *written) if link))

    @cached_property
    def facts(self) -> dict[str, list[str]]:
        """Folded values of `lang`, `network`, `author`, `kind`, `country`, `followers`, and `url`: where the mention itself stands."""
        found: dict[str, list[str]] = {}
        for name, value in self._read_facts():
            found.setdefault(name, []).append(fold(value))
        return found

    @cached_property
    def _offsets(self) -> list[int] | None:
        return origins(self.text)

    def spans_in_text(self, places: Sequence[Place]) -> set[tuple[int, int]]:
        """The half-open spans in the original text of the places that stand in the part `text`."""
        spans = {(start, end) for first, _, start, end in places if first < _STRIDE}
        offsets = self._offsets if spans else None
        return spans if offsets is None else {original_span(start, end, offsets) for start, end in spans}


def _facts_of(mention: Mention) -> list[tuple[str, str]]:
    author = mention.author
    pairs = (
        ("network", mention.network),
        ("kind", mention.kind),
        ("country", mention.country),
        ("followers", str(author.followers) if author and author.followers is not None else None),
        ("lang", mention.lang.value.replace("_", "-") if mention.lang else None),
        ("author", author.handle.removeprefix("@") if author and author.handle else None),
        ("author", author.id if author else None),
        ("url", canonical_link(mention.url) if mention.url else None),
    )
    return [(name, value) for name, value in pairs if value]
