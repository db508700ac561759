"""What the table of topics becomes on a cluster, and what is kept of a partition that was read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.record import Partition, Record
from pipeline.runtime.kafka.reader import _Kept
from pipeline.runtime.kafka.topics import settings_of, wanted_partitions
from schemas.instants import DAY
from schemas.topics import AUTHORS, CONFIG, RAW, TOPICS


@pytest.mark.parametrize("topic", TOPICS)
def test_on_a_live_cluster_the_broker_stamps_every_record(topic: str) -> None:
    assert settings_of(topic, replay=False)["message.timestamp.type"] == "LogAppendTime"


@pytest.mark.parametrize("topic", TOPICS)
def test_in_a_replay_times_are_the_producers_and_nothing_expires_by_them(topic: str) -> None:
    settings = settings_of(topic, replay=True)
    assert settings["message.timestamp.type"] == "CreateTime"
    assert settings["retention.ms"] == "-1"
    assert int(settings["segment.ms"]) > 100 * 365 * DAY
    assert settings["min.compaction.lag.ms"] == "0"


@pytest.mark.parametrize("topic", TOPICS)
def test_retention_and_cleanup_are_the_tables(topic: str) -> None:
    settings, declared = settings_of(topic, replay=False), TOPICS[topic]
    assert settings["cleanup.policy"] == declared.cleanup
    assert settings["retention.ms"] == str(declared.retention or -1)
    assert settings["min.compaction.lag.ms"] == str(declared.compaction_lag)


@pytest.mark.parametrize("topic", TOPICS)
def test_both_kinds_set_the_same_settings_so_that_one_undoes_the_other(topic: str) -> None:
    assert settings_of(topic, replay=True).keys() == settings_of(topic, replay=False).keys()


def test_state_and_counts_are_compacted() -> None:
    assert settings_of("escucha.state.listen", replay=False)["cleanup.policy"] == "compact"
    assert settings_of("escucha.counts", replay=False)["retention.ms"] == "-1"


def test_one_count_leaves_topics_of_one_partition_alone() -> None:
    assert (wanted_partitions(RAW, 8), wanted_partitions(CONFIG, 8)) == (8, 1)
    assert (wanted_partitions(RAW, {AUTHORS: 2}), wanted_partitions(RAW, None)) == (None, None)
    with pytest.raises(ValueError, match="at least one"):
        wanted_partitions(RAW, 0)


@given(st.sets(st.integers(5, 40)), st.integers(0, 50))
def test_a_stretch_tells_where_records_begin_only_for_offsets_it_covers(offsets: set[int], asked: int) -> None:
    records = [Record(*Partition(RAW, 0), offset, 0, None, None) for offset in sorted(offsets)]
    kept = _Kept(records, start=5, next=41)
    index = kept.index(asked)
    if not 5 <= asked <= 41:
        assert index is None
    else:
        assert index is not None
        assert [record.offset for record in records[index:]] == sorted(o for o in offsets if o >= asked)
