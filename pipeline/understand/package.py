"""The model files of the package. `packaged_model` and `packaged_tier1` read them: called by runners, never by the core."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files
from importlib.util import find_spec

import msgspec

from pipeline.understand.faults import ModelFault

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


def packaged_tier1(language: str = "en") -> dict[str, bytes] | None:
    """The files of the language's tier 1 by name, for `second.Tier1`; None where the package has none for it.

    Raises ModelFault where the libraries that it needs are not installed.
    """
    missing = [name for name in ("onnxruntime", "tokenizers") if find_spec(name) is None]
    if missing:
        raise ModelFault(f"Tier 1 needs {' and '.join(missing)}", "Install it with: pip install 'escucha[onnx]'")
    folder = files("pipeline.understand") / "models" / f"tier1-{language}"
    if not folder.is_dir():
        return None
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}


def packaged_version() -> str:
    """The version of tier 0 in this package, without its weights."""
    manifest = (files("pipeline.understand") / "models" / MANIFEST).read_bytes()
    return msgspec.json.decode(manifest, type=Manifest).version
