"""Kafka's jars, copied once by Maven from `pom.xml` beside this file into an ignored folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

POM: Final = Path(__file__).with_name("pom.xml")
HOME: Final = Path(__file__).resolve().parents[2] / "var" / "kafka"
_PATIENCE_SECONDS: Final = 600.0
_JAVA: Final = 17
"""The class files of Kafka 4's server need it."""


class KafkaUnavailableError(Exception):
    """This machine cannot run Kafka; the message says what is missing and what to do."""


def version() -> str:
    """The version of Kafka that the pom names."""
    found = re.search(r"<kafka\.version>(.+?)</kafka\.version>", POM.read_text())
    if found is None:
        raise KafkaUnavailableError(f"{POM} names no kafka.version")
    return found[1]


def java() -> str:
    """The path of a Java that is new enough. Raises KafkaUnavailableError."""
    home = os.environ.get("JAVA_HOME")
    path = shutil.which("java", path=f"{home}/bin") if home else None
    path = path or shutil.which("java")
    if path is None:
        raise KafkaUnavailableError(f"no java here: Kafka needs Java {_JAVA} or later; install a JDK, or set JAVA_HOME")
    said = subprocess.run([path, "-version"], check=False, capture_output=True, text=True, timeout=60).stderr  # noqa: S603 (our own arguments)
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found[1]) < _JAVA:
        raise KafkaUnavailableError(
            f"{path} is too old ({said.splitlines()[0] if said else 'unknown'}): {_JAVA} or later"
        )
    return path


def resolve(home: Path = HOME) -> Path:
    """The folder with all jars of the version the pom names; Maven fetches them the first time. Raises KafkaUnavailableError."""
    libs = home / f"libs-{version()}"
    if libs.is_dir():
        return libs
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaUnavailableError("no mvn here: Maven fetches Kafka's jars the first time; install maven")
    java()
    home.mkdir(parents=True, exist_ok=True)
    # Old jars beside new ones would mix on the class path, and two may resolve at once: each its folder, one wins.
    with tempfile.TemporaryDirectory(dir=home, prefix="resolving-") as scratch:
        made = Path(scratch) / "libs"
        command = [maven, "-B", "-q", "-f", str(POM), "dependency:copy-dependencies"]
        command += ["-DincludeScope=runtime", f"-DoutputDirectory={made}"]
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_PATIENCE_SECONDS)  # noqa: S603 (our own arguments)
        except subprocess.TimeoutExpired as late:
            raise KafkaUnavailableError(f"Maven did not end within {_PATIENCE_SECONDS:.0f} s") from late
        if done.returncode != 0:
            raise KafkaUnavailableError(
                f"Maven could not fetch Kafka {version()}:\n{(done.stdout + done.stderr)[-2000:]}"
            )
        try:
            made.rename(libs)
        except OSError:
            if not libs.is_dir():
                raise
    return libs
