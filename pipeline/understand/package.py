"""The model files of the package. `packaged_model` reads them: called by runners, never by the core."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

import msgspec

MANIFEST = "manifest.json"


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which files make up a model, and their hashes."""

    version: str
    release: str
    files: dict[str, str]


def model_version(release: str, hashes: dict[str, str]) -> str:
    """`tier0-<release>-<hash8>`: the hash is of all files' hashes, so the same name is the same model."""
    listed = "".join(f"{name} {hashes[name]}\n" for name in sorted(hashes))
    return f"tier0-{release}-{sha256(listed.encode()).hexdigest()[:8]}"


def packaged_model() -> dict[str, bytes]:
    """The manifest and every model file in this package, by name."""
    folder = files("pipeline.understand") / "models"
    return {
        entry.name: entry.read_bytes()
        for entry in folder.iterdir()
        if entry.name == MANIFEST or entry.name.endswith(".bin")
    }
