"""Each mention is understood by itself: batch, order, history and process make no difference."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from pipeline.understand.text import fold
from schemas.codec import encode
from schemas.kinds import MentionKind, Op
from schemas.mention import Lang, Mention, RawRef


@pytest.fixture(scope="module")
def tier0():
    return Tier0(packaged_model())


WORDS = st.sampled_from(
    [
        "no",
        "está",
        "nada",
        "mal",
        "pésimo",
        "servicio",
        "gracias",
        "me",
        "encanta",
        "love",
        "the",
        "worst",
        "app",
        "ever",
        "😍",
        "😡",
        "!!!",
        "?",
        "@user",
        "https://t.co/x",
        "jajaja",
        "soooo",
        "luz",
        "not",
        "good",
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map(" ".join))
LANGUAGES = st.sampled_from([None, "es", "en", "pt", "ja", "es-MX", "zz", ""])


def a_mention(text, lang, kind):
    return Mention(
        schema_version=1,
        op=Op.UPSERT,
        uid="t:1",
        version="1",
        network="t",
        received_at="2026-11-22T12:00:00.000Z",
        raw=RawRef(format="t"),
        kind=kind,
        text=text,
        quoted_text=text,
        lang=Lang(lang, "declared") if lang is not None else None,
    )


MENTIONS = st.builds(
    a_mention, TEXTS, LANGUAGES, st.sampled_from([MentionKind.POST, MentionKind.REPOST, MentionKind.QUOTE])
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(batch=st.lists(MENTIONS, max_size=6), data=st.data())
def test_a_batch_gives_what_each_mention_gives_alone(tier0, batch, data):
    alone = [tier0.understand([one])[0] for one in batch]
    order = data.draw(st.permutations(range(len(batch))))
    together = tier0.understand([batch[i] for i in order])
    assert together == [alone[i] for i in order]
    for _, understanding in together:
        assert all(0 <= key < 2**63 for key in understanding.signature)
        encode(understanding)


@given(TEXTS)
def test_a_text_folded_twice_is_folded(text):
    assert fold(fold(text)) == fold(text)


PROBE = """
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from pipeline.understand.signature import band_keys
t = Tier0(packaged_model())
for text in ("Pésimo servicio, nadie contesta 😡", "no está nada mal, gracias!", "Boycott this brand, please share"):
    print(t.feeling(text, "es"), band_keys(text))
"""


def test_another_process_with_another_hash_seed_says_the_same():
    said = [
        subprocess.run(
            [sys.executable, "-c", PROBE], env={"PYTHONHASHSEED": seed, "PATH": ""}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert said[0]
