"""Features of a batch: what is one token, what is told apart, and that a text's features are its own."""

import numpy as np
import pytest

from pipeline.understand.hashed import features, part, turned_id, word_id
from pipeline.understand.text import fold


def words(text):
    return features([fold(text)]).words.ids.tolist()


def ids(*tokens):
    return [word_id(token) for token in tokens]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Está MUY bien", ["esta", "muy", "bien"]),
        ("sooooo goooood", ["soo", "good"]),
        ("jajajajaja", ["jaja"]),
        ("hahahahaha!", ["haha", "!"]),
        ("don’t don't", ["don't", "don't"]),
        ("'quoted' words", ["quoted", "words"]),
        ("in 2017, 3 times", ["in", "00", "0", "times"]),
        ("#FelizViernes", ["felizviernes"]),
        ("bad... very bad?!", ["bad", "..", "very", "bad", "?!"]),
        ("one. two, three; four", ["one", "two", "three", "four"]),
        ("😍😍😍😍", ["😍", "😍"]),
        ("👨‍👩‍👧 👍🏽", ["👨", "👩", "👧", "👍"]),
        (":) :-( <3 :D", [":)", ":-(", "<0", ":d"]),
        ("मुझे यह पसंद है", ["मुझे", "यह", "पसंद", "है"]),
        ("كِتابٌ جميـــل", ["كتاب", "جميل"]),
    ],
)
def test_the_words_of(text, tokens):
    assert words(text) == [word_id(fold(token)) for token in tokens]


def test_any_account_is_one_token_and_any_link_another():
    assert words("@iberluz hola") == words("@otra.cuenta@mastodon.social hola")
    assert words("mira https://t.co/x") == words("mira http") == words("mira www.example.org/a?b=c")
    assert words("@a") != words("https://t.co/a")


def test_a_negator_turns_the_three_words_behind_it_up_to_a_mark():
    pairs = features(["no me gusta nada mas"]).pairs.ids.tolist()
    assert [turned_id(word) in pairs for word in ("no", "me", "gusta", "nada", "mas")] == [
        False,
        True,
        True,
        True,
        True,
    ]
    assert turned_id("gusta") not in features(["no! me gusta"]).pairs.ids.tolist()
    assert turned_id("bien") not in features(["no se que me va bien"]).pairs.ids.tolist()


def test_pairs_have_an_order():
    assert set(features(["buen dia"]).pairs.ids.tolist()) != set(features(["dia buen"]).pairs.ids.tolist())


@pytest.mark.parametrize("size", [0, 1])
def test_letters_never_reach_across_words(size):
    together, apart = features(["sol mar"]).grams[size], features(["sol", "mar"]).grams[size]
    assert together.ids.tolist() == apart.ids.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "\x00\x01",
        "\ud800",
        "a",
        "𝒜𝓁𝑔",
        "\u200d\u200d",
        "x" * 10_000,
        "😍" * 10_000,
        "日本語" * 3_000,
        "'",
        "@",
        "\U0010ffff",
    ],
)
def test_no_text_is_too_strange(text):
    hashed = features([fold(text)])
    for block in (hashed.words, hashed.pairs, *hashed.grams):
        assert block.starts.tolist() == [0, len(block.ids)]


def test_an_empty_batch_has_no_features():
    assert len(features([]).words.ids) == 0


def test_letters_and_signs_are_counted_without_accounts_links_and_digits():
    hashed = features([fold(text) for text in ("@iberluz https://t.co/x 123", "luz 😍!", "...", "ok?")])
    assert hashed.letters.tolist() == [0, 3, 0, 2]
    assert hashed.signs.tolist() == [0, 2, 0, 1]


def test_a_part_of_a_batch_has_its_own_features():
    texts = ["no me gusta", "", "great 😍", "ok"]
    some = part(features(texts), np.array([2, 0]))
    again = features(["great 😍", "no me gusta"])
    for one, other in zip((some.words, some.pairs, *some.grams), (again.words, again.pairs, *again.grams), strict=True):
        assert one.ids.tolist() == other.ids.tolist()
        assert one.starts.tolist() == other.starts.tolist()


def test_a_word_has_the_same_number_on_every_machine():
    assert word_id("gracias") == word_id("gracias") != turned_id("gracias")
    assert (word_id("luz"), word_id("😍")) == PINNED


PINNED = (11894407389130445374, 15243443611238655830)
