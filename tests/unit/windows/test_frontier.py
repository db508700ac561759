"""The frontier holds records until every origin has ticked past them, and releases them in the one order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.windows.frontier import Frontier


def rank(at, uid="a", ordinal=0, origin=0, offset=0):
    return (at, uid, ordinal, origin, offset)


def test_nothing_is_released_before_every_origin_has_ticked():
    frontier = Frontier(2)
    frontier.offer(rank(5, origin=0), 0, "x")
    frontier.tick(0, 100)
    assert frontier.release() == []
    frontier.tick(1, 6)
    assert [item for _, item in frontier.release()] == ["x"]


def test_a_record_at_the_frontier_itself_still_waits():
    frontier = Frontier(1)
    frontier.offer(rank(5), 0, "x")
    frontier.tick(0, 5)
    assert frontier.release() == []


def test_a_tick_never_moves_the_frontier_back():
    frontier = Frontier(1)
    frontier.tick(0, 9)
    frontier.tick(0, 3)
    assert frontier.at == 9


def test_a_repeated_origin_position_is_refused():
    frontier = Frontier(1)
    assert frontier.offer(rank(5, offset=3, ordinal=1), 0, "x")
    assert not frontier.offer(rank(5, offset=3, ordinal=1), 7, "x")
    assert not frontier.offer(rank(4, offset=3, ordinal=0), 8, "earlier")
    assert frontier.offer(rank(5, offset=3, ordinal=2), 9, "next")


def test_what_was_held_at_a_restart_is_taken_again_and_what_was_released_is_not():
    before = Frontier(1)
    before.offer(rank(1, offset=0), 10, "released")
    before.offer(rank(8, offset=1), 11, "held")
    before.tick(0, 5)
    assert [item for _, item in before.release()] == ["released"]
    assert before.lowest_held() == 11
    after = Frontier(1)
    after.load(before.dump())
    assert after.at == 5
    assert not after.offer(rank(1, offset=0), 10, "released")
    assert after.offer(rank(8, offset=1), 11, "held")


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50)), max_size=60),
    st.randoms(use_true_random=False),
)
def test_any_interleaving_of_origins_releases_the_same_sequence(events, shuffle):
    """Origins keep their own order; how they interleave changes nothing."""
    per_origin = {0: [], 1: [], 2: []}
    for origin, at in events:
        per_origin[origin].append(at)
    for times in per_origin.values():
        times.sort()

    def run(order):
        frontier, cursor, released = Frontier(3), dict.fromkeys(per_origin, 0), []
        for step, origin in enumerate(order):
            offset = cursor[origin]
            cursor[origin] += 1
            at = per_origin[origin][offset]
            frontier.tick(origin, at)
            frontier.offer(rank(at, f"u{origin}", 0, origin, offset), step, (origin, offset))
            released += [item for _, item in frontier.release()]
        for origin in per_origin:
            frontier.tick(origin, 1000)
        return released + [item for _, item in frontier.release()]

    order = [origin for origin, _ in events]
    first = run(order)
    shuffle.shuffle(order)
    assert run(order) == first
    assert len(first) == len(events)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.booleans()), max_size=40))
def test_what_a_restart_must_read_again_is_the_least_of_what_is_held(events):
    frontier, held, position, taken = Frontier(3), {}, [0, 0, 0], dict.fromkeys(range(3), (-1, -1))
    for offset, (origin, at, ticks) in enumerate(events):
        frontier.offer(rank(at, "u", 0, origin, position[origin]), offset, offset)
        held[offset] = (origin, (position[origin], 0))
        taken[origin] = (position[origin], 0)
        position[origin] += 1
        if ticks:
            for each in range(3):
                frontier.tick(each, at)
            for _, item in frontier.release():
                del held[item]
        assert frontier.lowest_held() == min(held, default=None)
        for number, _, first, ordinal in frontier.dump():
            waiting = [(place, nth - 1) for who, (place, nth) in held.values() if who == number]
            assert (first, ordinal) == min([*waiting, taken[number]])
