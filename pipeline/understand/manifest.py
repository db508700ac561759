"""A model's manifest: read, and every file held against the hash that it names."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TypeVar

import msgspec

from pipeline.understand.faults import ModelFault
from pipeline.understand.package import MANIFEST

M = TypeVar("M", bound=msgspec.Struct)


def manifest_of(files: Mapping[str, bytes], kind: type[M], model: str, remedy: str) -> M:
    """The manifest among a model's files. `model` is what a fault calls it ("tier-1 model"). Raises ModelFault."""
    if MANIFEST not in files:
        raise ModelFault(f"The {model} has no {MANIFEST}", remedy)
    try:
        return msgspec.json.decode(files[MANIFEST], type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise ModelFault(f"The {model}'s {MANIFEST} is not readable: {fault}", remedy) from None


def hold_against(files: Mapping[str, bytes], hashes: Mapping[str, str], model: str, remedy: str) -> None:
    """Raises ModelFault unless every file that `hashes` (SHA-256, hexadecimal) names is there and the one named."""
    for name, expected in hashes.items():
        if name not in files:
            raise ModelFault(f"{model.capitalize()} file {name} is missing", remedy)
        if sha256(files[name]).hexdigest() != expected:
            raise ModelFault(f"{model.capitalize()} file {name} is not the one that {MANIFEST} names", remedy)
