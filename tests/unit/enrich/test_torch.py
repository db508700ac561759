"""A model without an ONNX file: its safetensors by torch. Torch is gigabytes: `make tier2-test` installs it in an environment of its own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from agents.enrich.faults import EnrichUnfit
from agents.enrich.frames import Begin
from agents.enrich.model import Model
from agents.enrich.pool import Pool
from tests.tinymodel import LABELS, SPECIAL, WORDS, tokenizer

torch = pytest.importorskip("torch", reason="torch is not here (make tier2-test)")
from transformers import BertConfig, BertForSequenceClassification, BertModel  # noqa: E402 (only where torch is)


def small() -> BertConfig:
    return BertConfig(
        vocab_size=len(SPECIAL) + len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
        problem_type="single_label_classification",
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(7)
    folder = tmp_path_factory.mktemp("torch") / "bert"
    BertForSequenceClassification(small()).save_pretrained(folder)
    tokenizer(folder, list(WORDS))
    return folder


def test_it_gives_what_the_network_itself_gives(folder: Path) -> None:
    model = Model(str(folder), {})
    assert model.runtime == "torch"
    network = BertForSequenceClassification.from_pretrained(folder).eval()
    with torch.inference_mode():
        # [CLS] mal bien [SEP]
        odds = network(
            torch.tensor([[2, *(len(SPECIAL) + list(WORDS).index(word) for word in ("mal", "bien")), 3]])
        ).logits
    expected = torch.softmax(odds, -1).numpy()
    assert np.allclose(model.read(["mal bien"]), expected, atol=1e-6)
    assert np.allclose(model.read(["mal bien", "bien " * 20])[:1], expected, atol=1e-5)


def test_a_network_whose_head_was_never_trained_is_refused(folder: Path, tmp_path: Path) -> None:
    BertModel(small()).save_pretrained(tmp_path)
    tokenizer(tmp_path, list(WORDS))
    about = tmp_path / "config.json"
    about.write_text(json.dumps(json.loads(about.read_bytes()) | {"architectures": ["BertForSequenceClassification"]}))
    with pytest.raises(EnrichUnfit, match="its answers would be chance"):
        Model(str(tmp_path), {})


def test_a_pickle_is_not_opened_also_where_torch_could(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    torch.save({}, tmp_path / "pytorch_model.bin")
    with pytest.raises(EnrichUnfit, match="can run code when it is read"):
        Model(str(tmp_path), {})


async def test_a_process_of_the_pool_runs_it(folder: Path) -> None:
    pool = Pool(Begin(str(folder), {}), 1)
    ready = await pool.start()
    rows = await pool.read(["mal", "bien", "mal"])
    await pool.stop()
    assert ready.runtime == "torch"
    assert rows[0] == rows[2]
    assert np.allclose(np.array(rows), Model(str(folder), {}).read(["mal", "bien", "mal"]), atol=1e-6)
