"""Secrets: read from the environment when needed, never part of the configuration, and never printed."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping

from schemas.config import Route

MAKE_ONE = (
    """python3 -c "import base64, secrets; print('whsec_' + base64.b64encode(secrets.token_bytes(32)).decode())\""""
)


class Secret:
    """A value that shows itself only when asked."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written out")


class SecretError(ValueError):
    """A secret is missing or unusable. Neither message nor remedy holds any of it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message}; remedy: {remedy}")
        self.message = message
        self.remedy = remedy


def new_secret() -> Secret:
    """A fresh signing secret, for a receiver that lives and dies with this process."""
    return Secret("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())


def secret_of(route: Route, environ: Mapping[str, str]) -> Secret:
    """The signing secret of a route: `whsec_` and base64 of 24 to 64 bytes, as Standard Webhooks has it. Raises SecretError."""
    return read_secret(route.secret_env, environ)


def read_secret(name: str, environ: Mapping[str, str]) -> Secret:
    """The secret in an environment variable. Raises SecretError."""
    value = environ.get(name, "").strip()
    if not value:
        raise SecretError(f"the environment variable {name} is not set", f'export {name}="$({MAKE_ONE})"')
    prefix, separator, encoded = value.partition("_")
    if prefix != "whsec" or not separator:
        raise SecretError(f"the secret in {name} does not begin with whsec_", f"make one with: {MAKE_ONE}")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise SecretError(f"the secret in {name} is not base64 after whsec_", f"make one with: {MAKE_ONE}") from None
    if not 24 <= len(key) <= 64:
        raise SecretError(f"the secret in {name} has {len(key)} bytes, not 24 to 64", f"make one with: {MAKE_ONE}")
    return Secret(value)
