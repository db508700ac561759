"""Roles as a person starts them: the real command line, in processes of their own."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import orjson
import yaml

COMMAND = [sys.executable, "-m", "agents.cli"]
COMPOSE = Path(__file__).parents[3] / "docker-compose.yml"
PATIENCE = 60.0


def as_compose_calls(service: str) -> list[str]:
    """The words after `escucha` that docker-compose.yml gives a service, on this machine's loopback and on free ports."""
    command = str(yaml.safe_load(COMPOSE.read_text())["services"][service]["command"])
    command = re.sub(r"\$\{\w+:?-([^}]*)\}", r"\1", command)
    return shlex.split(re.sub(r"port \d+", "port 0", command.replace("0.0.0.0", "127.0.0.1")))


class Deployment:
    """Starts roles on a cluster, waits for what they say, and leaves none of them behind."""

    def __init__(self, folder: Path, kafka: str, **variables: str) -> None:
        self.folder = folder
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ESCUCHA_")},
            "ESCUCHA_KAFKA": kafka,
            "ESCUCHA_DATA": str(folder / "data"),
            **variables,
        }
        self._roles: list[Role] = []

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        return subprocess.run(
            [*COMMAND, *map(str, words)],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
        )

    def start(self, *words: object) -> Role:
        role = Role(list(map(str, words)), self._environment, self.folder / f"role-{len(self._roles)}.err")
        self._roles.append(role)
        return role

    def ledger(self) -> dict[str, int]:
        return dict(orjson.loads(self.run("ledger").stdout))

    def end(self) -> None:
        for role in self._roles:
            role.process.kill()
            role.process.wait()


class Role:
    def __init__(self, words: list[str], environment: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [*COMMAND, *words], env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )

    @property
    def said(self) -> str:
        return self._log.read_text()

    def url(self) -> str:
        """Of its page, or of its metrics and health; when it has said so."""
        until(lambda: "http://" in self.said or self.process.poll() is not None, lambda: self.said)
        found = re.search(r"http://[\d.:]+", self.said)
        assert found is not None, self.said
        return found[0]

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.url() + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def ready(self) -> Role:
        until(lambda: self.get("/-/ready")[0] == 200, lambda: f"{self.said}\n{self.get('/-/ready')}")
        return self

    def works_on(self) -> int:
        """Over how many partitions it has taken records, by its metrics: any at all?"""
        found = re.search(r"^escucha_ledger_events\{outcome=\"accepted\"\} (\S+)$", self.get("/metrics")[1], re.M)
        assert found is not None
        return int(float(found[1]))

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def until(condition: Callable[[], bool], or_else: Callable[[], str]) -> None:
    """Wait until something is so; where it does not come, fail with what there is to say."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, or_else()
        time.sleep(0.1)
