"""What system tests share: the command line as a person calls it, and where the real payloads are."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

Escucha = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with `fixtures/`, `bulk/` and `research/`, named by ESCUCHA_SHARED; without it the test is skipped."""
    folder = Path(os.environ.get("ESCUCHA_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no real payloads: {folder} is absent (ESCUCHA_SHARED)")
    return folder


@pytest.fixture(scope="session")
def escucha() -> Escucha:
    """`escucha(*arguments, stdin=b"")` runs the command line in a process of its own, in any folder but the repository's."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ESCUCHA_")}
    environment["PYTHONPATH"] = str(ROOT)

    def call(*arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "agents.cli", *map(str, arguments)]
        return subprocess.run(command, input=stdin, capture_output=True, env=environment, cwd=cwd, timeout=280)

    return call
