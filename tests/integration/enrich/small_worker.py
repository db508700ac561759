"""A worker process without a model: what it answers stands in the text, and some texts are the end of it."""

import os
import sys

import msgspec

from agents.enrich.frames import Begin, Ready, Refused, Request, Rows, read_frame, write_frame


def row(text: str) -> tuple[float, float, float] | None:
    if "poison" in text:
        os.abort()
    return None if "nothing" in text else (float(len(text)), 0.0, 0.0)


begin = msgspec.msgpack.decode(read_frame(sys.stdin.buffer), type=Begin)
if begin.model == "refused":
    write_frame(sys.stdout.buffer, msgspec.msgpack.encode(Refused("no such model; name another")))
    sys.exit(0)
if begin.model == "fatal":
    os.abort()
write_frame(sys.stdout.buffer, msgspec.msgpack.encode(Ready("tier2:small", "none", ["a"], 0.001, 0.001)))
while frame := read_frame(sys.stdin.buffer):
    request = msgspec.msgpack.decode(frame, type=Request)
    write_frame(sys.stdout.buffer, msgspec.msgpack.encode(Rows(request.id, [row(text) for text in request.texts])))
