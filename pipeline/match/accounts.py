"""The brand's own accounts: `network:handle` or `network:id`, in any case, with or without `@`."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.mention import Mention


def account_key(account: str) -> tuple[str, str]:
    """Network and name of an account as configured. Raises ValueError where it is not of the form."""
    network, colon, name = account.strip().partition(":")
    name = _plain(name)
    if not colon or not network.strip() or not name or any(c.isspace() for c in network.strip() + name):
        raise ValueError(f"{account!r} is not of the form network:handle")
    return network.strip().casefold(), name


def author_keys(mention: Mention) -> Iterator[tuple[str, str]]:
    """The keys under which the mention's author may be configured."""
    author = mention.author
    if author is None:
        return
    network = mention.network.casefold()
    if author.id:
        yield network, _plain(author.id)
    if author.handle:
        handle = _plain(author.handle)
        yield network, handle
        if mention.instance and "@" not in handle:
            yield network, f"{handle}@{mention.instance.casefold()}"


def _plain(name: str) -> str:
    return name.strip().removeprefix("@").casefold()
