"""Which language: declared where the text is short, detected where it is long, null where nobody can tell."""

import pytest


@pytest.mark.parametrize(
    ("declared", "text", "value", "source"),
    [
        (None, "Llevo tres días sin luz y nadie contesta al teléfono", "es", "detected"),
        (None, "Three days without power and nobody answers the phone", "en", "detected"),
        (None, "Estou há três dias sem luz e ninguém atende o telefone", "pt", "detected"),
        (None, "Trois jours sans électricité et personne ne répond", "fr", "detected"),
        (None, "Tre giorni senza luce e nessuno risponde al telefono", "it", "detected"),
        (None, "Drei Tage ohne Strom und niemand geht ans Telefon", "de", "detected"),
        (None, "ثلاثة أيام بدون كهرباء ولا أحد يرد على الهاتف", "ar", "detected"),
        (None, "तीन दिन से बिजली नहीं है और कोई फोन नहीं उठाता", "hi", "detected"),
        (None, "このサービスは最悪です。もう三日も電気がない", "ja", "detected"),
        ("en", "Llevo tres días sin luz y nadie contesta al teléfono", "es", "detected"),
        ("es-AR", "Llevo tres días sin luz y nadie contesta al teléfono", "es-AR", "declared"),
        ("es", "ok", "es", "declared"),
        ("en", "hola", "en", "declared"),
        ("eu", "Gaur ere argirik gabe, lotsagarria da hau benetan", "eu", "declared"),
    ],
)
def test_the_language_of(understood, declared, text, value, source):
    lang = understood(text, declared)[0]
    assert (lang.value, lang.source) == (value, source)


@pytest.mark.parametrize(
    "text",
    ["", "ok", "😍😍😍", "https://example.org/en/articulo-largo", "@una_cuenta_larga 123", "#ok", "asdf qwer zxcv"],
)
def test_too_little_text_has_no_language(understood, text):
    assert understood(text, None)[0] is None


def test_the_shared_validation_tweets_are_told_apart(understood, shared_rows):
    rows = [row for row in shared_rows("umsab", "val") if row["lang"] != "hi"]
    said = [(row["lang"], understood(row["text"], None)[0]) for row in rows]
    right = sum(lang is not None and lang.value == truth for truth, lang in said)
    wrong = [(truth, lang.value) for truth, lang in said if lang is not None and lang.value != truth]
    assert right / len(rows) >= 0.98
    assert len(wrong) / len(rows) <= 0.01
    for language in ("es", "en"):
        assert sum(truth == language for truth, _ in wrong) <= 6
