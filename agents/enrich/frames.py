"""What a worker process and its parent say to one another: msgpack behind four bytes of length."""

from __future__ import annotations

import asyncio
import struct
from typing import BinaryIO

import msgspec

from schemas.kinds import Polarity

LIMIT = 1 << 26
"""Bytes of a frame; a longer one is no frame of ours."""
_LENGTH = struct.Struct(">I")


Row = tuple[float, float, float]
"""Probabilities of negative, neutral and positive."""


class Begin(msgspec.Struct, frozen=True):
    """The model to load and what its labels mean."""

    model: str
    labels: dict[str, Polarity]


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The model is loaded: as `model.Model` names it, with the seconds a mention takes by the clock and of a core."""

    name: str
    runtime: str
    labels: list[str]
    wall: float
    core: float


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """It cannot be loaded, for a reason that a person can mend."""

    why: str


class Request(msgspec.Struct, frozen=True):
    id: int
    texts: list[str]


class Rows(msgspec.Struct, frozen=True, tag="rows"):
    """Probabilities of negative, neutral, positive for each text of the request; None where the model gave no numbers."""

    id: int
    rows: list[Row | None]


Answer = Ready | Refused | Rows


class FrameFault(Exception):
    """What came is no frame: the process at the other end is not ours, or is broken."""


def frame(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data


def read_frame(file: BinaryIO) -> bytes:
    """The next frame; empty when the other end has closed."""
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return b""
    return file.read(_LENGTH.unpack(head)[0])


def write_frame(file: BinaryIO, data: bytes) -> None:
    file.write(frame(data))
    file.flush()


async def next_frame(stream: asyncio.StreamReader) -> bytes:
    """Likewise without blocking the loop. Raises IncompleteReadError when the other end is gone, FrameFault."""
    (length,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
    if length > LIMIT:
        raise FrameFault(f"a frame of {length} bytes")
    return await stream.readexactly(length)
