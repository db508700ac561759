"""A worker process of tier 2: one copy of the model. Reads frames on standard input, answers on standard output, ends with its parent.

Run as `python -m agents.enrich.child`. The first frame is a `Begin`, answered by `Ready` or `Refused`; then texts, answered by rows.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import BinaryIO

import msgspec

from agents.enrich.faults import EnrichUnfit
from agents.enrich.frames import Answer, Begin, Ready, Refused, Request, Row, Rows, read_frame, write_frame
from agents.enrich.model import Model

NICE = 10
"""Beside the stream: whoever waits for a core goes first."""


def main() -> None:
    # A stop reaches every process of a group; this one ends when its parent has drained and lets go of it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.nice(NICE)
    with contextlib.suppress(OSError):
        # The first to go when the machine has no memory left: it is started again, and nothing is lost.
        Path("/proc/self/oom_score_adj").write_text("1000")
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # What libraries print is for people, and must not come between the frames.
    os.dup2(2, 1)
    serve(requests, answers)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Until the parent closes its end."""
    begin = msgspec.msgpack.decode(read_frame(requests), type=Begin)

    def tell(answer: Answer) -> None:
        write_frame(answers, msgspec.msgpack.encode(answer))

    try:
        model = Model(begin.model, begin.labels)
    except EnrichUnfit as fault:
        tell(Refused(str(fault)))
        return
    cost = model.measure()
    tell(Ready(model.name, model.runtime, model.labels, cost.wall, cost.core))
    while frame := read_frame(requests):
        request = msgspec.msgpack.decode(frame, type=Request)
        tell(Rows(request.id, read(model, request.texts)))


def read(model: Model, texts: Sequence[str]) -> list[Row | None]:
    """A row a text; None for one that the network fails on or makes no numbers of. A fault of all is tried one by one."""
    try:
        found = model.read(texts).tolist()
    except MemoryError:
        raise
    except Exception as fault:  # whatever a network raises over one text must not cost the others theirs
        if len(texts) == 1:
            print(f"tier 2: a text of {len(texts[0])} characters is left unread: {fault!r}"[:500], file=sys.stderr)
            return [None]
        return [row for text in texts for row in read(model, [text])]
    return [(row[0], row[1], row[2]) if all(map(isfinite, row)) else None for row in found]


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(0)
