"""The terminal: everything fits, nothing that people wrote is taken as markup or as control codes."""

from __future__ import annotations

import asyncio
import io
import time
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from rich.console import Console

from agents import screen
from agents.dashboard.feed import Feed
from agents.dashboard.terminal import brands_table, plain, signal_body
from pipeline.ledger import Ledger
from schemas.instants import to_wire
from schemas.kinds import SignalKind
from schemas.signal import Coordination, Reading
from schemas.window import Polarities


class Engine:
    frontier = 1_799_990_000_000

    async def ledger(self) -> Ledger:
        return Ledger(1200, 1000, 150, 20, 5, 3, 22)


@pytest.fixture
def running(make: Any) -> Any:
    """A run's outside, around a real feed that holds real mentions, windows and signals."""
    feed = Feed(None, make.config)  # type: ignore[arg-type] # nothing is read here
    feed.mentions.append(make.mention(text="sin luz \x1b[2J\x07 [red]otra[/red] vez \u202e " + "muy " * 80))
    for ago in range(40):
        window = make.window(ago=ago)
        feed.windows["faro"][window.start] = window
    feed.signals.append(make.signal())
    receiver = SimpleNamespace(received=[SimpleNamespace(id="sig_1")])

    async def in_redis() -> int | None:
        return 1

    return SimpleNamespace(
        config=make.config,
        engine=Engine(),
        feed=feed,
        receiver=receiver,
        started=time.monotonic(),
        explain="escucha explain",
        url="http://127.0.0.1:8700/",
        live=True,
        in_redis=in_redis,
    )


def drawn(console: Console) -> str:
    return console.export_text(clear=False)


@pytest.mark.parametrize(("width", "height"), [(20, 10), (60, 24), (120, 50), (240, 80)])
async def test_the_screen_fits_every_terminal(running: Any, width: int, height: int) -> None:
    console = Console(record=True, width=width, height=height, file=io.StringIO())
    console.print(await screen._draw(running, width, height))
    text = drawn(console)
    assert max(len(line) for line in text.splitlines()) <= width
    if width >= 60:
        for said in (
            "Faro Energía",
            "crisis firing",
            "balanced",
            "1 of 1 verified",
            "7.1",
            "posible crisis",
            "possible crisis",
        ):
            assert said in " ".join(text.split()), said


async def tell(running: Any, width: int) -> str:
    console = Console(record=True, width=width, file=io.StringIO(), soft_wrap=True, highlight=False)
    stop = asyncio.Event()
    telling = asyncio.create_task(screen.lines(running, stop, console))
    await asyncio.sleep(0.05)
    stop.set()
    await telling
    return drawn(console)


@pytest.mark.parametrize("width", [60, 120])
async def test_plain_lines_say_everything_once_and_never_break(running: Any, width: int) -> None:
    text = await tell(running, width)
    lines = text.splitlines()
    assert text.count("posible crisis") == 1
    assert "  Faro: possible crisis. 78 negative mentions." in lines
    assert "crisis firing of Faro Energía is in Redis and verified at the webhook receiver (sig_1)" in lines
    assert any(line.startswith("▼ Faro Energía x") for line in lines)
    assert any("listening live" in line for line in lines)
    assert any(
        "1,200 accepted = 1,000 aggregated + 150 unmatched" in line and line.endswith("balanced") for line in lines
    )


async def test_what_people_write_moves_no_cursor_and_styles_nothing(running: Any) -> None:
    text = await tell(running, 120)
    assert "[red]otra[/red] vez" in text
    assert "sin luz [bold]otra vez[/]" in text
    assert not set(text) & {"\x1b", "\x07", "\u202e"}
    assert plain("a\x1b]0;title\x07b\n\tc") == "a ]0;title b c"


def test_shown_drivers_add_up_to_the_sum(make: Any) -> None:
    lines = [line.plain for line in signal_body(make.signal())]
    assert "by network: x +60, reddit -8, rss +3, 2 more +3 = +58" in lines


ARRANGED = Coordination(0.72, 0.62, "words", "clu_1", 52, 48, 10, 9, 8, 230, 40, 3)


async def test_a_coordinated_signal_is_told_in_accounts_and_by_its_traces(make: Any, running: Any) -> None:
    running.feed.signals[:] = [
        make.signal(
            kind=SignalKind.COORDINATED,
            value=48,
            expected=3.0,
            score=7.2,
            reading=Reading("coordinated", 48, 7.2, [], [7200], True),
            drivers=[],
            coordination=ARRANGED,
        )
    ]
    lines = (await tell(running, 120)).splitlines()
    assert any("coordinated firing" in line and line.endswith("Faro Energía") for line in lines)
    assert "  48 accounts, usual 3 posts, score 0.72 of 1, threshold 0.5, 90 opinions" in lines
    assert (
        "  looks coordinated: 62% of it; 48 accounts, nearly the same words, 52 posts in 4 min (half in 40 s), "
        "9 of 10 known ages under 30 days, 8 handles look machine-made, usual 3" in lines
    )


def test_what_is_not_known_of_coordination_is_not_called_zero(make: Any) -> None:
    unknown = msgspec.structs.replace(ARRANGED, share=None, known_ages=0, new_accounts=0, trace="link")
    line = signal_body(make.signal(coordination=unknown))[3].plain
    assert line.startswith("looks coordinated: too little to say how much of it; 48 accounts, the same link")
    assert "ages not told" in line
    assert not any("coordinated" in line.plain for line in signal_body(make.signal()))


def test_the_brands_table_counts_each_text_once_and_knows_what_it_does_not_know(make: Any, running: Any) -> None:
    running.feed.windows["mesa"] = {}
    for ago in range(13):
        window = msgspec.structs.replace(make.window("mesa", ago), sentiment_distinct=Polarities(1, 1))
        running.feed.windows["mesa"][window.start] = window
    console = Console(record=True, width=120, file=io.StringIO())
    console.print(brands_table(running.feed, 120))
    rows = {line.split("  ")[0]: line.split() for line in drawn(console).splitlines()}
    assert "–" in rows["Faro Energía"]
    assert rows["Mesa Puesta"][3:5] in (["77", "22"], ["84", "24"])


async def test_a_screen_that_cannot_show_something_does_not_end_the_run(running: Any, caplog: Any) -> None:
    async def broken() -> int | None:
        raise RuntimeError("Redis client of another kind")

    running.in_redis = broken
    text = await tell(running, 80)
    assert "crisis firing" in text
    assert "could not show" in caplog.text


async def test_without_anything_to_show_it_says_what_is_awaited(make: Any, running: Any) -> None:
    running.feed = Feed(None, make.config)  # type: ignore[arg-type] # nothing is read here
    running.live, running.receiver = False, None
    console = Console(record=True, width=80, height=30, file=io.StringIO())
    console.print(await screen._draw(running, 80, 30))
    text = drawn(console)
    assert "A crisis is planted" in text
    assert "too little to say" in text
    assert f"filling history: {to_wire(Engine.frontier)[:10]}" in text
