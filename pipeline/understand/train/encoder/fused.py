"""A quantised network as the runtime's own operations, so that less is done beside multiplying."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import onnx
import onnxruntime

from pipeline.understand.second import SLOWER


def fused(model: bytes) -> bytes:
    """The network that ONNX Runtime makes of `model` (quantised, as QDQ) before it runs it, with two more steps that it leaves out.

    A bias is added where the products are scaled (MatMulIntegerToFloat takes one), not in a pass of its own; and what was
    not yet rounded for a multiplication is added to its outcome unrounded, which is more exact and saves scaling it back.
    """
    graph = _optimised(model).graph
    fixed = {one.name for one in graph.initializer}
    users = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            users[name].append(node)
    made = {name: node for node in graph.node for name in node.output}
    named: dict[str, str] = {}
    left_out = []
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and made.get(node.input[0], node).op_type == "QuantizeLinear":
            named[node.output[0]] = made[node.input[0]].input[0]
            left_out.append(node)
        if node.op_type == "MatMulIntegerToFloat" and len(node.input) == 6:
            [after, *others] = users[node.output[0]]
            biases = fixed & set(after.input)
            if after.op_type == "Add" and biases and not others:
                node.input.append(biases.pop())
                named[after.output[0]] = node.output[0]
                left_out.append(after)
    for node in left_out:
        graph.node.remove(node)
    for node in graph.node:
        for at, name in enumerate(node.input):
            node.input[at] = named.get(name, name)
    return _checked(graph, model)


def _optimised(model: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    # Not the last level: its layouts are this machine's.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.log_severity_level = 3
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "optimised.onnx"
        options.optimized_model_filepath = str(path)
        onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER)
        return onnx.load(str(path))


def _checked(graph: Any, model: bytes) -> bytes:
    before = onnx.load_model_from_string(model)
    domains = {node.domain for node in graph.node} - {"", "ai.onnx"}
    sets = [one for one in before.opset_import if one.domain in ("", "ai.onnx")]
    made = onnx.helper.make_model(
        graph,
        opset_imports=[*sets, *(onnx.helper.make_opsetid(name, 1) for name in sorted(domains))],
        ir_version=before.ir_version,
    )
    onnx.checker.check_model(made)
    return bytes(made.SerializeToString())
