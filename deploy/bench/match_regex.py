"""What one would write without a matcher: each query as one compiled regular expression, tried on every text in turn."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.match import parse
from pipeline.match.syntax import And, Field, In, Near, Node, Not, Or, Phrase, Wild, Word
from schemas.mention import Mention


class Regexes:
    """Case is folded once a text; accents, camel-cased tags and the parts of a mention are not told apart."""

    def __init__(self, made: Sequence[str]) -> None:
        self._searches = [re.compile(_pattern(parse(query).root)).search for query in made]

    def match(self, mention: Mention) -> list[int]:
        links = [link.expanded or link.url for link in mention.links]
        text = "\n".join((mention.text or "", mention.title or "", *links)).lower()
        return [number for number, search in enumerate(self._searches) if search(text)]


def _pattern(node: Node) -> str:
    """The expression of a query of the recipe. Raises TypeError for what the recipe does not use."""
    match node:
        case Word(key):
            return (r"\b" if key[0].isalnum() else r"(?<!\w)") + re.escape(key) + r"\b"
        case Wild(pattern):
            return r"\b" + re.escape(pattern).replace(r"\*", r"\w*")
        case Phrase(parts):
            return r"\W+".join(map(_pattern, parts))
        case Field("url", host):
            return rf"(?<![\w-]){re.escape(host)}"
        case Or(children):
            return "(?:" + "|".join(map(_pattern, children)) + ")"
        case In(_, child):
            return _pattern(child)
        case Near((one, other), (gap,)):
            between = rf"\W+(?:\w+\W+){{0,{gap.distance - 1}}}"
            forth = _pattern(one) + between + _pattern(other)
            return forth if gap.ordered else f"(?:{forth}|{_pattern(other)}{between}{_pattern(one)})"
        case And(children):
            return r"\A" + "".join(map(_ahead, children))
        case _:
            raise TypeError(f"no expression for {node}")


def _ahead(node: Node) -> str:
    return rf"(?![\s\S]*?{_pattern(node.child)})" if isinstance(node, Not) else rf"(?=[\s\S]*?{_pattern(node)})"
