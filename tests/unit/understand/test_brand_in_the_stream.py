"""A brand's own words reach the stream: in the mention for that brand, from the version that holds them, and nowhere else."""

import msgspec
import pytest

from pipeline.match import Matcher
from pipeline.match.timeline import Timeline
from pipeline.processors import Plan, understand
from pipeline.record import Record
from schemas.codec import decode
from schemas.config import Brand, Config, Lexicon, Target
from schemas.kinds import Intent, TargetType
from schemas.mention import Mention
from schemas.topics import MENTIONS, RAW

PLAN = Plan(raw=1, mentions=1, interactions=1, authors=1)
EARLY, LATE = 1_795_348_800_000, 1_795_352_400_000


def brand(id, query, **own):
    return Brand(id, id, [Target(TargetType.BRAND, query, id)], **own)


def matcher(version, *brands):
    return Matcher(brands, version)


def post(text, at):
    payload = {
        "id": str(at),
        "uri": f"https://m.example/{at}",
        "created_at": "2026-11-22T12:00:00.000Z",
        "content": f"<p>{text}</p>",
        "visibility": "public",
        "account": {"id": "1", "acct": "ana", "url": "https://m.example/@ana", "uri": "https://m.example/users/ana"},
    }
    headers = (("network", b"mastodon"), ("source", b"m"), ("ce_id", str(at).encode()))
    return Record(RAW, 0, at - EARLY, at, b"k", msgspec.json.encode(payload), headers)


@pytest.fixture
def published(tier0):
    def run(timeline, *records):
        stage = understand(0, PLAN, timeline, tier0, Config([]))
        stage.let_go()
        out = stage.process(records)
        assert not out.letters
        mentions = [
            decode(Mention, record.value) for record in out.records if record.topic == MENTIONS and record.value
        ]
        return [mention for mention in mentions if mention.match]

    return run


def test_each_brand_hears_its_own_words_only(published):
    ours = brand("ours", "luz", lexicon=Lexicon(negative=["pico y placa"]), intents={Intent.SWITCH: ["pico"]})
    theirs = brand("theirs", "luz")
    first, second = published(Timeline(0, matcher("v1", ours, theirs)), post("La luz con pico y placa", EARLY))
    assert (first.match.brand, second.match.brand) == ("ours", "theirs")
    assert first.understanding.sentiment.label == "negative"
    assert first.understanding.sentiment.model == "v1"
    assert first.understanding.intents == ["switch"]
    assert first.understanding.trace == ["brand:switch:pico", "brand:negative:pico y placa"]
    assert second.understanding.sentiment.model != "v1"
    assert second.understanding.trace == []


def test_words_hold_from_their_version_on(published):
    timeline = Timeline(0, matcher("v1", brand("ours", "luz")))
    timeline.add(LATE, matcher("v2", brand("ours", "luz", lexicon=Lexicon(positive=["pico"]))))
    before, after = published(timeline, post("la luz y el pico", EARLY), post("la luz y el pico", LATE))
    assert before.understanding.trace == []
    assert after.understanding.trace == ["brand:positive:pico"]
    assert after.understanding.sentiment.label == "positive"


def test_a_neutral_word_changes_what_the_model_reads(published):
    neutral = brand("ours", "luz", lexicon=Lexicon(neutral=["pesimo servicio"]))
    [plain] = published(Timeline(0, matcher("v1", brand("ours", "luz"))), post("luz pésimo servicio", EARLY))
    [unfelt] = published(Timeline(0, matcher("v1", neutral)), post("luz pésimo servicio", EARLY))
    assert unfelt.understanding.sentiment.negative < plain.understanding.sentiment.negative
    assert unfelt.understanding.sentiment.model == plain.understanding.sentiment.model
