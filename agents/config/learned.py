"""A brand's `learned:`: the file that `escucha learn` wrote, read into the configuration and held against the packaged model."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec

from agents.config.table import Table
from pipeline.understand.adapt import Adaptation
from pipeline.understand.faults import ModelFault
from pipeline.understand.package import packaged_version
from schemas.codec import encode
from schemas.config import Learned

FORMAT = 1
MOST_BYTES = 200_000
_PATH = "write the path of what `escucha learn` wrote, from this file: learned: learned/my-brand.json"


class LearnedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `escucha learn` writes. `figures` are for people: what the labels were, and what cross-validation said."""

    format: int
    brand: str
    sha256: str
    """Of `learned`, as the wire has it."""
    figures: dict[str, object]
    learned: Learned


class LearnedFault(ValueError):
    """The file cannot be used: what is wrong, and the remedy."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}; remedy: {remedy}")
        self.what = what
        self.remedy = remedy


def pack(brand: str, learned: Learned, figures: dict[str, object]) -> bytes:
    """The file of what was learnt for a brand."""
    whole = LearnedFile(format=FORMAT, brand=brand, sha256=_digest(learned), figures=figures, learned=learned)
    return msgspec.json.format(encode(whole), indent=1) + b"\n"


def unpack(data: bytes, brand: str) -> Learned:
    """What was learnt for a brand, over the tier 0 of this package. Raises LearnedFault."""
    again = f"learn again: escucha learn {brand} labels.jsonl"
    try:
        read = msgspec.json.decode(data, type=LearnedFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise LearnedFault(f"is not what `escucha learn` writes: {fault}", again) from None
    if read.format != FORMAT:
        raise LearnedFault(f"has format {read.format}; this version reads {FORMAT}", again)
    if read.brand != brand:
        raise LearnedFault(f"was learnt for {read.brand!r}", f"name the file of {brand!r}, or {again}")
    if read.sha256 != _digest(read.learned):
        raise LearnedFault("has been changed since it was learnt: its hash differs", again)
    if read.learned.model != packaged_version():
        raise LearnedFault(f"was learnt over {read.learned.model}, and this is {packaged_version()}", again)
    try:
        Adaptation(read.learned)
    except ModelFault as fault:
        raise LearnedFault(f"is damaged: {fault.what}", again) from None
    return read.learned


def read_learned(brand: Table, id: str) -> Learned | None:
    """The `learned:` of a brand, a path relative to the configuration file."""
    if not brand.has("learned"):
        return None
    named = brand.text("learned", _PATH, longest=1_000)
    if named is None:
        return None
    try:
        return unpack(_bytes(Path(brand.report.file).parent / named, id), id)
    except LearnedFault as fault:
        brand.wrong("learned", f"{named} {fault.what}", fault.remedy)
        return None


def _bytes(path: Path, brand: str) -> bytes:
    try:
        with path.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise LearnedFault(
            f"cannot be read: {reason.lower()}", f"take the line out, or learn: escucha learn {brand} labels.jsonl"
        ) from None
    if len(data) > MOST_BYTES:
        raise LearnedFault(f"has more than {MOST_BYTES} bytes", "name a file that `escucha learn` wrote")
    return data


def _digest(learned: Learned) -> str:
    return sha256(encode(learned)).hexdigest()
