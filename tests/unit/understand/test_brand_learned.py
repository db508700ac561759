"""What a brand's labels taught, among its rules: over what the models said, over the tier 0 it was made for, before its own words."""

import math

import msgspec
import numpy as np
import pytest

from pipeline.understand.adapt import name_of
from pipeline.understand.brand import brand_rules
from pipeline.understand.hashed import word_id
from schemas.config import Brand, Learned, Lexicon
from schemas.kinds import Polarity
from schemas.mention import Sentiment, Understanding

WORD = np.array([word_id("zarpo") & 0xFFFFFFFF], "<u4").tobytes()
LEARNED = Learned(
    model="tier0-a",
    languages=["es"],
    scale=1.0,
    biases=(0.0, 0.0),
    threshold=0.4,
    features=WORD,
    weights=np.array([30_000, 0], "<i2").tobytes(),
)
FIRST = Sentiment(Polarity.NEUTRAL, 0.2, 0.6, 0.2, "tier0-a", mixed=True)
JOINED = Sentiment(Polarity.POSITIVE, 0.1, 0.1, 0.8, "tier0-a+tier1-b", mixed=True)
OWN = f"tier0-a+{name_of(LEARNED)}"


def rules(model="tier0-a", **own):
    return brand_rules([Brand("a", "A", [], learned=LEARNED, **own)], "cfg_1", model)["a"]


def said(sentiment):
    return Understanding(sentiment=sentiment, trace=["complaint:no carga"])


def test_a_word_of_the_labels_turns_the_sentiment_and_says_so():
    heard = rules().apply(said(FIRST), "hoy zarpo", None, "es")
    assert (heard.sentiment.label, heard.sentiment.model, heard.sentiment.mixed) == (Polarity.NEGATIVE, OWN, True)
    assert heard.trace == ["brand:learned:neutral to negative by zarpo", "complaint:no carga"]


def test_a_label_that_stays_leaves_the_trace():
    heard = rules().apply(said(FIRST), "hoy nada", None, "es")
    assert (heard.sentiment.label, heard.sentiment.model) == (Polarity.NEUTRAL, OWN)
    assert heard.trace == ["complaint:no carga"]


def test_the_mix_of_the_labels_alone_is_a_reason_too():
    shifted = msgspec.structs.replace(LEARNED, biases=(3.0, 0.0))
    own = brand_rules([Brand("a", "A", [], learned=shifted)], "cfg_1", "tier0-a")["a"]
    assert own.apply(said(FIRST), "hoy nada", None, "es").trace[0] == (
        "brand:learned:neutral to negative by mix of the labels"
    )


@pytest.mark.parametrize("model", ["tier0-b", None])
def test_what_was_learnt_over_another_tier_0_is_left_alone(model):
    before = said(FIRST)
    assert rules(model).apply(before, "hoy zarpo", None, "es") is before


@pytest.mark.parametrize("language", ["en", None])
def test_another_language_is_left_alone(language):
    before = said(FIRST)
    assert rules().apply(before, "hoy zarpo", None, language) is before


def test_where_tier_1_has_spoken_the_average_is_moved_by_as_much():
    heard = rules().apply(said(JOINED), "hoy zarpo", lambda text: FIRST, "es")
    assert heard.sentiment.model == f"{JOINED.model}+{name_of(LEARNED)}"
    assert heard.sentiment.mixed
    moved = math.exp(3 / math.sqrt(2))
    assert heard.sentiment.negative == pytest.approx(0.1 * moved / (0.1 * moved + 0.9), abs=1e-4)


def test_without_a_sentiment_there_is_nothing_to_adapt():
    before = said(None)
    assert rules().apply(before, "hoy zarpo", None, "es") is before


def test_a_neutral_word_of_the_brand_is_taken_out_of_what_is_adapted():
    own = rules(lexicon=Lexicon(neutral=["zarpo"]))
    heard = own.apply(said(FIRST), "hoy zarpo", lambda text: FIRST, "es")
    assert (heard.sentiment.label, heard.sentiment.model) == (Polarity.NEUTRAL, OWN)


def test_the_brands_own_words_have_the_last_word():
    heard = rules(lexicon=Lexicon(positive=["zarpo"])).apply(said(FIRST), "hoy zarpo", None, "es")
    assert (heard.sentiment.label, heard.sentiment.model) == (Polarity.POSITIVE, "cfg_1")
    assert heard.trace[:2] == ["brand:positive:zarpo", "brand:learned:neutral to negative by zarpo"]
