"""Tier 1: a real ONNX network and tokenizer, made here, read as the packaged ones are; damage is refused, order kept."""

import json
import math
from hashlib import sha256

import msgspec
import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from pipeline.understand import ModelFault, package
from pipeline.understand.second import (
    COLUMNS,
    Calibration,
    Joining,
    Second,
    Tier1,
    joined,
    read_second,
    second_version,
)
from schemas.kinds import Polarity
from schemas.mention import Sentiment

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "bad", "good", "the", "@", "user", "http", "smiling", "face"]
ODDS = {"bad": (3.0, 0.0, -3.0), "good": (-3.0, 0.0, 3.0), "the": (0.0, 0.5, 0.0)}
TOKENS = 12
EVEN = (0.0, 0.0, 0.0)


def network():
    """The mean of its words' log-odds: a bag of words, as ONNX."""
    table = np.array([ODDS.get(word, (0.0, 0.0, 0.0)) for word in WORDS], np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["each"]),
        helper.make_node("Cast", ["attention_mask"], ["seen"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["seen", "last"], ["column"]),
        helper.make_node("Mul", ["each", "column"], ["counted"]),
        helper.make_node("ReduceSum", ["counted", "tokens"], ["odds"], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "bag",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("odds", TensorProto.FLOAT, ["n", 3])],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array([2]), "last"),
            numpy_helper.from_array(np.array([1]), "tokens"),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    onnx.checker.check_model(made)
    return made.SerializeToString()


def tokenizer():
    made = Tokenizer(models.WordPiece({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [("[CLS]", 2), ("[SEP]", 3)]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    # A tokenizer as people save it: padding and cutting at lengths of its own, which must not hold.
    made.enable_padding(length=64)
    made.enable_truncation(3)
    return made.to_str().encode()


def packed(content, **changes):
    about = Second(
        version="",
        release="2026.11",
        base="made by a test",
        languages=("en",),
        tokens=TOKENS,
        calibration=Calibration(1.0, EVEN),
        joining=Joining(0.5, 1.0, EVEN, 0.4),
        files={name: sha256(data).hexdigest() for name, data in content.items()},
    )
    about = msgspec.structs.replace(about, **changes)
    about = msgspec.structs.replace(about, version=second_version(about))
    return {**content, "manifest.json": msgspec.json.encode(about)}


@pytest.fixture(scope="module")
def content():
    return {"model.onnx": network(), "tokenizer.json": tokenizer()}


@pytest.fixture(scope="module")
def files(content):
    return packed(content)


@pytest.fixture(scope="module")
def tier1(files):
    return Tier1(files)


def test_it_reads_texts_in_the_order_given_whatever_their_length(tier1):
    texts = ["good the the the the", "bad", "", "the the", "GOOD good", "bad bad the"]
    found = tier1.score(texts)
    assert found.shape == (6, 3)
    assert found.dtype == np.float32
    assert [COLUMNS[n] for n in found.argmax(axis=1)] == [
        Polarity.POSITIVE,
        Polarity.NEGATIVE,
        Polarity.NEGATIVE,  # nothing said: all three alike, and the first stands for them
        Polarity.NEUTRAL,
        Polarity.POSITIVE,
        Polarity.NEGATIVE,
    ]
    assert found.sum(axis=1) == pytest.approx(np.ones(6), abs=1e-6)
    assert found[2] == pytest.approx([1 / 3] * 3, abs=1e-6)


def test_no_texts_are_no_rows(tier1):
    assert tier1.score([]).shape == (0, 3)


texts = st.lists(st.text(max_size=60) | st.sampled_from(["good", "bad", "the bad good", "good 😀 " * 30]), max_size=80)


@given(texts)
def test_what_a_text_scores_does_not_depend_on_its_neighbours(tier1, given_texts):
    together = tier1.score(given_texts)
    alone = [tier1.score([text])[0] for text in given_texts]
    assert together == pytest.approx(np.array(alone).reshape(-1, 3), abs=1e-6)
    assert np.isfinite(together).all()


def test_a_long_text_is_cut_and_not_by_what_the_tokenizer_was_saved_with(tier1):
    whole = tier1.score(["user " * (TOKENS - 3) + "bad"])
    beyond = tier1.score(["user " * (TOKENS - 2) + "bad"])
    assert whole[0, 0] > 0.5
    assert beyond[0, 0] < 0.5
    assert tier1.score(["bad " * 10_000])[0, 0] > 0.99


def test_calibration_turns_the_log_odds(content):
    plain = Tier1(packed(content)).score(["bad"])[0]
    soft = Tier1(packed(content, calibration=Calibration(0.5, EVEN))).score(["bad"])[0]
    turned = Tier1(packed(content, calibration=Calibration(1.0, (-9.0, 0.0, 0.0)))).score(["bad"])[0]
    assert math.log(soft[0] / soft[2]) == pytest.approx(math.log(plain[0] / plain[2]) / 2, rel=1e-4)
    assert turned.argmax() == 1


def sentiment(negative, neutral, positive, **rest):
    shares = {"negative": negative, "neutral": neutral, "positive": positive}
    label = max(shares, key=shares.get)
    return Sentiment(Polarity(label), **shares, model="tier0-x", **rest)


def about(files, **changes):
    read = read_second(files)
    return msgspec.structs.replace(read, joining=msgspec.structs.replace(read.joining, **changes))


def test_joined_is_between_both_names_both_and_keeps_what_is_mixed(files, tier1):
    first = sentiment(0.2, 0.6, 0.2, mixed=True)
    one = joined(first, (0.9, 0.05, 0.05), about(files))
    assert one.label is Polarity.NEGATIVE
    assert 0.2 < one.negative < 0.9
    assert one.mixed
    assert one.model == f"tier0-x+{tier1.version}"
    assert one.negative + one.neutral + one.positive == pytest.approx(1, abs=2e-4)


@pytest.mark.parametrize(
    ("first", "second", "label"),
    [
        ((0.4, 0.3, 0.3), (0.3, 0.3, 0.4), Polarity.UNSURE),
        ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), Polarity.UNSURE),
        ((0.34, 0.33, 0.33), (0.05, 0.05, 0.9), Polarity.POSITIVE),
        ((0.0, 1.0, 0.0), (0.0, 1.0, 0.0), Polarity.NEUTRAL),
    ],
)
def test_joined_is_unsure_below_the_stated_confidence(files, first, second, label):
    assert joined(sentiment(*first), second, about(files, confidence=0.6)).label is label


def test_the_weight_says_whose_word_counts(files):
    first, second = sentiment(0.8, 0.1, 0.1), (0.1, 0.1, 0.8)
    assert joined(first, second, about(files, weight=0.0)).negative == pytest.approx(0.8, abs=1e-3)
    assert joined(first, second, about(files, weight=1.0)).positive == pytest.approx(0.8, abs=1e-3)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("at", [0, 100, -1])
def test_one_changed_byte_is_refused(files, name, at):
    data = bytearray(files[name])
    data[at] ^= 1
    with pytest.raises(ModelFault, match=name) as fault:
        Tier1({**files, name: bytes(data)})
    assert "make train-tier1" in fault.value.remedy


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
def test_a_missing_file_is_named(files, name):
    with pytest.raises(ModelFault, match=name):
        Tier1({other: data for other, data in files.items() if other != name})


@pytest.mark.parametrize("manifest", [b"", b"{}", b"\xff", b"[1]", b'{"version":"x"}'])
def test_a_manifest_that_is_not_ours_is_refused(files, manifest):
    with pytest.raises(ModelFault):
        Tier1({**files, "manifest.json": manifest})


def test_a_changed_calibration_is_another_version(files):
    told = json.loads(files["manifest.json"])
    told["calibration"]["sharpness"] = 1.5
    with pytest.raises(ModelFault, match="version"):
        Tier1({**files, "manifest.json": json.dumps(told).encode()})


def test_files_that_the_manifest_admits_but_nothing_can_load_are_refused(content):
    with pytest.raises(ModelFault, match="does not load"):
        Tier1(packed({**content, "model.onnx": b"no network"}))
    with pytest.raises(ModelFault, match="does not load"):
        Tier1(packed({**content, "tokenizer.json": b"{}"}))


def test_a_manifest_without_a_network_is_refused(content):
    with pytest.raises(ModelFault, match=r"model\.onnx"):
        Tier1(packed({"tokenizer.json": content["tokenizer.json"]}))


def test_without_the_extra_the_fault_says_what_to_install(files, monkeypatch):
    monkeypatch.setattr(package, "find_spec", lambda name: None if name == "onnxruntime" else object())
    with pytest.raises(ModelFault, match="onnxruntime") as fault:
        package.packaged_tier1()
    assert "escucha[onnx]" in fault.value.remedy


def test_a_language_without_a_tier_1_has_no_files():
    assert package.packaged_tier1("xx") is None
