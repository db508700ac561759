"""Tier 1: a small transformer reads the sentiment of what tier 0 doubts. Needs the extra `[onnx]`; bytes in, probabilities out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.understand.faults import ModelFault
from pipeline.understand.manifest import hold_against, manifest_of
from pipeline.understand.spelling import spelled
from schemas.kinds import Polarity
from schemas.mention import Sentiment

MANIFEST, NETWORK, TOKENS = "manifest.json", "model.onnx", "tokenizer.json"
COLUMNS = (Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE)
"""As the columns of `Tier1.score` stand."""
EXTRA = "Install it with: pip install 'escucha[onnx]'"
_REMEDY = "Reinstall the package, or train again: make train-tier1 DATA_DIR=..."
_TOGETHER = 16
"""Texts in one run of the network: more are slower, for they no longer fit the cache, and pad each other."""
SLOWER = ["SkipLayerNormFusion", "BiasGeluFusion"]
"""ONNX Runtime's fusions that cost a quarter of the speed (measured with 1.32, one core with AVX-512)."""
_LEAST = 1e-4
"""Tier 0 rounds to it: nothing is impossible."""

Triple = tuple[float, float, float]


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The network's log-odds are multiplied by `sharpness` and added to `biases`: temperature scaling (Guo et al. 2017) with biases."""

    sharpness: float
    biases: Triple


class Joining(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the two tiers' probabilities become one: a logarithmic opinion pool, p ~ (p0^(1-weight) p1^weight)^sharpness e^biases."""

    weight: float
    """Tier 1's share, from 0 to 1."""
    sharpness: float
    biases: Triple
    confidence: float
    """Below this highest probability the label is `unsure`."""


class Second(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The manifest: which files make up the model, what it reads, and how its answer is used."""

    version: str
    release: str
    base: str
    languages: tuple[str, ...]
    tokens: int
    """Longer texts are cut there."""
    calibration: Calibration
    joining: Joining
    files: dict[str, str]
    """sha256 of each, by name."""


class Tier1:
    """The small transformer. `version` names weights and calibration exactly; `languages` are those it was trained for."""

    def __init__(self, files: Mapping[str, bytes], threads: int = 1) -> None:
        """`files` as `package.packaged_tier1` reads them. Raises ModelFault when one is missing or damaged, or the extra is."""
        self.about = read_second(files)
        self.version = self.about.version
        self.languages = frozenset(self.about.languages)
        self._network, self._tokenizer = _loaded(files, threads, self.about.tokens)
        self._inputs = [one.name for one in self._network.get_inputs()]

    def score(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A row a text as written, in order: calibrated probabilities of negative, neutral, positive, classes equally common."""
        found = np.zeros((len(texts), len(COLUMNS)), np.float32)
        tokens = [self._tokenizer.encode(spelled(text)).ids for text in texts]
        # Texts of like length together: padding costs as much as words.
        order = sorted(range(len(texts)), key=lambda number: len(tokens[number]))
        for start in range(0, len(order), _TOGETHER):
            chosen = order[start : start + _TOGETHER]
            found[chosen] = self._probabilities([tokens[number] for number in chosen])
        return found

    def _probabilities(self, tokens: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        ids = np.zeros((len(tokens), max(len(one) for one in tokens)), np.int64)
        mask = np.zeros_like(ids)
        for row, one in enumerate(tokens):
            ids[row, : len(one)] = one
            mask[row, : len(one)] = 1
        given = {"input_ids": ids, "attention_mask": mask}
        odds = self._network.run(None, {name: given[name] for name in self._inputs})[0]
        return calibrated(np.asarray(odds, np.float64), self.about.calibration).astype(np.float32)


def calibrated(odds: NDArray[np.float64], by: Calibration) -> NDArray[np.float64]:
    scaled = odds * by.sharpness + np.array(by.biases)
    raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def joined(first: Sentiment, second: Sequence[float], about: Second) -> Sentiment:
    """Tier 0's sentiment and one row of `Tier1.score` as one; `model` names both. What is `mixed` stays so."""
    by = about.joining
    before = (first.negative, first.neutral, first.positive)
    raised = [
        bias + by.sharpness * ((1 - by.weight) * math.log(max(a, _LEAST)) + by.weight * math.log(max(b, _LEAST)))
        for a, b, bias in zip(before, second, by.biases, strict=True)
    ]
    highest = max(raised)
    shares = [math.exp(one - highest) for one in raised]
    total = sum(shares)
    negative, neutral, positive = (one / total for one in shares)
    best = max(negative, neutral, positive)
    label = COLUMNS[(negative, neutral, positive).index(best)] if best >= by.confidence else Polarity.UNSURE
    return msgspec.structs.replace(
        first,
        label=label,
        negative=round(negative, 4),
        neutral=round(neutral, 4),
        positive=round(positive, 4),
        model=f"{first.model}+{about.version}",
    )


def second_version(about: Second) -> str:
    """`tier1-<languages>-<release>-<hash8>`: the hash is of the whole manifest, so the same name is the same model."""
    content = msgspec.json.encode(msgspec.structs.replace(about, version=""), order="deterministic")
    return f"tier1-{'-'.join(about.languages)}-{about.release}-{sha256(content).hexdigest()[:8]}"


def read_second(files: Mapping[str, bytes]) -> Second:
    """The manifest, after every file has been held against it. Raises ModelFault."""
    about = manifest_of(files, Second, "tier-1 model", _REMEDY)
    if about.version != second_version(about):
        raise ModelFault(f"The tier-1 model's {MANIFEST} names a version that its content does not give", _REMEDY)
    for name in (NETWORK, TOKENS):
        if name not in about.files:
            raise ModelFault(f"The tier-1 model's {MANIFEST} does not name {name}", _REMEDY)
    hold_against(files, about.files, "tier-1 model", _REMEDY)
    return about


def _loaded(files: Mapping[str, bytes], threads: int, tokens: int) -> tuple[Any, Any]:
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as fault:
        raise ModelFault(f"Tier 1 needs a library that is not installed ({fault.name})", EXTRA) from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Waiting threads sleep: the cores are the stream's.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        network = onnxruntime.InferenceSession(
            files[NETWORK], options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER
        )
        tokenizer = Tokenizer.from_buffer(files[TOKENS])
    except Exception as fault:
        raise ModelFault(f"The tier-1 model does not load: {fault}", _REMEDY) from None
    tokenizer.no_padding()
    tokenizer.enable_truncation(tokens)
    return network, tokenizer
