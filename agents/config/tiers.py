"""The `tiers:` section: which dearer readers stand behind tier 0, and how much each may read."""

from __future__ import annotations

import re

import yaml

from agents.config.table import Table
from schemas.config import Budget, Onnx, Tiers, Transformers
from schemas.kinds import Polarity

MOST_RATE = 100_000.0
"""Mentions a second: more than any one machine takes in."""
_TIERS = "write: tiers: {onnx: {budget: {share: 0.3}}}"
_ONNX = "write onnx: true, or onnx: {budget: {share: 0.3}, deadline_ms: 250}"
_TRANSFORMERS = "write: transformers: {model: 'cardiffnlp/twitter-xlm-roberta-base-sentiment'}"
_MODEL = "name a model of the hub (owner/name) or the path of a folder: model: ./my-model"
_BUDGET = "write: budget: {share: 0.3}, or {rate: 50}, and perhaps influence: 60"
_LABELS = "write what each label means: labels: {LABEL_0: negative, LABEL_1: neutral, LABEL_2: positive}"
_LANGUAGES = "write language codes: languages: [es, en]"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_POLARITIES = [str(Polarity.NEGATIVE), str(Polarity.NEUTRAL), str(Polarity.POSITIVE)]


def read_tiers(top: Table) -> Tiers:
    """The tiers asked for; none where there is no such section."""
    table = top.mapping("tiers", _TIERS)
    if table is None:
        return Tiers()
    table.only(Tiers.__struct_fields__)
    return Tiers(_onnx(table), _transformers(table))


def _onnx(tiers: Table) -> Onnx | None:
    """`true`, or nothing behind the colon, is the defaults; `false` is none."""
    default = Onnx()
    if not tiers.has("onnx"):
        return None
    node = tiers.node_of("onnx")
    if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":bool"):
        return default if tiers.flag("onnx") else None
    table = tiers.mapping("onnx", _ONNX)
    if table is None:
        return default
    table.only(Onnx.__struct_fields__)
    return Onnx(
        _budget(table, default.budget),
        table.whole("deadline_ms", default.deadline_ms, 1, 5_000),
        table.whole("queue", default.queue, 1, 1_000_000),
    )


def _transformers(tiers: Table) -> Transformers | None:
    if not tiers.has("transformers"):
        return None
    node = tiers.node_of("transformers")
    if node.tag.endswith(":null"):
        tiers.wrong("transformers", "expected a mapping, found nothing", _TRANSFORMERS)
        return None
    table = tiers.mapping("transformers", _TRANSFORMERS)
    if table is None:
        return None
    table.only(Transformers.__struct_fields__)
    default = Transformers("")
    return Transformers(
        table.text("model", _MODEL, longest=1_000) or "",
        _labels(table),
        _languages(table),
        _budget(table, default.budget),
        table.whole("workers", default.workers, 1, 64),
    )


def _budget(tier: Table, default: Budget) -> Budget:
    """What is written replaces the default as a whole: whoever bounds the rate has not asked for a share."""
    table = tier.mapping("budget", _BUDGET)
    if table is None:
        return default
    table.only(Budget.__struct_fields__)
    return Budget(
        _number(table, "share", 0.0, 1.0),
        _number(table, "rate", 0.0, MOST_RATE),
        _number(table, "influence", 0.0, 100.0),
    )


def _number(table: Table, key: str, low: float, high: float) -> float | None:
    return table.number(key, low, low, high) if table.has(key) else None


def _labels(table: Table) -> dict[str, Polarity]:
    labels = table.mapping("labels", _LABELS)
    if labels is None:
        return {}
    names = [key.value for key, _ in labels.node.value if isinstance(key, yaml.ScalarNode)]
    found = {name: labels.choice(name, _POLARITIES) for name in dict.fromkeys(names)}
    return {name: Polarity(meant) for name, meant in found.items() if meant is not None}


def _languages(table: Table) -> list[str]:
    found: list[str] = []
    for path, node, code in table.texts("languages", _LANGUAGES):
        if _LANGUAGE.fullmatch(code):
            found.append(code)
        else:
            table.report.add(node, path, f"{code!r} is not a language code", "write two or three small letters, as es")
    return list(dict.fromkeys(found))
