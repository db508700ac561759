"""Start-up guard: our top-level names are common ones, and another distribution may have taken their place."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib import import_module, metadata
from pathlib import Path
from urllib.parse import unquote, urlparse

DISTRIBUTION = "escucha"
PACKAGES = ("agents", "pipeline", "schemas")


def check_installation() -> None:
    """Exit with one line naming the intruder unless each loaded package is the one this distribution installed.

    A package may be shadowed (another of its name comes first on the path) or overwritten (another distribution was
    installed over it; pip does not object, and `pip check` sees nothing). Editable installs are understood.
    """
    try:
        distribution = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        raise SystemExit(
            f"{DISTRIBUTION}: not installed in this environment; run `pip install -e .` in the repository"
        ) from None
    for name in PACKAGES:
        fault = _fault(name, distribution)
        if fault is not None:
            raise SystemExit(f"{DISTRIBUTION}: {fault}; install {DISTRIBUTION} in an environment of its own")


def _fault(name: str, distribution: metadata.Distribution) -> str | None:
    module = import_module(name)
    if module.__file__ is None:
        return f"the package `{name}` has lost its __init__.py (another distribution that used the name was removed?)"
    loaded = Path(module.__file__).resolve()
    expected, recorded = _expected(name, distribution)
    if expected is None:
        return f"the installed {DISTRIBUTION} {distribution.version} lists no package `{name}`"
    if loaded != expected.resolve():
        return f"the package `{name}` was loaded from {loaded}{_owner(name)}, not from {expected}"
    if recorded is not None and _digest(loaded) != recorded:
        return f"the package `{name}` at {loaded} was overwritten{_owner(name)}"
    return None


def _expected(name: str, distribution: metadata.Distribution) -> tuple[Path | None, str | None]:
    """Where the package's __init__.py should be, and its recorded SHA-256 when it was installed from a wheel."""
    for file in distribution.files or ():
        if file.as_posix() == f"{name}/__init__.py":
            recorded = file.hash.value if file.hash is not None and file.hash.mode == "sha256" else None
            return Path(str(distribution.locate_file(file))), recorded
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable"):
        return Path(unquote(urlparse(origin["url"]).path)) / name / "__init__.py", None
    return None, None


def _digest(file: Path) -> str:
    """As RECORD writes it: URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(file.read_bytes()).digest()).rstrip(b"=").decode()


def _owner(name: str) -> str:
    others = sorted(set(metadata.packages_distributions().get(name, ())) - {DISTRIBUTION})
    return f" by the distribution {', '.join(others)}" if others else ""
