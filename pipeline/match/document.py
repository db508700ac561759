"""What queries are matched against: the folded words of one mention, worked out once and only as far as needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import NamedTuple

from pipeline.match.fold import fold, original_span, origins
from pipeline.match.links import PUNYCODE, canonical_link, written_links
from pipeline.match.syntax import Scope
from pipeline.match.tokens import Token, tokenise
from schemas.mention import Mention

_STRIDE = 1 << 20
"""Positions of one part; more than any text has words."""
_SCOPES = (Scope.TEXT, Scope.TITLE, Scope.QUOTED, Scope.OTHER)
_BETWEEN = 128
"""Positions between two listed tags, handles or links: more than NEAR reaches, so nothing joins them."""


class Place(NamedTuple):
    """Where a word stands: positions of its first and last word, and its half-open span in the folded part."""

    first: int
    last: int
    start: int
    end: int


class Piece(NamedTuple):
    """One stretch of text as it was read. `first`: position of its first word; `offsets`: see `fold.origins`."""

    first: int
    folded: str
    original: str
    offsets: list[int] | None


def place_of(token: Token) -> Place:
    return Place(*token[1:5])


def scope_of(place: Place) -> Scope:
    return _SCOPES[place.first // _STRIDE]


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
        self._firsts: list[int] = []
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
    def tokens(self) -> list[Token]:
        """Every way to read every word, in order of position. Offsets are within the folded part."""
        found: list[Token] = []
        for part, (original, folded) in enumerate(zip(self._originals, self._folded, strict=True)):
            if folded:
                found += tokenise(folded, original, origins(original), part * _STRIDE)
        position = len(self._originals) * _STRIDE
        for folded, original in self._others:
            self._firsts.append(position)
            tokens = tokenise(folded, original, origins(original), position)
            found += tokens
            position += _BETWEEN + (tokens[-1][2] - position if tokens else 0)
        return found

    @cached_property
    def pieces(self) -> list[Piece]:
        """What was read, in order of position: the parts, then each listed tag, handle and link."""
        _ = self.tokens
        parts = [(n * _STRIDE, *read) for n, read in enumerate(zip(self._folded, self._originals, strict=True))]
        listed = [(first, *read) for first, read in zip(self._firsts, self._others, strict=True)]
        return [Piece(first, folded, original, origins(original)) for first, folded, original in (*parts, *listed)]

    @cached_property
    def index(self) -> dict[str, list[Token]]:
        """The readings of each word, in order; runs of scripts without spaces are apart."""
        index: dict[str, list[Token]] = {}
        for token in self.tokens:
            if not token[5]:
                if (known := index.get(token[0])) is None:
                    index[token[0]] = [token]
                else:
                    known.append(token)
        return index

    def places_of(self, key: str) -> list[Place]:
        """Where a word stands. `first` and `last` tell the part alone, not the position in it: no use to a phrase.

        A word of letters is mostly told by the characters beside it; the text is cut up only where they leave a doubt
        (measured: half of what a match costs).
        """
        if "index" not in self.__dict__:
            if key not in self.haystack:
                return []
            places = self._certain_places(key) if key.isascii() and key.isalnum() else None
            if places is not None:
                return places
        return [place_of(token) for token in self.index.get(key, ())]

    def _certain_places(self, key: str) -> list[Place] | None:
        """None where a tag, a handle or a script without spaces may be part of it."""
        found: list[Place] = []
        for number, folded in enumerate([*self._folded, *[folded for folded, _ in self._others]]):
            at = folded.find(key)
            if at >= 0 and ("#" in folded or "@" in folded or "$" in folded):
                return None
            first = min(number, len(_SCOPES) - 1) * _STRIDE
            while at >= 0:
                end = at + len(key)
                joined = [char for char in folded[at - 1 : at] + folded[end : end + 1] if char.isalnum()]
                if not joined:
                    found.append(Place(first, first, at, end))
                elif not any(map(str.isascii, joined)):
                    return None
                at = folded.find(key, end)
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

    def span(self, place: Place) -> tuple[int, int]:
        """The half-open span in the original text of a place in the part `text`."""
        return original_span(place.start, place.end, self._offsets)


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
