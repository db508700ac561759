"""One broken file for each mistake a person makes: the exact line, and a remedy that works."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from agents.config import ConfigError, Problem, load_config, parse_config

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
ENVIRON = {
    "PR_SECRET": SECRET,
    "SHORT": "whsec_" + base64.b64encode(b"short").decode(),
    "PLAIN": "hunter2",
    "ODD": "whsec_%%%",
}

BRAND = "brands:\n  - id: iberluz\n    name: Iberluz\n    targets:\n      - {type: brand, query: 'iberluz'}\n"
"""Five good lines; the mistakes below are appended, or replace one of them."""


def _target(target: str) -> str:
    return f"brands:\n  - id: iberluz\n    name: Iberluz\n    targets:\n      - {target}\n"


def _route(route: str) -> str:
    return f"{BRAND}routes:\n  - {{{route}}}\n"


GOOD_ROUTE = "id: pr, kind: webhook, url: 'https://example.org/h', secret_env: PR_SECRET"

MISTAKES: list[tuple[str, str, int, int, str, str, str]] = [
    # what, file, line, column, path, message, remedy
    ("empty file", "", 1, 1, "", "empty", "brands:"),
    ("only a comment", "# nothing\n", 1, 1, "", "empty", "brands:"),
    ("a list at the top", "- id: iberluz\n", 1, 1, "", "holds a list", "brands:"),
    ("a word at the top", "iberluz\n", 1, 1, "", "holds text", "brands:"),
    ("no brands", "sources: []\n", 1, 1, "brands", "missing", "- {id: my-brand"),
    ("brands empty", "brands: []\n", 1, 9, "brands", "empty", "- {id: my-brand"),
    ("brands null", "brands:\n", 1, 8, "brands", "expected a list, found nothing", "- {id: my-brand"),
    ("brands a word", "brands: iberluz\n", 1, 9, "brands", "expected a list, found text", "- {id: my-brand"),
    ("a brand is a word", "brands:\n  - iberluz\n", 2, 5, "brands[0]", "expected a mapping, found text", "- {id: my-brand"),
    ("unknown top key", BRAND + "brand: x\n", 6, 1, "brand", "unknown key", "did you mean brands?"),
    ("far from any key", BRAND + "zzzz: x\n", 6, 1, "zzzz", "unknown key", "keys here are brands, sources"),
    ("key given twice", BRAND + "brands: []\n", 6, 1, "brands", "already given on line 1", "keep one"),
    ("key in a brand twice", BRAND + "    name: Otra\n", 6, 5, "brands[0].name", "already given on line 3", "keep one"),
    ("key is no word", BRAND + "[a, b]: x\n", 6, 1, "", "not a word", "plain words"),
    ("unknown brand key", BRAND + "    own_acounts: []\n", 6, 5, "brands[0].own_acounts", "unknown key", "did you mean own_accounts?"),
    ("brand without id", "brands:\n  - name: Iberluz\n    targets: [{type: brand, query: x}]\n", 2, 5, "brands[0].id", "missing", "id: my-name"),
    ("brand without name", "brands:\n  - id: a\n    targets: [{type: brand, query: x}]\n", 2, 5, "brands[0].name", "missing", "name: My Brand"),
    ("brand without targets", "brands:\n  - id: a\n    name: A\n", 2, 5, "brands[0].targets", "missing", "- {type: brand"),
    ("targets empty", "brands:\n  - id: a\n    name: A\n    targets: []\n", 4, 14, "brands[0].targets", "empty", "- {type: brand"),
    ("id is a number", BRAND.replace("id: iberluz", "id: 42"), 2, 9, "brands[0].id", "expected text, found a whole number", "'42'"),
    ("id is yaml's no", BRAND.replace("id: iberluz", "id: no"), 2, 9, "brands[0].id", "expected text, found true or false", "'no'"),
    ("name is a date", BRAND.replace("name: Iberluz", "name: 2026-01-01"), 3, 11, "brands[0].name", "found a date", "'2026-01-01'"),
    ("id with capitals", BRAND.replace("id: iberluz", "id: Iber Luz"), 2, 9, "brands[0].id", "'Iber Luz' is not an id", "iber-luz"),
    ("name blank", BRAND.replace("name: Iberluz", "name: ' '"), 3, 11, "brands[0].name", "empty", "name: My Brand"),
    ("name is a list", BRAND.replace("name: Iberluz", "name: [a]"), 3, 11, "brands[0].name", "expected text, found a list", "name: My Brand"),
    ("brand twice", BRAND + "  - id: iberluz\n    name: B\n    targets: [{type: brand, query: x}]\n", 6, 9, "brands[1].id", "already a brand 'iberluz' on line 2", "its own id"),
    ("observe is text", BRAND + "    observe: 'yes'\n", 6, 14, "brands[0].observe", "expected true or false, found text", "without quotes"),
    ("account without network", BRAND + "    own_accounts: ['iberluz']\n", 6, 20, "brands[0].own_accounts[0]", "not of the form network:handle", "'x:mybrand'"),
    ("accounts not a list", BRAND + "    own_accounts: 'x:iberluz'\n", 6, 19, "brands[0].own_accounts", "expected a list", "'x:mybrand'"),
    ("account is a mapping", BRAND + "    own_accounts: [{x: iberluz}]\n", 6, 20, "brands[0].own_accounts[0]", "expected text, found a mapping", "between quotes"),
    ("target without query", _target("{type: brand}"), 5, 9, "brands[0].targets[0].query", "missing", "between single quotes"),
    ("target without type", _target("{query: a1}"), 5, 9, "brands[0].targets[0].type", "missing", "brand, product"),
    ("unknown target type", _target("{type: prodct, query: a1}"), 5, 16, "brands[0].targets[0].type", "unknown type 'prodct'", "did you mean product?"),
    ("unknown target key", _target("{type: brand, qery: a1, query: b1}"), 5, 23, "brands[0].targets[0].qery", "unknown key", "did you mean query?"),
    ("target id twice", _target("{type: brand, query: a1}\n      - {type: brand, query: b1}"), 6, 9, "brands[0].targets[1].id", "already a target 'iberluz'", "its own id"),
    ("a tag taken for a comment", _target("type: brand\n        query: #iberluz"), 6, 15, "brands[0].targets[0].query", "expected text, found nothing", "between single quotes"),
    ("query that does not parse", _target("{type: brand, query: 'luz AND'}"), 5, 38, "brands[0].targets[0].query", "missing after AND", "remove AND"),
    ("unquoted query that does not parse", _target("{type: brand, query: luz OR OR gas}"), 5, 37, "brands[0].targets[0].query", "OR cannot follow OR", "word between"),
    ("query of nothing but NOT", _target("{type: brand, query: 'NOT luz'}"), 5, 31, "brands[0].targets[0].query", "must not be there", "brand NOT word"),
    ("handle without @", _target("{type: handle, query: 'iberluz'}"), 5, 32, "brands[0].targets[0].query", "needs a handle", "@iberluz"),
    ("url target that is no address", _target("{type: url, query: 'blog'}"), 5, 29, "brands[0].targets[0].query", "not an address", "example.org/path"),
    ("query in a block", _target("type: brand\n        query: |\n          luz AND"), 6, 16, "brands[0].targets[0].query", "missing after AND", "remove AND"),
    ("unknown source kind", BRAND + "sources:\n  - {id: a, kind: twiter}\n", 7, 19, "sources[0].kind", "unknown kind 'twiter'", "simulator, bluesky"),
    ("source kind misspelt", BRAND + "sources:\n  - {id: a, kind: blueski}\n", 7, 19, "sources[0].kind", "unknown kind", "did you mean bluesky?"),
    ("unknown source option", BRAND + "sources:\n  - {id: a, kind: simulator, sead: 7}\n", 7, 30, "sources[0].sead", "unknown key", "did you mean seed?"),
    ("option of another kind", BRAND + "sources:\n  - {id: a, kind: bluesky, seed: 7}\n", 7, 28, "sources[0].seed", "unknown key", "keys here are id, kind, host"),
    ("source without id", BRAND + "sources:\n  - {kind: simulator}\n", 7, 5, "sources[0].id", "missing", "id: my-name"),
    ("source twice", BRAND + "sources:\n  - {id: a, kind: simulator}\n  - {id: a, kind: bluesky}\n", 8, 10, "sources[1].id", "already a source 'a' on line 7", "its own id"),
    ("seed is text", BRAND + "sources:\n  - {id: a, kind: simulator, seed: siete}\n", 7, 36, "sources[0].seed", "expected a whole number, found text", "from 0 to"),
    ("rate is zero", BRAND + "sources:\n  - {id: a, kind: simulator, rate: 0}\n", 7, 36, "sources[0].rate", "0 is out of range", "from 0.01 to 600"),
    ("rate is no number", BRAND + "sources:\n  - {id: a, kind: simulator, rate: .nan}\n", 7, 36, "sources[0].rate", ".nan is out of range", "from 0.01 to 600"),
    ("host with scheme", BRAND + "sources:\n  - {id: a, kind: bluesky, hosts: ['wss://x.y']}\n", 7, 36, "sources[0].hosts[0]", "not of the right form", "host name"),
    ("collection misshapen", BRAND + "sources:\n  - {id: a, kind: bluesky, collections: [posts]}\n", 7, 42, "sources[0].collections[0]", "not of the right form", "app.bsky.feed.post"),
    ("source of an unknown brand", BRAND + "sources:\n  - {id: a, kind: simulator, brands: [iberlus]}\n", 7, 39, "sources[0].brands[0]", "no brand 'iberlus'", "did you mean iberluz?"),
    ("route to an unknown brand", _route(GOOD_ROUTE + ", brands: [iberlus]"), 7, 91, "routes[0].brands[0]", "no brand 'iberlus'", "did you mean iberluz?"),
    ("route for an unknown signal", _route(GOOD_ROUTE + ", signals: [crisys]"), 7, 92, "routes[0].signals[0]", "no signal 'crisys'", "did you mean crisis?"),
    ("unknown route kind", _route(GOOD_ROUTE.replace("webhook", "slack")), 7, 20, "routes[0].kind", "unknown kind 'slack'", "webhook"),
    ("unknown route key", _route(GOOD_ROUTE + ", secret: x"), 7, 82, "routes[0].secret", "unknown key", "did you mean secret_env?"),
    ("route twice", _route(GOOD_ROUTE) + f"  - {{{GOOD_ROUTE}}}\n", 8, 10, "routes[1].id", "already a route 'pr' on line 7", "its own id"),
    ("route without url", _route("id: pr, kind: webhook, secret_env: PR_SECRET"), 7, 5, "routes[0].url", "missing", "https://"),
    ("url of another scheme", _route(GOOD_ROUTE.replace("https:", "ftp:")), 7, 34, "routes[0].url", "ftp is not http or https", "https://"),
    ("url without scheme", _route(GOOD_ROUTE.replace("https://", "")), 7, 34, "routes[0].url", "without a scheme is not http", "https://"),
    ("url without host", _route(GOOD_ROUTE.replace("example.org", "")), 7, 34, "routes[0].url", "no host", "https://"),
    ("url with a bad port", _route(GOOD_ROUTE.replace("example.org", "example.org:99999")), 7, 34, "routes[0].url", "not an address", "https://"),
    ("url with a password", _route(GOOD_ROUTE.replace("example.org", "a:b@example.org")), 7, 34, "routes[0].url", "password stands in the address", "secret_env"),
    ("http in public", _route(GOOD_ROUTE.replace("https:", "http:")), 7, 34, "routes[0].url", "in the clear", "use https://"),
    ("loopback", _route(GOOD_ROUTE.replace("https://example.org", "http://127.0.0.1:9000")), 7, 34, "routes[0].url", "127.0.0.1 is a private address", "allow_private: true"),
    ("loopback of IPv6", _route(GOOD_ROUTE.replace("example.org", "[::1]")), 7, 34, "routes[0].url", "private address", "allow_private: true"),
    ("cloud metadata", _route(GOOD_ROUTE.replace("example.org", "169.254.169.254")), 7, 34, "routes[0].url", "private address", "allow_private: true"),
    ("localhost", _route(GOOD_ROUTE.replace("example.org", "localhost")), 7, 34, "routes[0].url", "private address", "allow_private: true"),
    ("no secret_env", _route("id: pr, kind: webhook, url: 'https://example.org/h'"), 7, 5, "routes[0].secret_env", "missing", "secret_env: PR_SECRET"),
    ("secret not set", _route(GOOD_ROUTE.replace("PR_SECRET", "NOT_SET")), 7, 71, "routes[0].secret_env", "NOT_SET is not set", "export NOT_SET="),
    ("secret in the file", _route(GOOD_ROUTE.replace("PR_SECRET", SECRET)), 7, 71, "routes[0].secret_env", "not the name of a variable", "in the environment"),
    ("secret of another form", _route(GOOD_ROUTE.replace("PR_SECRET", "PLAIN")), 7, 71, "routes[0].secret_env", "does not begin with whsec_", "token_bytes(32)"),
    ("secret too short", _route(GOOD_ROUTE.replace("PR_SECRET", "SHORT")), 7, 71, "routes[0].secret_env", "5 bytes, not 24 to 64", "token_bytes(32)"),
    ("secret not base64", _route(GOOD_ROUTE.replace("PR_SECRET", "ODD")), 7, 71, "routes[0].secret_env", "not base64", "token_bytes(32)"),
    ("variable misnamed", _route(GOOD_ROUTE.replace("PR_SECRET", "PR-SECRET")), 7, 71, "routes[0].secret_env", "not the name of a variable", "PR_SECRET"),
    ("unknown sensitivity", BRAND + "detection:\n  sensitivity: balancd\n", 7, 16, "detection.sensitivity", "unknown sensitivity", "did you mean balanced?"),
    ("unknown detection key", BRAND + "detection:\n  latenes_seconds: 5\n", 7, 3, "detection.latenes_seconds", "unknown key", "did you mean lateness_seconds?"),
    ("negative lateness", BRAND + "detection:\n  lateness_seconds: -1\n", 7, 21, "detection.lateness_seconds", "-1 is out of range", "from 0 to 86400"),
    ("lateness with a fraction", BRAND + "detection:\n  lateness_seconds: 1.5\n", 7, 21, "detection.lateness_seconds", "expected a whole number, found a number", "from 0 to 86400"),
    ("renotify never", BRAND + "detection:\n  renotify_hours: 0\n", 7, 19, "detection.renotify_hours", "out of range", "from 1 to 168"),
    ("detection is a word", BRAND + "detection: strict\n", 6, 12, "detection", "expected a mapping, found text", "sensitivity"),
    ("a tab", BRAND + "routes:\n\t- id: pr\n", 7, 1, "", "not YAML", "spaces, not tabs"),
    ("an unquoted handle", _target("{type: brand, query: @iberluz}"), 5, 30, "", "not YAML", "single quotes"),
    ("a colon in plain text", BRAND + "    observe: a: b\n", 6, 15, "", "not YAML", "single quotes"),
    ("a quote left open", _target("{type: brand, query: 'luz}"), 6, 1, "", "not YAML", "close the quotation mark"),
    ("a bracket left open", BRAND + "routes: [\n", 7, 1, "", "not YAML", "brackets"),
    ("two documents", BRAND + "---\nbrands: []\n", 6, 1, "", "not YAML", "one document"),
    ("an alias to nothing", BRAND + "routes: *none\n", 6, 9, "", "not YAML", "single quotes"),
    ("a control character", BRAND + "# \x07\n", 6, 3, "", "not YAML", "remove the character"),
    ("not UTF-8", "LATIN1", 3, 1, "", "not UTF-8", "save the file as UTF-8"),
]  # fmt: skip


def _problems(text: str) -> list[Problem]:
    data = BRAND.replace("name: Iberluz", "name: Peña").encode("latin-1") if text == "LATIN1" else text.encode()
    with pytest.raises(ConfigError) as caught:
        parse_config(data, "escucha.yaml", ENVIRON)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "line", "column", "path", "message", "remedy"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_a_mistake_is_told_with_its_place_and_a_remedy(
    text: str, line: int, column: int, path: str, message: str, remedy: str
) -> None:
    problems = _problems(text)
    assert len(problems) == 1, [str(p) for p in problems]
    [problem] = problems
    assert (problem.line, problem.column, problem.path) == (line, column, path)
    assert message in problem.message
    assert remedy in problem.remedy
    place = f"escucha.yaml:{line}:{column}: " + (f"{path}: " if path else "")
    assert str(problem).startswith(f"{place}{problem.message}; remedy: {problem.remedy}")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        "brands:\n  - id: Iber\n    targets:\n      - {type: brnd, query: 'a1 OR'}\n"
        "routes:\n  - {id: r, kind: webhook, url: 'http://example.org', secret_env: NONE, brands: [x], signals: [y]}\n"
        "extra: 1\n"
    )
    problems = _problems(text)
    assert [(p.line, p.path) for p in problems] == [
        (2, "brands[0].name"),
        (2, "brands[0].id"),
        (4, "brands[0].targets[0].type"),
        (4, "brands[0].targets[0].query"),
        (6, "routes[0].url"),
        (6, "routes[0].secret_env"),
        (6, "routes[0].brands[0]"),
        (6, "routes[0].signals[0]"),
        (7, "extra"),
    ]


def test_a_query_is_shown_with_a_caret_below_the_fault() -> None:
    [problem] = _problems(_target("{type: brand, query: 'luz OR OR gas'}"))
    assert str(problem).splitlines()[1:] == ["    luz OR OR gas", "           ^"]


def test_the_secret_itself_is_never_in_the_message() -> None:
    for name in ("PLAIN", "SHORT", "ODD"):
        [problem] = _problems(_route(GOOD_ROUTE.replace("PR_SECRET", name)))
        assert ENVIRON[name] not in str(problem)
        assert ENVIRON[name].removeprefix("whsec_") not in str(problem)
    [problem] = _problems(_route(GOOD_ROUTE.replace("PR_SECRET", SECRET)))
    assert SECRET not in str(problem)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"nada\.yaml:1:1: cannot be read: no such file or directory; remedy: check the path"
    ):
        load_config(tmp_path / "nada.yaml", {})


def test_a_huge_or_deep_file_is_refused() -> None:
    with pytest.raises(ConfigError, match="keep it under"):
        parse_config(b"#" * 5_000_001, "big.yaml", {})
    with pytest.raises(ConfigError, match="nested too deep"):
        parse_config(b"[" * 20_000, "deep.yaml", {})
