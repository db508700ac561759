"""The packaged tier 1: small, sound on any text, and better than tier 0 where people speak English."""

import numpy as np
import pytest

from pipeline.understand.figures import macro_recall
from pipeline.understand.package import packaged_tier1
from pipeline.understand.second import COLUMNS, Tier1, joined
from schemas.kinds import Polarity

MEGABYTES = 30
TEXTS = 500
"""Of TweetEval's 1,998: seconds count."""
PLAIN = [
    ("I absolutely love this, best purchase in years", Polarity.POSITIVE),
    ("worst customer service I have ever had", Polarity.NEGATIVE),
    ("The store opens at nine on Monday.", Polarity.NEUTRAL),
    ("not bad at all, I was pleasantly surprised", Polarity.POSITIVE),
    ("I don't like the new app, it keeps crashing", Polarity.NEGATIVE),
    ("@delta three hours late AGAIN 😡", Polarity.NEGATIVE),
    ("thank you so much for the quick help ❤️", Polarity.POSITIVE),
    ("The company reported quarterly results on Thursday http://t.co/x", Polarity.NEUTRAL),
    ("Google moves its office to a new building in Dublin", Polarity.NEUTRAL),
]
HOSTILE = [
    "",
    " ",
    "\x00\x07\u202e",
    "😀" * 500,
    "я не знаю",
    "好きです",
    "a" * 10_000,
    "word " * 4_000,
    "@ # http:// ::",
]


@pytest.fixture(scope="module")
def files():
    found = packaged_tier1()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def tier1(files):
    return Tier1(files)


def test_it_is_small_english_and_names_its_version(files, tier1):
    assert sum(map(len, files.values())) <= MEGABYTES * 1_000_000
    assert tier1.languages == {"en"}
    assert tier1.version.startswith("tier1-en-2026.11-")


def test_it_knows_plain_praise_blame_and_news(tier1):
    found = [COLUMNS[column] for column in tier1.score([text for text, _ in PLAIN]).argmax(axis=1)]
    assert found == [label for _, label in PLAIN]


def test_any_text_has_probabilities(tier1):
    found = tier1.score(HOSTILE)
    assert np.isfinite(found).all()
    assert found.sum(axis=1) == pytest.approx(np.ones(len(HOSTILE)), abs=1e-5)


def test_a_score_does_not_depend_on_who_is_read_with_it(tier1):
    texts = [text for text, _ in PLAIN] + HOSTILE
    alone = np.concatenate([tier1.score([text]) for text in texts])
    assert np.abs(tier1.score(texts) - alone).max() < 1e-4
    assert np.abs(tier1.score(texts[::-1])[::-1] - alone).max() < 1e-4


def test_with_tier_0_it_reads_tweets_better_than_tier_0_alone(tier1, understood, shared_rows):
    rows = shared_rows("tweeteval-sentiment", "val")[:TEXTS]
    first = [understood(row["text"], "en")[1].sentiment for row in rows]
    second = tier1.score([row["text"] for row in rows])
    both = [joined(one, row, tier1.about) for one, row in zip(first, second.tolist(), strict=True)]
    truth = np.array([row["y"] for row in rows])
    figures = [
        macro_recall(truth, np.array([[one.negative, one.neutral, one.positive] for one in read]).argmax(axis=1))
        for read in (first, both)
    ]
    assert figures[1] > max(figures[0] + 1, 72)
    decided = [one.label is not Polarity.UNSURE for one in both]
    assert 0.6 < np.mean(decided) < 0.95
