"""The process that reads: `python -m pipeline.runtime.scoring.child`. It answers on standard output until its input ends.

Whatever befalls it (a crash of the library, no memory, somebody's kill) befalls it alone. It never tries to go on after
a fault: whoever started it starts another.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import BinaryIO

from pipeline.record import Row, ScoringRequest
from pipeline.runtime.scoring.frames import Answer, Ask, Begin, Frames, Ready, Unfit, framed, read_to_child
from pipeline.understand.faults import ModelFault
from pipeline.understand.second import Tier1

NICE = 5
"""The stream comes first where cores are short."""
_PIECE = 1 << 20


def main() -> None:
    # Ctrl-C reaches the whole group of processes; the one who started us still drains, and closes our input at the end.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    # Answers alone go where answers are awaited: what a library prints goes to the errors.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    _be_modest()
    models: dict[str, Tier1] = {}
    frames = Frames()
    while piece := os.read(0, _PIECE):
        for body in frames.feed(piece):
            message = read_to_child(body)
            if isinstance(message, Begin):
                models = _begin(message, answers)
            else:
                _say(answers, framed(_answer(message, models)))


def _be_modest() -> None:
    """Least in everything: the last to get a core, the first to go when the machine has no memory left."""
    os.nice(NICE)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _begin(begin: Begin, answers: BinaryIO) -> dict[str, Tier1]:
    # Before there is a limit: a library that finds no room looks like one that is not installed.
    with contextlib.suppress(ModuleNotFoundError):
        import onnxruntime  # noqa: F401
        import tokenizers  # noqa: F401
    if begin.memory is not None:
        import resource

        # Some systems know no such limit.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (begin.memory, begin.memory))
    try:
        models = {model.version: model for model in map(Tier1, begin.models)}
    except ModelFault as fault:
        _say(answers, framed(Unfit(fault.what, fault.remedy)))
        sys.exit(2)
    _say(answers, framed(Ready(list(models))))
    return models


def _answer(ask: Ask, models: Mapping[str, Tier1]) -> Answer:
    return Answer(ask.number, [_row(request, models) for request in ask.requests])


def _row(request: ScoringRequest, models: Mapping[str, Tier1]) -> Row | None:
    """Each text alone: in a batch the quantised network rounds by a text's neighbours, and gains nothing by it (measured)."""
    model = models.get(request.model)
    if model is None:
        return None
    row = model.score([request.text])[0].tolist()
    return (row[0], row[1], row[2]) if all(map(isfinite, row)) else None


def _say(answers: BinaryIO, frame: bytes) -> None:
    view = memoryview(frame)
    while view:
        view = view[answers.write(view) :]


if __name__ == "__main__":
    main()
