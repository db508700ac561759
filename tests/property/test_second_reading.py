"""Whatever comes back from tier 1, and however the log is cut: the same is asked, and nothing but sentiment differs."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.match import Matcher
from pipeline.match.timeline import Timeline
from pipeline.processors import Plan, understand
from pipeline.record import Record
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from pipeline.understand.second import read_second
from schemas.codec import decode
from schemas.config import Brand, Budget, Config, Onnx, Target, Tiers
from schemas.kinds import TargetType
from schemas.mention import Mention
from schemas.topics import MENTIONS, RAW
from tests.tiny_tier1 import tiny_tier1

AT = 1_795_348_800_000
SAID = (
    "luz is fine", "I hate luz", "great work, luz!", "luz on monday", "la luz va mal", "nothing of it", "luz?", "luz luz luz",
    "not bad, luz", "luz, why", "thanks luz", "luz again", "the luz app is slow", "luz came", "so luz it is",
)  # fmt: skip
ABOUT = read_second(tiny_tier1("en"))


@pytest.fixture(scope="module")
def tier0():
    return Tier0(packaged_model())


def record(number):
    payload = {
        "id": str(number),
        "uri": f"https://m.example/{number}",
        "created_at": "2026-11-22T12:00:00.000Z",
        "content": f"<p>{SAID[number % len(SAID)]} {number}</p>",
        "language": "es" if number % 7 == 4 else "en",
        "visibility": "public",
        "account": {"id": f"a{number}", "acct": f"a{number}", "url": f"https://m.example/@a{number}"},
    }
    headers = (("network", b"mastodon"), ("source", b"m"), ("ce_id", str(number).encode()))
    return Record(RAW, 0, number, AT + 700 * number, b"k", msgspec.json.encode(payload), headers)


LOG = [record(number) for number in range(30)]
rows = st.sampled_from([None, None, (0.9, 0.05, 0.05), (0.1, 0.1, 0.8)])


def through(tier0, budget, cuts, answers, restarts):
    """What was asked, in order, and the mentions, when the log comes in these lots and these answers come back."""
    config = Config([Brand("a", "A", [Target(TargetType.BRAND, "luz", "a")])], tiers=Tiers(onnx=Onnx(budget)))

    def stage():
        made = understand(0, Plan(1, 1, 1, 1), Timeline(0, Matcher(config.brands, "v1")), tier0, config, (ABOUT,))
        made.let_go()
        return made

    running, asked, told, kept = stage(), [], [], {}
    places = sorted({0, len(LOG), *cuts})
    for start, end in pairwise(places):
        requests = running.prepare(LOG[start:end])
        given_back = [answers[(len(asked) + number) % len(answers)] for number in range(len(requests))]
        asked += requests
        told += [
            decode(Mention, out.value)
            for out in running.complete(given_back).records
            if out.topic == MENTIONS and out.key
        ]
        if restarts:
            kept.update(running.snapshot())
            running = stage()
            running.restore(kept)
    return asked, told


def silent(mentions):
    return [
        msgspec.structs.replace(one, understanding=msgspec.structs.replace(one.understanding, sentiment=None))
        for one in mentions
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(Budget, share=st.none() | st.floats(0, 1), rate=st.none() | st.floats(0.1, 5)),
    st.sets(st.integers(1, len(LOG) - 1)),
    st.lists(rows, min_size=1, max_size=9),
    st.booleans(),
)
def test_cuts_answers_and_restarts_change_nothing_but_sentiment(tier0, budget, cuts, answers, restarts):
    asked, told = through(tier0, budget, (), [None], restarts=False)
    asked_too, told_too = through(tier0, budget, cuts, answers, restarts)
    assert asked_too == asked
    assert silent(told_too) == silent(told)
    texts = {request.text for request in asked}
    for one, other in zip(told, told_too, strict=True):
        if one != other:
            assert other.text in texts
            assert other.understanding.sentiment.model.endswith(f"+{ABOUT.version}")
