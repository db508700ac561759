"""`learned:` of a brand: read from beside the file, held against this package's tier 0, part of the version; and the line that names it."""

import json

import msgspec
import pytest

from agents.config import ConfigError, load_config
from agents.config.inserted import place_of, with_line
from agents.config.learned import MOST_BYTES, LearnedFault, pack, unpack
from pipeline.match import config_version
from pipeline.understand.package import packaged_version
from schemas.codec import decode, encode
from schemas.config import ConfigRecord, Learned

LEARNED = Learned(
    model=packaged_version(),
    languages=["es"],
    scale=0.8,
    biases=(0.1, -0.2),
    threshold=0.45,
    features=b"\1\0\0\0",
    weights=b"\1\0\2\0",
)
BRAND = """# ours
brands:
  - id: iberluz  # the first
    name: Iberluz
    targets: [{type: brand, query: iberluz}]
    learned: learned/iberluz.json
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "learned").mkdir()
    (tmp_path / "learned" / "iberluz.json").write_bytes(pack("iberluz", LEARNED, {"n": 1}))
    (tmp_path / "escucha.yaml").write_text(BRAND)
    return tmp_path


def test_what_was_learnt_comes_into_the_configuration(folder):
    config = load_config(folder / "escucha.yaml", {})
    assert config.brands[0].learned == LEARNED


def test_it_goes_over_the_wire_whole(folder):
    record = ConfigRecord("v1", 0, load_config(folder / "escucha.yaml", {}))
    assert decode(ConfigRecord, encode(record)) == record


def test_other_content_is_another_version(folder):
    before = config_version(load_config(folder / "escucha.yaml", {}))
    other = msgspec.structs.replace(LEARNED, scale=0.7)
    (folder / "learned" / "iberluz.json").write_bytes(pack("iberluz", other, {"n": 1}))
    assert config_version(load_config(folder / "escucha.yaml", {})) != before


def test_what_people_read_beside_it_is_no_part_of_the_version(folder):
    before = config_version(load_config(folder / "escucha.yaml", {}))
    (folder / "learned" / "iberluz.json").write_bytes(pack("iberluz", LEARNED, {"n": 2}))
    assert config_version(load_config(folder / "escucha.yaml", {})) == before


def changed(**fields):
    return lambda: json.dumps({**json.loads(pack("iberluz", LEARNED, {})), **fields}).encode()


FAULTS = [
    ("not JSON", lambda: b"\xff{", "is not what `escucha learn` writes"),
    ("another shape", lambda: b"[]", "is not what `escucha learn` writes"),
    ("deep", lambda: b"[" * 100_000, "is not what `escucha learn` writes"),
    ("a later format", changed(format=2), "format 2"),
    ("another brand's", lambda: pack("luznorte", LEARNED, {}), "was learnt for 'luznorte'"),
    ("changed by hand", changed(sha256="0" * 64), "has been changed"),
    (
        "over another tier 0",
        lambda: pack("iberluz", msgspec.structs.replace(LEARNED, model="tier0-2020.01-00000000"), {}),
        "was learnt over tier0-2020.01-00000000",
    ),
    (
        "arrays that do not fit",
        lambda: pack("iberluz", msgspec.structs.replace(LEARNED, weights=b""), {}),
        "is damaged",
    ),
    ("far too big", lambda: b" " * (MOST_BYTES + 1), "more than 200000 bytes"),
]


@pytest.mark.parametrize(("data", "says"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_file_that_cannot_be_used_is_told_where_it_is_named_with_a_remedy(folder, data, says):
    (folder / "learned" / "iberluz.json").write_bytes(data())
    with pytest.raises(ConfigError) as told:
        load_config(folder / "escucha.yaml", {})
    [problem] = told.value.problems
    assert (problem.line, problem.column, problem.path) == (6, 14, "brands[0].learned")
    assert says in problem.message
    assert "escucha learn" in problem.remedy


def test_a_file_that_is_missing_is_told(folder):
    (folder / "learned" / "iberluz.json").unlink()
    with pytest.raises(ConfigError, match="no such file") as told:
        load_config(folder / "escucha.yaml", {})
    assert "escucha learn iberluz" in told.value.problems[0].remedy


def test_a_file_is_made_for_one_brand_alone():
    assert unpack(pack("iberluz", LEARNED, {}), "iberluz") == LEARNED
    with pytest.raises(LearnedFault):
        unpack(pack("iberluz", LEARNED, {}), "luznorte")


LINED = """# ours
brands:
  - name: Iberluz   # by name first
    id: iberluz     # then id
    targets: [{type: brand, query: iberluz}]
  # the other one
  - id: other
    name: Other
    targets: [{type: brand, query: other}]
detection: {sensitivity: strict}
"""


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["lines", "lines of Windows"])
def test_a_line_is_added_and_nothing_else_changed(tmp_path, ending):
    file = tmp_path / "escucha.yaml"
    file.write_bytes(LINED.replace("\n", ending).encode())
    assert with_line(place_of(file, "iberluz"), "learned: learned/iberluz.json")
    lines = LINED.split("\n")
    lines.insert(4, "    learned: learned/iberluz.json")
    assert file.read_bytes() == ending.join(lines).encode()
    assert place_of(file, "iberluz").named


def test_the_last_line_may_lack_its_end(tmp_path):
    file = tmp_path / "escucha.yaml"
    file.write_text("brands:\n- targets: [{type: brand, query: a}]\n  name: A\n  id: a")
    assert with_line(place_of(file, "a"), "learned: x.json")
    assert file.read_text().endswith("  id: a\n  learned: x.json\n")


@pytest.mark.parametrize(
    "text",
    [
        "brands: [{id: a, name: A, targets: [{type: brand, query: a1}]}]",
        "brands:\n  - {id: a, name: A, targets: []}\n",
        "brands:\n  - id: >-\n      a\n    name: A\n",
    ],
    ids=["one line", "braces", "folded id"],
)
def test_where_a_line_does_not_fit_the_file_stays_as_it_is(tmp_path, text):
    file = tmp_path / "escucha.yaml"
    file.write_text(text)
    assert not with_line(place_of(file, "a"), "learned: x.json")
    assert file.read_text() == text


def test_the_path_that_a_brand_names_already_is_kept(folder):
    text = BRAND.replace("learned/iberluz.json", "'my own/one.json'")
    (folder / "escucha.yaml").write_text(text)
    place = place_of(folder / "escucha.yaml", "iberluz")
    assert (place.learned, place.named) == ("my own/one.json", True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("brands:\n  - id: iberluz\n", "did you mean iberluz?"),
        ("brands: []\n", "define it under brands:"),
        ("sources: []\n", "define it under brands:"),
        ("brands: 3\n", "define it under brands:"),
    ],
)
def test_a_brand_that_is_not_there_is_told(tmp_path, text, says):
    file = tmp_path / "escucha.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match="there is no brand 'iberlux'") as told:
        place_of(file, "iberlux")
    assert says in told.value.problems[0].remedy
