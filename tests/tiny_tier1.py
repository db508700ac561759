"""A real tier 1 in a few bytes: words with feelings, read by the real tokenizer and the real ONNX Runtime.

`love` feels positive, `awful` negative, `monday` neutral, others nothing. `ravenous` has the network ask for 64 GiB.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from pipeline.understand.second import MANIFEST, NETWORK, TOKENS, Calibration, Joining, Second, second_version

FELT = {"awful": (4.0, 0.0, 0.0), "monday": (0.0, 4.0, 0.0), "love": (0.0, 0.0, 4.0)}
WORDS = ["[PAD]", "[UNK]", *FELT, "ravenous"]
RAVENOUS = WORDS.index("ravenous")


def tiny_tier1(*languages: str, weight: float = 1.0) -> dict[str, bytes]:
    """The files of a model of these languages (default: English). With a weight of 1 it has the last word."""
    files = {NETWORK: _network(), TOKENS: _tokenizer()}
    about = Second(
        version="",
        release="tiny",
        base="none",
        languages=languages or ("en",),
        tokens=64,
        calibration=Calibration(1.0, (0.0, 0.0, 0.0)),
        joining=Joining(weight, 1.0, (0.0, 0.0, 0.0), 0.5),
        files={name: sha256(data).hexdigest() for name, data in files.items()},
    )
    about = msgspec.structs.replace(about, version=second_version(about))
    return {**files, MANIFEST: msgspec.json.encode(about)}


def _tokenizer() -> bytes:
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, "[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer.to_str().encode()


def _network() -> bytes:
    """Log-odds are the sum of the words' feelings; an appetite of 2^34 floats for a ravenous word, of one for any other."""
    feelings = np.array([FELT.get(word, (0.0, 0.0, 0.0)) for word in WORDS], np.float32)
    appetite = np.ones(len(WORDS), np.int64)
    appetite[RAVENOUS] = 2**34
    constants = [
        numpy_helper.from_array(feelings, "feelings"),
        numpy_helper.from_array(appetite, "appetite"),
        numpy_helper.from_array(np.array([1], np.int64), "words"),
        numpy_helper.from_array(np.array([2], np.int64), "last"),
        numpy_helper.from_array(np.array([0], np.int64), "first"),
        numpy_helper.from_array(np.array([1], np.int64), "flat"),
    ]
    nodes = [
        helper.make_node("Gather", ["feelings", "input_ids"], ["felt"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        helper.make_node("Mul", ["felt", "column"], ["heard"]),
        helper.make_node("ReduceSum", ["heard", "words"], ["sum"], keepdims=0),
        helper.make_node("Gather", ["appetite", "input_ids"], ["hungers"]),
        helper.make_node("ReduceMax", ["hungers"], ["hunger"], keepdims=0),
        helper.make_node("Reshape", ["hunger", "flat"], ["size"]),
        helper.make_node("ConstantOfShape", ["size"], ["eaten"]),
        helper.make_node("ReduceMax", ["eaten"], ["nothing"], keepdims=0),
        helper.make_node("Add", ["sum", "nothing"], ["odds"]),
    ]
    ids = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"]) for name in ("input_ids", "attention_mask")
    ]
    odds = helper.make_tensor_value_info("odds", TensorProto.FLOAT, ["n", 3])
    graph = helper.make_graph(nodes, "tiny", ids, [odds], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model.SerializeToString()
