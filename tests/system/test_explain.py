"""`escucha explain`: any signal recomputes from what a replay left, and a tampered log is found out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import orjson
import pytest

from schemas.instants import MINUTE, from_wire

Escucha = Callable[..., CompletedProcess[bytes]]

BRANDS = """brands:
  - {id: iberluz, name: Iberluz, targets: [{type: brand, query: iberluz}]}
  - {id: veloz, name: Veloz, targets: [{type: brand, query: veloz}]}
"""
BUCKET = 5 * MINUTE


@pytest.fixture(scope="module")
def results(escucha: Escucha, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three and a half simulated days with a crisis, an opportunity and a campaign, replayed."""
    folder = tmp_path_factory.mktemp("explain")
    (folder / "brands.yaml").write_text(BRANDS)
    made = escucha(
        "simulate", "--brands", folder / "brands.yaml", "--seed", "5", "--for", "80h", "--rate", "0.3",
        "--plant", "crisis:iberluz:74:8", "--plant", "opportunity:veloz:76:8",
        "--plant", "coordinated:veloz:71:5",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr.decode()
    out = folder / "out"
    done = escucha(
        "replay", "-", "--network", "log", "--brands", folder / "brands.yaml", "--out", out, stdin=made.stdout
    )
    assert done.returncode == 0, done.stderr.decode()
    return out


def lines(path: Path) -> list[Any]:
    return [orjson.loads(line) for line in path.read_bytes().split(b"\n") if line]


def crisis_of(results: Path) -> dict[str, Any]:
    """The first signal of the planted crisis."""
    found = [s for s in lines(results / "signals.jsonl") if (s["kind"], s["brand"]) == ("crisis", "iberluz")]
    assert found, "the planted crisis did not fire"
    return dict(found[0])


def tampered(results: Path, to: Path, change: Callable[[list[Any]], list[Any]]) -> Path:
    """A copy of the results with other mentions."""
    to.mkdir()
    for path in results.iterdir():
        (to / path.name).write_bytes(path.read_bytes())
    mentions = change(lines(results / "mentions.jsonl"))
    (to / "mentions.jsonl").write_bytes(b"".join(orjson.dumps(mention) + b"\n" for mention in mentions))
    return to


def in_tested_bucket(signal: dict[str, Any], mention: dict[str, Any]) -> bool:
    end = from_wire(signal["window_end"])
    return (
        mention["match"]["brand"] == signal["brand"]
        and end - BUCKET <= from_wire(mention["event_time"]) < end
        and mention["kind"] in ("post", "reply", "comment", "quote")
        and mention["understanding"]["sentiment"]["label"] == "negative"
    )


def test_every_signal_of_a_replay_recomputes(escucha: Escucha, results: Path) -> None:
    signals = lines(results / "signals.jsonl")
    told = {("crisis", "iberluz"), ("opportunity", "veloz"), ("coordinated", "veloz")}
    assert told <= {(s["kind"], s["brand"]) for s in signals}
    for signal in signals:
        done = escucha("explain", signal["id"], "--from", results)
        assert done.returncode == 0, done.stderr.decode()
        said = orjson.loads(done.stdout)
        assert said["signal"] == signal
        assert said["recomputed"]["agrees"] and not said["recomputed"]["differences"]
        assert said["recomputed"]["value"] == signal["value"]
        assert signal["sentence"]["en"] in done.stderr.decode()


def test_the_beginning_of_an_id_is_enough(escucha: Escucha, results: Path) -> None:
    signal = crisis_of(results)
    done = escucha("explain", signal["id"][:14], "--from", results)
    assert done.returncode == 0
    assert orjson.loads(done.stdout)["signal"]["id"] == signal["id"]


def turn_positive(mention: dict[str, Any]) -> None:
    mention["understanding"]["sentiment"]["label"] = "positive"


@pytest.mark.parametrize("how", ["one withdrawn", "one said to be positive"])
def test_a_tampered_mention_is_found_out(escucha: Escucha, results: Path, tmp_path: Path, how: str) -> None:
    signal = crisis_of(results)

    def change(mentions: list[Any]) -> list[Any]:
        victim = next(mention for mention in mentions if in_tested_bucket(signal, mention))
        if how == "one withdrawn":
            mentions.remove(victim)
        else:
            turn_positive(victim)
        return mentions

    done = escucha("explain", signal["id"], "--from", tampered(results, tmp_path / "tampered", change))
    assert done.returncode == 1
    again = orjson.loads(done.stdout)["recomputed"]
    assert not again["agrees"]
    assert any("count of the tested bucket" in difference for difference in again["differences"])
    assert "it differs" in done.stderr.decode()
    assert "count of the tested bucket" in done.stderr.decode()


def test_what_lies_outside_the_tested_bucket_changes_nothing(escucha: Escucha, results: Path, tmp_path: Path) -> None:
    """The detector's state before the tested point is in the signal, so older mentions may expire."""
    signal = crisis_of(results)
    folder = tampered(results, tmp_path / "expired", lambda ms: [m for m in ms if in_tested_bucket(signal, m) or from_wire(m["event_time"]) >= from_wire(signal["window_end"]) - BUCKET])  # fmt: skip
    assert len(lines(folder / "mentions.jsonl")) < len(lines(results / "mentions.jsonl"))
    assert escucha("explain", signal["id"], "--from", folder).returncode == 0


def test_hostile_words_in_the_evidence_are_shown_and_not_obeyed(
    escucha: Escucha, results: Path, tmp_path: Path
) -> None:
    signal = crisis_of(results)
    signal["evidence"][0]["text"] = "[/red] [bold \x1b]0;owned\x07 \x9b2J \u2028 \\[x"
    folder = tampered(results, tmp_path / "hostile", lambda mentions: mentions)
    (folder / "signals.jsonl").write_bytes(orjson.dumps(signal) + b"\n")
    done = escucha("explain", signal["id"], "--from", folder)
    assert done.returncode == 0, done.stderr.decode()
    said = done.stderr.decode()
    assert "[/red] [bold  ]0;owned  " in said
    assert not {"\x1b", "\x07", "\x9b"} & set(said)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sig_doesnotexist", "--from", "out"], "no signal 'sig_doesnotexist'"),
        (["sig_", "--from", "out"], "is the beginning of"),
        (["sig_1", "--from", "absent"], "--from takes the --out directory of a replay"),
        (["sig_1", "--data", "absent"], "run `escucha run` first"),
    ],
)
def test_a_signal_that_is_not_there_ends_with_two_and_a_remedy(
    escucha: Escucha, results: Path, arguments: list[str], words: str
) -> None:
    done = escucha("explain", *arguments, cwd=results.parent)
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
