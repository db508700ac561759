"""Real payloads of the four networks, and hostile ones, through cut, peek and normalise.

The payloads stay outside the repository: `ESCUCHA_SHARED` names the folder that holds `fixtures/` and `bulk/`.
"""

from __future__ import annotations

import gzip
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import orjson
import pytest
import yaml

from pipeline.normalize import NETWORKS, cut, normalize, peek
from schemas.codec import UpstreamFault, decode, encode
from schemas.instants import from_wire
from schemas.interaction import Interaction
from schemas.kinds import LetterReason, MentionKind, Op
from schemas.mention import Mention
from schemas.raw import RawEvent

SHARED = Path(os.environ.get("ESCUCHA_SHARED", Path(__file__).parents[3] / "shared"))
FIXTURES = SHARED / "fixtures"
NOW = from_wire("2026-11-22T12:00:00.000Z")

pytestmark = pytest.mark.skipif(
    not FIXTURES.is_dir(), reason=f"no real payloads: {FIXTURES} is absent (ESCUCHA_SHARED)"
)


def documents(path: Path) -> list[bytes]:
    """The documents of a file: lines end at line feeds alone, for texts hold U+2028."""
    data = path.read_bytes()
    if path.suffix == ".json" and data.count(b"\n{") < 2:
        return [data]
    return [line for line in data.split(b"\n") if line.strip()]


class Outcome:
    """What became of the items of some documents."""

    def __init__(self, network: str, paths: list[Path]) -> None:
        self.items = 0
        self.mentions: list[Mention] = []
        self.acts: list[Interaction] = []
        self.silent = 0
        self.faults: Counter[LetterReason] = Counter()
        for path in paths:
            for document in documents(path):
                for item in cut(network, document):
                    self.hear(network, item)

    def hear(self, network: str, item: bytes) -> None:
        self.items += 1
        seen = peek(network, item)
        assert seen.key and seen.id and seen == peek(network, item)
        try:
            mention, acts = normalize(RawEvent(network, "lab", seen.id, item), NOW)
        except UpstreamFault as fault:
            self.faults[fault.reason] += 1
            print(f"{network}: {fault}")
            return
        self.acts += acts
        if mention is None:
            self.silent += 1
        else:
            self.mentions.append(mention)

    def ops(self) -> Counter[Op]:
        return Counter(mention.op for mention in self.mentions)

    def kinds(self) -> Counter[MentionKind | None]:
        return Counter(mention.kind for mention in self.mentions)


def paths(*names: str) -> list[Path]:
    found = [FIXTURES / name for name in names]
    return [path for path in found if path.is_file()] or pytest.skip(f"absent: {names}")  # type: ignore[return-value]  # skip raises


def mention_schema() -> Any:
    """The proposed JSON Schema, less what only the caller of `normalize` fills in."""
    path = SHARED / "research" / "mention.schema.json"
    if not path.is_file():
        pytest.skip(f"absent: {path}")
    return jsonschema.Draft202012Validator(orjson.loads(path.read_bytes()))


def hold_the_contract(outcome: Outcome) -> None:
    """Every mention passes the wire and, with the event time that the caller adds, the JSON Schema."""
    validator = mention_schema()
    for mention in outcome.mentions:
        assert decode(Mention, encode(mention)) == mention
        dated = msgspec.structs.replace(mention, event_time=mention.received_at)
        faults = [fault.message for fault in validator.iter_errors(orjson.loads(encode(dated)))]
        assert not faults, (mention.uid, faults)
        if mention.kind is MentionKind.REPOST:
            assert mention.text is None and mention.reposted_id is not None
    for act in outcome.acts:
        assert decode(Interaction, encode(act)) == act and act.actor != act.target


def test_every_jetstream_event_is_a_mention_an_act_or_silence() -> None:
    outcome = Outcome("bluesky", paths("bluesky/jetstream_v1.jsonl", "bluesky/jetstream_golden_v1.jsonl"))
    assert outcome.items > 100 and not outcome.faults
    assert outcome.kinds()[MentionKind.POST] >= 7 and outcome.kinds()[MentionKind.REPOST] >= 10
    assert outcome.ops()[Op.DELETE] >= 1
    assert Counter(act.kind for act in outcome.acts)["like"] >= 60
    hold_the_contract(outcome)


def test_v2_frames_built_from_the_v1_events_say_the_same() -> None:
    for path in paths("bluesky/jetstream_v1.jsonl", "bluesky/jetstream_golden_v1.jsonl"):
        for document in documents(path):
            event = orjson.loads(document)
            kind = event["kind"]
            micros = event["time_us"] % 1_000_000
            payload = {
                "$type": f"network.bsky.jetstream.subscribeEvents#{kind}",
                "seq": event["time_us"],
                "did": event["did"],
                "time": f"{_seconds(event['time_us'])}.{micros:06d}Z",
                **(event["commit"] if kind == "commit" else {kind: event[kind]}),
            }
            frame = orjson.dumps({"$type": "message", "payload": payload})
            one = normalize(RawEvent("bluesky", "lab", "1", document), NOW)
            other = normalize(RawEvent("bluesky", "lab", "1", frame), NOW)
            assert one.interactions == other.interactions
            assert peek("bluesky", document).key == peek("bluesky", frame).key
            if one.mention is None:
                assert other.mention is None
            else:
                assert other.mention is not None
                assert msgspec.structs.replace(other.mention, raw=one.mention.raw) == one.mention


def _seconds(micros: int) -> str:
    return datetime.fromtimestamp(micros // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def test_bluesky_posts_agree_with_an_independent_normaliser() -> None:
    """twitwi's own output for the same nine posts, raw and hydrated."""
    folder = FIXTURES / "bluesky" / "twitwi"
    if not folder.is_dir():
        pytest.skip(f"absent: {folder}")
    expected = {
        f"bluesky:{post['uri']}": post
        for post in orjson.loads((folder / "bluesky-normalized-firehose-posts.json").read_bytes())
    }
    for name in ("bluesky-firehose-posts.json", "bluesky-hydrated-firehose-posts.json"):
        outcome = Outcome("bluesky", [folder / name])
        assert len(outcome.mentions) == len(expected) == 9
        hold_the_contract(outcome)
        for mention in outcome.mentions:
            post = expected[mention.uid]
            assert mention.author is not None and mention.author.id == post["user_did"]
            assert mention.url == post["url"]
            assert mention.text is not None and mention.created_at is not None
            # The only difference allowed: personal data that we mask.
            assert mention.text == post["original_text"] or mention.flags.redacted
            assert from_wire(mention.created_at) // 1000 == post["timestamp_utc"]
            assert {tag.lower() for tag in mention.hashtags} == set(post["hashtags"])
            assert {named.id for named in mention.mentions} == set(post["mentioned_user_dids"])
            assert len(mention.links) >= len(post["links"])
            if mention.parent_id is not None:
                assert mention.parent_id == f"bluesky:{post['to_post_uri']}"


def test_nearly_every_status_becomes_a_mention_and_the_rest_is_private() -> None:
    outcome = Outcome("mastodon", paths("mastodon/statuses.jsonl"))
    print(outcome.items, outcome.silent, outcome.kinds(), outcome.faults)
    assert outcome.items > 600 and not outcome.faults
    assert len(outcome.mentions) >= 0.945 * outcome.items
    private = [
        line
        for line in documents(paths("mastodon/statuses.jsonl")[0])
        if (status := orjson.loads(line))["visibility"] not in ("public", "unlisted")
        or (status.get("reblog") or status)["visibility"] not in ("public", "unlisted")
    ]
    assert outcome.silent == len(private)
    assert outcome.kinds()[MentionKind.REPLY] > 100 and outcome.kinds()[MentionKind.REPOST] >= 3
    assert all(
        "<p>" not in (mention.text or "") and "\u2028" not in (mention.text or "") for mention in outcome.mentions
    )
    assert all(mention.author is not None and "@" in (mention.author.id or "") for mention in outcome.mentions)
    hold_the_contract(outcome)


def test_a_recorded_stream_of_mastodon_is_heard() -> None:
    blocks = paths("mastodon/cassette_streams.sse")[0].read_bytes().split(b"\n\n")
    outcome = Outcome("mastodon", [])
    for block in blocks:
        fields = dict(line.split(b": ", 1) for line in block.split(b"\n") if line.startswith((b"event: ", b"data: ")))
        if {b"event", b"data"} <= set(fields):
            wrapped = {
                "event": fields[b"event"].decode(),
                "payload": fields[b"data"].decode(),
                "instance": "lab.example",
            }
            outcome.hear("mastodon", orjson.dumps(wrapped))
    assert outcome.items >= 8 and not outcome.faults
    assert outcome.ops()[Op.DELETE] == 1 and outcome.ops()[Op.UPSERT] >= 2
    assert any(mention.edited for mention in outcome.mentions)
    hold_the_contract(outcome)


X_POSTS = (
    "x/v2_filtered_stream.ndjson",
    "x/v1_1_tweets.jsonl",
    "x/tweet_parser/tweet_payload_examples/original_format_examples.json",
    *(
        f"x/twarc-csv/test-data/{name}.jsonl"
        for name in (
            "brexit",
            "cashtags",
            "edited_after",
            "entities_test",
            "flat",
            "kpop",
            "media_policy_violation_off",
            "media_policy_violation_on",
            "media_tweet",
            "noflat",
            "two_tweets",
            "verified_type",
        )
    ),
)


def test_every_post_of_x_becomes_a_mention() -> None:
    outcome = Outcome("x", paths(*X_POSTS))
    print(outcome.items, outcome.kinds())
    assert outcome.items > 2_500 and not outcome.faults and not outcome.silent
    assert outcome.ops() == {Op.UPSERT: outcome.items}
    assert outcome.kinds()[MentionKind.REPOST] > 800 and outcome.kinds()[MentionKind.QUOTE] > 100
    assert all(mention.created_at is not None for mention in outcome.mentions)
    told = [mention for mention in outcome.mentions if mention.kind is MentionKind.REPOST and mention.quoted_text]
    assert len(told) >= 0.99 * outcome.kinds()[MentionKind.REPOST]
    assert any(mention.edited for mention in outcome.mentions)
    hold_the_contract(outcome)


def test_what_x_sends_besides_posts_has_its_own_outcome() -> None:
    folder = "x/twarc-csv/test-data/"
    assert set(Outcome("x", paths(folder + "counts.jsonl")).faults) == {LetterReason.UNSUPPORTED_SHAPE}
    assert set(Outcome("x", paths(folder + "lists.jsonl")).faults) == {LetterReason.UNSUPPORTED_SHAPE}
    assert set(Outcome("x", paths(folder + "users.jsonl")).ops()) == {Op.AUTHOR_UPDATE}
    assert set(Outcome("x", paths(folder + "users_compliance.jsonl")).ops()) == {Op.PURGE_AUTHOR}
    cut_off = Outcome("x", paths(folder + "streaming_output_with_error.jsonl"))
    assert cut_off.faults == {LetterReason.NOT_JSON: 1} and len(cut_off.mentions) == 7
    broken = "x/tweet_parser/tweet_payload_examples/broken_and_unsupported_payloads/"
    assert Outcome("x", paths(broken + "original_format_missing_user.json")).faults == {LetterReason.MISSING_FIELD: 1}


def test_every_reddit_thing_is_a_mention_or_a_deletion() -> None:
    outcome = Outcome("reddit", paths("reddit/submissions_t3.jsonl", "reddit/comments_t1.jsonl"))
    print(outcome.items, outcome.ops(), outcome.kinds())
    assert outcome.items >= 3_000 and not outcome.faults and not outcome.silent
    assert outcome.ops()[Op.DELETE] < 0.05 * outcome.items
    assert outcome.kinds()[MentionKind.COMMENT] > 500 and outcome.kinds()[MentionKind.REPLY] > 500
    assert any(mention.engagement and (mention.engagement.score or 0) < 0 for mention in outcome.mentions)
    assert not any((mention.text or "") in ("[removed]", "[deleted]") for mention in outcome.mentions)
    hold_the_contract(outcome)


def test_the_reddit_archive_is_heard_whole() -> None:
    path = SHARED / "bulk" / "reddit_t3.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"absent: {path}")
    outcome = Outcome("reddit", [])
    with gzip.open(path) as lines:
        for line in islice(lines, 0, None, 10):
            outcome.hear("reddit", line.rstrip(b"\n"))
    assert outcome.items > 19_000 and not outcome.faults
    assert outcome.ops()[Op.UPSERT] > 0.9 * outcome.items
    assert all(mention.created_at is not None for mention in outcome.mentions)


HOSTILE = FIXTURES / "hostile"


def naughty_strings() -> list[str]:
    path = HOSTILE / "blns" / "blns.json"
    strings: list[str] = orjson.loads(path.read_bytes()) if path.is_file() else pytest.skip(f"absent: {path}")
    return strings


def hostile_payloads() -> Iterator[bytes]:
    for path in sorted((HOSTILE / "JSONTestSuite").rglob("*.json")):
        yield path.read_bytes()
    for text in naughty_strings():
        yield text.encode()
        yield orjson.dumps(text)


@pytest.mark.parametrize("network", NETWORKS)
def test_hostile_payloads_end_as_a_value_or_a_fault(network: str) -> None:
    outcome = Outcome(network, [])
    documents = 0
    for payload in hostile_payloads():
        documents += 1
        items = cut(network, payload)
        assert items == [payload], "nothing hostile is mistaken for a batch"
        outcome.hear(network, payload)
    assert documents > 1_000
    assert sum(outcome.faults.values()) == documents
    assert outcome.faults[LetterReason.NOT_JSON] > 100 and outcome.faults[LetterReason.NOT_UTF8] > 10


def carriers(text: str) -> Iterator[tuple[str, Any]]:
    """Otherwise valid payloads with `text` as what was said."""
    commit = {
        "rev": "3k",
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "1",
        "record": {"text": text},
    }
    yield "bluesky", {"did": "did:plc:a", "time_us": 1, "kind": "commit", "commit": commit}
    account = {"acct": "ana@masto.es", "url": "https://masto.es/@ana", "display_name": text, "note": text}
    yield (
        "mastodon",
        {
            "uri": "u:1",
            "visibility": "public",
            "content": text,
            "account": account,
            "spoiler_text": text,
            "language": text,
        },
    )
    yield "x", {"data": {"id": "1", "text": text, "lang": text, "created_at": text}}
    yield (
        "reddit",
        {"kind": "t3", "data": {"name": "t3_a", "title": text, "selftext": text, "author": text, "url": text}},
    )
    yield "reddit", {"kind": "t1", "data": {"name": "t1_a", "body": text, "author": text, "permalink": text}}


def test_naughty_strings_are_heard_as_texts() -> None:
    heard = 0
    for text in naughty_strings():
        for network, value in carriers(text):
            mention, _ = normalize(RawEvent(network, "lab", "1", orjson.dumps(value)), NOW)
            assert mention is not None and mention.text is not None
            assert decode(Mention, encode(mention)) == mention
            heard += 1
    assert heard > 2_000


def test_facets_at_code_points_of_the_twitter_text_vectors_give_the_same_words() -> None:
    """twitter-text's vectors count code points; the same ranges as UTF-8 bytes must name the same handles."""
    path = HOSTILE / "twitter-text-conformance" / "conformance" / "extract.yml"
    if not path.is_file():
        pytest.skip(f"absent: {path}")
    vectors = yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]["mentions_with_indices"]
    compared = 0
    for vector in vectors:
        text = vector["text"]
        facets = []
        for found in vector["expected"]:
            start, end = (len(text[:index].encode()) for index in found["indices"])
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": f"did:plc:{found['screen_name']}"}
            facets.append({"index": {"byteStart": start, "byteEnd": end}, "features": [feature]})
        record = {"text": text, "facets": facets}
        commit = {"rev": "3k", "operation": "create", "collection": "app.bsky.feed.post", "rkey": "1", "record": record}
        payload = orjson.dumps({"did": "did:plc:a", "time_us": 1, "kind": "commit", "commit": commit})
        mention, _ = normalize(RawEvent("bluesky", "lab", "1", payload), NOW)
        assert mention is not None
        assert [named.handle for named in mention.mentions] == list(
            dict.fromkeys(found["screen_name"] for found in vector["expected"])
        )
        compared += len(facets)
    assert compared >= 3
