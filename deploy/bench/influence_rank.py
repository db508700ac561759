"""How well influence finds the influential: rank correlation with the planted truth, beside the number of followers.

`python -m deploy.bench.influence_rank [--authors 5000] [--days 30] [--seed 1] [--write]` prints a table; `--write` puts it
into docs/influence.md and draws docs/influence.svg.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from scipy.stats import spearmanr

from deploy.bench.influence_plot import plot
from deploy.bench.machine import machine
from pipeline.influence import Influence, InfluenceTable
from pipeline.influence.fixed import EPOCH
from pipeline.influence.publish import DELAY
from pipeline.record import Outgoing, Record, tick_to
from pipeline.simulate.network import NETWORK, Audience, Member, Network
from schemas.author import AuthorScore
from schemas.codec import decode, encode
from schemas.headers import TICK, get
from schemas.instants import from_wire
from schemas.topics import AUTHORS, INTERACTIONS

DOC = Path("docs/influence.md")
BEGIN, END = "<!-- rank: begin -->", "<!-- rank: end -->"


class Ranked(NamedTuple):
    """A member with what a reader at the end would be told; None: no score."""

    member: Member
    score: float | None
    peer_score: float | None
    suspect: bool


def measure(network: Network) -> tuple[list[Ranked], int]:
    """Every member as the influence stage and its reader see it, and the number of interactions told."""
    stage, table = Influence(0, 1, 1), InfluenceTable(1, 1)
    latest: dict[str, AuthorScore] = {}
    read = count = 0

    def take(made: Sequence[Outgoing]) -> None:
        nonlocal read
        for out in made:
            table.apply(Record(AUTHORS, 0, read, 0, out.key, out.value, out.headers))
            read += 1
            if get(out.headers, "ce_type") != TICK and out.value:
                score = decode(AuthorScore, out.value)
                latest[score.author] = score

    batch: list[Record] = []
    for count, said in enumerate(network.interactions(), 1):
        batch.append(Record(INTERACTIONS, 0, 2 * count, 0, b"k", encode(said)))
        if count % 1_000 == 0:
            take(stage.process([*batch, _tick(2 * count + 1, from_wire(said.at))]).records)
            batch.clear()
    take(stage.process([*batch, _tick(2 * count + 2, network.end + EPOCH)]).records)
    found = []
    for member in network.members:
        stamp = table.stamp(NETWORK, member.name, network.end + 2 * EPOCH + DELAY)
        last = latest.get(member.name)
        among = last.peer_score if last is not None and stamp is not None else None
        found.append(Ranked(member, stamp.score if stamp else None, among, last is not None and last.audience_suspect))
    return found, count


def _tick(offset: int, at: int) -> Record:
    out = tick_to(INTERACTIONS, 0, at, 0)
    return Record(INTERACTIONS, 0, offset, 0, None, out.value, out.headers)


def correlation(ranked: Sequence[Ranked], by: str, true: str = "truth") -> float:
    """Spearman's rank correlation with the planted `truth` (or `appeal`), ties averaged; who has no score ranks below all who have."""
    values = [r.member.followers if by == "followers" else (getattr(r, by) or 0.0) for r in ranked]
    return float(spearmanr(values, [getattr(r.member, true) for r in ranked]).statistic)


def table(ranked: Sequence[Ranked], events: int, about: str) -> str:
    scored = [r for r in ranked if r.score is not None]
    lines = [
        about,
        "",
        "| authors | n | has a score | score and influence | followers and influence | peer score and appeal | followers and appeal |",
        "|---|--:|--:|--:|--:|--:|--:|",
        _row("all; no score ranks lowest", ranked),
        _row("all that have a score", scored),
        _row("the same without disguised", [r for r in scored if r.member.audience is not Audience.DISGUISED]),
    ]
    lines += [_row(kind.value, [r for r in scored if r.member.audience is kind], ranked, kind) for kind in Audience]
    top = len(ranked) // 20
    truest = {r.member.name for r in sorted(ranked, key=lambda r: -r.member.truth)[:top]}
    lines += [
        "",
        f"Of the {top} most influential in truth (the top twentieth) the first {top} by score hold "
        f"{_found(ranked, 'score', top, truest)}, the first {top} by followers {_found(ranked, 'followers', top, truest)}.",
        "",
        "| authors | median truth | median score | median followers | audience called suspect |",
        "|---|--:|--:|--:|--:|",
    ]
    for kind in Audience:
        of = [r for r in ranked if r.member.audience is kind]
        lines.append(
            f"| {kind.value} | {_median([r.member.truth for r in of]):.1f} | {_median([r.score or 0.0 for r in of]):.1f} | "
            f"{_median([r.member.followers for r in of]):,.0f} | {100 * sum(r.suspect for r in of) / len(of):.0f} % |"
        )
    return "\n".join(lines)


def _found(ranked: Sequence[Ranked], by: str, top: int, truest: set[str]) -> int:
    key = (lambda r: -r.member.followers) if by == "followers" else (lambda r: -(r.score or 0.0))
    return sum(r.member.name in truest for r in sorted(ranked, key=key)[:top])


def _row(
    label: str, ranked: Sequence[Ranked], whole: Sequence[Ranked] | None = None, kind: Audience | None = None
) -> str:
    everybody = ranked if whole is None else [r for r in whole if r.member.audience is kind]
    share = 100 * sum(r.score is not None for r in everybody) / max(1, len(everybody))
    pairs = (("score", "truth"), ("followers", "truth"), ("peer_score", "appeal"), ("followers", "appeal"))
    figures = [f"{correlation(ranked, by, true):.2f}" if len(ranked) > 2 else "" for by, true in pairs]
    return f"| {label} | {len(everybody):,} | {share:.0f} % | {' | '.join(figures)} |"


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authors", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"into {DOC} and docs/influence.svg")
    told = parser.parse_args()
    ranked, events = measure(Network(told.authors, told.days, told.seed))
    about = (
        f"{told.authors:,} authors, {told.days} days, {events:,} interactions, seed {told.seed}; {machine()}, "
        f"{datetime.now(UTC):%Y-%m-%d}."
    )
    text = table(ranked, events, about)
    print(text)
    if told.write:
        page = DOC.read_text(encoding="utf-8")
        head, _, rest = page.partition(BEGIN)
        DOC.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
        points = [(r.member.truth, r.score, r.member.followers, r.member.audience) for r in ranked]
        DOC.with_suffix(".svg").write_text(plot(points), encoding="utf-8")


if __name__ == "__main__":
    main()
