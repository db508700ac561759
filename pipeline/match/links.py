"""Links in one form, so that two addresses of one page are equal: no scheme, `www.`, mobile host, tracking or trailing slash."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import unquote, urlsplit

_TRACKING = re.compile(
    r"utm_\w*|(?:fb|g|d|tw|tt|y)clid|msclkid|[gw]braid|li_fat_id|igsh(?:id)?|mc_[ce]id|_g[al]|_hs(?:enc|mi)|mkt_tok"
    r"|ref_(?:src|url)|spm|xtor|si|share_id|cmpid|wt_mc|s_cid|ocid|rdt_cid|epik|vero_id|oly_(?:enc|anon)_id",
    re.IGNORECASE,
)
"""Parameters that say where a reader came from, not what the page is."""
_SPACES = re.compile(r"[\s<>\"«»“”]+")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9.\-]+", re.IGNORECASE)
_PLAIN = re.compile(r"https?://([A-Za-z0-9.\-]+)((?:/[A-Za-z0-9._~!$&'()*+,;=:@/\-]*)?)")
"""Scheme, host and path, with nothing encoded, no port and no query."""
_BEFORE = "([{'‘’¡¿*_,;:."
_AFTER = ".,;:!?…)]}'’"
"""Punctuation of the sentence around a link, not of the link."""


_VARIANTS = frozenset({"www", "m", "mobile", "amp"})
"""First labels of a host that show the same page to another device."""
_MOVED = {"twitter.com": "x.com", "youtu.be": "youtube.com"}
PUNYCODE = "xn--"


def _site(host: str) -> str:
    """The host as its owner would write it: no device, no trailing dot, letters of its own script, its present name."""
    host = host.lower().rstrip(".")
    if PUNYCODE in host:
        with suppress(UnicodeError):
            host = host.encode("ascii").decode("idna")
    labels = host.split(".")
    while len(labels) > 2 and labels[0] in _VARIANTS:
        del labels[0]
    if len(labels) > 3 and labels[1] == "m":
        del labels[1]  # en.m.wikipedia.org
    host = ".".join(labels)
    return _MOVED.get(host, host)


def host_spellings(host: str) -> list[str]:
    """How a canonical host may stand in a text, letter by letter, but for punycode and what may stand before it."""
    labels = host.split(".")
    mobile = [".".join([labels[0], "m", *labels[1:]])] if len(labels) > 2 else []
    return [host, *mobile, *[before for before, now in _MOVED.items() if now == host]]


def canonical_link(url: str) -> str:
    """`host[:port]/path[?sorted parameters]`: host in lower case, percent-encoding undone. Empty where there is no host."""
    plain = _PLAIN.fullmatch(url)
    if plain is not None:
        # Most links: what follows would take five times as long to come to the same.
        host, path = _site(plain[1]), plain[2].rstrip("/")
        if plain[1].lower() == "youtu.be" and path:
            path = f"/watch?v={path[1:]}"
        return host and host + path
    text = url.strip()
    if "://" not in text:
        text = "//" + text.removeprefix("//")
    try:
        parts = urlsplit(text)
        written, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    host = _site(written)
    if port is not None and port not in (80, 443):
        host = f"{host}:{port}"
    if not host:
        return ""
    path = unquote(parts.path).rstrip("/")
    kept = sorted(p for p in parts.query.split("&") if p and not _is_tracking(p))
    if written == "youtu.be" and path:
        path, kept = "/watch", sorted([f"v={path[1:]}", *kept])
    return host + path + ("?" + unquote("&".join(kept)) if kept else "")


def _is_tracking(parameter: str) -> bool:
    return _TRACKING.fullmatch(parameter.partition("=")[0]) is not None


def has_prefix(link: str, prefix: str) -> bool:
    """Whether a canonical link is the page `prefix` or one below it: `a.es/blog` holds `a.es/blog/x`, not `a.es/blogger`.

    A prefix with parameters is that page with at least these parameters.
    """
    page, asks, parameters = prefix.partition("?")
    if asks:
        found, _, given = link.partition("?")
        return found == page and set(parameters.split("&")) <= set(given.split("&"))
    if not link.startswith(prefix):
        return False
    return len(link) == len(prefix) or link[len(prefix)] in "/?:"


def in_site(link: str, site: str) -> bool:
    """Whether a canonical link is on the site or on a subdomain of it."""
    host = re.split(r"[/?:]", link, maxsplit=1)[0]
    return host == site or host.endswith("." + site)


def written_links(text: str) -> list[str]:
    """Links as they stand in a text, with or without a scheme. One pass: nothing is tried twice."""
    if "." not in text:
        return []
    chunks = (chunk for chunk in _SPACES.split(text) if "." in chunk)
    return [link for chunk in chunks if (link := _link_in(chunk))]


def _link_in(chunk: str) -> str:
    scheme = _SCHEME.search(chunk)
    if scheme:
        return chunk[scheme.start() :].rstrip(_AFTER)
    bare = chunk.lstrip(_BEFORE)
    host = _HOST.match(bare)
    if host is None or bare[host.end() : host.end() + 1] == "@":
        return ""
    labels = host.group().rstrip(".-").split(".")
    last = labels[-1]
    if len(labels) < 2 or not all(labels) or not (last.isalpha() and 2 <= len(last) <= 24):
        return ""
    return bare.rstrip(_AFTER) if bare[host.end() : host.end() + 1] in ("/", "?", "#", ":") else ".".join(labels)
