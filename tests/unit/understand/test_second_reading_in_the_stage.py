"""`prepare` and `complete`: who is asked about, what an answer changes, and that nothing else changes."""

import msgspec
import pytest

from pipeline.match import Matcher
from pipeline.match.timeline import Timeline
from pipeline.processors import Plan, understand
from pipeline.record import Record
from pipeline.understand.second import read_second
from schemas.codec import decode
from schemas.config import Brand, Budget, Config, Lexicon, Onnx, Target, Tiers
from schemas.kinds import TargetType
from schemas.mention import Mention
from schemas.topics import MENTIONS, RAW
from tests.tiny_tier1 import tiny_tier1

PLAN = Plan(raw=1, mentions=1, interactions=1, authors=1)
AT = 1_795_348_800_000
ALL = Budget(share=1.0)
ABOUT = read_second(tiny_tier1("en"))
GLAD, SAD = (0.02, 0.03, 0.95), (0.9, 0.05, 0.05)


def brand(id, **own):
    return Brand(id, id, [Target(TargetType.BRAND, "luz", id)], **own)


def post(number, text, lang="en", acct="ana"):
    payload = {
        "id": str(number),
        "uri": f"https://m.example/{number}",
        "created_at": "2026-11-22T12:00:00.000Z",
        "content": f"<p>{text}</p>",
        "language": lang,
        "visibility": "public",
        "account": {"id": acct, "acct": acct, "url": f"https://m.example/@{acct}"},
    }
    headers = (("network", b"mastodon"), ("source", b"m"), ("ce_id", str(number).encode()))
    return Record(RAW, 0, number, AT + number, b"k", msgspec.json.encode(payload), headers)


@pytest.fixture
def stage(tier0):
    def make(*brands, budget=ALL, seconds=(ABOUT,)):
        config = Config(list(brands) or [brand("a")], tiers=Tiers(onnx=Onnx(budget)))
        made = understand(0, PLAN, Timeline(0, Matcher(config.brands, "v1")), tier0, config, seconds)
        made.let_go()
        return made

    return make


def told(out):
    mentions = [decode(Mention, record.value) for record in out.records if record.topic == MENTIONS and record.value]
    return [mention for mention in mentions if mention.match]


BATCH = (
    post(1, "The luz app is fine, I guess"),
    post(2, "La app de luz va bien", "es"),
    post(3, "no match here"),
    post(4, "luz came back at noon"),
)


def test_the_text_as_written_is_asked_about_once_for_all_brands(stage):
    made = stage(brand("a"), brand("b"))
    requests = made.prepare(BATCH)
    assert [request.text for request in requests] == ["The luz app is fine, I guess", "luz came back at noon"]
    assert {request.model for request in requests} == {ABOUT.version}
    found = told(made.complete([GLAD, None]))
    assert [(m.match.brand, m.understanding.sentiment.label) for m in found[:2]] == [
        ("a", "positive"),
        ("b", "positive"),
    ]


def test_an_answer_changes_the_sentiment_and_nothing_else(stage):
    plain, made = stage(seconds=()), stage()
    assert plain.prepare(BATCH) == []
    before = plain.complete([])
    made.prepare(BATCH)
    after = made.complete([SAD, None])
    assert len(before.records) == len(after.records)
    for old, new in zip(before.records, after.records, strict=True):
        assert old._replace(value=None) == new._replace(value=None)
    first, second, third = told(after)
    assert first.understanding.sentiment.model.endswith(f"+{ABOUT.version}")
    assert first.understanding.sentiment.label == "negative"
    known = told(before)
    assert [second, third] == known[1:]
    rest = msgspec.structs.replace(first.understanding, sentiment=known[0].understanding.sentiment)
    assert rest == known[0].understanding


def test_without_answers_it_is_what_process_gives_and_what_tier_0_alone_gives(stage):
    alone, asked, processed = stage(seconds=()), stage(), stage()
    expected = alone.process(BATCH)
    assert processed.process(BATCH) == expected
    assert asked.complete([None] * len(asked.prepare(BATCH))) == expected


def test_a_brand_s_own_words_override_the_second_reading_too(stage):
    made = stage(brand("a"), brand("b", lexicon=Lexicon(positive=["fine"])))
    made.prepare(BATCH[:1])
    first, second = told(made.complete([SAD]))
    assert first.understanding.sentiment.label == "negative"
    assert (second.understanding.sentiment.label, second.understanding.sentiment.model) == ("positive", "v1")


def test_the_brand_s_own_posts_are_not_worth_it(stage):
    own = brand("a", own_accounts=["mastodon:luz@m.example"])
    assert stage(own).prepare([post(1, "Our luz app is fine", acct="luz")]) == []
    assert len(stage(own, brand("b")).prepare([post(1, "Our luz app is fine", acct="luz")])) == 1


def test_a_batch_is_completed_once_before_the_next(stage):
    made = stage()
    with pytest.raises(RuntimeError, match="no batch"):
        made.complete([])
    requests = made.prepare(BATCH)
    with pytest.raises(RuntimeError, match="before the one in hand"):
        made.prepare([])
    with pytest.raises(ValueError, match="zip"):
        made.complete([GLAD] * (len(requests) + 1))


def test_state_without_a_gate_is_what_it_was_and_is_taken_by_one_with_a_gate(stage):
    alone, gated = stage(seconds=()), stage()
    alone.process(BATCH)
    [state] = alone.snapshot().values()
    assert b"\xa4gate" not in state
    gated.restore({"understand": state})
    gated.process([post(5, "luz is fine")])
    [state] = gated.snapshot().values()
    assert b"\xa4gate" in state
    alone.restore({"understand": state})
    assert alone.counts == gated.counts
