"""Starting a processor from its stored state, which may be hundreds of thousands of objects at once."""

from __future__ import annotations

import gc
from collections.abc import Mapping

from pipeline.record import Processor


def restore(processor: Processor, state: Mapping[str, bytes]) -> None:
    """`processor.restore(state)` with the garbage collector held off.

    It would look through everything restored so far, again and again, and find nothing: measured on the state of 2,000
    brands, 1.4 s of CPU time without it and 8.9 with it.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        processor.restore(state)
    finally:
        if collecting:
            gc.enable()
