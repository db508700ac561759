"""The form of a text that may ask, and what it counts beside the words."""

import pytest

from pipeline.understand.asking import FORMS, NO_FORM, asks, forms
from pipeline.understand.mind import Mind
from schemas.kinds import Intent
from schemas.mention import Lang


def present(folded, rules=False):
    return {name for name, own in zip(FORMS, forms(folded, rules), strict=True) if own}


@pytest.mark.parametrize(
    ("folded", "names"),
    [
        ("where is my order?", {"mark", "opens", "last", "only", "begins"}),
        ("hi! do you ship to spain? thanks", {"mark", "opens", "you", "after"}),
        ("really?", {"mark", "last", "only", "short"}),
        ("really?? what?", {"mark", "opens", "last", "only", "short", "many", "wonders"}),
        ("rt @someone: is it true?", {"mark", "last", "only", "repost"}),
        ("@iberluz is the app down? https://t.co/x", {"mark", "opens", "last", "only", "begins", "link"}),
        ("why me?\nanyway. good night", {"mark", "opens", "begins", "short", "after"}),
    ],
)
def test_the_form_of(folded, names):
    assert present(folded) == names


def test_without_a_mark_there_is_a_form_only_where_rules_call_it_a_question():
    assert forms("where is my order", False) == NO_FORM
    assert present("where is my order", True) == {"rules", "begins", "unmarked"}
    assert present("look https://t.co/x?y=1 where is it", True) == {"rules", "unmarked"}


@pytest.mark.parametrize("folded", ["?", "???", "\n?\n", "@a?", "https://t.co/?", "?" * 4_000, "a?" * 2_000])
def test_no_form_is_too_strange(folded):
    for rules in (False, True):
        assert len(forms(folded, rules)) == len(FORMS)


def test_words_and_form_are_weighed_together():
    weights = [1.0, -1.0, 2.0, *[0.0] * (len(FORMS) - 1)]
    marked = (1.0, *NO_FORM[1:])
    assert [asks(0.5, NO_FORM, weights), asks(1.5, NO_FORM, weights)] == [False, True]
    assert [asks(-0.5, marked, weights), asks(-1.5, marked, weights)] == [True, False]


@pytest.fixture(scope="module")
def mind(model_files):
    return Mind(model_files)


@pytest.mark.parametrize(
    ("text", "asking"),
    [
        ("Hi @iberluz, what time do you open on Sundays?", True),
        ("@brand do you ship to Spain?", True),
        ("How do I change my password", True),
        ("So much for customer service, right? Never again. Three weeks and not a word from any of them.", False),
        ("The new model is out today", False),
    ],
)
def test_english_questions_are_told_from_figures_of_speech(mind, text, asking):
    [(_, said)] = mind.read([text], [Lang("en", "declared")])
    assert (Intent.QUESTION in said.intents) is asking
