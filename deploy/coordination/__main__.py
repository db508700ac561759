"""`python -m deploy.coordination`: recall and false alarms in a stream of 100,000 posts a day, as a table and a plot (five minutes)."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from deploy.bench.machine import machine
from deploy.bench.report import into_page
from deploy.coordination import page
from deploy.coordination.background import corpus, titles
from deploy.coordination.plans import SLOT, planted
from deploy.coordination.trial import brands, run
from pipeline.understand import Tier0
from pipeline.understand.package import packaged_model
from schemas.config import Config
from schemas.instants import HOUR, from_wire

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "repetition.md"
START = from_wire("2026-01-05T00:00:00.000Z")
WARM = 25 * HOUR
"""A day, and an hour more, in which a brand's usual repetition is learnt."""
NAMES = (
    "Iberluz", "Zampaya", "Nubiair", "Telmovil", "Riberama", "Calafell", "Dorsania", "Elkarte", "Fontanal", "Gavilanex",
    "Hostalia", "Junquera", "Kirolak", "Lumbreras", "Marenostra", "Norvento", "Olivarte", "Pedralta", "Quesadia", "Tramuntana",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.coordination", description=__doc__)
    parser.add_argument("--per-day", type=int, default=100_800, help="posts a day over all brands (default 100,800)")
    parser.add_argument("--slots", type=int, default=4, help="things planted per brand, five hours apart (default 4)")
    parser.add_argument("--archive", type=Path, help="gzipped Reddit submissions: their titles are what people say")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/repetition.md, and the plot beside it"
    )
    asked = parser.parse_args()
    config = Config(brands(NAMES))
    texts = corpus() if asked.archive is None else titles(asked.archive)
    plans, bursts = planted(config.brands, START + WARM, asked.slots)
    trial = run(
        config,
        Tier0(packaged_model()),
        texts,
        START,
        START + WARM + asked.slots * SLOT,
        rate=asked.per_day / len(NAMES) / 1440,
        plans=plans,
        bursts=bursts,
        warm=(WARM, 1.0),
        seed=asked.seed,
    )
    told = page.tables(trial, len(bursts), asked.per_day, len(texts), machine(), datetime.now(UTC).strftime("%Y-%m-%d"))
    print(told)
    if asked.write:
        into_page(PAGE, told, page.BEGIN, page.END)
        PAGE.with_suffix(".svg").write_text(page.plot(trial), encoding="utf-8")


if __name__ == "__main__":
    main()
