"""The sentence: the signal's own numbers, as a person would say them."""

from __future__ import annotations

import msgspec
import pytest

from pipeline.detect.sentence import sentence_of
from schemas.kinds import Edge, SignalKind
from schemas.signal import Contribution, Drivers, Reading, Sentence, Signal


def signal(**changed):
    base = Signal(
        id="sig_1",
        incident="inc_1",
        kind=SignalKind.CRISIS,
        edge=Edge.FIRING,
        severity="critical",
        brand="iberluz",
        key="negative",
        rule="crisis-negative",
        rule_version=1,
        config="v1",
        at="2026-11-22T12:33:07.000Z",
        window_start="2026-11-22T11:35:00.000Z",
        window_end="2026-11-22T12:35:00.000Z",
        value=48,
        expected=6.24,
        score=9.4321,
        threshold=5.0,
        n=68,
        authors=31,
        negative_share=0.7059,
        baseline_negative_share=0.18,
        reading=Reading("negative", 20, 9.4321, [], [], True),
        drivers=[Drivers("network", 42, [Contribution("x", 40, 4, 36), Contribution("reddit", 8, 2, 6)])],
        evidence=[],
        sentence=Sentence("", ""),
    )
    return msgspec.structs.replace(base, **changed)


def test_a_crisis_in_both_languages():
    said = sentence_of(signal(), "Iberluz")
    assert said.es == (
        "Iberluz: posible crisis. 48 menciones negativas de 31 personas en la hora hasta las 12:33 UTC del 22 de noviembre; "
        "lo habitual son 6,2 (puntuación 9,4, umbral 5). Es negativo el 71 % de 68 opiniones, frente al 18 % habitual. "
        "Lo que más pesa: la red x (+36)."
    )
    assert said.en == (
        "Iberluz: possible crisis. 48 negative mentions by 31 people in the hour to 12:33 UTC on 22 November; "
        "6.2 are usual (score 9.4, threshold 5). 71% of 68 opinions are negative, usually 18%. "
        "Main driver: the network x (+36)."
    )


def test_one_is_singular():
    said = sentence_of(signal(value=1, expected=1.0, authors=1, n=1, negative_share=1.0), "Iberluz")
    assert "1 mención negativa de 1 persona en" in said.es
    assert "lo habitual es 1 (" in said.es
    assert "el 100 % de 1 opinión," in said.es
    assert "1 negative mention by 1 person in" in said.en
    assert "; 1 is usual" in said.en
    assert "100% of 1 opinion is negative" in said.en


def test_one_o_clock_is_singular_in_spanish():
    early = signal(at="2026-11-22T01:10:00.000Z", window_end="2026-11-22T01:15:00.000Z")
    assert "hasta la 01:10 UTC" in sentence_of(early, "Iberluz").es


def test_what_is_unknown_is_not_said():
    said = sentence_of(signal(baseline_negative_share=None, drivers=[]), "Iberluz")
    assert "habitual." not in said.es
    assert "usually" not in said.en
    assert "driver" not in said.en
    assert "Es negativo" not in sentence_of(signal(negative_share=None), "Iberluz").es


def test_a_cold_baseline_says_so_instead_of_a_score():
    said = sentence_of(signal(reading=Reading("negative", 20, 9.4, [], [], False)), "Iberluz")
    assert "aún no hay historia suficiente" in said.es
    assert "not enough history yet" in said.en
    assert "score" not in said.en


def test_weights_are_said_in_mentions():
    weighted = signal(value=525_000, expected=62_400.0, reading=Reading("weighted_negative", 1, 9.4, [], [], True))
    assert "52,5 menciones negativas, ponderadas por influencia, de 31 personas" in sentence_of(weighted, "Iberluz").es
    assert "6.2 are usual" in sentence_of(weighted, "Iberluz").en


def test_residues_and_single_labels_are_not_drivers():
    parts = [Contribution("other", 90, 0, 90), Contribution("product:app", 5, 1, 4)]
    alone = Drivers("language", 42, [Contribution("es", 48, 6, 42)])
    said = sentence_of(signal(drivers=[alone, Drivers("target", 94, parts)]), "Iberluz")
    assert "the target product:app (+4)" in said.en


@pytest.mark.parametrize("kind", list(SignalKind))
@pytest.mark.parametrize("edge", list(Edge))
@pytest.mark.parametrize("channel", ["total", "negative", "positive", "weighted_negative", "questions"])
def test_every_kind_edge_and_channel_has_words(kind, edge, channel):
    said = sentence_of(signal(kind=kind, edge=edge, reading=Reading(channel, 1, 9.4, [], [], True)), "Iberluz")
    for text in (said.es, said.en):
        assert text.startswith("Iberluz: ")
        assert text.endswith(".")
        assert "  " not in text
