"""A real tokenizer and a real network, made by the test: what is read, and what is refused with a remedy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from agents.enrich.faults import EnrichUnfit
from agents.enrich.model import Model, shares
from schemas.kinds import Polarity
from tests.tinymodel import LABELS, configuration, make_model

NEGATIVE, NEUTRAL, POSITIVE = range(3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model") / "words")


@pytest.fixture(scope="module")
def model(folder: Path) -> Model:
    return Model(str(folder), {})


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A folder like it, to be spoilt."""
    return make_model(tmp_path / "copy")


def change(folder: Path, **values: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | values))


def test_it_reads_what_its_words_weigh(model: Model) -> None:
    rows = model.read(["fatal, muy mal", "¡GENIAL!", "dos cajas"])
    assert rows.argmax(axis=1).tolist() == [NEGATIVE, POSITIVE, NEUTRAL]
    assert np.allclose(rows.sum(axis=1), 1)
    weights = np.exp([4.0 * -1, 1.0, 4.0])
    assert np.allclose(rows[1], weights / weights.sum(), atol=1e-6)


def test_what_stands_beside_a_text_does_not_change_its_row(model: Model) -> None:
    texts = ["mal", "bien " * 30, "x", "horrible y genial y bien y mal", "", "bien"]
    alone = [model.read([text])[0] for text in texts]
    assert np.allclose(model.read(texts * 9), np.array(alone * 9), atol=1e-6)


def test_whom_a_text_speaks_to_and_what_it_links_are_not_read(model: Model) -> None:
    assert np.allclose(model.read(["@horrible mira https://mal.es/mal"]), model.read(["hola"]))


def test_a_long_text_is_cut_where_the_network_has_no_more_positions(model: Model) -> None:
    assert np.allclose(model.read(["bien " * 5_000]), model.read(["bien " * 60]))


def test_the_name_says_which_weights_and_which_meaning(folder: Path, copy: Path, model: Model) -> None:
    assert re.fullmatch(r"tier2:words@[0-9a-f]{8}", model.name)
    assert Model(str(folder), {}).name == model.name
    otherwise = Model(str(folder), {"neutral": Polarity.NEGATIVE})
    assert otherwise.name != model.name
    assert otherwise.read(["hola"])[0].argmax() == NEGATIVE
    make_model(copy, words={"mal": (9.0, 0.0, 0.0)})
    assert Model(str(copy), {}).name.partition("@")[2] != model.name.partition("@")[2]


def test_what_a_mention_costs_is_measured(model: Model) -> None:
    cost = model.measure()
    assert 0 < cost.wall < 1
    assert 0 < cost.core < 1


def test_of_labels_that_hold_together_each_has_its_own_share() -> None:
    odds = np.array([[0.0, 100.0, -100.0]])
    assert np.allclose(shares(odds, several=True), [[0.5, 1.0, 0.0]])
    assert np.allclose(shares(odds, several=False), [[0.0, 1.0, 0.0]])


def spoil_with(**values: object) -> Callable[[Path], None]:
    return lambda folder: change(folder, **values)


def no_network(folder: Path) -> None:
    (folder / "onnx" / "model.onnx").unlink()


def pickled(folder: Path) -> None:
    no_network(folder)
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")


def broken_network(folder: Path) -> None:
    (folder / "onnx" / "model.onnx").write_bytes(b"not a network")


def no_configuration(folder: Path) -> None:
    (folder / "config.json").unlink()


def broken_configuration(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").unlink()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_network, "has no weights: it needs model.onnx or model.safetensors.*optimum-cli export onnx"),
        (pickled, "can run code when it is read"),
        (broken_network, "model.onnx cannot be run"),
        (no_configuration, "has no config.json"),
        (broken_configuration, "is not JSON"),
        (no_tokenizer, "has no tokenizer"),
        (spoil_with(architectures=["BertForMaskedLM"]), "is a BertForMaskedLM: tier 2 needs a text classification"),
        (spoil_with(auto_map={"AutoModel": "evil.py"}), "code of its own, which is never run here"),
        (spoil_with(model_type="unheard-of"), "cannot be read by transformers"),
        (spoil_with(**configuration((*LABELS, "angry"))), "labels angry"),
        (spoil_with(**configuration(("negative", "positive"))), "names 2 labels"),
    ],
    ids=lambda value: getattr(value, "__name__", "") if callable(value) else "",
)
def test_what_cannot_be_used_is_refused_with_a_remedy(copy: Path, spoil: Callable[[Path], None], said: str) -> None:
    spoil(copy)
    with pytest.raises(EnrichUnfit, match=said):
        Model(str(copy), {})


def test_a_folder_that_is_not_there_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(EnrichUnfit, match="there is no folder"):
        Model(str(tmp_path / "nowhere"), {})


def test_without_a_way_to_the_hub_it_says_how_to_do_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EnrichUnfit, match=r"hf download.*name the folder, or set HF_HOME"):
        Model("nobody/has-this-model", {})


def test_a_name_that_the_hub_cannot_have_is_refused() -> None:
    with pytest.raises(EnrichUnfit, match="no name of a model"):
        Model("three/parts/name", {})
