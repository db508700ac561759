"""docker-compose.yml: a valid Compose file whose commands, variables and ports are ones that the code has.

`compose-spec.json` is the Compose Specification's own schema (compose-spec/compose-go 2.16, Apache-2.0).
"""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
import yaml

from agents.commandline import parser
from agents.config import load_config
from deploy.kafka.jars import version as kafka_version

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text()
FILE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = {name: service for name, service in SERVICES.items() if str(service["image"]).startswith("escucha:")}


def filled(text: str) -> str:
    """With every variable at its default, as on a machine where none is set."""
    return re.sub(r"\$\{\w+(?::?-([^}]*))?\}", lambda found: found[1] or "", text)


def argv(service: str) -> list[str]:
    return shlex.split(filled(SERVICES[service]["command"]))


def test_the_file_is_valid_by_the_specifications_own_schema() -> None:
    schema = orjson.loads((HERE / "compose-spec.json").read_bytes())
    jsonschema.Draft202012Validator(schema).validate(FILE)


def test_a_misspelt_key_would_not_be_valid() -> None:
    schema = orjson.loads((HERE / "compose-spec.json").read_bytes())
    broken = FILE | {"services": SERVICES | {"alert": SERVICES["alert"] | {"restarts": "always"}}}
    with pytest.raises(jsonschema.ValidationError, match="restarts"):
        jsonschema.Draft202012Validator(schema).validate(broken)


def test_every_role_has_a_service_and_every_service_of_ours_a_command_that_the_parser_takes() -> None:
    roles = set()
    for name in OURS:
        parsed = parser().parse_args(argv(name))
        roles.add(parsed.role if parsed.command == "worker" else parsed.command)
    assert roles == {"understand", "listen", "influence", "enrich", "ingest", "alert", "dashboard", "topics"}


def test_every_variable_of_ours_is_one_that_the_code_reads() -> None:
    sources = "\n".join(path.read_text() for folder in ("agents", "pipeline") for path in (ROOT / folder).rglob("*.py"))
    for service in OURS.values():
        for variable in service["environment"]:
            assert variable in sources or variable.endswith("_SECRET"), variable


def test_health_is_asked_at_the_port_that_the_command_opens() -> None:
    for name, service in OURS.items():
        if service["healthcheck"].get("disable"):
            continue
        command = argv(name)
        port = command[command.index("--port" if name == "dashboard" else "--ops-port") + 1]
        assert f":{port}/-/live" in service["healthcheck"]["test"][-1]


def test_the_stop_waits_longer_than_a_role_takes_to_drain() -> None:
    assert all(service["stop_grace_period"] == "30s" for service in OURS.values())


def test_tier_2_comes_only_when_asked_for_in_an_image_that_has_it() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert [name for name, service in SERVICES.items() if service.get("profiles")] == ["enrich"]
    enrich = SERVICES["enrich"]
    wanted = enrich["build"]["args"]["EXTRAS"].split(",")
    assert "transformers" in wanted
    assert set(wanted) <= set(extras)
    assert enrich["image"] != SERVICES["understand"]["image"]
    dockerfile = (ROOT / enrich["build"]["dockerfile"]).read_text()
    assert "ARG EXTRAS" in dockerfile
    assert f"install -d -o escucha -g escucha /var/lib/escucha/data {enrich['environment']['HF_HOME']}" in dockerfile


def test_the_broker_is_the_version_that_is_tested() -> None:
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{kafka_version()}"


def test_redis_keeps_the_outbox_on_disk_and_throws_nothing_away() -> None:
    command = " ".join(SERVICES["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_the_configuration_it_mounts_is_one_that_loads() -> None:
    mounted = filled(FILE["configs"]["escucha"]["file"])
    assert load_config(ROOT / mounted, {}).brands


def test_no_secret_is_written_in_the_file() -> None:
    assert "whsec_" not in TEXT
    for service in OURS.values():
        for variable, value in service["environment"].items():
            assert not variable.endswith("_SECRET") or value == "${" + variable + ":-}"
