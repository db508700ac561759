"""Reads the variables of a TensorFlow SavedModel without TensorFlow: the index is a LevelDB table, the values lie in one file.

Formats: tensorflow/core/protobuf/tensor_bundle.proto and LevelDB's table format; only what such a bundle uses is read
(one shard, no compression, 32-bit floats).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FOOTER = 48
_FLOAT = 1


def variables(folder: Path) -> dict[str, NDArray[np.float32]]:
    """Every variable by name. `folder` holds variables.index and variables.data-00000-of-00001."""
    values = np.memmap(folder / "variables.data-00000-of-00001", np.uint8, "r")
    found = {}
    for name, entry in _entries((folder / "variables.index").read_bytes()):
        told = dict(_fields(entry))
        if name and told.get(1) == _FLOAT:
            shape = [dict(_fields(size)).get(1, 1) for number, size in _fields(told[2]) if number == 2]
            start = told.get(4, 0)
            found[name.decode()] = np.array(values[start : start + told[5]]).view("<f4").reshape(shape)
    return found


def _entries(table: bytes) -> Iterator[tuple[bytes, bytes]]:
    footer = table[-_FOOTER:]
    at = 0
    for _ in range(2):
        _, at = _varint(footer, at)
    start, at = _varint(footer, at)
    size, _ = _varint(footer, at)
    for _, handle in _block(table, start, size):
        offset, at = _varint(handle, 0)
        length, _ = _varint(handle, at)
        yield from _block(table, offset, length)


def _block(table: bytes, start: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    if table[start + size] != 0:
        raise ValueError("the index is compressed")
    block = table[start : start + size]
    end = size - 4 - 4 * int.from_bytes(block[-4:], "little")
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        added, at = _varint(block, at)
        length, at = _varint(block, at)
        key = key[:shared] + block[at : at + added]
        at += added
        yield key, block[at : at + length]
        at += length


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == 0:
            value: Any
            value, at = _varint(message, at)
        else:
            size = 4
            if kind == 2:
                size, at = _varint(message, at)
            value = message[at : at + size]
            at += size
        yield tag >> 3, value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
