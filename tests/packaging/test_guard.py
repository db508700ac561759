"""The start-up guard believes an honest installation, and names whoever took a package's place."""

from __future__ import annotations

import subprocess
from pathlib import Path

from agents.guard import check_installation

CHECK = "from agents.guard import check_installation as check; check(); print('ours')"


def check_in(environment: Path, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [str(environment / "bin" / "python"), "-c", CHECK]
    return subprocess.run(
        command, cwd=folder, env={"PATH": "/usr/bin:/bin", **variables}, capture_output=True, text=True
    )


def refused(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def test_the_installation_that_runs_these_tests_is_believed() -> None:
    check_installation()


def test_an_installed_wheel_is_believed(environment: Path, tmp_path: Path) -> None:
    assert check_in(environment, tmp_path).stdout == "ours\n"


def test_a_package_that_shadows_ours_is_named(environment: Path, tmp_path: Path) -> None:
    intruder = tmp_path / "elsewhere" / "schemas" / "__init__.py"
    intruder.parent.mkdir(parents=True)
    intruder.write_text("")
    line = refused(check_in(environment, tmp_path, PYTHONPATH=str(intruder.parents[1])))
    assert f"the package `schemas` was loaded from {intruder.resolve()}" in line
    assert line.endswith("install escucha in an environment of its own")


def test_a_distribution_that_overwrote_ours_is_named(environment: Path, tmp_path: Path) -> None:
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "agents" / "__init__.py").write_text("VERSION = 'theirs'\n")
    info = site / "other_agents-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-agents\nVersion: 1.0\n")
    (info / "RECORD").write_text("agents/__init__.py,,\nother_agents-1.0.dist-info/METADATA,,\n")
    line = refused(check_in(environment, tmp_path))
    assert "`agents`" in line
    assert "overwritten by the distribution other-agents" in line


def test_a_package_whose_init_was_taken_away_is_missed(environment: Path, tmp_path: Path) -> None:
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "pipeline" / "__init__.py").unlink()
    assert "`pipeline` has lost its __init__.py" in refused(check_in(environment, tmp_path))


def test_a_tree_that_is_not_installed_says_what_to_do(environment: Path, tmp_path: Path) -> None:
    (site,) = environment.glob("lib/python*/site-packages")
    for info in site.glob("escucha-*.dist-info"):
        info.rename(info.with_suffix(".gone"))
    (site / "dependencies.pth").unlink()
    assert "not installed in this environment" in refused(check_in(environment, tmp_path))
