"""A brand's own account has no influence upon the brand, however many engage with it; upon others it has what it earns."""

import msgspec

from pipeline.influence import InfluenceTable
from pipeline.match import Matcher
from pipeline.match.timeline import Timeline
from pipeline.processors import Plan, understand
from pipeline.record import Record
from schemas.author import AuthorScore
from schemas.codec import decode, encode
from schemas.config import Brand, Config, Target
from schemas.instants import HOUR, to_wire
from schemas.kinds import TargetType
from schemas.mention import Mention
from schemas.topics import AUTHORS, MENTIONS, RAW

NOW = 1_795_348_800_000


def test_7_a_brands_own_account_scores_nothing_for_it(tier0):
    brands = [
        Brand("ours", "ours", [Target(TargetType.BRAND, "luz", "ours")], own_accounts=["mastodon:ana@m.example"]),
        Brand("theirs", "theirs", [Target(TargetType.BRAND, "luz", "theirs")]),
    ]
    account = {"id": "1", "acct": "ana", "url": "https://m.example/@ana", "uri": "https://m.example/users/ana"}
    post = {
        "id": "7", "uri": "https://m.example/7", "created_at": to_wire(NOW), "content": "<p>La luz</p>",
        "visibility": "public", "account": account,
    }  # fmt: skip
    headers = (("network", b"mastodon"), ("source", b"m"), ("ce_id", b"7"))
    record = Record(RAW, 0, 0, NOW, b"k", msgspec.json.encode(post), headers)

    def published(table):
        stage = understand(0, Plan(1, 1, 1, 1), Timeline(0, Matcher(brands, "v1")), tier0, Config([]), influences=table)
        stage.let_go()
        return [decode(Mention, r.value) for r in stage.process([record]).records if r.topic == MENTIONS and r.value]

    who = next(mention.author.id for mention in published(InfluenceTable(1, 1)) if mention.match)
    table = InfluenceTable(1, 1)
    score = AuthorScore("mastodon", who, to_wire(NOW - HOUR), to_wire(NOW - 2 * HOUR), 80.0, 500, 400, 0.9)
    table.apply(Record(AUTHORS, 0, 0, 0, b"k", encode(score)))
    tick = Record(AUTHORS, 0, 1, NOW, b"t", b'{"at":%d,"origin":0}' % NOW, (("ce_type", b"social.tick"),))
    table.apply(tick)
    ours, theirs = (mention for mention in published(table) if mention.match)
    assert ours.match.own
    assert ours.understanding.influence is None
    assert not theirs.match.own
    assert theirs.understanding.influence.score > 79
