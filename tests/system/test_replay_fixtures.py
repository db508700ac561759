"""`escucha replay` as a person calls it, over real payloads: balanced, dead letters with reasons a person agrees with.

The payloads stay outside the repository: `ESCUCHA_SHARED` names the folder that holds `fixtures/` and `research/`.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema
import orjson
import pytest
import zstandard

Escucha = Callable[..., CompletedProcess[bytes]]
Files = dict[str, bytes]

BRANDS = """brands:
  - {id: english, name: English, targets: [{type: brand, query: 'the OR a OR to OR of OR you'}]}
  - {id: romance, name: Romance, targets: [{type: brand, query: 'de OR la OR que OR el OR a'}]}
"""
RESULTS = ("mentions", "changes", "windows", "signals", "late", "deadletters")
X = "x/twarc-csv/test-data/"
PARSER = "x/tweet_parser/tweet_payload_examples/"
BROKEN = PARSER + "broken_and_unsupported_payloads/"
ACTIVITY = ("unsupported_shape", "a Gnip activity stream: ask the source for the original format")

LETTERS: dict[str, dict[tuple[str, str], int]] = {
    # Another tool's own output, not what the network sends.
    "bluesky/twitwi/bluesky-normalized-firehose-posts.json": {
        ("unsupported_shape", "neither a Jetstream frame nor a view of a post or profile"): 9
    },
    X + "counts.jsonl": {("unsupported_shape", "a page of counts, not posts"): 1},
    X + "lists.jsonl": {("unsupported_shape", "a list, not a post"): 6},
    # A capture that ends in the middle of an error that the stream sent.
    X + "streaming_output_with_error.jsonl": {("not_json", "unexpected end of data: line 1 column 45"): 1},
    PARSER + "activity_streams_examples.json": {ACTIVITY: 25},
    BROKEN + "activity_streams_missing_field.json": {ACTIVITY: 1},
    BROKEN + "original_format_missing_user.json": {("missing_field", "user: is absent"): 1},
}
"""The whole of the dead letters in the payloads at hand: file, reason and detail, how many."""


def payload_files(fixtures: Path) -> list[tuple[str, Path]]:
    """(network, file) of everything that holds payloads. Lexicons describe payloads and dictionaries compress them."""
    kinds = (".json", ".jsonl", ".ndjson", ".sse")
    return [
        (network, path)
        for network in ("bluesky", "mastodon", "x", "reddit")
        for path in sorted((fixtures / network).rglob("*"))
        if path.suffix in kinds and "lexicons" not in path.parts
    ]


def groups(fixtures: Path) -> dict[str, list[Path]]:
    """Each file with dead letters by itself, and all others of a network, which have none, under `<network>/`."""
    found: dict[str, list[Path]] = {}
    for network, path in payload_files(fixtures):
        name = str(path.relative_to(fixtures))
        found.setdefault(name if name in LETTERS else f"{network}/", []).append(path)
    return found


@pytest.fixture(scope="module")
def fixtures(shared: Path) -> Path:
    return shared / "fixtures"


@pytest.fixture(scope="module")
def brands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("brands") / "brands.yaml"
    path.write_text(BRANDS)
    return path


@pytest.fixture(scope="module")
def replay(
    escucha: Escucha, brands: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., tuple[dict[str, int], Files]]:
    """`replay(network, *arguments)` must succeed; gives the ledger on stdout and the files in DIR by their stem."""

    def call(network: str, *arguments: str | Path, stdin: bytes = b"") -> tuple[dict[str, int], Files]:
        out = tmp_path_factory.mktemp("out")
        done = escucha("replay", *arguments, "--network", network, "--brands", brands, "--out", out, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        ledger = orjson.loads(done.stdout)
        assert orjson.loads((out / "ledger.json").read_bytes()) == ledger
        assert {path.name for path in out.iterdir()} == {"ledger.json", *(f"{name}.jsonl" for name in RESULTS)}
        return ledger, {name: (out / f"{name}.jsonl").read_bytes() for name in RESULTS}

    return call


def lines(data: bytes) -> list[Any]:
    return [orjson.loads(line) for line in data.split(b"\n") if line]


def balanced(ledger: dict[str, int]) -> bool:
    return ledger["in_flight"] == 0 and ledger["accepted"] == sum(
        count for name, count in ledger.items() if name != "accepted"
    )


def test_every_real_payload_is_accounted_for_and_every_mention_keeps_the_contract(
    replay: Callable[..., tuple[dict[str, int], Files]], fixtures: Path, shared: Path
) -> None:
    schema = orjson.loads((shared / "research" / "mention.schema.json").read_bytes())
    validator = jsonschema.Draft202012Validator(schema)
    letters: dict[str, dict[tuple[str, str], int]] = {}
    for name, paths in groups(fixtures).items():
        network = name.partition("/")[0]
        ledger, files = replay(network, *paths)
        assert balanced(ledger), (name, ledger)
        assert ledger["accepted"] >= len(paths)
        found = lines(files["deadletters"])
        assert len(found) == ledger["dead_lettered"]
        letters[name] = dict(Counter((letter["reason"], letter["detail"]) for letter in found))
        mentions = lines(files["mentions"])
        assert len(mentions) > 10 or not name.endswith("/")
        for mention in mentions:
            faults = [fault.message for fault in validator.iter_errors(mention)]
            assert not faults, (name, mention["uid"], faults)
    assert letters == {name: LETTERS.get(name, {}) for name in letters}


def test_a_recorded_stream_of_events_is_cut_into_its_events(
    replay: Callable[..., tuple[dict[str, int], Files]], fixtures: Path
) -> None:
    path = fixtures / "mastodon" / "cassette_streams.sse"
    told = path.read_bytes().count(b"\ndata: ")
    ledger, files = replay("mastodon", path)
    assert ledger["accepted"] == told >= 8
    assert not files["deadletters"]
    formats = Counter(change["op"] for change in lines(files["changes"]))
    assert formats["delete"] == 1
    assert lines(files["mentions"])


@pytest.fixture(scope="module")
def plain(replay: Callable[..., tuple[dict[str, int], Files]], fixtures: Path) -> Files:
    return replay("mastodon", fixtures / "mastodon" / "statuses.jsonl")[1]


def test_the_same_command_twice_gives_the_same_bytes(
    replay: Callable[..., tuple[dict[str, int], Files]], fixtures: Path, plain: Files
) -> None:
    assert plain["mentions"].count(b"\n") > 200
    assert plain["windows"].count(b"\n") > 200
    assert replay("mastodon", fixtures / "mastodon" / "statuses.jsonl")[1] == plain


@pytest.mark.parametrize("how", ["gzip", "zstd", "stdin", "gzip on stdin", "no line end"])
def test_compressed_and_piped_payloads_give_the_same_results(
    replay: Callable[..., tuple[dict[str, int], Files]], fixtures: Path, plain: Files, tmp_path: Path, how: str
) -> None:
    data = (fixtures / "mastodon" / "statuses.jsonl").read_bytes()
    if how == "no line end":
        data = data.rstrip(b"\n")
    elif "gzip" in how:
        data = gzip.compress(data)
    elif how == "zstd":
        data = zstandard.compress(data)
    if "stdin" in how:
        assert replay("mastodon", "-", stdin=data)[1] == plain
    else:
        path = tmp_path / "payloads"
        path.write_bytes(data)
        assert replay("mastodon", path)[1] == plain


@pytest.mark.parametrize("options", [("--partitions", "4"), ("--batch", "50", "--partitions", "8")])
def test_partitions_and_batches_change_neither_windows_nor_signals(
    replay: Callable[..., tuple[dict[str, int], Files]], fixtures: Path, plain: Files, options: tuple[str, ...]
) -> None:
    files = replay("mastodon", fixtures / "mastodon" / "statuses.jsonl", *options)[1]
    assert files["windows"] == plain["windows"]
    assert files["signals"] == plain["signals"]


def test_the_order_of_the_file_is_kept_on_demand(
    replay: Callable[..., tuple[dict[str, int], Files]], tmp_path: Path
) -> None:
    """The older post stands second: sorted it counts in its own window, as it stands it comes too late."""
    path = tmp_path / "posts.jsonl"
    posts = [
        {
            "data": {
                "id": str(number),
                "author_id": "5",
                "text": "the news",
                "created_at": f"2025-10-0{day}T10:00:00.000Z",
            }
        }
        for number, day in ((2, 9), (1, 8))
    ]
    path.write_bytes(b"".join(orjson.dumps(post) + b"\n" for post in posts))
    ledger, _ = replay("x", path)
    assert (ledger["aggregated"], ledger["late"]) == (2, 0)
    _, files = replay("x", path, "--order", "file")
    assert [mention["observed_at"][:10] for mention in lines(files["mentions"])] == ["2025-10-09", "2025-10-09"]


def test_a_simulated_log_is_replayed_on_its_own_time(
    escucha: Escucha, replay: Callable[..., tuple[dict[str, int], Files]], brands: Path, tmp_path: Path
) -> None:
    made = escucha("simulate", "--brands", brands, "--for", "6h", "--rate", "1", "--seed", "3")
    assert made.returncode == 0, made.stderr.decode()
    log = tmp_path / "log.jsonl"
    log.write_bytes(made.stdout)
    ledger, files = replay("log", log)
    assert balanced(ledger)
    assert ledger["accepted"] == made.stdout.count(b"\n") > 500
    assert ledger["aggregated"] > 200
    assert replay("log", "-", stdin=made.stdout)[1] == files


MISTAKES = {
    "a missing file": (["absent.jsonl", "--network", "x"], {}, ("absent.jsonl", "check the path")),
    "a folder": ([".", "--network", "x"], {}, (".", "check the path")),
    "a log line that is none": (
        ["log.jsonl", "--network", "log"],
        {
            "log.jsonl": b'{"network":"x","observed_at":1,"id":"1","payload":{}}\n{"network":"x"}\n',
        },
        ("log.jsonl:2", "expected"),
    ),
    "a log line out of time": (
        ["log.jsonl", "--network", "log"],
        {"log.jsonl": b'{"network":"x","observed_at":-1,"id":"1","payload":{}}\n'},
        ("log.jsonl:1", "1970"),
    ),
    "a damaged archive": (
        ["cut.gz", "--network", "x"],
        {"cut.gz": gzip.compress(b'{"data":{}}\n' * 2_000)[:-20]},
        ("cut.gz", "fetch the file again"),
    ),
    "a query that does not parse": (
        ["empty.jsonl", "--network", "x"],
        {"empty.jsonl": b"", "brands.yaml": b"brands:\n  - id: a\n    name: A\n    targets:\n      - {type: brand, query: 'a AND ('}\n"},
        ("brands.yaml:5",),
    ),
    "a brands file that is no YAML": (
        ["empty.jsonl", "--network", "x"],
        {"empty.jsonl": b"", "brands.yaml": b"brands:\n  - {id: a\n"},
        ("brands.yaml:",),
    ),
    "an unknown network": (["empty.jsonl", "--network", "myspace"], {"empty.jsonl": b""}, ("myspace", "mastodon")),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_ends_with_two_naming_file_line_and_remedy_and_nothing_on_stdout(
    escucha: Escucha, tmp_path: Path, mistake: str
) -> None:
    arguments, files, words = MISTAKES[mistake]
    for name, data in {"brands.yaml": BRANDS.encode(), **files}.items():
        (tmp_path / name).write_bytes(data)
    done = escucha("replay", *arguments, "--brands", "brands.yaml", "--out", "out", cwd=tmp_path)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b""), said
    assert all(word in said for word in words), said
    assert "Traceback" not in said


def test_an_empty_file_is_no_mistake(replay: Callable[..., tuple[dict[str, int], Files]], tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    ledger, files = replay("x", tmp_path / "empty.jsonl")
    assert set(ledger.values()) == {0}
    assert set(files.values()) == {b""}
