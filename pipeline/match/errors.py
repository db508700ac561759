"""What is wrong with a query, where, and what to write instead."""

from __future__ import annotations

_SHOWN = 72


def caret(query: str, position: int) -> str:
    """Two lines: the query, or the part of a long one around the position, and a caret below it."""
    begin = max(0, min(position - _SHOWN // 2, len(query) - _SHOWN))
    shown = "".join(c if c.isprintable() else " " for c in query[begin : begin + _SHOWN])
    lead = "..." if begin else ""
    tail = "..." if begin + _SHOWN < len(query) else ""
    return f"{lead}{shown}{tail}\n{' ' * (len(lead) + position - begin)}^"


class QueryError(ValueError):
    """A query that does not parse. `position` is a code point offset in the query; `caret` shows it."""

    def __init__(self, position: int, message: str, suggestion: str, query: str = "", where: str = "") -> None:
        super().__init__(position, message, suggestion, query, where)
        self.position = position
        self.message = message
        self.suggestion = suggestion
        self.query = query
        self.where = where
        """Which brand and target, where known."""

    @property
    def caret(self) -> str:
        """Two lines: the query, or the part of a long one around the fault, and a caret below the position."""
        return caret(self.query, self.position)

    def at(self, where: str) -> QueryError:
        """The same error, naming the brand and target whose query it is."""
        return QueryError(self.position, self.message, self.suggestion, self.query, where)

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        return f"{where}column {self.position + 1}: {self.message}; {self.suggestion}\n{self.caret}"
