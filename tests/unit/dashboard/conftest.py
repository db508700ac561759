"""Mentions, windows and signals as the pipeline writes them, with only what a test is about spelt out."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from pipeline.windows.publish import net_sentiment
from schemas.config import Brand, Config, Source, Target
from schemas.instants import MINUTE, to_wire
from schemas.kinds import Edge, MentionKind, Op, Polarity, SignalKind, TargetType, WindowState
from schemas.mention import Author, Match, Mention, RawRef, Sentiment, Understanding
from schemas.signal import Contribution, Drivers, Evidence, Reading, Scale, Sentence, Signal
from schemas.window import Distinct, Polarities, Window

NOW = 1_800_000_000_000


class Make:
    """Builders; every keyword replaces a field."""

    now = NOW
    config = Config(
        brands=[
            Brand("faro", "Faro Energía", [Target(TargetType.BRAND, "faro", "faro")]),
            Brand("mesa", "Mesa Puesta", [Target(TargetType.BRAND, "mesa", "mesa")]),
        ],
        sources=[Source("demo", "simulator")],
    )

    def mention(self, uid: str = "x:1", label: Polarity = Polarity.NEGATIVE, **fields: Any) -> Mention:
        mention = Mention(
            schema_version=1,
            op=Op.UPSERT,
            uid=uid,
            version="1",
            network="x",
            received_at=to_wire(NOW),
            raw=RawRef("x"),
            kind=MentionKind.POST,
            author=Author("x:7", handle="ana"),
            text="sin luz otra vez",
            match=Match("faro", "v1"),
            understanding=Understanding(Sentiment(label, 0.8, 0.1, 0.1, "tier0")),
        )
        return msgspec.structs.replace(mention, **fields)

    def window(
        self, brand: str = "faro", ago: int = 0, revision: int = 1, counts: tuple[int, int, int, int] = (3, 2, 1, 1)
    ) -> Window:
        start = NOW - NOW % (5 * MINUTE) - ago * 5 * MINUTE
        total = sum(counts)
        return Window(
            f"win_{brand}_{start}",
            brand,
            "5m",
            to_wire(start),
            to_wire(start + 5 * MINUTE),
            WindowState.OPEN,
            revision,
            to_wire(NOW),
            total,
            0,
            0,
            0,
            Distinct(total),
            Polarities(*counts),
            net_sentiment(*counts[:3]),
            0,
            0,
            0,
            Distinct(total),
            [],
            [],
            [],
            [],
            0,
        )

    def signal(self, id: str = "sig_1", **fields: Any) -> Signal:
        parts = [
            Contribution(name, change, 0, change)
            for name, change in (("x", 60), ("reddit", -8), ("rss", 3), ("mastodon", 2), ("a", 1))
        ]
        signal = Signal(
            id=id,
            incident="inc_1",
            kind=SignalKind.CRISIS,
            edge=Edge.FIRING,
            severity="critical",
            brand="faro",
            key="negative",
            rule="crisis",
            rule_version=1,
            config="v1",
            at=to_wire(NOW),
            window_start=to_wire(NOW - 60 * MINUTE),
            window_end=to_wire(NOW),
            value=78,
            expected=20.0,
            score=7.1,
            threshold=5.0,
            n=90,
            authors=61,
            negative_share=0.86,
            baseline_negative_share=0.3,
            reading=Reading("negative", 40, 7.1, [Scale(12, 6.5, 1.7, 0.7, 7.1)], [1, 2], True),
            drivers=[Drivers("network", 58, parts)],
            evidence=[Evidence("x:1", "x", "sin luz [bold]otra vez[/]", "https://x.example/1", "x:7")],
            sentence=Sentence(
                "Faro: posible crisis. 78 menciones negativas.", "Faro: possible crisis. 78 negative mentions."
            ),
        )
        return msgspec.structs.replace(signal, **fields)


@pytest.fixture
def make() -> Make:
    return Make()
