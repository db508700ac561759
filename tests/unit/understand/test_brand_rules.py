"""A brand's own words decide over the models, where they stand and for that brand only, and the trace says so."""

import pytest

from pipeline.understand.brand import brand_rules
from pipeline.understand.text import fold
from schemas.config import Brand, Lexicon
from schemas.kinds import Intent, Polarity
from schemas.mention import Sentiment, Understanding

MODEL = Sentiment(Polarity.NEUTRAL, 0.2, 0.6, 0.2, "model")
SAID = Understanding(sentiment=MODEL, intents=[Intent.QUESTION], signature=[1, 2])


def rules(lexicon=None, intents=None):
    brand = Brand("iberluz", "Iberluz", [], lexicon=lexicon, intents=intents or {})
    return brand_rules([brand], "cfg_1")["iberluz"]


@pytest.mark.parametrize(
    ("lexicon", "text", "label"),
    [
        (Lexicon(negative=["pico y placa"]), "hoy pico y placa otra vez", Polarity.NEGATIVE),
        (Lexicon(negative=["PICO Y PLACA"]), "Hoy Pico y Placa", Polarity.NEGATIVE),
        (Lexicon(negative=["carer*"]), "son unos careros", Polarity.NEGATIVE),
        (Lexicon(positive=["luz verde"]), "me dieron luz verde", Polarity.POSITIVE),
        (Lexicon(positive=["💡"]), "mira 💡", Polarity.POSITIVE),
        (Lexicon(positive=["rompe"]), "este disco la rompe", Polarity.POSITIVE),
        (Lexicon(positive=["veloz"]), "no es veloz", Polarity.NEGATIVE),
        (Lexicon(negative=["ñoño"]), "qué ñoño", Polarity.NEGATIVE),
    ],
)
def test_the_brands_word_decides(lexicon, text, label):
    understood = rules(lexicon).apply(SAID, fold(text))
    assert understood.sentiment.label is label
    assert understood.sentiment.model == "cfg_1"
    assert understood.sentiment.negative + understood.sentiment.neutral + understood.sentiment.positive == 1
    assert understood.trace[0].startswith(f"brand:{'positive' if lexicon.positive else 'negative'}:")


@pytest.mark.parametrize("text", ["hoy hace sol", "", "picoyplaca", "pico, y placa"])
def test_without_the_brands_words_nothing_changes(text):
    assert rules(Lexicon(negative=["pico y placa"])).apply(SAID, fold(text)) is SAID


def test_words_that_contradict_each_other_leave_the_model_its_say_and_mark_it_mixed():
    understood = rules(Lexicon(negative=["carero"], positive=["luz verde"])).apply(SAID, "luz verde y carero")
    assert understood.sentiment == Sentiment(Polarity.NEUTRAL, 0.2, 0.6, 0.2, "model", mixed=True)


def test_a_neutral_word_is_taken_out_before_the_model_reads_again():
    read = []

    def rescore(text):
        read.append(text)
        return MODEL

    bad = Understanding(sentiment=Sentiment(Polarity.NEGATIVE, 0.8, 0.1, 0.1, "model"))
    understood = rules(Lexicon(neutral=["war zone"])).apply(bad, fold("War Zone sale hoy"), rescore)
    assert read == ["  sale hoy"]
    assert understood.sentiment is MODEL
    assert understood.trace == ["brand:neutral:war zone"]


def test_a_neutral_word_judges_no_aspect():
    text = fold("la app Mala Noche")
    assert rules(Lexicon(neutral=["mala noche"])).apply(SAID, text).aspects == []
    assert [one.sentiment for one in rules(Lexicon(positive=["mala noche"])).apply(SAID, text).aspects] == [
        Polarity.POSITIVE
    ]


def test_a_phrase_means_an_intent_beside_those_that_were_found():
    understood = rules(intents={Intent.SWITCH: ["a luznorte"]}).apply(SAID, fold("me voy a LuzNorte?"))
    assert understood.intents == [Intent.QUESTION, Intent.SWITCH]
    assert understood.sentiment is MODEL
    assert understood.signature == [1, 2]
    assert understood.trace == ["brand:switch:a luznorte"]


def test_the_trace_stays_short_and_the_brands_reasons_come_first():
    words = [f"palabra{n}" for n in range(20)]
    said = Understanding(sentiment=MODEL, trace=["complaint:no carga"])
    assert len(rules(Lexicon(negative=words)).apply(said, " ".join(words)).trace) == 8
    assert rules(Lexicon(negative=["caro"])).apply(said, "caro").trace == ["brand:negative:caro", "complaint:no carga"]


def test_only_brands_with_words_of_their_own_have_rules():
    bare = Brand("a", "A", [])
    wordy = Brand("b", "B", [], lexicon=Lexicon(negative=["caro"]))
    assert list(brand_rules([bare, wordy], "cfg_1")) == ["b"]
