"""The grammar, by recursive descent. Linear in the query.

query   = or
or      = and { OR and }
and     = unary { [AND] unary } [in:PART]      in: after everything holds for the whole group
unary   = NOT unary | in:PART unary | near
near    = primary { (NEAR/n | ONEAR/n) primary }
primary = "(" or ")" | "phrase" | words | field:value
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches

from pipeline.match.errors import QueryError
from pipeline.match.leaves import field_node, words_node
from pipeline.match.lexer import Lexeme, Sort, lex
from pipeline.match.shape import has_place, is_anchored
from pipeline.match.syntax import MAX_CHAIN, MAX_DISTANCE, And, Gap, In, Near, Node, Not, Or, Query, Scope

MAX_DEPTH = 50
"""Nesting of parentheses and NOT."""
_PARTS = {"title": Scope.TITLE, "text": Scope.IN_TEXT}
_STARTS = (Sort.OPEN, Sort.PHRASE, Sort.CHUNK, Sort.FIELD, Sort.NOT)


def parse(query: str) -> Query:
    """The query's tree. Raises QueryError with position, message and suggestion."""
    return _Parser(query, links=False).run()


def parse_links(query: str) -> Query:
    """The same, where bare words are addresses: for targets of type url."""
    return _Parser(query, links=True).run()


class _Parser:
    def __init__(self, source: str, links: bool) -> None:
        self._source = source
        self._lexemes = lex(source)
        self._links = links
        self._at = 0
        self._depth = 0
        self._inside = False
        """Within the operand of `in:`."""

    def run(self) -> Query:
        if self._next().sort is Sort.END:
            raise self._error(self._next(), "the query is empty", "write at least one word")
        root = self._or()
        if self._next().sort is Sort.CLOSE:
            raise self._error(self._next(), "this parenthesis closes nothing", "remove it, or open one before")
        if not is_anchored(root):
            first_not = next((lexeme for lexeme in self._lexemes if lexeme.sort is Sort.NOT), self._lexemes[0])
            raise self._error(
                first_not,
                "the query, or one side of an OR, only says what must not be there, and so matches nearly everything",
                "say what must be there, for example: brand NOT word",
            )
        return Query(self._source, root)

    def _next(self) -> Lexeme:
        return self._lexemes[self._at]

    def _take(self) -> Lexeme:
        lexeme = self._next()
        self._at += 1
        return lexeme

    def _error(self, lexeme: Lexeme, message: str, suggestion: str) -> QueryError:
        return QueryError(lexeme.position, message, suggestion, self._source)

    def _placed(self, node: Node, start: Lexeme) -> Node:
        """The node with its place in the query: from `start` to what was read last."""
        return replace(node, at=start.position, end=self._lexemes[self._at - 1].end)

    def _joined(self, kind: type[And] | type[Or], children: list[Node], start: Lexeme) -> Node:
        return children[0] if len(children) == 1 else self._placed(kind(tuple(children)), start)

    def _deeper(self, lexeme: Lexeme) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(lexeme, f"nested deeper than {MAX_DEPTH}", "split the query into several targets")

    def _or(self) -> Node:
        start = self._next()
        children = [self._and()]
        while self._next().sort is Sort.OR:
            operator = self._take()
            self._expect_operand(operator)
            children.append(self._and())
        return self._joined(Or, children, start)

    def _and(self) -> Node:
        if self._is_scope_at_end():
            raise self._error(self._next(), "in: has nothing to hold for", "write in:title and then a word")
        start = self._next()
        children = [self._unary()]
        while True:
            if self._is_scope_at_end():
                return self._scoped(self._take(), lambda: self._joined(And, children, start), start)
            if self._next().sort is Sort.AND:
                operator = self._take()
                if self._is_scope_at_end():
                    continue
                self._expect_operand(operator)
            elif self._next().sort not in _STARTS:
                return self._joined(And, children, start)
            children.append(self._unary())

    def _expect_operand(self, operator: Lexeme) -> None:
        if self._next().sort in _STARTS:
            return
        if self._next().sort in (Sort.END, Sort.CLOSE):
            raise self._error(
                self._next(),
                f"a word is missing after {_shown(operator)}",
                f"write a word, or remove {_shown(operator)}",
            )
        raise self._error(
            self._next(), f"{_shown(self._next())} cannot follow {_shown(operator)}", "put a word between them"
        )

    def _is_scope_at_end(self) -> bool:
        if self._next().sort is not Sort.FIELD or self._next().field != "in":
            return False
        return self._lexemes[self._at + 1].sort in (Sort.END, Sort.CLOSE, Sort.OR)

    def _unary(self) -> Node:
        lexeme = self._next()
        if lexeme.sort is Sort.NOT:
            self._take()
            self._expect_operand(lexeme)
            self._deeper(lexeme)
            child = self._unary()
            self._depth -= 1
            return self._placed(Not(child), lexeme)
        if lexeme.sort is Sort.FIELD and lexeme.field == "in":
            self._take()
            if self._next().sort not in _STARTS:
                raise self._error(self._next(), "a word is missing after in:", "write in:title and then a word")
            return self._scoped(lexeme, self._unary, lexeme)
        return self._near()

    def _scoped(self, lexeme: Lexeme, operand: Callable[[], Node], start: Lexeme) -> Node:
        parts = [_PARTS.get(part) for part in lexeme.text.lower().split("|")]
        scope = Scope(0)
        for part in parts:
            scope |= part or Scope(0)
        if None in parts:
            close = get_close_matches(lexeme.text.lower(), _PARTS, n=1)
            raise self._error(
                lexeme, f"there is no part {lexeme.text!r}", f"write in:{close[0] if close else 'title or in:text'}"
            )
        if self._inside:
            raise self._error(lexeme, "in: within in:", "use one of them")
        self._inside = True
        child = operand()
        self._inside = False
        return self._placed(In(scope, child), start)

    def _near(self) -> Node:
        start = lexeme = self._next()
        first = self._primary()
        if self._next().sort not in (Sort.NEAR, Sort.ONEAR):
            return first
        operands, gaps = [self._near_operand(lexeme, first)], []
        while self._next().sort in (Sort.NEAR, Sort.ONEAR):
            operator = self._take()
            gaps.append(self._gap(operator))
            self._expect_operand(operator)
            if len(operands) == MAX_CHAIN:
                raise self._error(
                    operator, f"a chain of more than {MAX_CHAIN} words", "keep the words that set it apart"
                )
            lexeme = self._next()
            operands.append(self._near_operand(lexeme, self._primary()))
        return self._placed(Near(tuple(operands), tuple(gaps)), start)

    def _gap(self, operator: Lexeme) -> Gap:
        distance = operator.text
        if not (
            distance.isascii() and distance.isdigit() and len(distance) <= 4 and 1 <= int(distance) <= MAX_DISTANCE
        ):
            name = operator.sort.name
            raise self._error(operator, f"{name}/ takes a number of words from 1 to {MAX_DISTANCE}", f"write {name}/5")
        return Gap(int(distance), operator.sort is Sort.ONEAR)

    def _near_operand(self, lexeme: Lexeme, node: Node) -> Node:
        if not has_place(node):
            raise self._error(
                lexeme,
                "NEAR takes words, phrases, tags, handles, or a group of them joined by OR",
                "write AND between other conditions, and chain NEAR without parentheses: a NEAR/5 b NEAR/5 c",
            )
        return node

    def _primary(self) -> Node:
        lexeme = self._take()
        if lexeme.sort is Sort.OPEN:
            return self._group(lexeme)
        if lexeme.sort is Sort.FIELD:
            if lexeme.field == "in":
                raise self._error(lexeme, "in: cannot stand here", "put in: before the first word of NEAR")
            return self._placed(field_node(lexeme, self._source), lexeme)
        if lexeme.sort is Sort.PHRASE or lexeme.sort is Sort.CHUNK:
            return self._placed(words_node(lexeme, self._source, self._links), lexeme)
        if lexeme.sort is Sort.NOT:
            raise self._error(lexeme, "NOT cannot stand here", "NEAR takes words and phrases")
        if lexeme.sort is Sort.CLOSE:
            raise self._error(lexeme, "this parenthesis closes nothing", "remove it, or open one before")
        raise self._error(
            lexeme, f"{_shown(lexeme)} needs a word before it", f"write a word, or remove {_shown(lexeme)}"
        )

    def _group(self, opening: Lexeme) -> Node:
        self._deeper(opening)
        if self._next().sort is Sort.CLOSE:
            raise self._error(opening, "nothing stands between these parentheses", "write a word, or remove them")
        if self._next().sort is Sort.END:
            raise self._error(opening, "this parenthesis is never closed", "add ) where the group ends")
        node = self._or()
        if self._next().sort is not Sort.CLOSE:
            raise self._error(opening, "this parenthesis is never closed", "add ) where the group ends")
        self._take()
        self._depth -= 1
        return node


def _shown(lexeme: Lexeme) -> str:
    if lexeme.sort in (Sort.NEAR, Sort.ONEAR):
        return f"{lexeme.sort.name}/{lexeme.text}"
    return lexeme.text or "the end"
