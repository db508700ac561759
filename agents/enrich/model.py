"""One copy of a model in one process: tokens by `transformers`, the network by ONNX Runtime or, without such a file, by torch."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.enrich.faults import EXTRA, EnrichUnfit
from agents.enrich.files import Files, find
from agents.enrich.labels import COLUMNS, columns
from pipeline.understand.corpus import read as corpus
from pipeline.understand.text import SCORED_CHARS
from schemas.kinds import Polarity

TOKENS = 256
"""Longer texts are cut: a network's cost grows with their square, and the opinion stands in the beginning."""
TOGETHER = 16
"""Texts in one run of the network."""
SAMPLE = 64
"""Mentions of the open corpus by which a start measures."""
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@/.])@\w[\w.-]*(?:@[\w.-]+\w)?")

Network = Callable[[Mapping[str, NDArray[np.int64]]], NDArray[np.float64]]
"""Tokens to one row of log-odds a text."""


class Cost(NamedTuple):
    """Seconds a mention in one process: by the clock, and of a core."""

    wall: float
    core: float


class Model:
    """`name` says model, weights and the meaning of labels exactly; `runtime` what runs it."""

    def __init__(self, model: str, stated: Mapping[str, Polarity]) -> None:
        """`model`: a folder or a name of the hub; `stated`: what its labels mean. Raises EnrichUnfit. Takes seconds."""
        files = find(model)
        try:
            from transformers import AutoConfig, AutoTokenizer
        except ModuleNotFoundError as missing:
            raise EnrichUnfit(f"tier 2 wants {missing.name}, which is not here; {EXTRA}") from None
        _check_head(files)
        try:
            config = AutoConfig.from_pretrained(files.folder, trust_remote_code=False)
            tokenizer = AutoTokenizer.from_pretrained(files.folder, trust_remote_code=False)
        except (ValueError, OSError, KeyError, ImportError, AttributeError) as fault:
            raise EnrichUnfit(
                f"{files.name} cannot be read by transformers as it is here: {_first_line(fault)}"
            ) from None
        self.labels = [str(config.id2label[number]) for number in range(len(config.id2label))]
        self._columns = np.zeros((len(self.labels), len(COLUMNS)))
        for number, column in enumerate(columns(self.labels, stated)):
            self._columns[number, column] = 1
        self._several = config.problem_type == "multi_label_classification"
        self._tokenizer = tokenizer
        self._tokens = _longest(config, tokenizer)
        self._network = _onnx(files) if files.network is not None else _torch(files)
        self.runtime = "ONNX Runtime" if files.network is not None else "torch"
        self.name = f"tier2:{files.name}@{files.digest(self._columns.tolist(), self._tokens)}"
        self._check_rows()

    def read(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of negative, neutral and positive, a row a text, in order."""
        found = np.zeros((len(texts), len(COLUMNS)))
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        together = TOGETHER if self._tokenizer.pad_token is not None else 1
        for start in range(0, len(order), together):
            chosen = order[start : start + together]
            odds = self._odds([texts[number] for number in chosen])
            found[chosen] = shares(odds, self._several) @ self._columns
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def measure(self) -> Cost:
        """What a mention costs here, by the open corpus, once warm."""
        texts = [mention.text for mention in corpus()[:: max(1, len(corpus()) // SAMPLE)]][:SAMPLE]
        self.read(texts[:TOGETHER])
        wall, core = time.perf_counter(), time.process_time()
        self.read(texts)
        return Cost((time.perf_counter() - wall) / len(texts), (time.process_time() - core) / len(texts))

    def _odds(self, texts: Sequence[str]) -> NDArray[np.float64]:
        given = self._tokenizer(
            [_masked(text) for text in texts],
            truncation=True,
            max_length=self._tokens,
            padding=len(texts) > 1,
            return_tensors="np",
        )
        return self._network({name: np.asarray(value, np.int64) for name, value in given.items()})

    def _check_rows(self) -> None:
        odds = self._odds(["bien"])
        if odds.shape != (1, len(self.labels)):
            raise EnrichUnfit(
                f"the network gives {odds.shape} for one text, and the configuration names {len(self.labels)} labels: "
                "it is no text classification model, or config.json is another model's"
            )


def shares(odds: NDArray[np.float64], several: bool) -> NDArray[np.float64]:
    """Probabilities of the labels: softmax over log-odds; of a model in which `several` hold at once, the sigmoid of each."""
    if several:
        return np.asarray(1 / (1 + np.exp(-odds)))
    raised = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _masked(text: str) -> str:
    """Whom it speaks to and what it links is not opinion, and nobody's handle is a model's business: as TweetEval writes them."""
    return _HANDLE.sub("@user", _LINK.sub("http", text[:SCORED_CHARS])) or "."


def _check_head(files: Files) -> None:
    named = files.config.get("architectures") or []
    if named and not any(str(name).endswith("ForSequenceClassification") for name in named):
        raise EnrichUnfit(
            f"{files.name} is a {named[0]}: tier 2 needs a text classification model (...ForSequenceClassification), "
            "one fine-tuned for sentiment"
        )
    if files.config.get("auto_map"):
        raise EnrichUnfit(
            f"{files.name} brings code of its own, which is never run here; take a model of an architecture that transformers has"
        )


def _longest(config: Any, tokenizer: Any) -> int:
    """How many tokens a text may have: positions beyond a network's table would be a fault (RoBERTa keeps two for itself)."""
    positions = getattr(config, "max_position_embeddings", None) or TOKENS + 2
    return int(max(8, min(TOKENS, positions - 2, tokenizer.model_max_length)))


def _onnx(files: Files) -> Network:
    try:
        import onnxruntime
    except ModuleNotFoundError:
        raise EnrichUnfit(f"{files.name} is an ONNX file, and ONNX Runtime is not here; {EXTRA}") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(str(files.network), options, providers=["CPUExecutionProvider"])
    except Exception as fault:  # the library's faults share no class but this one
        raise EnrichUnfit(f"{files.network} cannot be run: {_first_line(fault)}") from None
    wanted = [one.name for one in session.get_inputs()]
    strange = set(wanted) - {"input_ids", "attention_mask", "token_type_ids"}
    if strange:
        raise EnrichUnfit(
            f"{files.network} wants {', '.join(sorted(strange))}, which no text classification model does"
        )
    logits = next((one.name for one in session.get_outputs() if one.name == "logits"), session.get_outputs()[0].name)

    def run(given: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float64]:
        absent = np.zeros_like(given["input_ids"])
        return np.asarray(session.run([logits], {name: given.get(name, absent) for name in wanted})[0], np.float64)

    return run


def _torch(files: Files) -> Network:
    try:
        import torch
        from transformers import AutoModelForSequenceClassification
    except ModuleNotFoundError:
        raise EnrichUnfit(
            f"{files.name} has no ONNX file, and torch, which would run its safetensors, is not here: "
            "pip install 'escucha[torch]', or name a repository or folder with model.onnx"
        ) from None
    torch.set_num_threads(1)
    try:
        network, loading = AutoModelForSequenceClassification.from_pretrained(
            files.folder, trust_remote_code=False, use_safetensors=True, output_loading_info=True
        )
    except (ValueError, OSError, KeyError, RuntimeError) as fault:
        raise EnrichUnfit(f"{files.name} cannot be loaded: {_first_line(fault)}") from None
    if loading["missing_keys"]:
        raise EnrichUnfit(
            f"{files.name} lacks weights ({sorted(loading['missing_keys'])[0]}): its answers would be chance; "
            "it was not fine-tuned for text classification"
        )
    network.eval()

    def run(given: Mapping[str, NDArray[np.int64]]) -> NDArray[np.float64]:
        with torch.inference_mode():
            odds = network(**{name: torch.from_numpy(value) for name, value in given.items()}).logits
        return np.asarray(odds.float().numpy(), np.float64)

    return run


def _first_line(fault: Exception) -> str:
    lines = str(fault).strip().splitlines()
    return f"{type(fault).__name__}: {lines[0][:300] if lines else ''}"
