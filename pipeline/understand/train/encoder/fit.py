"""Fine-tuning: AdamW, a rate that warms up and falls to nothing, an average of the weights, and checkpoints to go on from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.understand.train.encoder.lessons import MOST, SEED, batches, padded
from pipeline.understand.train.encoder.network import Reader

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Teacher = Callable[[Sequence[Sequence[int]]], Floats]
"""Token ids to log-odds, a row a text."""
Judge = Callable[[Reader, int], None]
"""Told the network and the step, now and then."""
HEARD = 0.7
"""The teacher's share of what is learnt, against the label's."""


@dataclass(frozen=True)
class Recipe:
    steps: int = 1_300
    """About one and a third epochs."""
    batch: int = 32
    rate: float = 6e-5
    head_rate: float = 5e-4
    decay: float = 0.01
    warm: float = 0.06
    average: float = 0.998
    """Of the running average of the weights (Polyak), a step: the last 500 steps count."""
    keep_every: int = 100
    """Steps between checkpoints."""
    judge_every: int = 1_000


@dataclass(frozen=True)
class Taught:
    """What is learnt: token ids, the right column of each row, and its weight."""

    tokens: Sequence[Sequence[int]]
    columns: Ints
    weights: Floats
    teacher: Teacher | None = None
    """Whose answers are learnt beside the labels: distillation (Hinton, Vinyals and Dean 2015), temperature 1."""


def balanced(columns: Ints, emphasis: Floats) -> Floats:
    """Weights that make the classes equally heavy, for macro recall asks for each class alike; their mean is 1."""
    counts = np.bincount(columns)
    shares = np.minimum(counts, MOST * counts.min()) * np.bincount(columns, weights=emphasis) / counts
    found = emphasis / shares[columns]
    return np.asarray(found / found.mean())


def fit(network: Reader, taught: Taught, recipe: Recipe, kept: Path, judge: Judge) -> Reader:
    """The averaged network. `kept`: the checkpoint, gone on from where there is one. `judge` is called now and then."""
    torch.manual_seed(SEED)
    lengths = [len(one) for one in taught.tokens]
    total = recipe.steps
    steps = list(islice(_steps(lengths, taught.columns, recipe.batch), total))
    optimiser = torch.optim.AdamW(_groups(network, recipe), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, total, recipe.warm))
    averaged = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(recipe.average)
    )
    parts = {"network": network, "optimiser": optimiser, "schedule": schedule, "averaged": averaged}
    done = _resume(kept, parts)
    loss = 0.0
    for at, chosen in enumerate(steps[done:], done + 1):
        network.train()
        # A killed run goes on with the noise that it would have had.
        torch.manual_seed(SEED + at)
        one = _loss(network, taught, chosen)
        one.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        averaged.update_parameters(network)
        loss = 0.98 * loss + 0.02 * one.item()
        if at % recipe.keep_every == 0 or at == total:
            _keep(kept, parts, at)
            print(f"step {at} of {total}, loss {loss / (1 - 0.98 ** (at - done)):.4f}", file=sys.stderr, flush=True)
        if at % recipe.judge_every == 0 or at == total:
            judge(averaged.module, at)
    return averaged.module  # type: ignore[no-any-return]


def _steps(lengths: Sequence[int], columns: Ints, size: int) -> Iterator[list[int]]:
    for epoch in count():
        yield from batches(lengths, columns, size, epoch)


def odds(network: Reader, tokens: Sequence[Sequence[int]], size: int = 64) -> Floats:
    """Log-odds of each text, in order."""
    network.eval()
    found = np.zeros((len(tokens), 3))
    order = sorted(range(len(tokens)), key=lambda number: len(tokens[number]))
    with torch.inference_mode():
        for start in range(0, len(order), size):
            chosen = order[start : start + size]
            ids, mask = padded([tokens[number] for number in chosen])
            found[chosen] = network(torch.from_numpy(ids), torch.from_numpy(mask)).double().numpy()
    return found


def _loss(network: Reader, taught: Taught, chosen: Sequence[int]) -> Any:
    ids, mask = padded([taught.tokens[number] for number in chosen])
    said = network(torch.from_numpy(ids), torch.from_numpy(mask))
    right: Any = torch.nn.functional.one_hot(torch.from_numpy(taught.columns[chosen]), said.shape[1]).float()
    if taught.teacher is not None:
        heard = torch.from_numpy(taught.teacher([taught.tokens[number] for number in chosen])).float().softmax(dim=1)
        right = (1 - HEARD) * right + HEARD * heard
    each = torch.nn.functional.cross_entropy(said, right, reduction="none")
    return (each * torch.from_numpy(taught.weights[chosen]).float()).mean()


def _groups(network: Reader, recipe: Recipe) -> list[dict[str, Any]]:
    """Biases and norms do not decay; the new head learns faster."""
    plain = [one for name, one in network.bert.named_parameters() if one.ndim < 2]
    matrices = [one for name, one in network.bert.named_parameters() if one.ndim >= 2]
    return [
        {"params": matrices, "lr": recipe.rate, "weight_decay": recipe.decay},
        {"params": plain, "lr": recipe.rate, "weight_decay": 0.0},
        {"params": list(network.head.parameters()), "lr": recipe.head_rate, "weight_decay": 0.0},
    ]


def _rate(step: int, total: int, warm: float) -> float:
    risen = warm * total
    return min((step + 1) / risen, max(0.0, (total - step) / (total - risen)))


def _keep(kept: Path, parts: dict[str, Any], step: int) -> None:
    unfinished = kept.with_suffix(".part")
    torch.save({"step": step, **{name: one.state_dict() for name, one in parts.items()}}, unfinished)
    unfinished.replace(kept)


def _resume(kept: Path, parts: dict[str, Any]) -> int:
    if not kept.exists():
        return 0
    state = torch.load(kept, weights_only=True)
    for name, one in parts.items():
        one.load_state_dict(state[name])
    return int(state["step"])
