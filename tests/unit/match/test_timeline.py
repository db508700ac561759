"""Which queries hold when, and how many versions stay compiled."""

from __future__ import annotations

import random

import pytest

from pipeline.match import Matcher, QueryError
from pipeline.match.timeline import KEPT, Timeline
from schemas.config import Brand, Target
from schemas.kinds import TargetType


def _matcher(version: str, query: str = "luz") -> Matcher:
    return Matcher([Brand("b", "B", [Target(TargetType.BRAND, query, "t")])], version)


class _Maker:
    """Compiles a version, and counts how often it was asked to."""

    def __init__(self, version: str, query: str = "luz") -> None:
        self.version, self.query, self.made = version, query, 0

    def __call__(self) -> Matcher:
        self.made += 1
        return _matcher(self.version, self.query)


def test_a_version_holds_from_its_instant_until_the_next_one() -> None:
    timeline = Timeline(100, _matcher("one"))
    timeline.add(200, _Maker("two"))
    timeline.add(300, _matcher("three"))
    moments = [0, 99, 100, 199, 200, 299, 300, 10**15]
    assert [timeline.at(at).version for at in moments] == ["one"] * 4 + ["two"] * 2 + ["three"] * 2


def test_in_whatever_order_versions_come_and_are_asked_for_the_same_one_holds() -> None:
    rng = random.Random(5)
    for _ in range(50):
        moments = rng.sample(range(1, 60), 12)
        timeline = Timeline(moments[0], _Maker(str(moments[0])))
        known = [moments[0]]
        for moment in moments[1:]:
            timeline.add(moment, _Maker(str(moment)) if rng.random() < 0.5 else _matcher(str(moment)))
            known.append(moment)
            for at in rng.sample(range(70), 8):
                expected = max((one for one in known if one <= at), default=min(known))
                assert timeline.at(at).version == str(expected)


def test_what_is_not_asked_for_is_never_compiled_and_what_is_in_use_only_once() -> None:
    makers = [_Maker(str(number)) for number in range(50)]
    timeline = Timeline(0, makers[0])
    for number, maker in enumerate(makers[1:], start=1):
        timeline.add(number * 10, maker)
    for at in (470, 485, 495, 471, 489, 10_000):
        timeline.at(at)
    assert [maker.made for maker in makers] == [0] * 47 + [1, 1, 1]


def test_of_versions_long_out_of_force_a_few_stay_compiled() -> None:
    makers = [_Maker(str(number)) for number in range(50)]
    timeline = Timeline(0, makers[0])
    for number, maker in enumerate(makers[1:], start=1):
        timeline.add(number * 10, maker, maker())
    for at in range(0, 500, 10):
        timeline.at(at)
    for maker in makers:
        maker.made = 0
    for at in range(490, -1, -10):
        timeline.at(at)
    assert [maker.made for maker in makers] == [1] * (50 - KEPT) + [0] * KEPT


def test_a_later_version_of_the_same_instant_replaces_it_also_while_it_holds() -> None:
    timeline = Timeline(100, _matcher("one"))
    assert timeline.at(150).version == "one"
    timeline.add(100, _Maker("other"))
    assert timeline.at(150).version == "other"


def test_a_version_that_does_not_compile_is_told_when_it_is_asked_for() -> None:
    timeline = Timeline(0, _matcher("one"))
    timeline.add(100, _Maker("two", "luz AND"))
    assert timeline.at(99).version == "one"
    with pytest.raises(QueryError, match="brand b, target t"):
        timeline.at(100)
