"""A score: what a model beside the stream (tier 2) found in one version of a mention, as it goes into `social.raw`.

It is an event of the network `escucha`, so that it has its place in the log like everything else: keyed by the mention's uid, its
`ce_id` is `score_id(...)`, the same whenever the same model reads the same version.
"""

from __future__ import annotations

import msgspec

from schemas.ids import stable_id
from schemas.mention import Field, Sentiment, Uid

NETWORK = "escucha"
"""The network that we are ourselves."""


class Score(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`uid`, `version` and `network` are the mention's; `sentiment.model` names model and weights exactly."""

    uid: Uid
    version: Field
    network: Field
    sentiment: Sentiment


def score_id(score: Score) -> str:
    """The event's id: a hash of what was read and by which model."""
    return stable_id("score", score.uid, score.version, score.sentiment.model)
