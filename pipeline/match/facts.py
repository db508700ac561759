"""Fields of a query against the facts of a mention."""

from __future__ import annotations

from pipeline.match.document import Document
from pipeline.match.glob import glob_match
from pipeline.match.links import has_prefix, in_site
from pipeline.match.syntax import Field, Number


def holds(field: Field, doc: Document) -> bool:
    """Whether the mention has what the field asks for.

    `lang:es` holds for es-MX; `author:` for a handle or an id, whole or by wildcard; `url:` for a link to the page or to one
    below it; `site:` for a link to the site or a subdomain, and for a mention that stands there.
    """
    value = field.value
    if field.name == "url":
        return any(has_prefix(link, value) for link in doc.links)
    facts = doc.facts
    if field.name == "site":
        return any(in_site(link, value) for link in (*doc.links, *facts.get("url", ())))
    known = facts.get(field.name, ())
    if field.name == "lang":
        return any(lang == value or lang.startswith(value + "-") for lang in known)
    if field.name == "author":
        return any(glob_match(value, name) for name in known)
    return value in known


def in_range(number: Number, doc: Document) -> bool:
    """Whether the mention says the figure, and it lies within the bounds."""
    for known in doc.facts.get(number.name, ()):
        figure = int(known)
        if (number.low is None or figure >= number.low) and (number.high is None or figure <= number.high):
            return True
    return False
