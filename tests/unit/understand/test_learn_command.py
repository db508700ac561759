"""`escucha learn`: what it takes, what it says, when it writes and when it does not; and that the stream reads what it wrote."""

import json

import numpy as np
import pytest

from agents.commandline import dispatch
from agents.config import load_config
from pipeline.match import Matcher, config_version
from pipeline.match.timeline import Timeline
from pipeline.processors import Plan, understand
from pipeline.record import Record
from pipeline.understand import corpus
from schemas.codec import decode
from schemas.mention import Mention
from schemas.topics import MENTIONS, RAW

CONFIG = """# my brands
brands:
  - id: kerlova  # fibre
    name: Kerlova
    targets: [{type: brand, query: kerlova}]
  - id: other
    name: Other
    targets: [{type: brand, query: kerlova}]
"""
AT = 1_795_348_800_000


def jargon(count=240):
    """Real mentions, and two words of the trade that decide."""
    written = [one for one in corpus.read("train") if one.lang == "es" and one.sentiment != "mixed"][:count]
    rows = []
    for number, one in enumerate(written):
        word, label = [("hoy zarpo", "negative"), ("con quilma", "positive"), ("", one.sentiment)][number % 3]
        rows.append({"text": f"{one.text} {word}".strip(), "label": label, "lang": "es"})
    return rows


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.delenv("ESCUCHA_CONFIG", raising=False)
    (tmp_path / "escucha.yaml").write_text(CONFIG)
    return tmp_path


@pytest.fixture
def learn(folder, capfd, tier0, monkeypatch):
    # The packaged model, loaded once for all of these tests.
    monkeypatch.setattr("agents.commands.learn.Mind", lambda files: tier0._mind)

    def command(rows, *argv, config=True):
        file = folder / "labels.jsonl"
        if not isinstance(rows, bytes):
            rows = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        file.write_bytes(rows)
        named = ["--config", str(folder / "escucha.yaml")] if config else []
        code = dispatch(["learn", "kerlova", str(file), *named, *argv])
        out, err = capfd.readouterr()
        return code, json.loads(out) if out else None, err

    return command


def test_what_is_better_is_written_named_and_used(folder, learn, tier0):
    code, told, err = learn(jargon())
    assert code == 0
    assert told["better"]
    assert told["after"]["macro_f1"] > told["before"]["macro_f1"]
    assert told["interval"]["macro_f1"][0] > 0
    assert told["labels"]["negative"] + told["labels"]["neutral"] + told["labels"]["positive"] == 240
    assert "macro F1" in err
    assert (folder / "escucha.yaml").read_text() == CONFIG.replace(
        "  # fibre\n", "  # fibre\n    learned: learned/kerlova.json\n"
    )
    ours, theirs = published(load_config(folder / "escucha.yaml", {}), tier0, "Kerlova en casa hoy zarpo")
    assert ours.understanding.sentiment.label == "negative"
    assert ours.understanding.sentiment.model == f"{tier0.version}+{told['model']}"
    assert ours.understanding.trace[0].startswith("brand:learned:")
    assert "zarpo" in ours.understanding.trace[0]
    assert theirs.understanding.sentiment.model == tier0.version
    assert theirs.understanding.trace == []


def published(config, tier0, text, lang="es"):
    payload = {
        "id": "1",
        "uri": "https://m.example/1",
        "created_at": "2026-11-22T12:00:00.000Z",
        "content": f"<p>{text}</p>",
        "language": lang,
        "visibility": "public",
        "account": {"id": "1", "acct": "ana", "url": "https://m.example/@ana", "uri": "https://m.example/users/ana"},
    }
    headers = (("network", b"mastodon"), ("source", b"m"), ("ce_id", b"1"))
    timeline = Timeline(0, Matcher(config.brands, config_version(config)))
    stage = understand(0, Plan(1, 1, 1, 1), timeline, tier0, config)
    stage.let_go()
    out = stage.process([Record(RAW, 0, 0, AT, b"k", json.dumps(payload).encode(), headers)])
    return [decode(Mention, record.value) for record in out.records if record.topic == MENTIONS]


def test_score_and_evaluate_read_as_the_brand_does(folder, learn, capfd):
    told = learn(jargon())[1]
    (folder / "texts.jsonl").write_bytes(row("Kerlova en casa hoy zarpo", "negative", lang="es") * 3)
    named = ["--brand", "kerlova", "--config", str(folder / "escucha.yaml"), "--tier", "0"]
    assert dispatch(["score", str(folder / "texts.jsonl"), *named]) == 0
    scored = json.loads(capfd.readouterr().out.splitlines()[0])["sentiment"]
    assert (scored["label"], scored["model"].split("+")[1]) == ("negative", told["model"])
    assert dispatch(["evaluate", "sentiment", str(folder / "texts.jsonl"), *named]) == 0
    assert json.loads(capfd.readouterr().out)["accuracy"] == 100
    assert dispatch(["score", str(folder / "texts.jsonl"), *named, "--brand", "kerlov"]) == 2
    assert "did you mean kerlova?" in capfd.readouterr().err


def test_a_mention_in_another_language_stays_as_tier_0_read_it(folder, learn, tier0):
    assert learn(jargon())[0] == 0
    ours, theirs = published(load_config(folder / "escucha.yaml", {}), tier0, "Kerlova is down again, zarpo", "en")
    assert ours.understanding == theirs.understanding


def test_the_brands_own_words_have_the_last_word(folder, learn, tier0):
    lexicon = "    targets: [{type: brand, query: kerlova}]\n    lexicon: {positive: [zarpo]}\n"
    text = CONFIG.replace("    targets: [{type: brand, query: kerlova}]\n", lexicon, 1)
    (folder / "escucha.yaml").write_text(text)
    assert learn(jargon())[0] == 0
    config = load_config(folder / "escucha.yaml", {})
    ours, _ = published(config, tier0, "Kerlova en casa hoy zarpo")
    assert ours.understanding.sentiment.label == "positive"
    assert ours.understanding.sentiment.model == config_version(config)
    assert [reason.split(":")[1] for reason in ours.understanding.trace[:2]] == ["positive", "learned"]


def test_learning_again_writes_the_same_file_and_leaves_the_configuration(folder, learn):
    learn(jargon())
    config, file = (folder / "escucha.yaml").read_bytes(), (folder / "learned" / "kerlova.json").read_bytes()
    code, told, err = learn(list(reversed(jargon())))
    assert (code, told["configured"]) == (0, True)
    assert "names it already" in err
    assert (folder / "escucha.yaml").read_bytes() == config
    assert (folder / "learned" / "kerlova.json").read_bytes() == file


def test_what_was_learnt_over_an_older_tier_0_is_no_hindrance_to_learning_again(folder, learn):
    learn(jargon())
    (folder / "learned" / "kerlova.json").write_text("{}")
    assert learn(jargon())[0] == 0
    assert load_config(folder / "escucha.yaml", {}).brands[0].learned


def test_a_check_writes_nothing(folder, learn):
    code, told, _ = learn(jargon(), "--check")
    assert (code, told["better"]) == (0, True)
    assert "written" not in told
    assert not (folder / "learned").exists()
    assert (folder / "escucha.yaml").read_text() == CONFIG
    assert learn(jargon(), "--check", config=False)[0] == 0


def shuffled():
    rows = jargon()
    labels = np.random.default_rng(5).permutation([row["label"] for row in rows])
    return [{**row, "label": str(label)} for row, label in zip(rows, labels, strict=True)]


def test_shuffled_labels_are_refused(folder, learn):
    code, told, err = learn(shuffled())
    assert (code, told["better"]) == (1, False)
    assert "not better" in err
    assert not (folder / "learned").exists()
    assert (folder / "escucha.yaml").read_text() == CONFIG


def test_one_who_insists_gets_it_and_is_told(folder, learn):
    code, told, err = learn(shuffled(), "--force")
    assert (code, told["better"]) == (0, False)
    assert "not better" in err
    assert (folder / "learned" / "kerlova.json").exists()


def test_a_brand_in_braces_gets_the_line_to_add(folder, learn):
    (folder / "escucha.yaml").write_text("brands: [{id: kerlova, name: K, targets: [{type: brand, query: kerlova}]}]\n")
    code, told, err = learn(jargon())
    assert (code, told["configured"], told["line"]) == (0, False, "learned: learned/kerlova.json")
    assert "add this line" in err
    assert (folder / "learned" / "kerlova.json").exists()


def row(text="hola", label="neutral", **more):
    return json.dumps({"text": text, "label": label, **more}).encode() + b"\n"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no labels"),
        (b"\n\n", "no labels"),
        (row() + b"{\n", "line 2: not JSON"),
        (row() + b"\xff\n", "line 2: not JSON"),
        (row() + b'{"label": "neutral"}\n', 'line 2: an object with a "text"'),
        (row() + b"[]\n", "line 2: an object"),
        (row() + b"\n" + row(label="angry"), 'line 3: "label" is "angry"; write "negative", "neutral" or "positive"'),
        (row(label=1), 'line 1: "label" is 1'),
        (row(label=None), 'line 1: "label" is null'),
        (row(lang=3), 'line 1: "lang" is a language tag'),
        (row(label="angry") * 9, "and 4 lines more"),
        (row(), "0 texts that are not near-duplicates"),
        (b"".join(row(f"hola {n} {n * 7}", "neutral", lang="es") for n in range(300)), "near-duplicates"),
        (b"".join(row("x" * 10_000 + str(n), "neutral") for n in range(20)), "at least 50"),
    ],
)
def test_labels_that_are_wrong_are_told_with_their_lines(folder, learn, data, says):
    code, _, err = learn(data)
    assert code == 2
    assert says in err
    assert not (folder / "learned").exists()


def test_a_brand_of_one_label_is_told_what_is_wanted(learn):
    code, _, err = learn([{**row, "label": "negative"} for row in jargon()])
    assert code == 2
    assert "0 neutral texts" in err


def test_languages_that_tier_0_does_not_read_are_left_out_and_counted(learn):
    strange = [{"text": f"これは良いですね {n} とても", "label": "positive", "lang": "ja"} for n in range(30)]
    code, told, err = learn([*jargon(), *strange], "--check")
    assert code == 0
    assert sum(told["left_out"].values()) == 30
    assert "30 texts" in err
    assert told["languages"] == ["es"]


def test_a_few_labels_of_another_language_are_left_out(learn):
    few = [{"text": f"My fibre is down for {n} days now", "label": "negative", "lang": "en"} for n in range(19)]
    _, told, _ = learn([*jargon(), *few], "--check")
    assert told["languages"] == ["es"]
    assert told["left_out"] == {"in a language with fewer than 20 labels": 19}


def test_a_brand_that_is_not_there_is_told(folder, learn, capfd):
    code = dispatch(["learn", "kerlov", str(folder / "labels.jsonl"), "--config", str(folder / "escucha.yaml")])
    assert code == 2
    assert "did you mean kerlova?" in capfd.readouterr().err


def test_without_a_configuration_nothing_can_be_written(learn):
    code, _, err = learn(jargon(), config=False)
    assert code == 2
    assert "--config" in err
