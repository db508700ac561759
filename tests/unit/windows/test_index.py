"""The index of posts forgets in order of first sight, the same before and after a restart."""

from pipeline.windows.contribution import Contribution, Role
from pipeline.windows.index import Entry, PostIndex, Standing
from pipeline.windows.times import INDEX_HORIZON

WHAT = Contribution(Role.OPINION, 0, 0, False, 0, 0, 0, [], [])


def entry(uid, at, standing=Standing.COUNTED):
    return Entry(uid, "1", at, 0, True, None, WHAT, standing=standing)


def test_a_post_that_came_back_counts_as_seen_then_with_or_without_a_restart():
    index = PostIndex(cap=2)
    index.put(entry("a", 1))
    index.put(entry("b", 2))
    index.put(entry("a", 3))
    again = PostIndex(cap=2)
    again.load([entry("a", 3), entry("b", 2)], 0)
    for each in (index, again):
        each.put(entry("c", 4))
        assert [uid for uid in "abc" if each.get(uid)] == ["a", "c"]


def test_a_change_moves_nobody():
    index = PostIndex(cap=2)
    index.put(entry("a", 1))
    index.put(entry("b", 2))
    index.put(entry("a", 1, Standing.DELETED))
    index.put(entry("c", 3))
    assert [uid for uid in "abc" if index.get(uid)] == ["b", "c"]


def test_one_that_came_back_does_not_keep_older_ones_from_expiring():
    index = PostIndex()
    index.put(entry("a", 1))
    index.put(entry("b", 2))
    index.put(entry("a", 100))
    index.expire(INDEX_HORIZON + 50)
    assert [uid for uid in "ab" if index.get(uid)] == ["a"]
