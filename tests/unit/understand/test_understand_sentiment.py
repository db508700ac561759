"""Sentiment of tier 0: what it must get right, and where it must abstain."""

import pytest

from schemas.kinds import MentionKind, Polarity


def label(understanding):
    return understanding.sentiment.label if understanding.sentiment else None


POSITIVE = [
    ("es", "Me encanta el servicio de Iberluz, son excelentes y muy amables"),
    ("es", "Muchas gracias por la ayuda, sois geniales 😍"),
    ("es", "La mejor compañía, la recomiendo, estoy muy contenta"),
    ("es", "Excelente atención, resolvieron todo rapidísimo. Felicidades!"),
    ("en", "I love this, great service and super friendly staff!"),
    ("en", "Thank you so much, you made my day 😍"),
    ("en", "Best coffee in town, so happy with it"),
    ("en", "Amazing support, highly recommend them"),
]
NEGATIVE = [
    ("es", "Pésimo servicio, llevo tres días sin luz y nadie contesta"),
    ("es", "Qué vergüenza de empresa, son unos ladrones"),
    ("es", "Estoy harto, la app no funciona y me cobraron de más 😡"),
    ("es", "El peor servicio al cliente, una estafa, nunca más"),
    ("en", "Worst customer service ever, still waiting for my refund"),
    ("en", "This is terrible, the app keeps crashing and nobody answers 😡"),
    ("en", "I hate this company, what a scam"),
    ("en", "So disappointed, it arrived broken. Never again"),
]


@pytest.mark.parametrize(("lang", "text"), POSITIVE)
def test_a_clearly_pleased_text_is_positive(understood, lang, text):
    assert label(understood(text, lang)[1]) == Polarity.POSITIVE


@pytest.mark.parametrize(("lang", "text"), NEGATIVE)
def test_a_clearly_angry_text_is_negative(understood, lang, text):
    assert label(understood(text, lang)[1]) == Polarity.NEGATIVE


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "El nuevo modelo no está nada mal"),
        ("es", "Pues no está mal la comida de ese sitio"),
        ("es", "nada mal el cambio que han hecho"),
        ("es", "No tengo ninguna queja del servicio"),
        ("en", "The new phone is not bad at all"),
        ("en", "Honestly, this wasn't bad"),
        ("en", "Can't complain about the delivery"),
    ],
)
def test_understatement_is_never_read_as_a_complaint(understood, lang, text):
    assert label(understood(text, lang)[1]) in (Polarity.POSITIVE, Polarity.UNSURE)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "No me gusta nada este servicio, no lo recomiendo"),
        ("es", "no funciona nada bien"),
        ("en", "I don't like this at all, not good"),
        ("en", "not happy with the service, do not recommend"),
    ],
)
def test_a_negated_praise_is_not_positive(understood, lang, text):
    assert label(understood(text, lang)[1]) in (Polarity.NEGATIVE, Polarity.UNSURE)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "la app genial pero la entrega un desastre"),
        ("en", "love the product but the delivery was a disaster"),
    ],
)
def test_mixed_feelings_are_never_certain(understood, lang, text):
    sentiment = understood(text, lang)[1].sentiment
    assert max(sentiment.negative, sentiment.neutral, sentiment.positive) < 0.9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("😍😍😍", Polarity.POSITIVE),
        ("👏👏", Polarity.POSITIVE),
        ("😡😡", Polarity.NEGATIVE),
        ("💔😭", Polarity.NEGATIVE),
    ],
)
@pytest.mark.parametrize("lang", [None, "es", "en", "ja"])
def test_emoji_alone_speak_in_every_language(understood, text, expected, lang):
    assert label(understood(text, lang)[1]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t",
        "https://example.org/a/b?c=1",
        "@iberluz",
        "@iberluz @otro https://t.co/x",
        "12345 678",
        "...",
        "\x00\x01\x02",
        "\u200b\u200d\ufeff",
    ],
)
def test_a_text_that_says_nothing_has_no_sentiment(understood, text):
    assert understood(text, "es")[1].sentiment is None


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ja", "このサービスは最悪です"),
        (None, "Сегодня опять нет света, ужасная компания"),
        (None, "今天又停电了，这家公司太差了"),
        (None, "Η εταιρεία είναι απαράδεκτη, δεν έχω ρεύμα"),
        (None, "De trein had vandaag weer een uur vertraging en niemand zegt iets"),
        ("hi", "तीन दिन से बिजली नहीं है और कोई फोन नहीं उठाता"),
        ("eu", "Gaur ere argirik gabe, lotsagarria da hau"),
    ],
)
def test_a_language_without_a_model_has_no_sentiment(understood, lang, text):
    assert understood(text, lang)[1].sentiment is None


def test_letters_that_are_no_words_are_never_believed(understood):
    sentiment = understood("zxqvw wqzxk vkqzj xqzwv", "es")[1].sentiment
    assert max(sentiment.negative, sentiment.neutral, sentiment.positive) < 0.6


def test_ten_kilobytes_and_control_characters_are_read_like_any_text(understood):
    text = "Pésimo servicio, una vergüenza. \x00\x07\x1b[31m\u202e " * 250
    assert len(text) > 10_000
    assert label(understood(text, "es")[1]) == Polarity.NEGATIVE


def test_a_lone_surrogate_does_no_harm(understood):
    assert understood("pésimo servicio \ud83d roto", "es")[1].sentiment is not None


def test_a_repost_has_no_opinion_but_belongs_to_the_cluster_of_the_original(understood):
    original = "Pésimo servicio, llevo tres días sin luz y nadie contesta"
    lang, repost = understood(None, "es", kind=MentionKind.REPOST, quoted_text=original)
    assert repost.sentiment is None
    assert repost.intents == []
    assert repost.signature == understood(original, "es")[1].signature
    assert lang.value == "es"


def test_a_quote_is_judged_by_its_own_words(understood):
    understanding = understood(
        "Me encanta, excelente servicio", "es", kind=MentionKind.QUOTE, quoted_text="Son unos ladrones"
    )[1]
    assert label(understanding) == Polarity.POSITIVE


def test_a_title_is_part_of_what_was_said(understood):
    assert label(understood(None, "en", title="Worst customer service ever, total scam")[1]) == Polarity.NEGATIVE


def test_probabilities_have_four_decimals_and_add_up(understood):
    for lang, text in POSITIVE + NEGATIVE:
        s = understood(text, lang)[1].sentiment
        assert abs(s.negative + s.neutral + s.positive - 1) < 2e-4
        assert all(round(p, 4) == p for p in (s.negative, s.neutral, s.positive))


def test_a_region_uses_its_language(understood):
    assert (
        understood("Pésimo servicio, una vergüenza", "es-MX")[1].sentiment
        == understood("Pésimo servicio, una vergüenza", "es")[1].sentiment
    )


def test_influence_is_left_to_influence(understood):
    assert understood("Me encanta", "es")[1].influence is None
