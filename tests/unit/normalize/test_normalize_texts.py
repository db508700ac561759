"""What all networks share: masking, boilerplate and spam, HTML, offsets, ids that carry time."""

from __future__ import annotations

import time

import pytest

from pipeline.normalize.boilerplate import judge
from pipeline.normalize.fields import count_of, identity, millis_of_seconds, millis_of_text, share_of
from pipeline.normalize.html import to_page, to_text
from pipeline.normalize.offsets import utf8_slice, utf16_slice
from pipeline.normalize.redact import redact
from pipeline.normalize.words import Words
from pipeline.normalize.x_ids import snowflake_millis


@pytest.mark.parametrize(
    "address",
    [
        "ana.perez@ejemplo.es",
        "a+b@sub.ejemplo.co.uk",
        "ana@gmail,com",
        "ana@gmail com",
        "ana @ gmail . com",
        "ana (at) ejemplo dot com",
        "ana [at] ejemplo [dot] com",
        "ana(arroba)ejemplo.es",
        "ana arroba gmail punto com",
        "ana arroba ejemplo.es",
        "ana at ejemplo dot org",
    ],
)
def test_an_email_address_is_masked_however_it_is_written(address: str) -> None:
    assert redact(f"escribe: {address}, gracias") == "escribe: [email], gracias"


@pytest.mark.parametrize(
    "number",
    [
        "+34 612 345 678",
        "+34612345678",
        "0034 912 345 678",
        "612 345 678",
        "612-34-56-78",
        "91 123 45 67",
        "612345678",
        "(555) 123-4567",
        "555-123-4567",
        "+1 (555) 010-9999",
        "55 1234 5678",
        "+54 9 11 4123-4567",
    ],
)
def test_a_telephone_number_is_masked(number: str) -> None:
    assert redact(f"llama ya {number} o escribe") == "llama ya [phone] o escribe"


def test_a_bare_number_is_a_telephone_where_the_words_say_so() -> None:
    assert redact("WhatsApp: 3001234567") == "WhatsApp: [phone]"
    assert redact("555-123-4567 o tel 600111222") == "[phone] o tel [phone]"


@pytest.mark.parametrize(
    "text",
    [
        "hola @ana@mastodon.social y @bea",
        "https://medium.com/@ana/nota-123",
        "https://x.com/i/status/1576994789110992896",
        "cuesta 600 000 000 euros o $600000000 o 1.234.567,89 €",
        "de 2019 2020 2021 a 2023-11-19 12:00, ISBN 978-3-16-148410-0",
        "pedido 1234567890, IP 192.168.100.200, pi 3.14159265358979",
        "nos vemos at home, dot dot dot",
        "un @ suelto y foo@bar",
    ],
)
def test_handles_addresses_prices_dates_and_ids_are_not_masked(text: str) -> None:
    assert redact(text) is text or redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Rating 0.0/5 (0 votes cast)",
        "buen sitio Rating: +3 (from 3 votes)",
        "We use cookies to improve",
        "Utilizamos cookies propias",
    ],
)
def test_what_a_page_says_by_itself_is_boilerplate(text: str) -> None:
    assert judge(text, 0) == (False, True)


def test_opinions_about_votes_and_cookies_are_not() -> None:
    assert judge("the vote was rigged, 5 votes", 0) == (False, False)
    assert judge("these cookies are delicious", 0) == (False, False)


def test_spam_is_hinted_by_phrases_and_by_hashtags_without_words() -> None:
    assert judge("FREE Bitcoin, click here to win", 0) == (True, False)
    assert judge("#a #b #c #d #e", 5) == (True, False)
    assert judge("me gusta mucho este sitio #a #b y sigo #c con #d ganas #e", 5) == (False, False)


def test_the_flags_remember_what_was_done_to_any_text() -> None:
    words = Words()
    assert words.text("mi correo es a@b.es") == "mi correo es [email]"
    assert words.field("x" * 5000) == "x" * 4096
    assert words.text(None) is None and words.text("") == "" and words.field("") is None
    flags = words.flags("nada")
    assert flags.redacted and not flags.truncated, "a name cut short does not make the text incomplete"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>uno</p><p>dos</p>", "uno\ndos"),
        ("uno<br/>dos<BR >tres", "uno\ndos\ntres"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("1 < 2 y 3 > 2", "1 < 2 y 3 > 2"),
        ("sin <etiqueta abierta", "sin <etiqueta abierta"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("hola<!-- <p>nada</p> --> mundo<script>alert(1)</script>", "hola mundo"),
        ("a\n   b", "a b"),
        ("", ""),
    ],
)
def test_html_becomes_text(source: str, text: str) -> None:
    assert to_text(source) == text


def test_links_are_collected_without_mentions_and_hashtags() -> None:
    source = (
        '<a class="u-url mention" href="https://a.es/@x">@x</a> <a href="https://a.es/?q=1&amp;p=2">v</a>'
        "<a href='javascript:alert(1)'>j</a><a class='mention hashtag' href='https://a.es/tags/t'>#t</a>"
    )
    assert to_page(source).links == ["https://a.es/?q=1&p=2"]


def test_offsets_are_read_in_the_units_of_the_network() -> None:
    text = "añ🙃o"
    assert utf8_slice(text, 1, 3) == "ñ" and utf8_slice(text, 3, 7) == "🙃"
    assert utf16_slice(text, 2, 4) == "🙃" and utf16_slice(text, 4, 5) == "o"
    for start, end in ((1, 2), (0, 99), (3, 3), (-1, 2), ("0", 1), (None, None)):
        assert utf8_slice(text, start, end) is None
    assert utf16_slice(text, 2, 3) is None


def test_values_of_the_wrong_kind_are_null() -> None:
    assert [count_of({"n": n}, "n") for n in (0, 3.0, -1, True, "4", 1e300, 2**60, None)] == [0, 3, *[None] * 6]
    assert [identity(value) for value in ("a", 7, "", "a b", True, 1.5, -1, [])] == ["a", "7", *[None] * 6]
    assert [share_of({"n": n}, "n") for n in (0, 1, 0.123456, 1.1, "1")] == [0.0, 1.0, 0.1235, None, None]
    assert [millis_of_seconds(value) for value in (0, "5", 1.5, -1, "x", 1e12, True)] == [0, 5000, 1500, *[None] * 4]
    assert millis_of_text("2026-11-22T12:00:00+01:00") == millis_of_text("2026-11-22T11:00:00Z")


def test_an_x_id_tells_its_time_since_2010() -> None:
    assert (snowflake_millis("1576994789110992896") or 0) // 1000 == 1664819831, "2022-10-03T17:57:11Z"
    assert snowflake_millis("20") is None and snowflake_millis("no") is None and snowflake_millis("9" * 30) is None


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 40_000 + "@",
        "a@" * 20_000,
        "1 " * 20_000,
        "(1)" * 13_000,
        "a at " * 8_000 + " dot ",
        "tel " * 9_000 + "1234567",
        "a @ " * 10_000,
    ],
)
def test_masking_costs_no_more_than_the_length_of_the_text(hostile: str) -> None:
    started = time.process_time()
    redact(hostile)
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize("hostile", ["<a " * 13_000, "<" * 40_000, "<a href='" * 5_000, "<!--" * 10_000, "&#" * 20_000])
def test_html_costs_no_more_than_its_length(hostile: str) -> None:
    started = time.process_time()
    to_page(hostile)
    assert time.process_time() - started < 1.0
