"""A text's features, sums and reading are the same alone and in any batch."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.understand.hashed import features
from pipeline.understand.mind import Mind
from pipeline.understand.package import packaged_model
from pipeline.understand.text import fold
from schemas.mention import Lang

LINE = "no está nada mal pésimo servicio gracias me encanta love the worst app ever 😍 😡 !!! ? @user https://t.co/x jajaja"
WORDS = st.sampled_from([*LINE.split(), "soooo", "luz", "not", "good", "न", "日本", "\n", ":)", "'x'", "don't"])
TEXTS = st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=25).map(" ".join))
LANGUAGES = st.sampled_from([None, "es", "en", "pt", "ja", "es-MX", "zz", ""])


@pytest.fixture(scope="module")
def mind():
    return Mind(packaged_model())


@given(st.lists(TEXTS, max_size=8))
def test_features_do_not_depend_on_the_batch(texts):
    folded = [fold(text) for text in texts]
    together = features(folded)
    for number, text in enumerate(folded):
        alone = features([text])
        pairs = zip(
            (together.words, together.pairs, *together.grams), (alone.words, alone.pairs, *alone.grams), strict=True
        )
        for many, one in pairs:
            assert many.ids[many.starts[number] : many.starts[number + 1]].tolist() == one.ids.tolist()
        assert together.letters[number] == alone.letters[0]
        assert together.signs[number] == alone.signs[0]


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, LANGUAGES), max_size=6), st.data())
def test_readings_do_not_depend_on_the_batch(mind, batch, data):
    declared = [Lang(code, "declared") if code is not None else None for _, code in batch]
    alone = [mind.read([text], [lang])[0] for (text, _), lang in zip(batch, declared, strict=True)]
    order = data.draw(st.permutations(range(len(batch))))
    together = mind.read([batch[n][0] for n in order], [declared[n] for n in order])
    assert together == [alone[n] for n in order]
