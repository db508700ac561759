"""Who speaks for the brand: accounts as `network:handle` or `network:id`, and its own pages as `site:host/path`."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.match.fold import fold
from pipeline.match.links import canonical_link, has_prefix, in_site
from schemas.kinds import MentionKind
from schemas.mention import Mention

SITE = "site"
"""Stands for a network where the brand's own pages are named."""
_OF_OTHERS = frozenset({MentionKind.COMMENT, MentionKind.REPLY, MentionKind.REVIEW})
"""What readers write on the brand's own pages."""


def account_key(account: str) -> tuple[str, str]:
    """Network and name of an account as configured. Raises ValueError where it is not of the form."""
    network, colon, name = account.strip().partition(":")
    if colon and network.strip().casefold() == SITE:
        page = fold(canonical_link(name))
        if "." not in page.partition("/")[0] or any(c.isspace() for c in page):
            raise ValueError(f"{account!r} names no site; write site:example.org or site:example.org/blog")
        return SITE, page
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


def stands_on(mention: Mention, page: str) -> bool:
    """Whether the mention is the brand's own because of where it stands: on its site, or at this page or below it.

    What its feeds and pages say comes back from the network as mentions. A reader's comment there is a reader's.
    """
    if not mention.url or mention.kind in _OF_OTHERS:
        return False
    link = fold(canonical_link(mention.url))
    return has_prefix(link, page) if "/" in page else in_site(link, page)


def _plain(name: str) -> str:
    return name.strip().removeprefix("@").casefold()
