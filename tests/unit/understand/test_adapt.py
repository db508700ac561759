"""An adaptation moves tier 0's log-odds by what it lists, says who moved them, and is the same in any batch."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.understand.adapt import Adaptation, entries, name_of
from pipeline.understand.faults import ModelFault
from pipeline.understand.hashed import features, word_id
from pipeline.understand.litotes import assert_litotes
from pipeline.understand.pieces import Pieces
from pipeline.understand.text import fold
from schemas.config import Learned
from schemas.kinds import Polarity
from schemas.mention import Sentiment

SAID = Sentiment(Polarity.NEUTRAL, 0.2, 0.6, 0.2, "tier0-a", mixed=True)
NOTHING = Learned(model="tier0-a", languages=["es"], scale=1.0, biases=(0.0, 0.0), threshold=0.5)


def learned(words=None, **changes):
    """`words`: weights of negative and positive, in log-odds."""
    ids = sorted((word_id(word) & 0xFFFFFFFF, pair) for word, pair in (words or {}).items())
    return msgspec.structs.replace(
        NOTHING,
        features=np.array([id for id, _ in ids], "<u4").tobytes(),
        weights=np.array([[round(one * 10_000) for one in pair] for _, pair in ids], "<i2").tobytes(),
        **changes,
    )


def read(what, text="la tarifa sube", said=SAID):
    return Adaptation(what).read([text], [said])[0]


def test_an_adaptation_of_nothing_leaves_probabilities_and_mixed_feelings():
    own = read(NOTHING)
    assert (own.negative, own.neutral, own.positive, own.mixed) == (0.2, 0.6, 0.2, True)
    assert own.model == f"tier0-a+{name_of(NOTHING)}"


def test_scale_biases_and_words_add_up_in_log_odds():
    own = read(learned({"tarifa": (3.0, -1.5)}, scale=0.5, biases=(0.25, -0.25)))
    share = 1 / math.sqrt(3)
    negative = 0.5 * math.log(0.2 / 0.6) + 0.25 + 3.0 * share
    positive = 0.5 * math.log(0.2 / 0.6) - 0.25 - 1.5 * share
    total = 1 + math.exp(negative) + math.exp(positive)
    assert own.negative == pytest.approx(math.exp(negative) / total, abs=1e-4)
    assert own.positive == pytest.approx(math.exp(positive) / total, abs=1e-4)
    assert own.label is Polarity.NEGATIVE


def test_a_word_counts_as_often_as_it_stands_there():
    once, thrice = (read(learned({"sube": (1.0, 0.0)}), text) for text in ("sube uno dos", "sube sube sube"))
    assert thrice.negative > once.negative


def test_below_its_threshold_it_is_unsure():
    assert read(msgspec.structs.replace(NOTHING, threshold=0.61)).label is Polarity.UNSURE


def test_a_probability_of_zero_is_not_for_ever():
    certain = Sentiment(Polarity.NEUTRAL, 0.0, 1.0, 0.0, "tier0-a")
    assert read(learned({"tarifa": (3.2, 0.0)}, scale=0.3), said=certain).negative > 0.1


@pytest.mark.parametrize(("language", "reads"), [("es", True), ("es-MX", True), ("en", False), (None, False)])
def test_only_the_languages_of_the_labels_are_read_again(language, reads):
    assert Adaptation(NOTHING).reads(language) is reads


def test_the_words_that_moved_a_label_are_named_strongest_first():
    own = Adaptation(learned({"tarifa": (2.0, 0.0), "sube": (3.0, 0.0), "la": (-1.0, 0.0)}))
    assert own.words("la tarifa sube", Polarity.NEUTRAL, Polarity.NEGATIVE) == ["sube", "tarifa"]
    assert own.words("la luz", Polarity.NEUTRAL, Polarity.NEGATIVE) == []
    assert own.words("la luz", Polarity.NEGATIVE, Polarity.NEUTRAL) == ["la"]


@pytest.mark.parametrize(
    "damage",
    [
        {"features": b"abc", "weights": b"abc"},
        {"features": b"\0" * 8, "weights": b"\0" * 8},
        {"features": b"\0" * 4, "weights": b""},
        {"features": b"\2\0\0\0\1\0\0\0", "weights": b"\0" * 8},
    ],
    ids=["not whole", "twice the same", "no weights", "out of order"],
)
def test_arrays_that_do_not_belong_together_are_refused(damage):
    with pytest.raises(ModelFault, match="escucha learn"):
        Adaptation(msgspec.structs.replace(NOTHING, **damage))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80) | st.sampled_from(["la tarifa sube", "no sube la tarifa", "👍", ""]), max_size=6))
def test_a_text_reads_the_same_alone_and_in_any_batch(texts):
    own = Adaptation(learned({"tarifa": (2.0, -1.0), "sube": (-0.7, 0.3)}, scale=0.8, biases=(0.1, 0.2)))
    together = own.read(texts, [SAID] * len(texts))
    assert together == [own.read([text], [SAID])[0] for text in texts]
    for one in together:
        assert one.negative + one.neutral + one.positive == pytest.approx(1, abs=2e-4)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(max_size=60)
        | st.sampled_from(["no esta nada mal, la tarifa", "i don't like it :( !!", "@ana 👍 http://a.b"]),
        max_size=5,
    )
)
def test_it_sees_the_words_and_pairs_that_tier_0_sees(texts):
    folded = [fold(text) for text in texts]
    seen, whole = entries(folded, Pieces()), features([assert_litotes(text) for text in folded])
    for paired, block in ((False, whole.words), (True, whole.pairs)):
        for number in range(len(texts)):
            theirs = block.ids[block.starts[number] : block.starts[number + 1]] & np.uint64(0xFFFFFFFF)
            ours = seen.ids[(seen.texts == number) & (seen.paired == paired)]
            assert sorted(ours.tolist()) == sorted(theirs.tolist())
