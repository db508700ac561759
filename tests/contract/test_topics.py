"""The table of topics keeps its own rules."""

from __future__ import annotations

import re

import msgspec

from schemas import topics
from schemas.headers import TICK
from schemas.kinds import WEBHOOK_TYPES, Edge, SignalKind, webhook_type
from schemas.topics import AUTHORS, DEADLETTERS, LATE, MENTIONS, RAW, TOPICS


def test_every_topic_is_in_the_table_under_its_own_name() -> None:
    assert all(name == topic.name for name, topic in TOPICS.items())
    named = {value for name, value in vars(topics).items() if name.isupper() and isinstance(value, str)}
    assert named == set(TOPICS)


def test_names_are_legal_on_kafka_and_do_not_collide_in_its_metrics() -> None:
    assert all(re.fullmatch(r"[a-zA-Z0-9._-]{1,249}", name) for name in TOPICS)
    assert len({name.replace(".", "_") for name in TOPICS}) == len(TOPICS)


def test_event_types_are_distinct_and_none_is_a_tick() -> None:
    events = [topic.event for topic in TOPICS.values()]
    assert len(set(events)) == len(events)
    assert TICK not in events


def test_what_is_compacted_is_kept_and_what_is_deleted_has_a_time() -> None:
    for topic in TOPICS.values():
        assert (topic.retention is None) == (topic.cleanup == "compact"), topic.name
        assert topic.retention is None or topic.retention > 0


def test_every_topic_has_partitions_a_key_a_schema_and_a_word_about_it() -> None:
    for topic in TOPICS.values():
        assert topic.partitions >= 1
        assert topic.key
        assert topic.about.endswith(".")
        assert issubclass(topic.schema, msgspec.Struct)


def test_payloads_and_dead_letters_are_not_public() -> None:
    assert not TOPICS[RAW].public
    assert not TOPICS[DEADLETTERS].public
    assert TOPICS[AUTHORS].cleanup == "compact"


def test_a_late_mention_is_a_mention() -> None:
    assert TOPICS[LATE].schema is TOPICS[MENTIONS].schema


def test_a_derived_record_outlives_the_raw_one_it_came_from() -> None:
    raw, mentions = TOPICS[RAW].retention, TOPICS[MENTIONS].retention
    assert raw is not None
    assert mentions is not None
    assert mentions >= raw


def test_every_signal_kind_and_edge_has_its_webhook_type() -> None:
    assert {webhook_type(kind, edge) for kind in SignalKind for edge in Edge} | {"ping", "digest"} == set(WEBHOOK_TYPES)
    assert len(set(WEBHOOK_TYPES)) == len(WEBHOOK_TYPES)
