"""What a scorer and its child say to each other: messages in MessagePack, each behind its length in four bytes."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pipeline.record import Row, ScoringRequest

_LENGTH = 4


class Begin(msgspec.Struct, tag=True):
    """To the child, first: the files of each model, and how many bytes of addresses it may have (None: any)."""

    models: list[dict[str, bytes]]
    memory: int | None


class Ready(msgspec.Struct, tag=True):
    """From the child: the models are loaded."""

    versions: list[str]


class Unfit(msgspec.Struct, tag=True):
    """From the child, last: a model cannot be used here, and no second try will change that."""

    message: str
    remedy: str


class Ask(msgspec.Struct, tag=True):
    number: int
    requests: list[ScoringRequest]


class Answer(msgspec.Struct, tag=True):
    """`rows` stand as the requests of the Ask with this number. None: the model gave no number that means anything."""

    number: int
    rows: list[Row | None]


ToChild = Begin | Ask
FromChild = Ready | Unfit | Answer

_encoder = msgspec.msgpack.Encoder()
read_to_child = msgspec.msgpack.Decoder(ToChild).decode
read_from_child = msgspec.msgpack.Decoder(FromChild).decode


def framed(message: ToChild | FromChild) -> bytes:
    body = _encoder.encode(message)
    return len(body).to_bytes(_LENGTH) + body


class Frames:
    """Cuts a stream of bytes, in whatever pieces they come, into the bodies of frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._buffer += data
        while len(self._buffer) >= _LENGTH:
            end = _LENGTH + int.from_bytes(self._buffer[:_LENGTH])
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[_LENGTH:end])
            del self._buffer[:end]
            yield body
