"""listen and influence on Faust: the group, the assignment and the events are its; state, outputs and offsets are the bus's."""

from __future__ import annotations

from pipeline.runtime.faust.app import Patience
from pipeline.runtime.faust.runner import FaustRunner

__all__ = ["FaustRunner", "Patience"]
