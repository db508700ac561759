"""The linter: what is doubtful about a query that parses, where, and what to write instead."""

from __future__ import annotations

import pytest

from pipeline.match import parse
from pipeline.match.lint import lint

GRAVE, MILD = True, False

DOUBTFUL = [
    ("lang:es AND lang:en", 12, "never matches: lang:en never holds together with lang:es", "(lang:es OR lang:en)", GRAVE),
    ("luz network:x network:reddit", 14, "never matches", "OR", GRAVE),
    ("luz kind:post kind:review", 14, "never matches", "OR", GRAVE),
    ("luz country:ES country:MX", 15, "never matches", "OR", GRAVE),
    ("luz followers:>10 AND followers:<5", 22, "never matches", "check the bounds", GRAVE),
    ("luz followers:<0", 4, "no number is in followers:<0", "check the bounds", GRAVE),
    ("luz followers:10..5", 4, "no number is in", "check the bounds", GRAVE),
    ("luz NOT Luz", 8, "NOT Luz drops all that luz asks for", "remove one", GRAVE),
    ('"corte de luz" NOT luz', 19, "never matches", "remove one", GRAVE),
    ('"corte de luz" NOT "de luz"', 19, "never matches", "remove one", GRAVE),
    ("iberluz NOT iber*", 12, "never matches", "remove one", GRAVE),
    ("NOT (gas OR luz) luz", 17, "never matches", "remove one", GRAVE),
    ("luz NEAR/3 gas NOT gas", 19, "never matches", "remove one", GRAVE),
    ("raw:Luz NOT luz", 12, "never matches", "remove one", GRAVE),
    ("in:title luz NOT luz", 17, "never matches", "remove one", GRAVE),
    ("luz lang:es-MX NOT lang:es", 19, "never matches", "remove one", GRAVE),
    ("url:a.es/blog/x NOT url:a.es/blog", 20, "never matches", "remove one", GRAVE),
    ("url:a.es/blog NOT site:a.es", 18, "never matches", "remove one", GRAVE),
    ("luz author:ana_lopez NOT author:ana*", 25, "never matches", "remove one", GRAVE),
    ("luz followers:>100 NOT followers:>50", 23, "never matches", "check the bounds", GRAVE),
    ("gas OR (luz lang:es lang:en)", 20, "lang:en never holds together", "OR", GRAVE),
    ("luz (lang:es OR gas) lang:en", 5, "lang:es never holds together with lang:en", "OR", GRAVE),
    ("luz NOT (lang:es lang:en)", 4, "drops nothing", "mend", MILD),
    ("network:x", 0, "asks for no word", "add a word", GRAVE),
    ("network:x lang:es followers:>10", 0, "asks for no word", "add a word", GRAVE),
    ("iberluz OR lang:es", 11, "asks for no word", "add a word", GRAVE),
    ("the", 0, "nearly every text holds the", "phrase", GRAVE),
    ("iberluz OR de", 11, "nearly every text holds de", "phrase", GRAVE),
    ("iberluz OR x", 11, "nearly every text holds x", "phrase", GRAVE),
    ('iberluz OR "de la"', 11, "nearly every text holds", "phrase", GRAVE),
    ("*as*", 0, "nearly every text holds *as*", "add a word", GRAVE),
    ("iberluz OR lu*", 11, "nearly every text holds lu*", "add a word", GRAVE),
    ("de NEAR/3 la", 0, "nearly every text holds", "add a word", GRAVE),
    ("iberluz la", 8, "nearly every text holds la", "leave it out", MILD),
    ("iberluz NOT de", 12, "NOT drops nearly everything", "remove it", GRAVE),
    ("iberluz NOT gas NOT agua", 12, "2 of 3 terms are negated", "brands check", MILD),
    ("iberluz NOT (gas OR agua OR nata)", 13, "3 of 4 terms are negated", "brands check", MILD),
    ("luz OR Luz", 7, "Luz is there twice", "remove", MILD),
    ("luz gas luz", 8, "luz is there twice", "remove", MILD),
    ('luz OR "corte de luz"', 7, "superfluous: luz already matches it", "remove", MILD),
    ("iberluz OR iber*", 0, "superfluous: iber* already matches it", "remove", MILD),
    ("iberluz iber*", 8, "superfluous: iberluz already asks for it", "remove", MILD),
    ("luz OR (luz gas)", 8, "superfluous", "remove", MILD),
    ("url:a.es/blog OR site:a.es", 0, "superfluous", "remove", MILD),
    ("電力 OR 東京電力", 6, "superfluous", "remove", MILD),
    ("iberluz NOT gas NOT gas", 16, "there twice", "remove", MILD),
    ("luz lang:sp", 4, "no mention has lang:sp", "did you mean lang:es?", GRAVE),
    ("luz country:uk", 4, "no mention has", "country:GB", GRAVE),
    ("luz network:twitter", 4, "no mention has", "network:x", GRAVE),
]  # fmt: skip

SOUND = [
    "iberluz",
    "iberluz OR @iberluz OR #iberluz",
    "iberluz (lang:es OR lang:en)",
    '"café brumal" OR "brumal coffee" OR @cafebrumal OR (brumal NEAR/8 (café OR coffee OR latte))',
    "iberluz NOT empleo",
    '"tarifa noche" AND (iberluz OR luz)',
    '"vitamina c"',
    '"to be or not to be"',
    "wi?d",
    "site:iberluz.es",
    "url:iberluz.es/blog",
    "author:ana_lopez",
    "luz followers:>10 followers:<100",
    "luz in:title OR luz in:text",
    "in:title luz NOT in:text luz",
    "NOT in:title luz luz",
    "luz author:ana author:77",
    "😡",
    "電",
    "raw:US NOT raw:us",
    'raw:":-)"',
    "iberluz lang:es NOT lang:es-mx",
]


@pytest.mark.parametrize(("query", "position", "message", "suggestion", "grave"), DOUBTFUL)
def test_a_doubtful_query_is_told_with_its_place_and_a_remedy(
    query: str, position: int, message: str, suggestion: str, grave: bool
) -> None:
    remarks = [remark for remark in lint(parse(query)) if message in remark.message]
    assert [remark.position for remark in remarks] == [position]
    [remark] = remarks
    assert suggestion in remark.suggestion
    assert remark.grave is grave
    shown, caret = remark.caret.split("\n")
    assert shown[len(caret) - 1 :] == query[position:]


@pytest.mark.parametrize("query", SOUND)
def test_a_sound_query_is_left_in_peace(query: str) -> None:
    assert lint(parse(query)) == []


def test_a_long_list_is_read_for_equal_words_only_and_in_time() -> None:
    words = " OR ".join(f"palabra{n}" for n in range(500))
    [remark] = lint(parse(f"{words} OR palabra7"))
    assert "twice" in remark.message
