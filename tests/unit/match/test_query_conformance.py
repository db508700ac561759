"""The query language by example: what each construct catches and leaves. Both the matcher and the grammar's own meaning must agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.match import Document, Matcher, naive_match
from schemas.config import Brand, Target
from schemas.kinds import MentionKind, TargetType
from schemas.mention import Mention

YES, NO = True, False

WORDS = [
    ("iberluz", "Iberluz no contesta", YES),
    ("iberluz", "IBERLUZ", YES),
    ("IBERLUZ", "iberluz", YES),
    ("iberluz", "iberluzz", NO),
    ("iberluz", "miiberluz", NO),
    ("iberluz", "¡Iberluz!", YES),
    ("iberluz", "(iberluz)", YES),
    ("iberluz", "_iberluz_ en cursiva", YES),
    ("iberluz", "**iberluz** en negrita", YES),
    ("iberluz", "iberluz.", YES),
    ("iberluz", "la luz de iberluz, cara", YES),
    ("iberluz", "iber luz", NO),
    ("iberluz", "", NO),
    ("luz gas", "gas y luz", YES),
    ("luz gas", "solo luz", NO),
    ("5g", "la red 5G", YES),
    ("2026", "elecciones 2026", YES),
    ("2026", "20261", NO),
]

FOLDING = [
    ("pena", "¡Qué peña!", YES),
    ("peña", "que pena", YES),
    ("cafe", "un café", YES),
    ("café", "un cafe\u0301", YES),
    ("ÁRBOL", "arbol", YES),
    ("pingüino", "PINGUINO", YES),
    ("strasse", "Hauptstraße", NO),
    ("straße", "STRASSE", YES),
    ("smorrebrod", "Smørrebrød", YES),
    ("iberluz", "𝗜𝗯𝗲𝗿𝗹𝘂𝘇 otra vez", YES),
    ("iberluz", "ｉｂｅｒｌｕｚ", YES),
    ("iberluz", "iber\u00adluz", YES),
    ("iberluz", "iber\u200bluz", YES),
    ("iberluz", "Iberluz™ informa", YES),
    ("istanbul", "İSTANBUL", YES),
    ("σοφος", "ΣΟΦΌΣ", YES),
    ("ещё", "ЕЩЕ", YES),
]

HYPHENS = [
    ("luz-verde", "la luz verde", YES),
    ("luz-verde", "la luz-verde", YES),
    ("luz-verde", "luz muy verde", NO),
    ("verde", "luz-verde", YES),
    ("l'oreal", "L’Oréal París", YES),
    ("l'oreal", "l oreal", YES),
    ("oreal", "L'Oréal", YES),
    ("mcdonald's", "McDonald’s", YES),
    ("at&t", "AT&T cae", YES),
    ("at&t", "at the t", NO),
]

BOOLEAN = [
    ("a1 AND b1", "b1 a1", YES),
    ("a1 AND b1", "a1", NO),
    ("a1 OR b1", "b1", YES),
    ("a1 OR b1", "c1", NO),
    ("a1 b1 OR c1", "c1", YES),
    ("a1 b1 OR c1", "a1", NO),
    ("a1 OR b1 c1", "a1", YES),
    ("a1 OR b1 c1", "b1", NO),
    ("a1 OR b1 AND c1", "b1 c1", YES),
    ("(a1 OR b1) c1", "a1", NO),
    ("(a1 OR b1) c1", "c1 b1", YES),
    ("a1 NOT b1", "a1", YES),
    ("a1 NOT b1", "a1 b1", NO),
    ("a1 AND NOT b1", "a1 c1", YES),
    ("a1 NOT (b1 OR c1)", "a1 c1", NO),
    ("a1 NOT b1 c1", "a1 c1", YES),
    ("a1 NOT b1 c1", "a1", NO),
    ("NOT b1 a1", "a1", YES),
    ("a1 NOT NOT b1", "a1 b1", YES),
    ("NOT (NOT a1)", "a1", YES),
    ("NOT (NOT a1 OR b1)", "a1", YES),
    ("NOT (NOT a1 OR b1)", "a1 b1", NO),
    ("NOT (NOT a1 OR b1)", "c1", NO),
    ("((a1))", "a1", YES),
    ("a1(b1 OR c1)", "a1 c1", YES),
    ("luz or gas", "luz gas", NO),
    ("luz or gas", "luz or gas", YES),
    ("luz and gas", "gas luz", NO),
]

PHRASES = [
    ('"corte de luz"', "Otro CORTE de luz", YES),
    ('"corte de luz"', "corte luz de", NO),
    ('"corte de luz"', "corte, de luz", YES),
    ('"corte de luz"', "corte\nde\nluz", YES),
    ('"corte"', "corte", YES),
    ('"corte de luz"', "corte corte de luz", YES),
    ('"corte de luz"', "corte de", NO),
    ("“corte de luz”", "un corte de luz", YES),
    ("«corte de luz»", "un corte de luz", YES),
    ('"corte OR luz"', "luz", NO),
    ('"corte OR luz"', "corte or luz", YES),
    ('"#apagon ya"', "#Apagón ya", YES),
    ('"iberluz falla"', "#IberluzFalla", YES),
    ('"iberluz*" falla', "iberluzera falla", YES),
    ('"¿funciona?"', "pues funciona", YES),
]

NEARNESS = [
    ("luz NEAR/3 cara", "la luz es muy cara", YES),
    ("luz NEAR/2 cara", "la luz es muy cara", NO),
    ("luz NEAR/1 cara", "luz cara", YES),
    ("luz NEAR/1 cara", "cara luz", YES),
    ("luz ONEAR/1 cara", "cara luz", NO),
    ("luz ONEAR/3 cara", "luz es muy cara", YES),
    ("luz ONEAR/3 cara", "cara es la luz", NO),
    ("luz NEAR/3 cara", "cara es la luz", YES),
    ("luz NEAR/5 luz", "luz", NO),
    ("luz NEAR/5 luz", "luz y más luz", YES),
    ('"corte de luz" NEAR/2 madrid', "corte de luz en Madrid", YES),
    ('"corte de luz" NEAR/1 madrid', "corte de luz en Madrid", NO),
    ("luz NEAR/3 (cara OR carísima)", "luz carisima", YES),
    ("luz NEAR/2 cara NEAR/2 robo", "luz muy cara un robo", YES),
    ("luz NEAR/2 cara NEAR/2 robo", "robo luz muy cara", NO),
    ("luz NEAR/2 cara NEAR/2 robo", "cara luz y cara vaya robo", YES),
    ("luz NEAR/2 cara OR gas", "gas", YES),
    ("luz NEAR/2 car*", "luz muy carísima", YES),
    ("@iberluz NEAR/2 mal", "@iberluz muy mal", YES),
    ("iberluz NEAR/1 otra", "#IberluzFalla otra", NO),
    ("falla NEAR/1 otra", "#IberluzFalla otra", YES),
    ("a1 b1 NEAR/2 c1", "b1 c1 x x x x a1", YES),
]

WILDCARDS = [
    ("iber*", "iberluz", YES),
    ("iber*", "iber", YES),
    ("iber*", "liberar", NO),
    ("*luz", "iberluz", YES),
    ("*luz", "luzero", NO),
    ("i*luz", "iberluz", YES),
    ("*berl*", "iberluz", YES),
    ("ib*r*uz", "iberluz", YES),
    ("colo?r", "colour", YES),
    ("colo?r", "color", NO),
    ("wi?d", "wild", YES),
    ("wi?d", "wid", NO),
    ("wi??d", "wield", YES),
    ("niñ*", "NINAS", YES),
    ("#iber*", "#IberluzFalla", YES),
    ("#iber*", "iberluz", NO),
    ("@iber*", "@iberluz_ayuda", YES),
    ("@iber*", "iberluz", NO),
    ("fall*", "#IberluzFalla", YES),
]

TAGS = [
    ("iberluz", "#Iberluz", YES),
    ("iberluz", "#IberluzFalla", YES),
    ("falla", "#IberluzFalla", YES),
    ("iberluzfalla", "#IberluzFalla", YES),
    ("iberluz", "#iberluzfalla", NO),
    ("iberluz", "#iberluz_falla", YES),
    ("iberluz", "#iberluz2026", YES),
    ("noticias", "#ABCNoticias", YES),
    ("abc", "#ABCNoticias", YES),
    ("uz", "#IberlUz", YES),
    ("otra", "#IberluzFallaOtraVez", YES),
    ("españa", "#LuzDeEspaña", YES),
    ("#iberluz", "#IBERLUZ", YES),
    ("#iberluz", "iberluz", NO),
    ("#iberluz", "#iberluzfalla", NO),
    ("#iberluz", "#IberluzFalla", NO),
    ("#apagón", "#apagon", YES),
    ("#iberluz_falla", "#Iberluz_Falla", YES),
    ("hashtag:apagon", "#Apagón", YES),
    ("hashtag:#apagon", "#Apagón", YES),
    ("hashtag:apagon", "apagón", NO),
    ("$ibe", "compra $IBE", YES),
    ("$ibe", "compra IBE", NO),
    ("ibe", "compra $IBE", YES),
    ("$ibe", "$iberluz", NO),
    ("100", "cuesta $100", YES),
]

HANDLES = [
    ("@iberluz", "hola @Iberluz", YES),
    ("@iberluz", "hola iberluz", NO),
    ("@iberluz", "@iberluz_ayuda", NO),
    ("@iberluz", "@soyiberluz", NO),
    ("iberluz", "@iberluz_ayuda", NO),
    ("iberluz", "@iberluz mal", YES),
    ("@iberluz", ".@iberluz: mal", YES),
    ("@iberluz", "info@iberluz.es", NO),
    ("iberluz", "info@iberluz.es", YES),
    ("@iberluz", "@iberluz, @luznorte", YES),
    ("@luznorte", "@iberluz,@luznorte", YES),
    ("@iberluz.bsky.social", "cc @iberluz.bsky.social.", YES),
    ("@iberluz", "cc @iberluz.bsky.social", NO),
    ("@iberluz@mastodon.social", "@iberluz@mastodon.social hola", YES),
    ("@mi-marca", "@mi-marca hola", YES),
]

SCRIPTS = [
    ("電力", "東京電力は", YES),
    ("東京電力", "東京の電力", NO),
    ("東京 電力", "電力と東京", YES),
    ("삼성", "삼성은 좋다", YES),
    ("カフェ", "ブルマルカフェ最高", YES),
    ("กาแฟ", "ชอบกาแฟมาก", YES),
    ("iphone手机", "新iPhone手机壳", YES),
    ("手机*", "买手机了", YES),
    ("电力 NEAR/2 iberluz", "Iberluz 的电力", YES),
    ("#東京電力", "#東京電力 です", YES),
    ("電力", "#東京電力", YES),
    ("привет", "Привет, мир", YES),
    ("नमस्ते", "नमस्ते दुनिया", YES),
    ("नमस", "नमस्ते", NO),
    ("سلام", "سَلَام عليكم", YES),
    ("😡", "Iberluz😡😡", YES),
    ("😡", "Iberluz 😀", NO),
    ("👍", "bien 👍🏽", YES),
    ("❤", "te quiero ❤️", YES),
    ("iberluz 😡", "😡iberluz", YES),
    ("iberluz NEAR/1 😡", "iberluz😡", YES),
    ('"🇪🇸 luz"', "🇪🇸 luz", YES),
]

TABLE = WORDS + FOLDING + HYPHENS + BOOLEAN + PHRASES + NEARNESS + WILDCARDS + TAGS + HANDLES + SCRIPTS

FIELDS: list[tuple[str, dict[str, Any], bool]] = [
    ("luz lang:es", {"text": "luz"}, YES),
    ("luz lang:es", {"text": "luz", "lang": "es-MX"}, YES),
    ("luz lang:es-mx", {"text": "luz", "lang": "es"}, NO),
    ("luz lang:es-MX", {"text": "luz", "lang": "es_mx"}, YES),
    ("luz lang:es", {"text": "luz", "lang": "est"}, NO),
    ("luz lang:es", {"text": "luz", "lang": None}, NO),
    ("luz NOT lang:es", {"text": "luz", "lang": None}, YES),
    ("luz (lang:es OR lang:en)", {"text": "luz", "lang": "en"}, YES),
    ("lang:es", {"text": "lo que sea"}, YES),
    ("luz network:X", {"text": "luz"}, YES),
    ("luz network:reddit", {"text": "luz"}, NO),
    ("luz author:ana_lopez", {"text": "luz"}, YES),
    ("luz author:@Ana_Lopez", {"text": "luz"}, YES),
    ("luz author:77", {"text": "luz"}, YES),
    ("luz author:ana", {"text": "luz"}, NO),
    ("luz author:ana*", {"text": "luz"}, YES),
    ("luz NOT author:ana*", {"text": "luz"}, NO),
    ("luz kind:post", {"text": "luz"}, YES),
    ("luz kind:Review", {"text": "luz", "kind": MentionKind.REVIEW}, YES),
    ("luz kind:review", {"text": "luz"}, NO),
    ("url:iberluz.es/blog", {"text": "mira", "links": ["https://www.iberluz.es/blog/uno?utm_source=x"]}, YES),
    ("url:https://www.iberluz.es/blog/", {"text": "mira", "links": ["http://iberluz.es/blog"]}, YES),
    ("url:iberluz.es/blog", {"text": "mira", "links": ["https://iberluz.es/blogger"]}, NO),
    ("url:iberluz.es/blog", {"text": "mira", "links": ["https://iberluz.es.evil.com/blog"]}, NO),
    ("url:iberluz.es/blog", {"text": "lee https://iberluz.es/Blog/dos."}, YES),
    ("url:iberluz.es/blog", {"text": "lee www.iberluz.es/blog"}, YES),
    ("url:iberluz.es/blog", {"text": "lee iberluz.es/blog/tres, ya"}, YES),
    ("url:iberluz.es/blog", {"text": "iberluz es blog"}, NO),
    ("https://iberluz.es/blog", {"text": "ver (https://iberluz.es/blog/x)"}, YES),
    ('url:"iberluz.es/a(b)"', {"text": "ver", "links": ["https://iberluz.es/a(b)/c"]}, YES),
    ("site:iberluz.es", {"text": "mira", "links": ["https://tienda.iberluz.es/x"]}, YES),
    ("site:iberluz.es", {"text": "mira", "links": ["https://noiberluz.es/x"]}, NO),
    ("luz site:reddit.com", {"text": "luz", "url": "https://www.reddit.com/r/x"}, YES),
    ("luz url:reddit.com", {"text": "luz", "url": "https://www.reddit.com/r/x"}, NO),
    ("iberluz", {"text": "mira", "links": ["https://www.iberluz.es/blog"]}, YES),
    ("iberluz", {"text": None, "title": "Iberluz cae"}, YES),
    ("in:title iberluz", {"text": "cae", "title": "Iberluz"}, YES),
    ("in:title iberluz", {"text": "iberluz", "title": "cae"}, NO),
    ("in:text iberluz", {"text": "iberluz", "title": "cae"}, YES),
    ("in:text iberluz", {"text": "cae", "title": "Iberluz"}, NO),
    ("in:text iberluz", {"text": "mira", "links": ["https://iberluz.es"]}, NO),
    ("in:title iberluz in:text factura", {"text": "la factura", "title": "Iberluz"}, YES),
    ("in:title iberluz factura", {"text": "la factura", "title": "Iberluz"}, YES),
    ("iberluz factura in:title", {"text": "la factura", "title": "Iberluz"}, NO),
    ("iberluz factura in:title", {"text": "", "title": "factura de Iberluz"}, YES),
    ("in:title (iberluz OR luznorte)", {"text": "", "title": "Luznorte"}, YES),
    ('in:title "corte de luz"', {"text": "corte de luz", "title": "corte luz"}, NO),
    ("in:title luz NEAR/2 cara", {"text": "", "title": "luz muy cara"}, YES),
    ("luz in:title OR gas", {"text": "gas", "title": ""}, YES),
    ("NOT in:title luz gas", {"text": "gas luz", "title": ""}, YES),
    ('"corte luz"', {"text": "luz", "title": "corte"}, NO),
    ("corte NEAR/50 luz", {"text": "luz", "title": "corte"}, NO),
    ("corte luz", {"text": "luz", "title": "corte"}, YES),
    ("#iberluz", {"text": "mal", "tags": ["Iberluz"]}, YES),
    ("#iberluz", {"text": "mal", "tags": ["#Iberluz"]}, YES),
    ("falla", {"text": "mal", "tags": ["IberluzFalla"]}, YES),
    ('"uno dos"', {"text": "mal", "tags": ["uno", "dos"]}, NO),
    ("uno NEAR/100 dos", {"text": "mal", "tags": ["uno", "dos"]}, NO),
    ("@iberluz", {"text": "mal", "handles": ["Iberluz"]}, YES),
    ("@iberluz", {"text": "mal", "handles": ["iberluz@mastodon.social"]}, NO),
    ("$ibe", {"text": "mal", "cashtags": ["IBE"]}, YES),
    ("iberluz", {"text": None, "kind": MentionKind.REPOST, "quoted_text": "Iberluz falla"}, YES),
    ("iberluz falla", {"text": "falla", "kind": MentionKind.QUOTE, "quoted_text": "Iberluz mola"}, YES),
    ('"falla iberluz"', {"text": "falla", "kind": MentionKind.QUOTE, "quoted_text": "Iberluz"}, NO),
    ("in:text iberluz", {"text": "falla", "kind": MentionKind.QUOTE, "quoted_text": "Iberluz"}, YES),
]


def _by_matcher(query: str, mention: Mention) -> bool:
    matcher = Matcher([Brand("b", "B", [Target(TargetType.BRAND, query, "b")])], "v1")
    return bool(matcher.match(mention))


@pytest.mark.parametrize(("query", "text", "expected"), TABLE)
def test_query_on_text(mention: Callable[..., Mention], query: str, text: str, expected: bool) -> None:
    said = mention(text, lang=None)
    assert naive_match(query, Document.from_mention(said)) is expected
    assert _by_matcher(query, said) is expected


@pytest.mark.parametrize(("query", "fields", "expected"), FIELDS)
def test_query_on_mention(mention: Callable[..., Mention], query: str, fields: dict[str, Any], expected: bool) -> None:
    said = mention(**fields)
    assert naive_match(query, Document.from_mention(said)) is expected
    assert _by_matcher(query, said) is expected


def test_the_table_holds_the_promised_number_of_cases() -> None:
    assert len(TABLE) + len(FIELDS) >= 250
