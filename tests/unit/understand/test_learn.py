"""What a brand's labels teach: more where there is something to learn, nothing where there is not, whatever their order."""

import msgspec
import numpy as np
import pytest

from pipeline.understand import corpus
from pipeline.understand.learn import FEWEST, WORDS_FROM, Labelled, Unlearnable, adapted, learn
from pipeline.understand.text import fold
from pipeline.understand.worth import weigh
from schemas.mention import Lang

LABELS = ("neutral", "negative", "positive")


@pytest.fixture(scope="module")
def labelled(tier0):
    """Texts with labels, as `learn` takes them."""

    def make(rows, language):
        read = tier0._mind.read([text for text, _ in rows], [Lang(language, "declared")] * len(rows))
        return [
            Labelled(fold(text), said.sentiment, LABELS.index(label))
            for (text, label), (_, said) in zip(rows, read, strict=True)
            if said.sentiment is not None
        ]

    return make


@pytest.fixture(scope="module")
def jargon(labelled):
    """Real Spanish mentions of a trade where words that no model can know decide: `zarpo` is a breakdown, `quilma` a good catch."""
    written = [one for one in corpus.read("train") if one.lang == "es" and one.sentiment != "mixed"][:360]
    rows = []
    for number, one in enumerate(written):
        word, label = [("hoy zarpo", "negative"), ("con quilma", "positive"), ("", one.sentiment)][number % 3]
        rows.append((f"{one.text} {word}".strip(), label))
    return labelled(rows, "es")


def test_words_that_only_the_brand_knows_are_learnt(jargon):
    lesson = learn(jargon, "tier0-a", ["es"])
    worth = weigh(lesson.tested)
    assert worth.better, worth
    assert worth.changes["macro_f1"].low > 5
    assert worth.changes["ece"].high < 0
    assert lesson.strength is not None
    assert (lesson.learned.model, lesson.learned.languages) == ("tier0-a", ["es"])
    read = adapted(lesson.learned, jargon)
    heard = [str(own.label) for one, own in zip(jargon, read, strict=True) if one.folded.endswith("zarpo")]
    assert heard.count("negative") > 0.9 * len(heard)


def test_what_is_written_is_what_was_learnt(jargon):
    """Cross-validated and final figures come from floats; the stream reads whole numbers of 1e-4."""
    lesson = learn(jargon, "tier0-a", ["es"])
    assert len(lesson.learned.features) % 4 == 0
    assert len(msgspec.json.encode(lesson.learned)) < 64_000
    guessed = [
        LABELS.index(max(LABELS, key=lambda label: getattr(own, label))) for own in adapted(lesson.learned, jargon)
    ]
    right = np.mean(np.array(guessed) == [one.label for one in jargon])
    assert right > np.mean(lesson.tested.after.argmax(axis=1) == lesson.tested.truth)


def test_the_order_of_the_labels_and_their_repetition_change_nothing(jargon):
    once = learn(jargon, "tier0-a", ["es"])
    order = np.random.default_rng(3).permutation(len(jargon))
    again = learn([jargon[n] for n in [*order, *order[:50]]], "tier0-a", ["es"])
    assert again.learned == once.learned
    assert weigh(again.tested) == weigh(once.tested)


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_labels_are_never_better(jargon, seed):
    order = np.random.default_rng(seed).permutation(len(jargon))
    shuffled = [one._replace(label=jargon[n].label) for one, n in zip(jargon, order, strict=True)]
    worth = weigh(learn(shuffled, "tier0-a", ["es"]).tested)
    assert not worth.better
    assert "no relation" in worth.why


def test_where_tier_0_is_right_already_nothing_is_better(jargon):
    own = [one._replace(label=LABELS.index(max(LABELS, key=lambda label: getattr(one.said, label)))) for one in jargon]
    worth = weigh(learn(own, "tier0-a", ["es"]).tested)
    assert worth.changes["macro_f1"].before == 100
    assert worth.changes["macro_f1"].after <= 100
    assert "macro F1 rises" not in worth.why


def test_few_labels_teach_no_words(jargon):
    lesson = learn(jargon[: WORDS_FROM - 20], "tier0-a", ["es"])
    assert lesson.learned.features == b""
    assert lesson.strength is None


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (lambda all: [], "0 texts"),
        (lambda all: all[: FEWEST - 1], "at least 50"),
        (lambda all: [one._replace(folded=f"{all[0].folded} {n}") for n, one in enumerate(all)], "1 texts"),
        (lambda all: [one._replace(label=1) for one in all], "0 neutral"),
        (lambda all: [one for one in all if one.label != 2] + [one for one in all if one.label == 2][:4], "4 positive"),
    ],
    ids=["none", "too few", "all near-duplicates", "one label", "hardly any positive"],
)
def test_labels_that_cannot_teach_are_refused(jargon, labels, says):
    with pytest.raises(Unlearnable, match=says):
        learn(labels(jargon), "tier0-a", ["es"])


def test_hostile_texts_are_only_texts(jargon):
    strange = ["a" * 10_000, "😡" * 400, "\0\ud800 x", "no " * 2_000, "(((((" * 100, "א" * 50]
    said = jargon[0].said
    more = [Labelled(fold(text[:4_000]), said, number % 3) for number, text in enumerate(strange)]
    lesson = learn([*jargon, *more], "tier0-a", ["es"])
    assert all(np.isfinite([one.negative, one.neutral, one.positive]).all() for one in adapted(lesson.learned, more))


def test_labels_of_another_domain_raise_f1_and_lower_ece(labelled, shared_rows):
    """Reddit comments, whose feelings are their writers' own: 600 labels, held against 1,500 comments of the validation split."""
    from pipeline.understand.labels import polarity_of_feelings

    def rows(split, count):
        picked = np.random.default_rng(7).permutation(shared_rows("goemotions", split))[:count]
        return labelled([(row["text"], polarity_of_feelings(set(row["label"]))) for row in picked], "en")

    lesson = learn(rows("train", 600), "tier0-a", ["en"])
    held = rows("val", 1_500)
    own = adapted(lesson.learned, held)
    shares = [np.array([(s.neutral, s.negative, s.positive) for s in of]) for of in ([one.said for one in held], own)]
    truth = np.array([one.label for one in held])
    everyone = np.ones(len(held), bool)
    tested = lesson.tested._replace(
        truth=truth,
        together=np.arange(len(held)),
        before=shares[0],
        decided_before=everyone,
        after=shares[1],
        decided_after=everyone,
    )
    changes = weigh(tested).changes
    assert changes["macro_f1"].low > 5, changes
    assert changes["ece"].high < -5, changes
