"""Near-duplicate signatures: rewrites of real posts share a key, different posts do not."""

import itertools
import random
from collections import defaultdict

import pytest

from pipeline.understand.signature import BANDS, band_keys, masked

POST = "Llevo tres días sin luz y nadie en Iberluz contesta al teléfono, una vergüenza"


@pytest.mark.parametrize(
    "rewrite",
    [
        POST + " https://t.co/abc123",
        "RT @vecina: " + POST,
        POST.upper() + "!!!",
        POST.replace("tres", "3").replace(",", ""),
        "@iberluz @otra " + POST + " 😡😡",
        POST.replace("vergüenza", "verguenza"),
        POST + " #sinluz",
        POST.replace("una vergüenza", "qué vergüenza"),
    ],
)
def test_a_light_rewrite_shares_a_key(rewrite):
    assert set(band_keys(POST)) & set(band_keys(rewrite))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", 0),
        ("hola", 0),
        ("😍😍", 0),
        ("https://example.org", 0),
        ("@a @b", 0),
        ("Hola Iberluz", 1),
        ("muy mal servicio hoy", 1),
    ],
)
def test_a_short_text_is_only_equal_to_itself(text, keys):
    assert len(band_keys(text)) == keys


def test_short_texts_meet_across_marks_and_links_but_not_across_words():
    assert band_keys("Muy mal!! @x") == band_keys("muy mal https://t.co/1")
    assert band_keys("muy mal") != band_keys("muy bien")


def test_keys_are_distinct_and_fit_a_signed_64_bit_integer():
    keys = band_keys(POST)
    assert len(set(keys)) == BANDS
    assert all(0 <= key < 2**63 for key in keys)


def test_the_keys_of_a_text_never_change():
    """Signatures live in state and in the log: another version of a library must not change them unseen."""
    assert band_keys("hola mundo") == [8500461094511591694]
    assert band_keys(POST)[:2] == [7585591097033373634, 7898165564534511405]


def test_japanese_needs_no_spaces():
    text = "このサービスは最悪です。もう三日も電気がない"
    assert set(band_keys(text)) & set(band_keys(text + "!!! https://t.co/x"))


@pytest.fixture(scope="module")
def posts(shared_rows):
    texts = [row["text"] for row in shared_rows("umsab", "train") + shared_rows("tweeteval-sentiment", "val")]
    return [text for text in dict.fromkeys(texts) if len(masked(text).split()) >= 5]


def rewritten(text, how, rng):
    words = text.split()
    if how == "link":
        return f"{text} https://t.co/{rng.random()}"
    if how == "retweet":
        return f"RT @someone{rng.randrange(99)}: {text}"
    if how == "word":
        words[rng.randrange(len(words))] = rng.choice(["muy", "really", "hoy", "bien"])
    elif how == "drop":
        del words[rng.randrange(len(words))]
    elif how == "add":
        words.insert(rng.randrange(len(words)), rng.choice(["muy", "really", "hoy", "bien"]))
    return " ".join(words)


@pytest.mark.parametrize("how", ["link", "retweet", "word", "drop", "add"])
def test_rewrites_of_real_posts_are_found(posts, how):
    rng = random.Random(7)
    sample = rng.sample(posts, 800)
    found = sum(bool(set(band_keys(post)) & set(band_keys(rewritten(post, how, rng)))) for post in sample)
    assert found / len(sample) >= 0.92


def test_different_real_posts_do_not_merge(posts):
    sample = random.Random(7).sample(posts, 4_000)
    holders = defaultdict(set)
    for number, post in enumerate(sample):
        for key in band_keys(post):
            holders[key].add(number)
    merged = {pair for group in holders.values() for pair in itertools.combinations(sorted(group), 2)}
    false = {number for pair in merged if likeness(*(sample[one] for one in pair)) < 0.4 for number in pair}
    assert len(false) / len(sample) <= 0.01


def likeness(one, other):
    """Jaccard of letter 4-grams of the masked texts."""
    a, b = ({text[at : at + 4] for at in range(len(text) - 3)} for text in (masked(one), masked(other)))
    return len(a & b) / max(1, len(a | b))
