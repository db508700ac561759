"""Signing as Standard Webhooks specifies, checked with the specification's own library and its published example."""

from __future__ import annotations

import base64
import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from agents.alert.secrets import BadSecret, Signer


class Held:
    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text


def _secret(size: int, fill: str = "k") -> str:
    return "whsec_" + base64.b64encode((fill * size).encode()).decode()


def test_the_signature_of_the_specification_s_example() -> None:
    signer = Signer([Held("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], "example")
    headers = signer.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_what_we_sign_the_library_verifies_and_a_changed_byte_it_does_not() -> None:
    secret = _secret(32)
    headers = Signer([Held(secret)], "x").headers("sig_1", time.time(), '{"a":"ñ"}'.encode())
    library = Webhook(secret)
    assert library.verify('{"a":"ñ"}', headers) == {"a": "ñ"}
    for body, changed in (
        ('{"a":"n"}', {}),
        ('{"a":"ñ"}', {"webhook-id": "sig_2"}),
        ('{"a":"ñ"}', {"webhook-timestamp": str(int(time.time()) - 301)}),
    ):
        with pytest.raises(WebhookVerificationError):
            library.verify(body, headers | changed)


def test_in_rotation_both_secrets_sign() -> None:
    old, new = _secret(24, "o"), _secret(64, "n")
    headers = Signer([Held(new), Held(old)], "x").headers("sig_1", time.time(), b"{}")
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        Webhook(secret).verify("{}", headers)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "short", _secret(23), _secret(65), "whsec_not base64!", "whsec_ñ", _secret(32) + "="]
)
def test_a_secret_that_is_not_one_is_refused_with_a_remedy_and_never_quoted(secret: str) -> None:
    with pytest.raises(BadSecret, match=r"PR_SECRET of route pr: .*make one with") as caught:
        Signer([Held(secret)], "PR_SECRET of route pr")
    payload = secret.removeprefix("whsec_")
    assert not payload or payload not in str(caught.value)


def test_no_secret_at_all_is_refused() -> None:
    with pytest.raises(BadSecret, match="no secret is set"):
        Signer([], "PR_SECRET of route pr")


def test_a_secret_without_its_padding_is_taken_as_the_library_takes_it() -> None:
    secret = _secret(32)
    headers = Signer([Held(secret.rstrip("="))], "x").headers("sig_1", time.time(), b"{}")
    Webhook(secret).verify("{}", headers)
