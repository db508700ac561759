"""Near-duplicates are one, and stand in one fold."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.understand import corpus
from pipeline.understand.alike import folds, groups
from pipeline.understand.text import fold

POST = "Llevo tres días sin luz en casa y nadie de la compañía contesta al teléfono de averías"


def test_a_rewrite_is_told_from_another_text():
    texts = [
        POST,
        f"RT @ana: {POST} https://t.co/abc",
        POST.replace("tres", "cuatro"),
        "Hoy hace un sol espléndido en la playa",
    ]
    one, copy, rewrite, other = groups([fold(text) for text in texts]).tolist()
    assert one == copy == rewrite
    assert other != one


def test_short_texts_are_alike_only_when_equal():
    found = groups(["genial", "genial", "fatal", "👍", "👍", "👎"]).tolist()
    assert [found[0] == found[1], found[0] == found[2], found[3] == found[4], found[3] == found[5]] == [
        True,
        False,
        True,
        False,
    ]


def test_folds_are_even_and_keep_groups_whole():
    written = [one for one in corpus.read("train") if one.sentiment != "mixed"]
    folded = [fold(one.text) for one in written]
    folded += [f"{text} ja" for text in folded[:40]]
    labels = [one.sentiment for one in written] + [one.sentiment for one in written[:40]]
    classes = np.array([["neutral", "negative", "positive"].index(label) for label in labels])
    together = groups(folded)
    fold_of = folds(folded, together, classes, 5)
    for group in np.unique(together):
        assert len(set(fold_of[together == group].tolist())) == 1
    sizes = np.array([np.bincount(classes[fold_of == number], minlength=3) for number in range(5)])
    assert (sizes.max(axis=0) - sizes.min(axis=0) <= 6).all()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from([POST, "genial", "fatal", "hola a todo el mundo desde aqui", ""]), max_size=12),
    st.randoms(),
)
def test_the_order_of_texts_changes_no_group_and_no_fold(texts, random):
    order = list(range(len(texts)))
    random.shuffle(order)
    shuffled = [texts[n] for n in order]

    def told(texts):
        together = groups(texts)
        fold_of = folds(texts, together, np.zeros(len(texts), np.int64), 3)
        return Counter(zip(texts, fold_of.tolist(), strict=True)), len(set(together.tolist()))

    assert told(texts) == told(shuffled)
