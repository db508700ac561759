"""The wheel holds the three packages with all their data and nothing else, and works where nothing else is."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

PACKAGES = ("agents", "pipeline", "schemas")


def run(
    environment: Path, folder: Path, program: str, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    command = [str(environment / "bin" / program), *arguments]
    return subprocess.run(
        command, cwd=folder, env={"PATH": "/usr/bin:/bin", **variables}, capture_output=True, text=True
    )


@pytest.fixture(scope="session")
def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_top_level_names_are_the_three_packages_alone(names: set[str]) -> None:
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)
    assert len(top) == len(PACKAGES) + 1
    assert not any("tests" in name.split("/") or name.endswith(".pyc") for name in names)


def test_every_module_and_every_piece_of_package_data_is_in_it(names: set[str], root: Path) -> None:
    found = (path for name in PACKAGES for path in (root / name).rglob("*") if path.is_file())
    ours = {path.relative_to(root).as_posix() for path in found if "__pycache__" not in path.parts}
    assert "schemas/asyncapi.yaml" in ours
    assert sorted(ours - names) == []


def test_the_licence_and_the_command_are_in_it(wheel: Path, names: set[str]) -> None:
    (info,) = {name.split("/")[0] for name in names if ".dist-info/" in name}
    archive = zipfile.ZipFile(wheel)
    assert f"{info}/licenses/LICENSE" in names
    assert "escucha = agents.cli:main" in archive.read(f"{info}/entry_points.txt").decode()
    assert "Classifier: Private :: Do Not Upload" in archive.read(f"{info}/METADATA").decode()


def test_the_command_works_where_only_the_wheel_is(environment: Path, tmp_path: Path) -> None:
    helped = run(environment, tmp_path, "escucha", "--help")
    assert helped.returncode == 0, helped.stderr
    assert "replay" in helped.stdout


def test_the_exported_contract_travels_with_the_wheel(environment: Path, tmp_path: Path) -> None:
    checked = run(environment, tmp_path, "python", "-m", "schemas.export", "--check")
    assert checked.returncode == 0, checked.stderr
