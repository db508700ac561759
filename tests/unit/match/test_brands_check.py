"""`escucha brands check`: what a configuration's queries catch, nearly catch and drop, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agents.commandline import dispatch

CONFIG = """
brands:
  - id: iberluz
    name: Iberluz
    targets:
      - {type: brand, query: 'iberluz NOT empleo NOT "bolsa de trabajo"'}
      - {type: product, id: tarifa, query: '"tarifa noche" (iberluz OR luz)'}
      - {type: competitor, id: luznorte, query: 'luznorte OR lang:sp'}
    own_accounts: ['x:iberluz']
  - id: brumal
    name: Café Brumal
    targets:
      - {type: brand, query: '"café brumal"'}
routes:
  - {id: pr, kind: webhook, url: 'https://example.org/h', secret_env: NOT_SET_HERE}
"""
LINES = [
    {"text": "Iberluz falla otra vez"},
    {"text": "la tarifa noche de Iberluz"},
    {"text": "Empleo en Iberluz"},
    {"text": "Iberluz: empleo, bolsa de trabajo"},
    {"text": "la bolsa de trabajo de Iberluz"},
    {"text": "mi tarifa noche"},
    {"text": "tarifa de noche de Iberluz"},
    {"text": "Iberluz estrena web", "network": "x", "author": "iberluz"},
    {"text": "un día brumal y un café"},
    {"text": "nada"},
]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    config, mentions = tmp_path / "escucha.yaml", tmp_path / "mentions.jsonl"
    config.write_text(CONFIG, "utf-8")
    mentions.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    return [str(config), str(mentions)]


@pytest.fixture
def told(files: list[str], capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert dispatch(["brands", "check", *files, "--json"]) == 0
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    return found


def _target(told: dict[str, Any], brand: int, target: int) -> dict[str, Any]:
    found: dict[str, Any] = told["brands"][brand]["targets"][target]
    return found


def test_each_target_tells_how_many_lines_it_catches_and_shows_some(told: dict[str, Any]) -> None:
    assert told["lines"] == len(LINES)
    assert [brand["caught"] for brand in told["brands"]] == [3, 0]
    assert [target["caught"]["lines"] for target in told["brands"][0]["targets"]] == [3, 1, 0]
    [example] = _target(told, 0, 1)["caught"]["examples"]
    assert (example["line"], example["spans"]) == (2, [[3, 15], [19, 26]])


def test_what_the_brand_wrote_is_told_apart(told: dict[str, Any]) -> None:
    assert [brand["own"] for brand in told["brands"]] == [1, 0]


def test_a_line_that_one_not_alone_drops_is_told_with_the_words_that_dropped_it(told: dict[str, Any]) -> None:
    first, second = _target(told, 0, 0)["dropped"]
    assert (first["by"], first["lines"], first["examples"][0]["line"]) == ("NOT empleo", 1, 3)
    assert first["examples"][0]["spans"] == [[0, 6]]
    assert (second["by"], second["lines"], second["examples"][0]["line"]) == ('NOT "bolsa de trabajo"', 1, 5)


def test_a_near_miss_says_what_it_holds_and_what_it_lacks(told: dict[str, Any]) -> None:
    [both] = _target(told, 0, 0)["near_misses"]["examples"]
    assert (both["line"], both["why"]) == (4, "holds iberluz, not NOT empleo")
    near = {example["line"]: example["why"] for example in _target(told, 0, 1)["near_misses"]["examples"]}
    assert near == {6: "holds tarifa, not iberluz OR luz", 7: 'holds tarifa, not "tarifa noche"'}
    [brumal] = _target(told, 1, 0)["near_misses"]["examples"]
    assert (brumal["line"], brumal["why"], brumal["spans"]) == (9, 'holds brumal, not "café brumal"', [[7, 13]])


def test_targets_that_catch_the_same_lines_are_told(told: dict[str, Any]) -> None:
    assert told["brands"][0]["overlaps"] == [{"targets": ["iberluz", "tarifa"], "lines": 1}]


def test_what_is_doubtful_about_a_query_is_told(told: dict[str, Any]) -> None:
    warnings = _target(told, 0, 2)["warnings"]
    assert [(one["column"], one["suggestion"]) for one in warnings if one["grave"]] == [
        (13, "add a word, unless all of them are wanted"),
        (13, "did you mean lang:es?"),
    ]
    assert [one["grave"] for one in _target(told, 0, 0)["warnings"]] == [False]


def test_people_get_a_table_with_the_hits_marked(files: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["brands", "check", *files]) == 0
    out = capfd.readouterr().out
    assert "Iberluz (iberluz): 3 of 10 lines; 1 of its own, which never count" in out
    assert "**Iberluz** falla otra vez" in out
    assert "dropped by NOT empleo: 1" in out
    assert "**Empleo** en Iberluz" in out
    assert "iberluz and tarifa catch 1 of the same lines" in out


def test_a_configuration_that_is_wrong_is_exit_two(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "escucha.yaml"
    path.write_text(CONFIG.replace("iberluz OR luz", "iberluz OR"))
    assert dispatch(["brands", "check", str(path), "/dev/null"]) == 2
    assert "column" not in capfd.readouterr().out


def test_escape_sequences_of_others_do_not_reach_the_terminal(
    files: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mentions.jsonl").write_text(
        json.dumps({"text": "iberluz \x1b[31m \x9b rojo\nlínea [bold]x[/]"}) + "\n"
    )
    assert dispatch(["brands", "check", *files]) == 0
    out = capfd.readouterr().out
    assert "\x1b" not in out
    assert "\x9b" not in out
    assert "[bold]x[/]" in out
