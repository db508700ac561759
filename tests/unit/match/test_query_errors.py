"""Queries that do not parse: where the fault is, and what to write instead."""

from __future__ import annotations

import pytest

from pipeline.match import QueryError, parse, parse_target
from pipeline.match.syntax import And
from schemas.kinds import TargetType

BROKEN = [
    ("", 0, "empty", "word"),
    ("   ", 3, "empty", "word"),
    ("luz AND", 7, "missing after AND", "remove AND"),
    ("luz OR", 6, "missing after OR", "remove OR"),
    ("luz NOT", 7, "missing after NOT", "remove NOT"),
    ("AND luz", 0, "AND needs a word before it", "remove AND"),
    ("luz OR AND gas", 7, "AND cannot follow OR", "word between"),
    ("luz AND OR gas", 8, "OR cannot follow AND", "word between"),
    ("(luz", 0, "never closed", "add )"),
    ("(luz OR (gas)", 0, "never closed", "add )"),
    ("luz)", 3, "closes nothing", "remove"),
    ("luz ()", 4, "nothing stands between", "remove"),
    ("luz (OR gas)", 5, "OR needs a word before it", "remove OR"),
    ('luz "corte de', 4, "never closed", 'close it with "'),
    ("luz «corte de", 4, "never closed", "close it with »"),
    ('luz ""', 4, "no word", "letters"),
    ("luz !!!", 4, "no word", "letters"),
    ("NOT luz", 0, "must not be there", "brand NOT word"),
    ("luz OR NOT gas", 7, "must not be there", "brand NOT word"),
    ("NOT (luz gas)", 0, "must not be there", "brand NOT word"),
    ("NOT NOT NOT luz", 0, "must not be there", "brand NOT word"),
    ("NOT lang:es", 0, "must not be there", "brand NOT word"),
    ("luz -gas", 4, "does not exclude", "NOT gas"),
    ("luz && gas", 4, "not an operator", "write AND"),
    ("luz || gas", 4, "not an operator", "write OR"),
    ("luz | gas", 4, "not an operator", "write OR"),
    ("luz NEAR gas", 4, "needs a number", "NEAR/5"),
    ("luz NEAR/0 gas", 4, "from 1 to 100", "NEAR/5"),
    ("luz NEAR/101 gas", 4, "from 1 to 100", "NEAR/5"),
    ("luz NEAR/x gas", 4, "from 1 to 100", "NEAR/5"),
    ("luz NEAR/³ gas", 4, "plain letters", "NEAR/3"),
    ("luz ONEAR/ gas", 4, "from 1 to 100", "ONEAR/5"),
    ("luz near/3 gas", 4, "capitals", "NEAR/3"),
    ("luz and gas", 4, "capitals", 'write AND, or "and" in quotes'),
    ("luz Or gas", 4, "capitals", "write OR"),
    ("luz not gas", 4, "capitals", "write NOT"),
    ("or", 0, "capitals", '"or" in quotes'),
    ("luz ＡＮＤ gas", 4, "plain letters", "write AND"),
    ("luz ＮＥＡＲ／５ gas", 4, "plain letters", "write NEAR/5"),
    ("lang：es luz", 0, "plain letters", "write lang:es"),
    ("luz （gas）", 4, "full-width", "write ("),
    ("luz “corte de", 4, "never closed", "close it with ”"),
    ("luz „corte de", 4, "never closed", "close it with “"),
    ("luz 'corte de' gas", 4, "single quotation marks", '"two words"'),
    ("luz ‘corte’", 4, "single quotation marks", '"two words"'),
    ('"corte luz"~5', 11, "~5 is not an operator", "one NEAR/5 other"),
    ("title:luz", 0, "no field title:", "did you mean in:title?"),
    ("luz language:es", 4, "no field language:", "did you mean lang:?"),
    ("luz from:ana", 4, "no field from:", "did you mean author:?"),
    ("luz autor:ana", 4, "no field autor:", "did you mean author:?"),
    ("luz followers>1000", 13, "needs a colon", "write followers:>1000"),
    ("luz followers:", 14, "needs a value", "followers:>1000"),
    ("luz followers:>", 4, "not a whole number", "followers:>1000"),
    ("luz followers:many", 4, "not a whole number", "followers:1000..5000"),
    ("luz followers:>1,5k", 4, "not a whole number", "followers:<=5k"),
    ("luz followers:1.0005k", 4, "not a whole number", "followers:>1000"),
    ("luz followers:..", 4, "not a whole number", "followers:>1000"),
    ("luz followers:>1..5", 4, "not a whole number", "followers:1000..5000"),
    ("luz followers:-5", 4, "not a whole number", "followers:>1000"),
    ("luz country:España", 4, "not a country code", "country:MX"),
    ("luz country:ESP", 4, "not a country code", "country:MX"),
    ("raw:", 4, "needs a value", "raw:Apple"),
    ('raw:""', 4, "needs a value", "raw:Apple"),
    ('raw:"\u200b"', 0, "nothing visible", "Some Words"),
    ('raw:"' + "ab " * 40 + '"', 0, "more than 32 words", "keep"),
    ('luz NEAR/3 raw:":-)"', 11, "NEAR takes words", "AND"),
    ("luz NEAR/3 followers:>5", 11, "NEAR takes words", "AND"),
    ("NOT followers:>5", 0, "must not be there", "brand NOT word"),
    ("in:title|titel luz", 0, "no part 'title|titel'", "in:title"),
    ("NEAR/3 gas", 0, "needs a word before it", "remove NEAR/3"),
    ("luz NEAR/3", 10, "missing after NEAR/3", "remove NEAR/3"),
    ("luz NEAR/3 (gas agua)", 11, "NEAR takes words", "write AND between"),
    ("(luz NEAR/3 gas) NEAR/3 agua", 0, "NEAR takes words", "without parentheses"),
    ("luz NEAR/3 NOT gas", 11, "NOT cannot stand here", "words"),
    ("luz NEAR/3 lang:es", 11, "NEAR takes words", "AND"),
    ("*", 0, "matches too much", "2 letters"),
    ("luz a*", 4, "matches too much", "2 letters"),
    ("a?b", 0, "matches too much", "2 letters"),
    ("#*", 0, "no word|matches too much", "letters"),
    ("x" * 63 + "*y", 0, "longer than 64", "shorten"),
    ("東*京", 0, "wildcard inside a script", "leave it out"),
    ("luz langs:es", 4, "no field langs:", "did you mean lang:"),
    ("luz foo:bar", 4, "no field foo:", "fields are lang:"),
    ("luz lang:", 9, "needs a value", "lang:es"),
    ("luz lang: es", 9, "needs a value", "lang:es"),
    ("luz lang:español", 4, "not a language code", "lang:es"),
    ("luz kind:revew", 4, "no kind 'revew'", "kind:review"),
    ("luz kind:zzz", 4, "no kind 'zzz'", "kinds are post"),
    ("luz author:a*", 4, "matches too much", "letters"),
    ("luz site:iberluz", 4, "not a site", "site:example.org"),
    ("luz url:blog", 4, "not an address", "example.org/path"),
    ("in:title", 0, "nothing to hold for", "in:title"),
    ("luz in:titel gas", 4, "no part 'titel'", "in:title"),
    ("in:title (luz in:text)", 14, "in: within in:", "one of them"),
    ("in:title AND luz", 9, "missing after in:", "in:title"),
    ("luz NEAR/3 in:title gas", 11, "in: cannot stand here", "before the first word"),
    ("(" * 51 + "luz" + ")" * 51, 50, "deeper than 50", "split"),
    ("NOT " * 51 + "luz", 200, "deeper than 50", "split"),
    ("a " * 5000, 8192, "longer than 8192", "split"),
    ('"' + "ab " * 40 + '"', 0, "more than 32 words", "keep"),
]


@pytest.mark.parametrize(("query", "position", "message", "suggestion"), BROKEN)
def test_a_broken_query_says_where_and_what_to_write(query: str, position: int, message: str, suggestion: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    fault = caught.value
    assert fault.position == position
    assert any(part in fault.message for part in message.split("|"))
    assert suggestion in fault.suggestion


@pytest.mark.parametrize(("query", "position"), [(q, p) for q, p, _, _ in BROKEN])
def test_the_caret_stands_below_the_position(query: str, position: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    shown, caret = caught.value.caret.split("\n")
    assert caret.strip() == "^"
    column = len(caret) - 1
    assert len(shown) <= 72 + 6
    if position < len(query):
        assert shown[column] == query[position]
    else:
        assert column == len(shown)


@pytest.mark.parametrize(
    ("kind", "query", "suggestion"),
    [
        (TargetType.HANDLE, "iberluz", "write @iberluz"),
        (TargetType.URL, "blog", "example.org/path"),
        (TargetType.URL, "iberluz.es/blog OR", "remove OR"),
    ],
)
def test_a_target_wants_a_query_of_its_kind(kind: TargetType, query: str, suggestion: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_target(kind, query)
    assert suggestion in caught.value.suggestion


def test_the_word_near_in_small_letters_is_a_word() -> None:
    assert parse("near luz Near")


@pytest.mark.parametrize(
    "query", ["“corte de luz”", "„corte de luz“", "„corte de luz”", "«corte de luz»", "＂corte de luz＂"]
)
def test_quotation_marks_of_any_style_make_a_phrase(query: str) -> None:
    assert parse(query).root == parse('"corte de luz"').root


def test_every_node_knows_where_it_was_written() -> None:
    query = 'luz "corte de" NOT (gas OR lang:es) a1 NEAR/2 b1 in:title cara'
    root = parse(query).root
    assert isinstance(root, And)
    assert query[root.at : root.end] == query
    assert [query[node.at : node.end] for node in root.children] == [
        "luz",
        '"corte de"',
        "NOT (gas OR lang:es)",
        "a1 NEAR/2 b1",
        "in:title cara",
    ]


def test_a_chain_of_nears_has_an_end():
    with pytest.raises(QueryError, match="a chain of more than 16 words"):
        parse(" NEAR/100 ".join(["word"] * 17))
    parse(" NEAR/100 ".join(["word"] * 16))
