"""`escucha score` and `escucha evaluate`: what they print, of which labels, and what they say of wrong input."""

import json

import pytest

from agents.commandline import dispatch


@pytest.fixture
def lines(tmp_path):
    def write(*rows, name="rows.jsonl"):
        path = tmp_path / name
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", "utf-8")
        return str(path)

    return write


@pytest.fixture
def run(capfd):
    def command(*argv):
        code = dispatch([str(one) for one in argv])
        out, err = capfd.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return command


def test_score_prints_each_object_with_what_was_understood(lines, run):
    file = lines(
        {"text": "Pésimo servicio, llevo tres días sin luz y nadie contesta 😡", "lang": "es", "id": 7},
        {"text": "Thank you so much, you made my day 😍"},
        {"text": ""},
    )
    code, (first, second, third), _ = run("score", file)
    assert code == 0
    assert (first["id"], first["language"], first["sentiment"]["label"]) == (7, "es", "negative")
    assert first["emotion"]["label"] == "anger"
    assert "complaint" in first["intents"]
    assert (second["language"], second["sentiment"]["label"]) == ("en", "positive")
    assert "thanks" in second["intents"]
    assert (third["language"], third["sentiment"], third["emotion"], third["intents"]) == (None, None, None, [])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 2: not JSON"),
        ('{"words": 1}', 'line 2: an object with a "text"'),
        ('{"text": "a", "lang": 3}', "line 2"),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path, run, line, says):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "hola"}\n' + line + "\n")
    code, _, err = run("score", path)
    assert code == 2
    assert says in err


def test_a_missing_file_is_named(tmp_path, run):
    code, _, err = run("evaluate", "sentiment", tmp_path / "none.jsonl")
    assert code == 2
    assert "none.jsonl" in err


def test_tier_1_reads_again_what_is_in_its_language(lines, run):
    file = lines({"text": "I guess the app is fine", "lang": "en"}, {"text": "La app va bien", "lang": "es"})
    code, said, _ = run("score", file, "--tier", "1")
    assert code == 0
    assert ["+tier1-en-" in row["sentiment"]["model"] for row in said] == [True, False]


@pytest.mark.parametrize(
    "labels",
    [("negative", "positive", "neutral"), (0, 2, 1), ("0", "2", "1"), (["negative"], ["positive"], ["neutral"])],
)
def test_polarities_are_known_by_each_of_their_names(lines, run, labels):
    texts = (
        "Worst customer service ever, total scam",
        "I love this, great service!",
        "The store opens at nine on Monday",
    )
    file = lines(*({"text": text, "label": label} for text, label in zip(texts, labels, strict=True)))
    code, (figures,), _ = run("evaluate", "sentiment", file)
    assert code == 0
    assert figures["n"] == 3
    assert figures["per_class"]["negative"]["recall"] == figures["per_class"]["positive"]["recall"] == 100
    assert {"macro_recall", "macro_f1", "accuracy", "ece", "coverage", "texts_per_second"} <= figures.keys()


def test_emotions_are_asked_for_among_the_labels_of_the_file(lines, run):
    file = lines(
        {"text": "so angry right now, furious 😡", "label": "anger"},
        {"text": "what a wonderful day, so happy", "label": "joy"},
        {"text": "never give up, tomorrow will be better", "label": "optimism"},
        {"text": "no label", "label": "unheard of"},
    )
    code, (figures,), err = run("evaluate", "emotion", file)
    assert code == 0
    assert (figures["n"], set(figures["per_class"])) == (3, {"anger", "joy", "optimism"})
    assert "1 of 4 lines" in err


def test_several_intents_are_measured_each(lines, run):
    file = lines(
        {"text": "thank you! when do you open?", "label": ["thanks", "question"]},
        {"text": "nice weather", "label": []},
        {"text": "how do I reset my password?", "label": "QUE"},
    )
    _, (figures,), _ = run("evaluate", "intent", file)
    assert figures["per_class"]["question"] == {"n": 2, "precision": 100, "recall": 100, "f1": 100}
    assert figures["per_class"]["thanks"]["n"] == 1


def test_a_label_of_one_needs_a_name(lines, run):
    rows = ({"text": "my order never arrived and nobody answers", "label": "1"}, {"text": "hello", "label": "0"})
    code, _, err = run("evaluate", "intent", lines(*rows))
    assert code == 2
    assert "--intent" in err
    for argv in ((lines(*rows), "--intent", "complaint"), (lines(*rows, name="complaints.jsonl"),)):
        _, (figures,), _ = run("evaluate", "intent", *argv)
        assert figures["per_class"]["complaint"] == {"n": 1, "precision": 100, "recall": 100, "f1": 100}


def test_languages_are_read_without_being_told(lines, run):
    file = lines(
        {"text": "Llevo tres días sin luz y nadie contesta al teléfono", "lang": "es"},
        {"text": "Three days without power and nobody answers the phone", "lang": "en"},
        {"text": "Drei Tage ohne Strom und niemand geht ans Telefon", "label": "de"},
    )
    _, (figures,), _ = run("evaluate", "language", file)
    assert (figures["n"], figures["accuracy"], figures["coverage"]) == (3, 100, 100)


def test_a_file_without_known_labels_is_refused(lines, run):
    code, _, err = run("evaluate", "sentiment", lines({"text": "hola"}))
    assert code == 2
    assert "label" in err


@pytest.mark.parametrize("task", ["sentiment", "emotion"])
def test_a_line_with_an_empty_list_of_labels_is_left_out(lines, run, task):
    file = lines(
        {"text": "me encanta", "label": []},
        {"text": "qué alegría 😍", "label": {"sentiment": "positive"}.get(task, "joy")},
    )
    code, (found,), err = run("evaluate", task, file, "--tier", "0")
    assert (code, found["n"]) == (0, 1)
    assert "1 of 2 lines have no label" in err


@pytest.mark.parametrize(
    "argv",
    [("score", "--tier", "0"), ("match", "iberluz"), ("evaluate", "sentiment", "--tier", "0")],
    ids=lambda a: a[0],
)
def test_a_byte_order_mark_before_the_first_line_is_no_part_of_it(tmp_path, run, argv):
    path = tmp_path / "from-windows.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "me encanta Iberluz", "label": "positive"}\r\n')
    code, (found,), _ = run(*argv, path)
    assert code == 0
    assert found.get("text", "me encanta Iberluz") == "me encanta Iberluz"
