"""A model's files: a folder of this machine, or a repository of the Hugging Face hub. JSON, ONNX and safetensors; never a pickle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from agents.enrich.faults import EXTRA, EnrichUnfit

NETWORKS = ("model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx")
"""Where repositories keep their ONNX files; the first that is there is taken."""
VOCABULARIES = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model")
"""Without one of them transformers makes a tokenizer that knows no word, and says nothing."""
_SMALL = ("*.json", "*.txt", "*.model")
_LARGE = "*.safetensors"
_CHUNK = 1 << 20


class Files(NamedTuple):
    """`network`: the ONNX file; None where there are safetensors for torch instead. `name`: as the model is called in records."""

    folder: Path
    name: str
    network: Path | None
    config: dict[str, Any]

    @property
    def weights(self) -> list[Path]:
        """What makes the model the one it is, in a fixed order."""
        if self.network is None:
            return sorted(self.folder.glob(_LARGE))
        # Large networks keep their tensors in files beside them.
        return [self.network, *sorted(self.network.parent.glob(f"{self.network.name}_data*"))]

    def digest(self, *more: object) -> str:
        """Eight hex digits of configuration, tokens, weights and whatever else decides what is said."""
        found = sha256(repr(more).encode())
        small = [
            path for name in ("config.json", "merges.txt", *VOCABULARIES) for path in sorted(self.folder.glob(name))
        ]
        for path in [*small, *self.weights]:
            found.update(path.name.encode())
            for chunk in _chunks(path):
                found.update(chunk)
        return found.hexdigest()[:8]


def find(model: str) -> Files:
    """The files of a folder or, downloaded or from its cache, of a repository of the hub. Raises EnrichUnfit."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return _files(folder, folder.resolve().name)
    if folder.is_absolute() or model.startswith((".", "~")):
        raise EnrichUnfit(f"tiers.transformers.model: there is no folder {model}")
    return _files(_fetched(model), model)


def _files(folder: Path, name: str) -> Files:
    about = folder / "config.json"
    try:
        config = json.loads(about.read_bytes())
    except FileNotFoundError:
        raise EnrichUnfit(f"{folder} has no config.json: it is no model of transformers") from None
    except ValueError as fault:
        raise EnrichUnfit(f"{about} is not JSON: {fault}") from None
    if not isinstance(config, dict):
        raise EnrichUnfit(f"{about} is no model's configuration")
    if not any(path for name in VOCABULARIES for path in folder.glob(name)):
        raise EnrichUnfit(
            f"{name} has no tokenizer ({', '.join(VOCABULARIES)}): take the folder as its author published it"
        )
    network = next((folder / name for name in NETWORKS if (folder / name).is_file()), None)
    if network is None and not any(folder.glob(_LARGE)):
        pickled = any(folder.glob("*.bin")) or any(folder.glob("*.pt")) or any(folder.glob("*.h5"))
        why = "only weights in a form that can run code when it is read" if pickled else "no weights"
        raise EnrichUnfit(
            f"{name} has {why}: it needs {NETWORKS[0]} or model.safetensors. Export it once: "
            f"pip install 'optimum[onnxruntime]' && optimum-cli export onnx --model {name} --task text-classification FOLDER"
        )
    return Files(folder, name, network, config)


def _fetched(model: str) -> Path:
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError
    except ModuleNotFoundError as missing:
        raise EnrichUnfit(f"tier 2 wants {missing.name}, which is not here; {EXTRA}") from None
    try:
        networks = [f"{name}{suffix}" for name in NETWORKS[:2] for suffix in ("", "_data")]
        folder = Path(snapshot_download(model, allow_patterns=[*_SMALL, *networks]))
        if not any((folder / name).is_file() for name in NETWORKS):
            folder = Path(snapshot_download(model, allow_patterns=[*_SMALL, _LARGE]))
    except HFValidationError:
        raise EnrichUnfit(
            f"tiers.transformers.model: {model!r} is no folder here and no name of a model (owner/name) on the hub"
        ) from None
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as fault:
        said = " ".join(str(fault).split())[:200]
        raise EnrichUnfit(
            f"the model {model} cannot be had from the hub ({type(fault).__name__}: {said}). Without a way there (offline, "
            "behind a proxy): fetch it elsewhere with `hf download` and name the folder, or set HF_HOME to a cache that has it"
        ) from None
    return folder


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
