"""`tiers:`: what may be written, what each mistake is told, and that the example's comments are valid."""

from pathlib import Path

import pytest

from agents.config import ConfigError, parse_config
from schemas.config import Budget, Onnx, Tiers, Transformers
from schemas.kinds import Polarity

ROOT = Path(__file__).resolve().parents[3]
BRAND = "brands:\n  - id: iberluz\n    name: Iberluz\n    targets:\n      - {type: brand, query: 'iberluz'}\n"


def tiers(section):
    return parse_config((BRAND + section).encode(), "e.yaml", {}).tiers


@pytest.mark.parametrize(
    ("section", "meant"),
    [
        ("", Tiers()),
        ("tiers:\n", Tiers()),
        ("tiers: {}\n", Tiers()),
        ("tiers: {onnx: false}\n", Tiers()),
        ("tiers: {onnx: true}\n", Tiers(onnx=Onnx())),
        ("tiers:\n  onnx:\n", Tiers(onnx=Onnx())),
        ("tiers: {onnx: {}}\n", Tiers(onnx=Onnx(Budget(share=0.3)))),
        ("tiers: {onnx: {budget: {rate: 50}}}\n", Tiers(onnx=Onnx(Budget(rate=50.0)))),
        ("tiers: {onnx: {budget: {}}}\n", Tiers(onnx=Onnx(Budget()))),
        (
            "tiers: {onnx: {budget: {share: 0, influence: 60}, deadline_ms: 100, queue: 500}}\n",
            Tiers(onnx=Onnx(Budget(share=0.0, influence=60.0), 100, 500)),
        ),
        ("tiers: {transformers: {model: ./m}}\n", Tiers(transformers=Transformers("./m"))),
        (
            "tiers: {transformers: {model: a/b, labels: {bad: negative, '5 stars': positive}, languages: [es, es], workers: 2}}\n",
            Tiers(
                transformers=Transformers(
                    "a/b", {"bad": Polarity.NEGATIVE, "5 stars": Polarity.POSITIVE}, ["es"], workers=2
                )
            ),
        ),
    ],
)
def test_what_is_written_is_what_is_meant(section, meant):
    assert tiers(section) == meant


@pytest.mark.parametrize(
    ("section", "path", "message", "remedy"),
    [
        ("tiers: yes please\n", "tiers", "expected a mapping, found text", "tiers: {onnx:"),
        ("tiers: {onxx: true}\n", "tiers.onxx", "unknown key", "did you mean onnx?"),
        ("tiers: {onnx: on top}\n", "tiers.onnx", "expected a mapping, found text", "onnx: true"),
        ("tiers: {onnx: {deadline: 250}}\n", "tiers.onnx.deadline", "unknown key", "did you mean deadline_ms?"),
        ("tiers: {onnx: {deadline_ms: 0}}\n", "tiers.onnx.deadline_ms", "0 is out of range", "from 1 to 5000"),
        ("tiers: {onnx: {queue: many}}\n", "tiers.onnx.queue", "expected a whole number", "from 1 to"),
        ("tiers: {onnx: {budget: 0.3}}\n", "tiers.onnx.budget", "expected a mapping, found a number", "{share: 0.3}"),
        ("tiers: {onnx: {budget: {share: 30}}}\n", "tiers.onnx.budget.share", "30 is out of range", "from 0 to 1"),
        ("tiers: {onnx: {budget: {rate: -1}}}\n", "tiers.onnx.budget.rate", "-1 is out of range", "from 0 to"),
        (
            "tiers: {onnx: {budget: {share: '0.3'}}}\n",
            "tiers.onnx.budget.share",
            "expected a number, found text",
            "0 to 1",
        ),
        ("tiers: {onnx: {budget: {influence: 101}}}\n", "tiers.onnx.budget.influence", "out of range", "from 0 to 100"),
        ("tiers: {transformers: }\n", "tiers.transformers", "found nothing", "transformers: {model:"),
        ("tiers: {transformers: {workers: 1}}\n", "tiers.transformers.model", "missing", "owner/name"),
        (
            "tiers: {transformers: {model: m, labels: {A: sad}}}\n",
            "tiers.transformers.labels.A",
            "unknown A 'sad'",
            "write one of negative, neutral, positive",
        ),
        (
            "tiers: {transformers: {model: m, languages: [español]}}\n",
            "tiers.transformers.languages[0]",
            "not a language",
            "as es",
        ),
        (
            "tiers: {transformers: {model: m, workers: 0}}\n",
            "tiers.transformers.workers",
            "out of range",
            "from 1 to 64",
        ),
    ],
)
def test_a_mistake_is_told_where_it_stands(section, path, message, remedy):
    with pytest.raises(ConfigError) as caught:
        tiers(section)
    [problem] = caught.value.problems
    assert (problem.path, problem.line >= 6) == (path, True)
    assert message in problem.message
    assert remedy in problem.remedy


def test_what_the_example_shows_is_valid():
    lines = (ROOT / "deploy" / "escucha.example.yaml").read_text().splitlines()
    section = [line.removeprefix("# ") for line in lines[lines.index("# tiers:") :]]
    found = tiers("\n".join(section) + "\n")
    assert found.onnx == Onnx(Budget(share=0.3, influence=60.0))
    assert found.transformers is not None
    assert found.transformers.labels["LABEL_2"] is Polarity.POSITIVE
