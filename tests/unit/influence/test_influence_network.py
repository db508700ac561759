"""On a network whose influential are known, influence finds them where followers do not; the command's own measure, made small."""

from __future__ import annotations

import pytest

from deploy.bench.influence_plot import plot
from deploy.bench.influence_rank import Ranked, correlation, measure, table
from pipeline.simulate.network import Audience, Network


@pytest.fixture(scope="module")
def ranked() -> list[Ranked]:
    return measure(Network(size=500, days=15, seed=7))[0]


def of(ranked: list[Ranked], *kinds: Audience) -> list[Ranked]:
    return [r for r in ranked if r.member.audience in kinds and r.score is not None]


def test_the_network_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    one, same, other = (Network(60, 5, seed) for seed in (3, 3, 4))
    assert list(one.interactions()) == list(same.interactions())
    assert one.members == same.members != other.members
    times = [said.at for said in one.interactions()]
    assert times == sorted(times)
    assert len(times) > 500


def test_score_ranks_authors_more_truly_than_followers_do(ranked: list[Ranked]) -> None:
    assert correlation(ranked, "score") > correlation(ranked, "followers") + 0.05
    honest = of(ranked, Audience.ORGANIC, Audience.DORMANT, Audience.BOUGHT)
    assert correlation(honest, "score") > 0.75
    assert correlation(honest, "followers") < 0.6


def test_bought_audiences_are_told_from_each_other_by_what_they_earn(ranked: list[Ranked]) -> None:
    bought = of(ranked, Audience.BOUGHT)
    assert correlation(bought, "score") > correlation(bought, "followers") + 0.3
    assert sum(r.suspect for r in bought) > len(bought) / 2
    organic = of(ranked, Audience.ORGANIC)
    assert sum(r.suspect for r in organic) < len(organic) / 20


def test_a_pod_stays_below_its_bound(ranked: list[Ranked]) -> None:
    alone = [r.score for r in of(ranked, Audience.POD) if r.member.truth < 1 and r.score is not None]
    assert alone
    # 49 mates at ln 5 each, and the few of their own.
    assert max(alone) < 100 * (49 * 1.61 + 8) / (49 * 1.61 + 8 + 100)


def test_the_table_and_the_plot_show_every_kind(ranked: list[Ranked]) -> None:
    text = table(ranked, 1, "here")
    drawn = plot([(r.member.truth, r.score, r.member.followers, r.member.audience) for r in ranked])
    for kind in Audience:
        assert f"| {kind.value} |" in text
        assert f">{kind.value}<" in drawn
