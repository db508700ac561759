"""What is wrong with model files, and what to do about it."""

from __future__ import annotations


class ModelFault(Exception):
    """A model file is missing, damaged or not ours. Our own fault, not upstream's: the process must not start."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}. {remedy}")
        self.what = what
        self.remedy = remedy
