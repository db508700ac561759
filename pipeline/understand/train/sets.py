"""The labelled sets, their terms, and which rows may be trained on together."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from pipeline.understand import corpus
from pipeline.understand.labels import POLARITY, emotion_of, polarity_of_feelings

_AS_NUMBERED = (1, 0, 2)
"""The sets number negative, neutral, positive."""
ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
OPEN = ("goemotions", "corpus", "support", "lists", "vader")
"""What may be trained on, changed, sold and passed on."""
TERMS = {
    "tweeteval-sentiment": "SemEval-2013..2017 task 4 tweets (English). Text must not be redistributed; Twitter's terms apply. "
    "Shipped as weights only.",
    "umsab": "UMSAB of XLM-T, eight languages; parts carry research terms (Spanish is InterTASS-2017). Text must not be "
    "redistributed. Shipped as weights only.",
    "tweeteval-emotion": "SemEval-2018 task 1 tweets (English). As tweeteval-sentiment.",
    "tweet-acts": "Tweet-act-classification, repository BSD-2-Clause; the tweets are under Twitter's terms. Shipped as weights only.",
    "goemotions": "GoEmotions (Demszky et al. 2020), Reddit comments, English. CC BY 4.0.",
    "corpus": "Mentions written for this project (pipeline/understand/corpus). CC BY 4.0.",
    "support": "Messages to support written for this project (pipeline/understand/train/support.py). CC BY 4.0.",
    "lists": "Words of feeling written for this project (pipeline/understand/train). CC BY 4.0.",
    "vader": "Words of the VADER lexicon (Hutto and Gilbert 2014), English. MIT.",
}


@dataclass(frozen=True)
class Example:
    text: str
    language: str
    source: str
    polarity: int | None = None
    """0 neutral, 1 negative, 2 positive."""
    emotion: str | None = None
    """One of `EMOTIONS`."""
    labels: frozenset[str] = frozenset()
    """Whatever else the set says: intents, acts, fine emotions."""


def sentiment(folder: Path, name: str, split: str) -> list[Example]:
    """Rows of tweeteval-sentiment or umsab. Training rows that also stand in a validation set (`also_in`) are left out."""
    return [
        Example(unescape(row["text"]), row.get("lang", "en"), name, polarity=_AS_NUMBERED[int(row["y"])])
        for row in rows(folder, name, split)
        if split != "train" or "also_in" not in row
    ]


def goemotions(folder: Path, split: str) -> list[Example]:
    found = []
    for row in rows(folder, "goemotions", split):
        labels = frozenset(row["label"])
        feeling = POLARITY[polarity_of_feelings(labels)]
        found.append(Example(unescape(row["text"]), "en", "goemotions", feeling, emotion_of(labels), labels))
    return found


def tweet_emotions(folder: Path, split: str) -> list[Example]:
    return [
        Example(unescape(row["text"]), "en", "tweeteval-emotion", emotion=row["label"])
        for row in rows(folder, "tweeteval-emotion", split)
    ]


def tweet_acts(folder: Path, split: str) -> list[Example]:
    return [
        Example(unescape(row["text"]), "en", "tweet-acts", labels=frozenset([row["label"]]))
        for row in rows(folder, "tweet-acts", split)
    ]


def written(split: corpus.Split) -> list[Example]:
    """The corpus; its mixed mentions have no polarity."""
    return [
        Example(
            one.text, one.lang, "corpus", POLARITY.get(one.sentiment), one.emotion, frozenset(map(str, one.intents))
        )
        for one in corpus.read(split)
    ]


def rows(folder: Path, name: str, split: str) -> list[dict[str, Any]]:
    lines = (folder / name / split / f"{split}.jsonl").read_bytes().split(b"\n")
    return [msgspec.json.decode(line) for line in lines if line]


def unescape(text: str) -> str:
    r"""The words behind `&amp;amp;` and a literal `\u2019`: the sets were saved with both."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), html.unescape(html.unescape(text)))
