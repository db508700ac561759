"""`--tier` of score, evaluate and replay: who reads what, how many, and what is said where tier 1 cannot be had."""

import json

import pytest

from agents.commandline import dispatch
from pipeline.understand.faults import ModelFault
from tests.tiny_tier1 import tiny_tier1

SAID = (
    ("what great weather on monday", "neutral"),
    ("I love the weather", "positive"),
    ("an awful day of rain", "negative"),
)
"""What the tiny model says; tier 0 reads the first otherwise."""


@pytest.fixture
def tiny(monkeypatch):
    """English has a tier 1, Spanish none."""
    files = tiny_tier1("en")
    monkeypatch.setattr("agents.tier1.packaged_tier1", {"en": files}.get)


@pytest.fixture
def run(capfd):
    def command(*argv):
        code = dispatch([str(one) for one in argv])
        out, err = capfd.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return command


@pytest.fixture
def lines(tmp_path):
    def write(rows, name="rows.jsonl"):
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        return path

    return write


def english(count):
    return [{"text": f"{SAID[n % 3][0]} {n}", "label": SAID[n % 3][1], "lang": "en"} for n in range(count)]


def test_tier_1_reads_all_of_its_languages_and_nothing_else(tiny, run, lines):
    rows = [*english(3), {"text": "Pésimo servicio, como siempre", "lang": "es"}, {"text": "", "lang": "en"}]
    code, said, _ = run("score", lines(rows), "--tier", "1")
    assert code == 0
    assert [row["sentiment"]["label"] for row in said[:4]] == ["neutral", "positive", "negative", "negative"]
    assert ["+tier1-en-" in row["sentiment"]["model"] for row in said[:4]] == [True, True, True, False]
    assert said[4]["sentiment"] is None


def test_tier_0_reads_alone(tiny, run, lines):
    _, said, _ = run("score", lines(english(3)), "--tier", "0")
    assert not any("tier1" in row["sentiment"]["model"] for row in said)


def test_auto_reads_again_what_the_default_budget_reaches(tiny, run, lines):
    _, said, _ = run("score", lines(english(300)), "--tier", "auto")
    again = sum("tier1" in row["sentiment"]["model"] for row in said)
    assert 20 < again <= 90


def test_figures_are_of_the_tier_asked_for(tiny, run, lines):
    file = lines(english(90))
    figures = {}
    for tier in ("0", "auto", "1"):
        code, (figures[tier],), _ = run("evaluate", "sentiment", file, "--tier", tier)
        assert (code, figures[tier]["tier"], figures[tier]["n"]) == (0, tier, 90)
    assert figures["0"]["read_again"] == 0
    assert 0 < figures["auto"]["read_again"] <= 30
    assert figures["1"]["read_again"] == 100
    assert figures["1"]["macro_recall"] == 100 > figures["0"]["macro_recall"]
    assert "tier1" in figures["1"]["model"]
    assert "tier1" not in figures["0"]["model"]


def test_only_sentiment_has_a_tier_1(tiny, run, lines):
    rows = [{"text": "so happy today", "label": "joy"}, {"text": "furious, so angry", "label": "anger"}]
    _, (figures,), _ = run("evaluate", "emotion", lines(rows), "--tier", "1")
    assert figures["read_again"] == 0


@pytest.mark.parametrize("command", [("score",), ("evaluate", "sentiment")])
def test_where_it_cannot_be_had_the_remedy_is_told_and_auto_does_without(monkeypatch, run, lines, command):
    def missing(language):
        raise ModelFault("Tier 1 needs onnxruntime", "Install it with: pip install 'escucha[onnx]'")

    monkeypatch.setattr("agents.tier1.packaged_tier1", missing)
    file = lines(english(6))
    code, _, err = run(*command, file, "--tier", "1")
    assert code == 2
    assert "pip install 'escucha[onnx]'" in err
    assert "--tier 0" in err
    code, said, err = run(*command, file, "--tier", "auto")
    assert code == 0
    assert said
    assert "tier 0 alone" in err


def test_without_a_word_about_it_tier_0_reads_alone_as_in_the_stream(tiny, run, lines):
    _, said, _ = run("score", lines(english(6)))
    assert all("tier1" not in row["sentiment"]["model"] for row in said)


def test_a_replay_with_tier_1_gives_the_same_bytes_again_however_it_is_cut(tiny, run, lines, tmp_path):
    brands = tmp_path / "brands.yaml"
    brands.write_text(
        "brands:\n  - {id: w, name: W, targets: [{type: brand, query: 'weather OR rain'}]}\n"
        "tiers: {onnx: {budget: {share: 0.5}}}\n"
    )
    statuses = [
        {
            "id": str(n),
            "uri": f"https://m.example/{n}",
            "created_at": f"2026-11-22T12:{n // 60:02}:{n % 60:02}.000Z",
            "content": row["text"],
            "language": "en",
            "visibility": "public",
            "account": {"id": f"a{n}", "acct": f"ana{n}", "url": f"https://m.example/@ana{n}"},
        }
        for n, row in enumerate(english(120))
    ]
    file = lines(statuses, "statuses.jsonl")
    ran = {}
    for name, more in {"plain": (), "auto": ("--tier", "auto"), "cut": ("--tier", "auto", "--batch", "7")}.items():
        out = tmp_path / name
        code, _, _ = run("replay", file, "--network", "mastodon", "--brands", brands, "--out", out, *more)
        assert code == 0
        ran[name] = {path.name: path.read_bytes() for path in out.iterdir()}
    assert ran["auto"] == ran["cut"]
    assert ran["plain"].keys() == ran["auto"].keys()
    assert b"+tier1" not in ran["plain"]["mentions.jsonl"]
    assert 30 < ran["auto"]["mentions.jsonl"].count(b"+tier1") <= 60
    assert ran["plain"]["ledger.json"] == ran["auto"]["ledger.json"]


def test_a_replay_with_tier_1_wants_one_partition(tiny, run, lines, tmp_path):
    rest = ("--network", "mastodon", "--out", tmp_path / "out", "--tier", "auto", "--partitions", "2")
    code, _, err = run("replay", lines([{}]), *rest)
    assert code == 2
    assert "--partitions" in err
