"""What matching costs at 1, 100, 1,000 and 10,000 queries, beside one compiled regular expression a query.

`python -m deploy.bench.matching [--every 5] [--rounds 3] [--plot FILE]` prints Markdown; it needs the shared files. Texts are
whole mentions, normalised before the clock starts. Rounds alternate between the two; CPU time of one core.
"""

from __future__ import annotations

import argparse
import gzip
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time
from typing import NamedTuple

from deploy.bench.inputs import bulk
from deploy.bench.machine import machine
from deploy.bench.match_recipe import MIXES, Words, queries
from deploy.bench.match_regex import Regexes
from deploy.bench.matching_plot import plot
from pipeline.match import Matcher
from pipeline.normalize import normalize
from pipeline.runtime.collector import look_rarely
from schemas.config import Brand, Target
from schemas.kinds import TargetType
from schemas.mention import Mention
from schemas.raw import RawEvent

SIZES = (1, 100, 1_000, 10_000)
WORK = 400_000
"""Texts times queries that the expressions are tried on in one round: they are slow, and tried with the first mix alone."""


class Row(NamedTuple):
    """Texts a CPU-second in each round, and what was found. Without rounds of expressions, nothing was compared."""

    queries: int
    ours: list[float]
    regex: list[float]
    matches: float
    """Queries that match a text, on the average."""
    apart: int
    """Matches that one of the two has and the other has not, of `both`, on the texts that both were given."""
    both: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=5, help="match each n-th post; the words of queries are of all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--plot", type=Path)
    told = parser.parse_args()
    source = bulk()
    if source is None:
        parser.error("set ESCUCHA_SHARED to the folder of the shared files")
    look_rarely()
    archive = _mentions(source.path)
    words, mentions = Words(archive), archive[:: told.every]
    del archive
    size = sum(len(m.text or "") + len(m.title or "") for m in mentions) / len(mentions)
    print(
        f"{machine()}, {datetime.now(UTC):%Y-%m-%d}. {len(mentions):,} posts, {size:.0f} characters each; {told.rounds} rounds.\n"
    )
    rows: dict[str, list[Row]] = {}
    for name, mix in MIXES.items():
        made = queries(words, SIZES[-1], mix)
        print(f"Names: {name}. " + _compiling(made) + "\n")
        rows[name] = _measure(mentions, made, told.rounds, beside=not rows)
        print(_table(rows[name]), flush=True)
    if told.plot:
        told.plot.write_text(plot(rows), encoding="utf-8")


def _mentions(path: Path) -> list[Mention]:
    with gzip.open(path) as file:
        read = (normalize(RawEvent("reddit", "bench", str(n), line), 0).mention for n, line in enumerate(file))
        return [mention for mention in read if mention is not None]


def _brands(made: Sequence[str]) -> list[Brand]:
    return [Brand(f"b{n}", f"b{n}", [Target(TargetType.BRAND, query, "t")]) for n, query in enumerate(made)]


def _compiling(made: Sequence[str]) -> str:
    brands = _brands(made)
    started = process_time()
    Matcher(brands, "bench")
    took = process_time() - started
    tracemalloc.start()
    matcher = Matcher(brands, "bench")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return f"{len(matcher.brands):,} queries compile in {took:.2f} s of CPU and take {kept / 1e6:.0f} MB."


def _measure(mentions: Sequence[Mention], made: Sequence[str], rounds: int, beside: bool) -> list[Row]:
    matchers = {size: Matcher(_brands(made[:size]), "bench") for size in SIZES}
    regexes = {size: Regexes(made[:size]) if beside else None for size in SIZES}
    few = {size: mentions[:: max(1, len(mentions) * size // WORK)] for size in SIZES}
    ours: dict[int, list[float]] = {size: [] for size in SIZES}
    theirs: dict[int, list[float]] = {size: [] for size in SIZES}
    for turn in range(rounds):
        for size in SIZES if turn % 2 else reversed(SIZES):
            ours[size].append(_rate(matchers[size].match, mentions))
            if (other := regexes[size]) is not None:
                theirs[size].append(_rate(other.match, few[size]))
    return [_row(size, matchers[size], regexes[size], mentions, few[size], ours[size], theirs[size]) for size in SIZES]


def _rate(match: Callable[[Mention], object], mentions: Sequence[Mention]) -> float:
    started = process_time()
    for mention in mentions:
        match(mention)
    return len(mentions) / (process_time() - started)


def _row(
    size: int,
    matcher: Matcher,
    regexes: Regexes | None,
    mentions: Sequence[Mention],
    few: Sequence[Mention],
    ours: list[float],
    theirs: list[float],
) -> Row:
    found = sum(len(matcher.match(mention)) for mention in mentions)
    apart = both = 0
    for mention in few if regexes else ():
        mine = {int(match.brand[1:]) for match in matcher.match(mention)}
        other = set(regexes.match(mention) if regexes else ())
        apart, both = apart + len(mine ^ other), both + len(mine | other)
    return Row(size, ours, theirs, found / len(mentions), apart, both)


def _table(rows: Sequence[Row]) -> str:
    lines = [
        "| queries | matches a text | Escucha, texts a CPU-second | µs a text | to 100 queries | a regex a query, texts a CPU-second | times | found by one alone |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    base = next(median(row.ours) for row in rows if row.queries == 100)
    for row in rows:
        rate = median(row.ours)
        beside = (
            f"{_spread(row.regex)} | {rate / median(row.regex):,.1f} | {row.apart} of {row.both}"
            if row.regex
            else "| | "
        )
        lines.append(
            f"| {row.queries:,} | {row.matches:.3f} | {_spread(row.ours)} | {1e6 / rate:.0f} | {rate / base:.2f} "
            f"| {beside} |"
        )
    return "\n".join([*lines, ""])


def _spread(rates: Sequence[float]) -> str:
    return f"{median(rates):,.0f} [{min(rates):,.0f}, {max(rates):,.0f}]"


if __name__ == "__main__":
    main()
