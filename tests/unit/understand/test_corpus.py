"""The open corpus keeps the form that its card promises."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from pipeline.understand.corpus import HERE, INDUSTRIES, read, read_second
from pipeline.understand.corpus.__main__ import agreement, kappa

EVERYTHING = read()


def test_every_line_is_a_mention_and_every_id_is_its_industry_and_number() -> None:
    for split, names in INDUSTRIES.items():
        counted: Counter[str] = Counter()
        for mention in read(split):
            counted[mention.industry] += 1
            assert mention.id == f"{mention.industry}-{counted[mention.industry]:03}"
        assert set(counted) == set(names)
    assert len({mention.id for mention in EVERYTHING}) == len(EVERYTHING)


def test_every_file_belongs_to_one_split() -> None:
    names = [name for names in INDUSTRIES.values() for name in names]
    assert sorted(names) == sorted(path.stem for path in (HERE / "data").glob("*.jsonl"))


def test_the_term_of_an_aspect_stands_in_the_text() -> None:
    for mention in EVERYTHING:
        for aspect in mention.aspects:
            assert aspect.term and aspect.term in mention.text, mention.id


def test_no_text_stands_twice_and_none_shares_eight_words_with_another() -> None:
    seen: dict[tuple[str, ...], str] = {}
    for mention in EVERYTHING:
        words = re.findall(r"\w+", mention.text.casefold())
        for at in range(len(words) - 7):
            run = tuple(words[at : at + 8])
            assert seen.setdefault(run, mention.id) == mention.id, (mention.id, seen[run], run)
    texts = [mention.text for mention in EVERYTHING]
    assert len(set(texts)) == len(texts)


def test_the_card_tells_the_counts_that_the_files_hold() -> None:
    card = (HERE / "README.md").read_text()
    languages = Counter(mention.lang for mention in EVERYTHING)
    assert f"{len(EVERYTHING):,} mentions" in card
    assert f"{languages['es']} in Spanish" in card
    assert f"{languages['en']} in English" in card
    for label, count in Counter(mention.sentiment for mention in EVERYTHING).items():
        assert f"{label} {count}" in card


@pytest.mark.parametrize(
    "label", ["sentiment", "complaint", "praise", "question", "wish", "expectation_gap", "irony", "emotion"]
)
def test_the_card_tells_the_agreement_that_two_readings_have(label: str) -> None:
    card = (HERE / "README.md").read_text()
    assert f"{label} {agreement()[label][2]:.2f}" in card


def test_the_second_reading_is_of_mentions_in_the_corpus() -> None:
    assert {labels.id for labels in read_second()} <= {mention.id for mention in EVERYTHING}
    assert len(read_second()) == 300


def test_kappa_is_one_for_equal_readings_and_nothing_for_chance() -> None:
    assert kappa([1, 2, 1, 2], [1, 2, 1, 2]) == 1.0
    assert kappa([1, 1, 2, 2], [1, 2, 1, 2]) == 0.0
