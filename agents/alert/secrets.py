"""Signing secrets: held as objects that must be asked, checked once, used by the Standard Webhooks library."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from standardwebhooks.webhooks import Webhook

SECRET_BYTES = range(24, 65)
"""Standard Webhooks 1.0.0: 24 to 64 random bytes."""


class Revealable(Protocol):
    """A secret that prints as `***`."""

    def reveal(self) -> str: ...


class BadSecret(ValueError):
    """A signing secret is not what Standard Webhooks asks for. The message never contains it."""


class Signer:
    """Signs one endpoint's webhooks with every secret given: the current one first, then those still being rotated out."""

    def __init__(self, secrets: Sequence[Revealable], owner: str) -> None:
        """`owner` names the secret in errors ("PR_SECRET of route pr"). Raises BadSecret."""
        if not secrets:
            raise BadSecret(f"{owner}: no secret is set; {_REMEDY}")
        self._keys = [Webhook(_key(secret.reveal(), owner)) for secret in secrets]

    def headers(self, id: str, at: float, body: bytes) -> dict[str, str]:  # the specification's name
        """Standard Webhooks headers for this body, sent at `at` (seconds since the epoch)."""
        moment = datetime.fromtimestamp(int(at), UTC)
        return {
            "webhook-id": id,
            "webhook-timestamp": str(int(at)),
            "webhook-signature": " ".join(key.sign(id, moment, body.decode()) for key in self._keys),
        }


_REMEDY = "make one with: python -c \"import base64, secrets; print('whsec_' + base64.b64encode(secrets.token_bytes(32)).decode())\""


def _key(text: str, owner: str) -> bytes:
    encoded = text.removeprefix("whsec_")
    try:
        # Some generators leave the padding out, and the specification's library takes that.
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise BadSecret(f"{owner}: the secret is not `whsec_` and base64; {_REMEDY}") from None
    if len(key) not in SECRET_BYTES:
        raise BadSecret(f"{owner}: the secret has {len(key)} bytes, not 24 to 64; {_REMEDY}")
    return key
