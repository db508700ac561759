"""The `routes:` section: where signals go."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from agents.config.brands import check_brand_ids
from agents.config.secrets import SecretError, read_secret
from agents.config.table import Table, Unique
from agents.config.tree import suggestion
from schemas.config import Route
from schemas.kinds import SignalKind

_ROUTE = "write: - {id: pr, kind: webhook, url: 'https://example.org/hook', secret_env: PR_SECRET}"
_URL = "write an address that begins with https://"
_ENV = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOCAL = (".local", ".internal", ".localhost", ".lan", ".home.arpa")


def read_routes(top: Table, brands: list[str], environ: Mapping[str, str]) -> list[Route]:
    unique = Unique("route")
    return [_route(table, unique, brands, environ) for table in top.tables("routes", _ROUTE)]


def _route(table: Table, unique: Unique, brands: list[str], environ: Mapping[str, str]) -> Route:
    table.only(Route.__struct_fields__)
    id = table.identifier("id")
    unique.check(id, table)
    kind = table.choice("kind", ["webhook"])
    allow_private = table.flag("allow_private")
    url = table.text("url", _URL, longest=2_048)
    if url is not None:
        _check_url(table, url, allow_private)
    return Route(
        id or "",
        kind or "",
        url or "",
        _secret_env(table, environ),
        check_brand_ids(table, "brands", brands),
        _signals(table),
        allow_private,
    )


def _check_url(table: Table, url: str, allow_private: bool) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as fault:
        table.wrong("url", f"not an address: {fault}", _URL)
        return
    if parts.scheme not in ("http", "https"):
        table.wrong("url", f"{parts.scheme or 'an address without a scheme'} is not http or https", _URL)
    elif not host or any(c.isspace() or not c.isprintable() for c in url):
        table.wrong("url", "the address has no host, or holds a space", _URL)
    elif parts.username is not None:
        table.wrong("url", "a name or password stands in the address", "remove it: webhooks are signed with secret_env")
    else:
        _check_reach(table, parts, host, allow_private)


def _check_reach(table: Table, parts: SplitResult, host: str, allow_private: bool) -> None:
    if allow_private:
        return
    if _is_private(host):
        table.wrong(
            "url", f"{host} is a private address", "add allow_private: true if the receiver is in your own network"
        )
    elif parts.scheme == "http":
        table.wrong(
            "url", "http sends signals in the clear", "use https://, or add allow_private: true for your own network"
        )


def _is_private(host: str) -> bool:
    """Whether a host is private by its name alone. Names that only resolve to one are caught at the socket."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith(_LOCAL)


def _secret_env(table: Table, environ: Mapping[str, str]) -> str:
    name = table.text(
        "secret_env", "name the environment variable that holds the signing secret: secret_env: PR_SECRET"
    )
    if name is None:
        return ""
    if name.startswith("whsec_"):
        table.wrong(
            "secret_env",
            "this is a secret, not the name of a variable",
            "set it in the environment, and write the variable's name here; make a new secret, this one is no longer one",
        )
        return ""
    if not _ENV.fullmatch(name):
        table.wrong(
            "secret_env", f"{name!r} is not the name of a variable", "use letters, digits and _, for example PR_SECRET"
        )
        return ""
    try:
        read_secret(name, environ)
    except SecretError as fault:
        table.wrong("secret_env", fault.message, fault.remedy)
    return name


def _signals(table: Table) -> list[SignalKind]:
    kinds = [str(kind) for kind in SignalKind]
    listed = f"signals are {', '.join(kinds)}"
    found: list[SignalKind] = []
    for path, node, kind in table.texts("signals", f"write a list: [crisis]; {listed}"):
        if kind in kinds:
            found.append(SignalKind(kind))
        else:
            table.report.add(node, path, f"there is no signal {kind!r}", suggestion(kind, kinds, listed))
    return found
