"""Model files: hashed, without pickle, small, and refused when anything is wrong."""

import json
from pathlib import Path

import pytest

import pipeline.understand
from pipeline.understand import ModelFault, Tier0

MEGABYTES = 6


def test_the_packaged_model_loads_and_names_its_version(tier0):
    assert tier0.version.startswith("tier0-2026.")
    assert {"es", "en"} <= tier0.languages


def test_every_language_group_is_small(model_files):
    assert all(len(data) <= MEGABYTES * 1_000_000 for data in model_files.values())


@pytest.mark.parametrize("at", [0, 40, 1_000, -1])
def test_one_changed_byte_is_refused(model_files, at):
    data = bytearray(model_files["es.bin"])
    data[at] ^= 1
    with pytest.raises(ModelFault, match=r"es\.bin") as fault:
        Tier0({**model_files, "es.bin": bytes(data)})
    assert fault.value.remedy


def test_a_changed_table_is_refused_even_under_a_manifest_that_admits_it(model_files):
    from hashlib import sha256

    from pipeline.understand.package import model_version

    data = model_files["es.bin"][:-1] + b"\x55"
    manifest = json.loads(model_files["manifest.json"])
    manifest["files"]["es.bin"] = sha256(data).hexdigest()
    manifest["version"] = model_version(manifest["release"], manifest["files"])
    files = {**model_files, "es.bin": data, "manifest.json": json.dumps(manifest).encode()}
    with pytest.raises(ModelFault, match="damaged"):
        Tier0(files)


@pytest.mark.parametrize("manifest", [b"", b"{}", b"\xff", b"[1]", b'{"version":"x","release":"2026.11","files":{}}'])
def test_a_manifest_that_is_not_ours_is_refused(model_files, manifest):
    with pytest.raises(ModelFault):
        Tier0({**model_files, "manifest.json": manifest})


def test_a_missing_file_is_named(model_files):
    files = dict(model_files)
    del files["en.bin"]
    with pytest.raises(ModelFault, match=r"en\.bin"):
        Tier0(files)
    with pytest.raises(ModelFault, match=r"manifest\.json"):
        Tier0({})


def test_nothing_here_unpickles():
    folder = Path(pipeline.understand.__file__).parent
    for source in folder.rglob("*.py"):
        words = source.read_text()
        assert "import pickle" not in words, source
        assert "np.load" not in words, source
        assert "joblib" not in words, source
