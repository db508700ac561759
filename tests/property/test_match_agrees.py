"""The matcher means what the grammar says: against the naive evaluator, over random queries and random or real texts."""

from __future__ import annotations

import gzip
import os
import random
import re
from itertools import islice
from pathlib import Path

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.match import Document, Matcher, QueryError, naive_match, parse
from pipeline.match.fold import fold, original_span, origins
from pipeline.match.lint import lint
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
    "Luz", "LUZ", "Café", "AT&T", "at t", ":-)", "#iPhone15Pro", "🇪🇸", "🇪🇸🇸🇪", "👍🏽", "ة", "https://m.iberluz.es/luz",
    "https://xn--caf-dma.es/x",
]  # fmt: skip
ATOMS = [
    *WORDS, "#iberluzfalla", "#luz", "@iberluz", "@luz_a", "$luz", "lu*", "*uz", "l?z", "iber*a", "#ib*", "@l*", '"luz café"',
    '"iberluz falla otra"', '"luz*"', "luz-café", '"a a"', "hashtag:luz", "東京電力", "iberluzfalla", '"😡 luz"', "luz電力",
    "raw:Luz", "raw:LUZ", 'raw:"Luz café"', 'raw:"AT&T"', "raw:Café", "raw:電力", "raw:#luz", "iphone", '"iphone 15"', "🇸🇸", "👍",
]  # fmt: skip
FIELDS = [
    "lang:es",
    "network:x",
    "kind:post",
    "author:ana",
    "url:iberluz.es/luz",
    "site:iberluz.es",
    "kind:review",
    "country:MX",
    "followers:>10",
    "followers:..10",
    "url:café.es",
    "site:m.iberluz.es",
    'raw:":-)"',
]

atoms = st.sampled_from(ATOMS)
near_operands = st.one_of(atoms, st.builds("({} OR {})".format, atoms, atoms))
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
        st.builds("in:title|text {}".format, inner),
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
        author=Author("7", "Ana", followers=11 if rich else None),
        country="MX" if rich else None,
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
        for remark in lint(parse(text)):
            assert 0 <= remark.position < len(text)


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


BUILT_IN = [
    "Llevo tres horas sin luz y @Iberluz no contesta al teléfono. ¿Alguien sabe algo? #IberluzFalla",
    "Just tried the new Café Brumal cold brew: honestly the best I've had in years ☕️🔥",
    "La app de Zampaya va genial pero la entrega fue un desastre, l'última vez llegó frío.",
    "東京電力の対応は遅すぎる。もう3時間も停電している",
    "Does anyone know whether the AT&T outage in New York is over? It's been hours… https://www.example.com/status?utm_source=x",
    "No está nada mal el servicio de Coca-Cola FEMSA, la verdad; 10/10 would recommend",
    "RT @luznorte: Corte programado en el barrio de Gràcia, mañana de 8 a 10h ⚡️ más info en luznorte.example/avisos",
]
SHAPES = [
    "{} {}",
    "{} OR {}",
    '"{} {}"',
    '"{} {} {}"',
    "{} NOT {}",
    "{} NEAR/6 {}",
    "{} ONEAR/9 {}",
    "{} NEAR/3 {} ONEAR/20 {}",
    "in:title {} OR {}",
    "in:text ({} {})",
    "({} OR {}) {} NOT {}",
    "{} NOT ({} OR {} {})",
    "raw:{} OR {}",
    "raw:{} {}",
    "raw:{} NEAR/9 {}",
    "{}* {}",
    "*{} OR {}",
    "({} OR {}*) NEAR/12 ({} OR {})",
    "{} followers:>5 OR {} lang:es",
]


def _real_texts(count: int) -> list[Mention]:
    path = SHARED / "bulk" / "reddit_t3.jsonl.gz"
    if not path.exists():
        return [_mention(text, text[: n % 40]) for n, text in enumerate(BUILT_IN)] * (count // len(BUILT_IN))
    with gzip.open(path) as lines:
        rows = [orjson.loads(line)["data"] for line in islice(lines, 0, count * 37, 37)]
    return [_mention(row.get("selftext") or "", row.get("title") or "") for row in rows]


def _random_queries(mentions: list[Mention], rng: random.Random, count: int) -> list[str]:
    """Queries out of words that stand near each other in the texts, so that a good part of them match something."""
    made: list[str] = []
    while len(made) < count:
        said = rng.choice(mentions)
        words = [re.sub(r"[^\w@#$'-]", "", word) for word in f"{said.title} {said.text}".split()]
        words = [word for word in words if word and word[0] not in "'-"]
        if len(words) < 4:
            continue
        at = rng.randrange(len(words))
        near = words[max(0, at - 6) : at + 6]
        query = rng.choice(SHAPES).format(*(rng.choice(near) for _ in range(4)))
        if _parses(query):
            made.append(query)
    return made


def _agree(queries: list[str], mentions: list[Mention]) -> int:
    """How many pairs match, all of them for the matcher and for the grammar."""
    brands = [Brand(f"{n:05d}", "B", [Target(TargetType.BRAND, query, "t")]) for n, query in enumerate(queries)]
    matcher = Matcher(brands, "v")
    trees = [parse(query) for query in queries]
    found = 0
    for mention in mentions:
        doc = Document.from_mention(mention)
        expected = {f"{n:05d}" for n, tree in enumerate(trees) if naive_match(tree, doc)}
        assert {match.brand for match in matcher.match(mention)} == expected
        found += len(expected)
    return found


def test_ten_thousand_random_queries_over_real_texts_agree_with_the_grammar() -> None:
    mentions, rng = _real_texts(3_000), random.Random(11)
    found = sum(_agree(_random_queries(mentions, rng, 500), rng.sample(mentions, 8)) for _ in range(20))
    assert found > 500
