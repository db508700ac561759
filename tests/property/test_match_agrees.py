"""The matcher means what the grammar says: against the naive evaluator, over random queries and random or real texts."""

from __future__ import annotations

import gzip
import os
import random
from itertools import islice
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.match import Document, Matcher, QueryError, naive_match, parse
from pipeline.match.fold import fold, original_span, origins
from schemas.config import Brand, Target
from schemas.kinds import MentionKind, Op, TargetType
from schemas.mention import Author, Lang, Link, Mention, Named, RawRef

SHARED = Path(os.environ.get("ESCUCHA_SHARED", Path(__file__).parents[2] / "../shared"))

WORDS = [
    "luz",
    "Luz",
    "luzón",
    "café",
    "peña",
    "iberluz",
    "falla",
    "otra",
    "a",
    "ab",
    "😡",
    "電力",
    "力",
    "5g",
    "นะ",
    "नम",
]
TEXT_BITS = [
    *WORDS, "#IberluzFalla", "#luz", "#ABCLuz", "@iberluz", "@luz_a", "@luz.a", "$luz", "L'luz", "luz-café", "東京電力は",
    "https://iberluz.es/luz", "iberluz.es/luz/x", "info@luz.es", "_luz_", "luz😡ab", "aनम", "lu\u200bz", "cafe\u0301", "#電力Luz",
    "iberluzfalla", ".", "\n", "™", "ß",
]  # fmt: skip
ATOMS = [
    *WORDS, "#iberluzfalla", "#luz", "@iberluz", "@luz_a", "$luz", "lu*", "*uz", "l?z", "iber*a", "#ib*", "@l*", '"luz café"',
    '"iberluz falla otra"', '"luz*"', "luz-café", '"a a"', "hashtag:luz", "東京電力", "iberluzfalla", '"😡 luz"', "luz電力",
]  # fmt: skip
FIELDS = ["lang:es", "network:x", "kind:post", "author:ana", "url:iberluz.es/luz", "site:iberluz.es", "kind:review"]

atoms = st.sampled_from(ATOMS)
near_operands = st.one_of(
    atoms.filter(lambda a: ":" not in a or a.startswith("hashtag")), st.builds("({} OR {})".format, atoms, atoms)
)
gaps = st.builds("{}NEAR/{}".format, st.sampled_from(["", "O"]), st.integers(1, 4))
nears = st.one_of(
    st.builds("{} {} {}".format, near_operands, gaps, near_operands),
    st.builds("{} {} {} {} {}".format, near_operands, gaps, near_operands, gaps, near_operands),
)
queries = st.recursive(
    st.one_of(atoms, nears, st.sampled_from(FIELDS)),
    lambda inner: st.one_of(
        st.builds("{} {}".format, inner, inner),
        st.builds("{} AND {}".format, inner, inner),
        st.builds("{} OR {}".format, inner, inner),
        st.builds("({})".format, inner),
        st.builds("NOT {}".format, inner),
        st.builds("in:title {}".format, atoms),
        st.builds("in:text ({})".format, st.one_of(atoms, nears)),
    ),
    max_leaves=6,
)
texts = st.lists(st.sampled_from(TEXT_BITS), max_size=9).flatmap(
    lambda bits: st.sampled_from([" ", " ", "", ", "]).map(lambda glue: glue.join(bits))
)


def _mention(text: str | None, title: str | None = None, quoted: str | None = None, rich: bool = False) -> Mention:
    return Mention(
        schema_version=1,
        op=Op.UPSERT,
        uid="x:1",
        version="1",
        network="x",
        received_at="2026-11-22T12:00:00.000Z",
        raw=RawRef("x"),
        kind=MentionKind.POST,
        author=Author("7", "Ana"),
        lang=Lang("es-ES", "declared"),
        text=text,
        title=title,
        quoted_text=quoted,
        hashtags=["IberluzFalla", "luz"] if rich else [],
        mentions=[Named(handle="Iberluz")] if rich else [],
        links=[Link("https://t.co/x", "https://www.iberluz.es/luz/?utm_source=y")] if rich else [],
    )


def _matches(queries: list[str], mention: Mention) -> set[int]:
    brands = [Brand(str(n), "B", [Target(TargetType.BRAND, query, "t")]) for n, query in enumerate(queries)]
    return {int(match.brand) for match in Matcher(brands, "v").match(mention)}


def _parses(query: str) -> bool:
    try:
        parse(query)
    except QueryError:
        return False
    return True


@settings(max_examples=300, deadline=None)
@given(
    st.lists(queries.filter(_parses), min_size=1, max_size=4),
    texts,
    st.none() | texts,
    st.none() | texts,
    st.booleans(),
)
def test_the_matcher_agrees_with_the_grammar(
    queries: list[str], text: str, title: str | None, quoted: str | None, rich: bool
) -> None:
    mention = _mention(text, title, quoted, rich)
    doc = Document.from_mention(mention)
    assert _matches(queries, mention) == {n for n, query in enumerate(queries) if naive_match(query, doc)}


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([a for a in ATOMS if a[0] not in '"#@$' and "*" not in a and "?" not in a and ":" not in a]), texts
)
def test_a_span_holds_the_word_it_stands_for(word: str, text: str) -> None:
    brands = [Brand("b", "B", [Target(TargetType.BRAND, word, "t")])]
    for match in Matcher(brands, "v").match(_mention(text)):
        assert match.targets[0].spans
        for start, end in match.targets[0].spans:
            letters = [c for c in fold(text[start:end]) if c.isalnum() or ord(c) > 0x2FFF]
            assert "".join(letters) == "".join(c for c in fold(word) if c.isalnum() or ord(c) > 0x2FFF)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_at_all_is_matched_or_refused_as_a_query(text: str) -> None:
    if _parses(text):
        naive_match(text, Document(text))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_tokens_lie_within_any_text(text: str) -> None:
    doc = Document(text)
    folded, offsets = fold(text), origins(text)
    for key, first, last, start, end, _ in doc.tokens:
        assert folded[start:end] == key
        assert first <= last
        begin, stop = original_span(start, end, offsets)
        assert 0 <= begin < stop <= len(text)


def _real_texts(count: int) -> list[Mention]:
    path = SHARED / "bulk" / "reddit_t3.jsonl.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there: real texts come with the shared data (ESCUCHA_SHARED)")
    with gzip.open(path) as lines:
        rows = [orjson.loads(line)["data"] for line in islice(lines, 0, count * 37, 37)]
    return [_mention(row.get("selftext") or "", row.get("title") or "") for row in rows]


def test_random_queries_over_real_texts_agree_with_the_grammar() -> None:
    mentions = _real_texts(1_500)
    rng = random.Random(11)
    words = [w for m in mentions for w in f"{m.title} {m.text}".split() if _parses(w) and '"' not in w and "(" not in w]
    pick = lambda: rng.choice(words).rstrip(":")  # noqa: E731  read at each use below
    shapes = [
        "{} {}",
        "{} OR {}",
        '"{} {}"',
        "{} NOT {}",
        "{} NEAR/6 {}",
        "{} ONEAR/9 {}",
        "in:title {} OR {}",
        "({} OR {}) {} NOT {}",
    ]
    made: list[str] = []
    while len(made) < 300:
        query = rng.choice(shapes).format(*(pick() for _ in range(4)))
        if _parses(query):
            made.append(query)
    brands = [Brand(f"{n:03d}", "B", [Target(TargetType.BRAND, query, "t")]) for n, query in enumerate(made)]
    matcher = Matcher(brands, "v")
    trees = [parse(query) for query in made]
    found = 0
    for mention in rng.sample(mentions, 120):
        doc = Document.from_mention(mention)
        expected = {f"{n:03d}" for n, tree in enumerate(trees) if naive_match(tree, doc)}
        assert {match.brand for match in matcher.match(mention)} == expected
        found += len(expected)
    assert found > 100
