"""Raw words: found by their folded form, kept where the original has these very characters."""

from __future__ import annotations

from bisect import bisect_right

from pipeline.match.document import Document
from pipeline.match.fold import as_written, fold, original_span
from pipeline.match.piece import Piece, Place
from pipeline.match.syntax import Raw
from pipeline.match.tokens import plain_pieces


def raw_places(raw: Raw, words: list[Place], doc: Document) -> list[Place]:
    """The places among `words`, those of the folded words, where they and the signs around them stand as written.

    Without words in it: wherever the signs stand; such places tell the part, not the position in it.
    """
    if raw.words is None:
        return _signs(raw.text, doc)
    folded = fold(raw.text)
    pieces = plain_pieces(folded)
    lead = folded.index(pieces[0][0])
    trail = len(folded) - folded.rindex(pieces[-1][0]) - len(pieces[-1][0])
    begins = [piece.first for piece in doc.pieces]
    found = []
    for place in words:
        piece = doc.pieces[bisect_right(begins, place.first) - 1]
        start, end = place.start - lead, place.end + trail
        if start >= 0 and end <= len(piece.folded) and as_written(_original(piece, start, end)) == raw.text:
            found.append(place._replace(start=start, end=end))
    return found


def _signs(text: str, doc: Document) -> list[Place]:
    folded = fold(text)
    found = []
    for piece in doc.pieces:
        at = piece.folded.find(folded)
        while at >= 0:
            end = at + len(folded)
            if as_written(_original(piece, at, end)) == text:
                found.append(Place(piece.first, piece.first, at, end))
            at = piece.folded.find(folded, at + 1)
    return found


def _original(piece: Piece, start: int, end: int) -> str:
    return piece.original[slice(*original_span(start, end, piece.offsets))]
