"""The trained network as ONNX, its weights as 8-bit integers."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

from pipeline.understand.train.encoder.lessons import padded
from pipeline.understand.train.encoder.network import Reader

_INPUTS = ("input_ids", "attention_mask")
_OPSET = 17


def exported(network: Reader) -> bytes:
    """32-bit ONNX. `network` with `eager` attention: the runtime knows that pattern and runs it as one operation."""
    ids = torch.ones((2, 7), dtype=torch.int64)
    both: dict[str, Any] = {name: {0: "texts", 1: "tokens"} for name in _INPUTS}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # The newer exporter writes a graph that the runtime's fusions do not know.
        warnings.simplefilter("ignore")
        path = Path(folder) / "model.onnx"
        torch.onnx.export(
            network.eval(),
            (ids, ids),
            path,
            input_names=list(_INPUTS),
            output_names=["odds"],
            dynamic_axes={**both, "odds": {0: "texts"}},
            opset_version=_OPSET,
            dynamo=False,
        )
        return path.read_bytes()


def quantised(model: bytes, tokens: Iterable[Sequence[int]]) -> bytes:
    """Weights as 8-bit integers, a scale each column; what flows between them too, by ranges seen over the texts given (static).

    Ranges found as texts come (dynamic) are no more exact, measured, and let a text's score depend on who is read with it.
    """
    with tempfile.TemporaryDirectory() as folder:
        whole, flowing, small = (Path(folder) / name for name in ("whole.onnx", "flowing.onnx", "small.onnx"))
        whole.write_bytes(model)
        quantize_static(
            whole,
            flowing,
            _Texts(tokens),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=False,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            nodes_to_quantize=_dense(onnx.load(str(whole))),
            extra_options={"OpTypesToExcludeOutputQuantization": ["MatMul"]},
        )
        # The embeddings are looked up, not multiplied.
        quantize_dynamic(flowing, small, op_types_to_quantize=["Gather"], weight_type=QuantType.QInt8)
        onnx.checker.check_model(str(small))
        return small.read_bytes()


class _Texts(CalibrationDataReader):  # type: ignore[misc]  # ONNX Runtime ships no types
    """Texts for the ranges, one at a time: padding would widen them."""

    def __init__(self, tokens: Iterable[Sequence[int]]) -> None:
        self._given = (dict(zip(_INPUTS, padded([one]), strict=True)) for one in tokens)

    def get_next(self) -> dict[str, Any] | None:
        return next(self._given, None)


def _dense(model: Any) -> list[str]:
    """The multiplications by weights; those of attention's own products stay as they are."""
    fixed = {one.name for one in model.graph.initializer}
    return [node.name for node in model.graph.node if node.op_type == "MatMul" and fixed & set(node.input)]
