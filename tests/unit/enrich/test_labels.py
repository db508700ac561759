"""What a model's labels mean, and what is said where nobody knows."""

from __future__ import annotations

import pytest

from agents.enrich.faults import EnrichUnfit
from agents.enrich.labels import columns
from schemas.kinds import Polarity


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["negative", "neutral", "positive"], [0, 1, 2]),
        (["POS", "NEG", "NEU"], [2, 0, 1]),
        (["NEGATIVE", "POSITIVE"], [0, 2]),
        (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], [0, 0, 1, 2, 2]),
        (["Very Negative", "Negative", "Neutral", "Positive", "Very_Positive"], [0, 0, 1, 2, 2]),
        (["negativo", "neutro", "positivo"], [0, 1, 2]),
    ],
    ids=lambda value: ",".join(map(str, value)) if isinstance(value, list) else str(value),
)
def test_well_known_names_need_no_word_of_configuration(labels: list[str], expected: list[int]) -> None:
    assert columns(labels, {}) == expected


def test_what_is_stated_goes_before_what_names_say() -> None:
    stated = {"label_0": Polarity.POSITIVE, "LABEL_1": Polarity.NEGATIVE}
    assert columns(["LABEL_0", "LABEL_1"], stated) == [2, 0]
    assert columns(["negative", "positive"], {"negative": Polarity.NEUTRAL}) == [1, 2]


def test_labels_of_another_sort_are_mapped_by_the_configuration() -> None:
    stated = {"joy": Polarity.POSITIVE, "anger": Polarity.NEGATIVE, "surprise": Polarity.NEUTRAL}
    assert columns(["anger", "joy", "surprise"], stated) == [0, 2, 1]


@pytest.mark.parametrize(
    ("labels", "stated", "said"),
    [
        (["LABEL_0", "LABEL_1", "LABEL_2"], {}, r"say nothing.*labels: \{LABEL_0: negative, LABEL_1: neutral"),
        (["toxic", "fine"], {}, "are no known feelings"),
        (["toxic", "fine"], {"toxic": Polarity.NEGATIVE}, "labels fine are no known"),
        (["NEG", "POS"], {"LABEL_0": Polarity.NEGATIVE}, "names label 0, but the model's are NEG, POS"),
        (["a", "b"], {"a": Polarity.UNSURE, "b": Polarity.POSITIVE}, "unsure is no feeling"),
        (["a", "b"], {"a": Polarity.POSITIVE, "b": Polarity.POSITIVE}, "mean the same"),
        ([f"LABEL_{number}" for number in range(28)], {}, "and 20 more"),
    ],
    ids=["silent", "strange", "half stated", "misspelt", "unsure", "all the same", "many"],
)
def test_labels_that_say_nothing_are_refused_with_what_to_write(
    labels: list[str], stated: dict[str, Polarity], said: str
) -> None:
    with pytest.raises(EnrichUnfit, match=said):
        columns(labels, stated)
