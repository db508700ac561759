"""Queries that parse and cannot do their work: told when a configuration is read, which is used all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.commandline import dispatch
from agents.config import Problem, demo_config, load_brands, load_config, parse_config

FILE = """brands:
  - id: iberluz
    name: Iberluz
    targets:
      - {type: brand, query: 'iberluz OR @iberluz'}
      - {type: product, query: "luz lang:es lang:en"}
      - type: product
        query: >-
          gas NOT
          gas
"""


def test_a_grave_doubt_is_told_with_its_place_and_the_configuration_is_used() -> None:
    told: list[Problem] = []
    config = parse_config(FILE.encode(), "escucha.yaml", {}, told.append)
    assert len(config.brands[0].targets) == 3
    assert [(one.line, one.column, one.path) for one in told] == [
        (6, 45, "brands[0].targets[1].query"),
        (8, 16, "brands[0].targets[2].query"),
    ]
    assert "lang:en never holds together with lang:es" in told[0].message
    assert told[0].excerpt == "luz lang:es lang:en\n            ^"
    assert FILE.splitlines()[5][44:] == 'lang:en"}'


def test_what_is_only_superfluous_is_not_worth_a_warning() -> None:
    told: list[Problem] = []
    parse_config(
        FILE.replace("luz lang:es lang:en", "luz OR Luz").replace("NOT\n          gas", "x1").encode(),
        "f",
        {},
        told.append,
    )
    assert told == []


def test_the_commands_say_it_on_stderr(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "escucha.yaml"
    path.write_text(FILE)
    arguments = ["simulate", "--config", str(path), "--for", "1m"]
    assert dispatch(arguments) == 0
    err = capfd.readouterr().err
    assert err.startswith(f"warning: {path}:6:45: brands[0].targets[1].query: the query never matches")


def test_the_configurations_we_ship_have_none() -> None:
    example = Path(__file__).parents[3] / "deploy" / "escucha.example.yaml"
    told: list[Problem] = []
    assert load_config(example, {}, told.append).brands == demo_config().brands
    assert told == []


def test_the_brands_of_a_file_can_be_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "escucha.yaml"
    path.write_text(FILE + "routes:\n  - {id: pr, kind: webhook, url: 'https://a.example/h', secret_env: NOT_SET}\n")
    assert [brand.id for brand in load_brands(path)] == ["iberluz"]
