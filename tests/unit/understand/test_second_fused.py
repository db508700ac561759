"""The quantised network as the runtime's own operations: the same answers, fewer passes."""

from collections import Counter

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from pipeline.understand.train.encoder.fused import fused

WIDE = 8


def layer(bias=True, residual=True):
    """y = x W + b + x, as QDQ: what flows is rounded to 8 bits, W is of 8 bits by column."""
    random = np.random.default_rng(5)
    constants = {
        "weights": random.integers(-127, 128, (WIDE, WIDE)).astype(np.int8),
        "columns": random.uniform(0.001, 0.01, WIDE).astype(np.float32),
        "nil": np.zeros(WIDE, np.int8),
        "step": np.array(0.02, np.float32),
        "middle": np.array(128, np.uint8),
        "bias": random.normal(0, 1, WIDE).astype(np.float32),
    }
    nodes = [
        helper.make_node("Tanh", ["x"], ["flowing"]),
        helper.make_node("QuantizeLinear", ["flowing", "step", "middle"], ["rounded"]),
        helper.make_node("DequantizeLinear", ["rounded", "step", "middle"], ["known"]),
        helper.make_node("DequantizeLinear", ["weights", "columns", "nil"], ["whole"], axis=1),
        helper.make_node("MatMul", ["known", "whole"], ["product"]),
        helper.make_node("Add", ["product", "bias"] if bias else ["product", "product"], ["moved"]),
        helper.make_node("Add", ["moved", "known"] if residual else ["moved", "moved"], ["joined"]),
        helper.make_node("Sin", ["joined"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "layer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", "t", WIDE])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", "t", WIDE])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


def answers(model):
    given = np.random.default_rng(6).normal(0, 1, (3, 5, WIDE)).astype(np.float32)
    return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {"x": given})[0]


def operations(model):
    return Counter(node.op_type for node in onnx.load_model_from_string(model).graph.node)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("residual", [True, False])
def test_it_answers_as_before_to_the_rounding_of_a_step(bias, residual):
    before = layer(bias, residual)
    assert np.abs(answers(fused(before)) - answers(before)).max() < (0.02 if residual else 1e-5)


def test_a_bias_is_part_of_the_multiplication():
    found = operations(fused(layer()))
    assert found["MatMulIntegerToFloat"] == 1
    assert found["Add"] == 1
    assert operations(fused(layer(bias=False)))["Add"] == 2


def test_what_was_rounded_for_a_multiplication_is_not_scaled_back():
    found = operations(fused(layer()))
    assert (found["QuantizeLinear"], found["DequantizeLinear"]) == (1, 0)


def test_an_answer_does_not_depend_on_the_batch():
    session = onnxruntime.InferenceSession(fused(layer()), providers=["CPUExecutionProvider"])
    given = np.random.default_rng(6).normal(0, 1, (3, 5, WIDE)).astype(np.float32)
    together = session.run(None, {"x": given})[0]
    alone = np.concatenate([session.run(None, {"x": given[number : number + 1]})[0] for number in range(3)])
    assert np.array_equal(together, alone)
