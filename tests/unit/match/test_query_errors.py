"""Queries that do not parse: where the fault is, and what to write instead."""

from __future__ import annotations

import pytest

from pipeline.match import QueryError, parse, parse_target
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
    ("luz NEAR/³ gas", 4, "from 1 to 100", "NEAR/5"),
    ("luz ONEAR/ gas", 4, "from 1 to 100", "ONEAR/5"),
    ("luz near/3 gas", 4, "capitals", "NEAR/3"),
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


def test_the_words_near_and_or_in_small_letters_are_words() -> None:
    assert parse("near luz or Near")
