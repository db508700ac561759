"""Recorded payloads from files: JSON lines, whole JSON documents, streams of events (SSE), gzip, zstd, standard input."""

from __future__ import annotations

import gzip
import io
import os
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
import orjson
import zstandard

from pipeline.normalize import cut, peek
from pipeline.runtime.replay.sse import is_sse, sse_payloads
from schemas.codec import RecordFault, decode
from schemas.instants import EARLIEST, LATEST, from_wire

DOCUMENT_BYTES = 64 * 1024 * 1024
"""A file that is one JSON document rather than lines is read whole, up to this size."""
LOG = "log"


class ReplayError(Exception):
    """The input cannot be read as asked: says which file and line, and what to do."""


class Recorded(NamedTuple):
    """One item as it will be appended. `at` is its own time in milliseconds, None when it tells none."""

    at: int | None
    network: str
    id: str
    key: str
    payload: bytes
    batch: str | None


class LogLine(msgspec.Struct):
    """A line of `--network log`: our own record of a raw event."""

    network: str
    observed_at: int | str
    id: str
    payload: msgspec.Raw


def read_recorded(paths: Iterable[str], network: str) -> Iterator[Recorded]:
    """Every item of every file, in order. Raises ReplayError for a missing file or a log line that is none."""
    for path in paths:
        stream = _open(path)
        try:
            for number, document in enumerate(_documents(stream, network), 1):
                yield from _log_items(document, path, number) if network == LOG else _items(document, network)
        except (gzip.BadGzipFile, EOFError, zstandard.ZstdError) as fault:
            raise ReplayError(f"{path}: the compressed data is damaged ({fault}); fetch the file again") from None
        finally:
            stream.close()


def _open(path: str) -> BinaryIO:
    raw = _standard_input() if path == "-" else _file(path)
    magic = raw.peek(4)[:4]
    if magic[:2] == b"\x1f\x8b":
        return io.BufferedReader(gzip.GzipFile(fileobj=raw))
    if magic == b"\x28\xb5\x2f\xfd":
        # Public archives of Reddit are compressed with a window of 2 GiB.
        reader = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(raw, closefd=True)
        return io.BufferedReader(reader)
    return raw


def _standard_input() -> io.BufferedReader:
    """A descriptor of its own: closing it leaves standard input to others."""
    return os.fdopen(os.dup(sys.stdin.fileno()), "rb")


def _file(path: str) -> io.BufferedReader:
    try:
        return Path(path).open("rb")
    except OSError as fault:
        raise ReplayError(f"{path}: cannot be read ({fault.strerror}); check the path") from None


def _documents(stream: BinaryIO, network: str) -> Iterator[bytes]:
    """Lines split on newline alone (real posts contain U+2028), the whole file where only that is JSON, or events."""
    first = b""
    while not first.strip():
        first = stream.readline()
        if not first:
            return
    if is_sse(first):
        yield from sse_payloads(chain([first], stream), network)
        return
    if not _is_json(first) and first.lstrip()[:1] in (b"[", b"{"):
        rest = stream.read(DOCUMENT_BYTES)
        whole = first + rest
        if _is_json(whole):
            yield whole
            return
        lines: Iterable[bytes] = _resplit(rest, stream)
    else:
        lines = stream
    yield first.strip(b"\r\n")
    for line in lines:
        if line.strip():
            yield line.rstrip(b"\r\n")


def _resplit(rest: bytes, stream: BinaryIO) -> Iterator[bytes]:
    *complete, last = rest.split(b"\n")
    yield from complete
    tail = last + stream.readline()
    yield tail
    yield from stream


def _is_json(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True


def _items(document: bytes, network: str) -> Iterator[Recorded]:
    items = cut(network, document)
    batch = sha256(document).hexdigest() if len(items) > 1 else None
    for item in items:
        seen = peek(network, item)
        yield Recorded(seen.created_at, network, seen.id, seen.key, item, batch)


def _log_items(document: bytes, path: str, number: int) -> Iterator[Recorded]:
    try:
        line = decode(LogLine, document)
        at = line.observed_at if isinstance(line.observed_at, int) else from_wire(line.observed_at)
        if not EARLIEST <= at <= LATEST:
            raise ValueError(f"observed_at {at} is outside 1970..2100")
    except (RecordFault, ValueError) as fault:
        raise ReplayError(
            f"{path}:{number}: not a log line ({fault}); expected "
            '{"network": ..., "observed_at": ..., "id": ..., "payload": ...}'
        ) from None
    raw = bytes(line.payload)
    payload = decode(str, raw).encode() if raw[:1] == b'"' else raw
    yield Recorded(at, line.network, line.id, peek(line.network, payload).key, payload, None)
