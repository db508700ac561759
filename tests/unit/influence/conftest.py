"""A partition of social.interactions, told by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from pipeline.influence import Influence
from pipeline.influence.fixed import EPOCH
from pipeline.record import Outputs, Record, tick_to
from schemas.author import AuthorScore
from schemas.codec import decode, encode
from schemas.headers import get
from schemas.instants import to_wire
from schemas.interaction import Interaction
from schemas.kinds import InteractionKind
from schemas.mention import Origin
from schemas.topics import INTERACTIONS, RAW

START = 1_790_000_000_000 // EPOCH * EPOCH


@dataclass
class Teller:
    """Tells one origin's interactions to a stage in order, and keeps what it said."""

    stage: Influence = field(default_factory=lambda: Influence(0, 1, 1))
    now: int = START
    offset: int = 0
    outputs: Outputs = field(default_factory=Outputs)

    def record(self, value: bytes | None, headers: Any = ()) -> Record:
        self.offset += 1
        return Record(INTERACTIONS, 0, self.offset - 1, self.now, b"k", value, headers)

    def send(self, record: Record) -> Outputs:
        out = self.stage.process([record])
        self.outputs.records += out.records
        self.outputs.letters += out.letters
        return out

    def like(self, actor: str, target: str = "ana", **more: Any) -> Interaction:
        """One interaction; `kind`, `uid`, `at` and all other fields may be given."""
        place = more.pop("origin", Origin(RAW, 0, self.offset, 0, 1))
        fields = {"uid": f"demo:{self.offset}", "kind": InteractionKind.LIKE, "at": to_wire(self.now)} | more
        said = Interaction(network="demo", actor=actor, target=target, origin=place, **fields)
        self.send(self.record(encode(said)))
        return said

    def tick(self, at: int, origin: int = 0) -> list[AuthorScore]:
        out = tick_to(INTERACTIONS, 0, at, origin)
        self.now = max(self.now, at)
        found = self.send(self.record(out.value, out.headers)).records
        return [decode(AuthorScore, r.value) for r in found if r.value and get(r.headers, "ce_type") == "social.author"]


@pytest.fixture
def teller() -> Teller:
    return Teller()


@pytest.fixture
def tell_to() -> Callable[[Influence], Teller]:
    return lambda stage: Teller(stage=stage)
