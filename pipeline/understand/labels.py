"""The names that labelled sets give to what we read, as ours."""

from __future__ import annotations

from collections.abc import Iterable, Set

EMOTIONS = ("none", "love", "joy", "optimism", "anger", "sadness", "fear", "surprise")
"""As the emotion head's labels stand."""
_SHADES = {
    "love": "love caring",
    "joy": "joy amusement excitement gratitude admiration pride relief",
    "optimism": "optimism desire",
    "anger": "anger annoyance disgust disapproval",
    "sadness": "sadness disappointment grief remorse embarrassment",
    "fear": "fear nervousness",
    "surprise": "surprise",
    "none": "none neutral approval confusion curiosity realization",
}
SHADE = {fine: coarse for coarse, fines in _SHADES.items() for fine in fines.split()}
"""GoEmotions' 28 labels, and those of others, as `EMOTIONS`."""
_FIRST = ("love", "fear", "sadness", "anger", "surprise", "joy", "optimism", "none")
"""Of several labels the rarer one names the text."""
_GOOD = frozenset(
    [
        "admiration",
        "amusement",
        "approval",
        "caring",
        "desire",
        "excitement",
        "gratitude",
        "joy",
        "love",
        "optimism",
        "pride",
        "relief",
    ]
)
_BAD = frozenset(
    [
        "anger",
        "annoyance",
        "disappointment",
        "disapproval",
        "disgust",
        "embarrassment",
        "fear",
        "grief",
        "nervousness",
        "remorse",
        "sadness",
    ]
)
POLARITY = {"neutral": 0, "negative": 1, "positive": 2}
"""Classes as the sentiment head has them."""
_POLARITIES = {
    "negative": "negative neg 0 -1",
    "neutral": "neutral neu 1",
    "positive": "positive pos 2",
}
POLARITY_OF = {name: ours for ours, names in _POLARITIES.items() for name in names.split()}
"""What sets call a polarity; as numbers 0, 1, 2 are negative, neutral, positive."""
_INTENTS = {
    "question": "question QUE",
    "complaint": "complaint",
    "praise": "praise",
    "wish": "wish suggestion SUG",
    "switch": "switch",
    "call_to_action": "call_to_action",
    "thanks": "thanks gratitude",
    "apology": "apology",
}
INTENT_OF = {name: ours for ours, names in _INTENTS.items() for name in names.split()}


def emotion_of(labels: Iterable[str]) -> str | None:
    """The one emotion of a set's label or labels; None where we have none like it."""
    shades = {SHADE[label] for label in labels if label in SHADE}
    return next((shade for shade in _FIRST if shade in shades), None)


def polarity_of_feelings(labels: Set[str]) -> str:
    """Of GoEmotions' labels: both or neither is neutral."""
    good, bad = bool(labels & _GOOD), bool(labels & _BAD)
    return "neutral" if good == bad else "negative" if bad else "positive"
