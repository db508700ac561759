"""The configuration file, read and checked as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

from agents.config.brands import read_brands
from agents.config.problems import ConfigError, Problem
from agents.config.routes import read_routes
from agents.config.sources import read_sources
from agents.config.table import Table
from agents.config.tiers import read_tiers
from agents.config.tree import Report, parse_yaml
from schemas.config import Brand, Config, Detection

Warn = Callable[[Problem], None]

_SENSITIVITIES = ["sensitive", "balanced", "strict"]


def load_config(path: Path, environ: Mapping[str, str], warn: Warn | None = None) -> Config:
    """The configuration in a YAML file. Raises ConfigError with every problem found, in the order of the file.

    `warn` is told of what is no mistake and hardly wanted, as a query that never matches.
    """
    return parse_config(_read(path), str(path), environ, warn)


def load_brands(path: Path) -> list[Brand]:
    """The brands of a configuration file, whatever the rest of it says. Raises ConfigError."""
    report = Report(str(path))
    brands = read_brands(Table(parse_yaml(_read(path), str(path)), "", report))
    report.fail_if_any()
    return brands


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        remedy = "check the path given with --config; without one the demonstration is used"
        raise ConfigError([Problem(str(path), 1, 1, "", f"cannot be read: {reason}", remedy)]) from None


def demo_config() -> Config:
    """The configuration used when no file is given: three brands and a simulator."""
    return parse_config(files("agents.config").joinpath("demo.yaml").read_bytes(), "demo.yaml", {})


def parse_config(data: bytes, file: str, environ: Mapping[str, str], warn: Warn | None = None) -> Config:
    """The configuration in the bytes of a file named `file`; `warn` as for `load_config`. Raises ConfigError."""
    report = Report(file)
    top = Table(parse_yaml(data, file), "", report)
    top.only(Config.__struct_fields__)
    brands = read_brands(top)
    ids = [brand.id for brand in brands if brand.id]
    config = Config(brands, read_sources(top, ids), read_routes(top, ids, environ), _detection(top), read_tiers(top))
    report.fail_if_any()
    if warn is not None:
        for doubtful in report.warnings:
            warn(doubtful)
    return config


def _detection(top: Table) -> Detection:
    default = Detection()
    table = top.mapping("detection", "write: detection: {sensitivity: balanced}")
    if table is None:
        return default
    table.only(Detection.__struct_fields__)
    return Detection(
        table.choice("sensitivity", _SENSITIVITIES, required=False) or default.sensitivity,
        table.whole("lateness_seconds", default.lateness_seconds, 0, 86_400),
        table.whole("renotify_hours", default.renotify_hours, 1, 168),
    )
