"""Who is spoken of: the query language, and thousands of queries in one pass over a mention."""

from pipeline.match.document import Document
from pipeline.match.errors import QueryError
from pipeline.match.matcher import Matcher, parse_target
from pipeline.match.naive import naive_match
from pipeline.match.parser import parse
from pipeline.match.syntax import Query
from pipeline.match.version import config_version

__all__ = ["Document", "Matcher", "Query", "QueryError", "config_version", "naive_match", "parse", "parse_target"]
