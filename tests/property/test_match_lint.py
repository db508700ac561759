"""What the linter says of a query is true of every mention: thousands of random queries against the naive evaluator."""

from __future__ import annotations

import random

import pytest

from pipeline.match import Document, Query, QueryError, naive_match, parse
from pipeline.match.lint import lint
from pipeline.match.shape import implies
from schemas.kinds import MentionKind, Op
from schemas.mention import Author, Lang, Mention, RawRef

LEAVES = [
    "luz", "gas", "Luz", '"luz gas"', '"gas luz gas"', "luz*", "luzero", "#luz", "@luz", "電力", "東京電力", "raw:Luz", "luz NEAR/3 gas",
    "lang:es", "lang:es-mx", "lang:en", "network:x", "network:reddit", "kind:post", "kind:review", "followers:>5", "followers:<4",
    "followers:3..9", "followers:7", "country:ES", "country:MX", "author:ana", "author:an*", "url:a.es/luz", "site:a.es",
]  # fmt: skip
SHAPES = [
    "({} {})",
    "({} {} {})",
    "({} OR {})",
    "({} NOT {})",
    "NOT {}",
    "in:title {}",
    "in:text {}",
    "({} OR {} OR {})",
]
WORDS = ["luz", "Luz", "gas", "luzero", "#luz", "@luz", "東京電力", "電力", "a.es/luz", "b.es", "x", "#LuzGas"]


def _query(rng: random.Random, depth: int = 3) -> str:
    if depth == 0 or rng.random() < 0.35:
        return rng.choice(LEAVES)
    shape = rng.choice(SHAPES)
    return shape.format(*(_query(rng, depth - 1) for _ in range(shape.count("{}"))))


def _queries(seed: int, count: int) -> list[Query]:
    rng, made = random.Random(seed), []
    while len(made) < count:
        try:
            made.append(parse(_query(rng)))
        except QueryError:
            continue
    return made


def _document(rng: random.Random) -> Document:
    lang = rng.choice(["es", "es-MX", "en", ""])
    return Document.from_mention(
        Mention(
            schema_version=1,
            op=Op.UPSERT,
            uid="x:1",
            version="1",
            network=rng.choice(["x", "reddit"]),
            received_at="2026-11-22T12:00:00.000Z",
            raw=RawRef("x"),
            kind=rng.choice([MentionKind.POST, MentionKind.REVIEW]),
            author=Author("7", "ana", followers=rng.choice([None, 0, 3, 6, 7])),
            lang=Lang(lang, "declared") if lang else None,
            text=" ".join(rng.choices(WORDS, k=rng.randrange(6))),
            title=" ".join(rng.choices(WORDS, k=rng.randrange(3))),
            country=rng.choice([None, "ES", "MX"]),
        )
    )


@pytest.fixture(scope="module")
def docs() -> list[Document]:
    rng = random.Random(1)
    return [_document(rng) for _ in range(150)]


def test_what_is_called_impossible_matches_nothing(docs: list[Document]) -> None:
    called = [query for query in _queries(2, 4_000) if any("never matches" in one.message for one in lint(query))]
    assert len(called) > 100
    wrong = [query.source for query in called if any(naive_match(query, doc) for doc in docs)]
    assert wrong == []


def test_what_follows_from_a_query_matches_wherever_it_does(docs: list[Document]) -> None:
    queries = _queries(3, 260)
    matched = [{n for n, doc in enumerate(docs) if naive_match(query, doc)} for query in queries]
    told, wrong = 0, []
    for one, held in zip(queries, matched, strict=True):
        for other, holds in zip(queries, matched, strict=True):
            if one is not other and implies(one.root, other.root):
                told += 1
                if not held <= holds:
                    wrong.append((one.source, other.source))
    assert wrong == []
    assert told > 500


def test_most_of_what_never_matches_is_called_so(docs: list[Document]) -> None:
    silent = [query for query in _queries(4, 1_500) if not any(naive_match(query, doc) for doc in docs)]
    called = [query for query in silent if any("never matches" in one.message for one in lint(query))]
    assert 4 * len(called) > len(silent) > 50
