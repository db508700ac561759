"""What the matcher tells: brands in order, targets, spans in the original text, and the brand's own posts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.match import Matcher, QueryError, config_version
from pipeline.match.accounts import account_key
from schemas.config import Brand, Config, Source, Target
from schemas.kinds import MentionKind, Op, TargetType
from schemas.mention import Mention

Make = Callable[..., Mention]


def _brand(id: str, *queries: str, own: tuple[str, ...] = ()) -> Brand:
    targets = [Target(TargetType.BRAND, query, f"{id}-{n}") for n, query in enumerate(queries)]
    return Brand(id, id.title(), targets, list(own))


def test_matches_come_by_brand_id_with_targets_in_the_order_of_the_brand(mention: Make) -> None:
    matcher = Matcher([_brand("zeta", "luz"), _brand("alfa", "gas", "nada", "luz")], "v7")
    found = matcher.match(mention("luz y gas"))
    assert [match.brand for match in found] == ["alfa", "zeta"]
    assert [target.id for target in found[0].targets] == ["alfa-0", "alfa-2"]
    assert {match.config for match in found} == {"v7"}
    assert not any(match.own for match in found)


@pytest.mark.parametrize(
    ("query", "text", "spans"),
    [
        ("iberluz", "¡Vaya con IBERLÚZ! 😡 iberluz", ["IBERLÚZ", "iberluz"]),
        ("falla", "👩‍👩‍👧 qué #IberluzFalla otra vez", ["Falla"]),
        ("#iberluzfalla", "qué #IberluzFalla", ["#IberluzFalla"]),
        ("@iberluz", "señor @Iberluz: ¿y la luz?", ["@Iberluz"]),
        ('"corte de luz"', "el Corte —de—  Luz de ayer", ["Corte —de—  Luz"]),
        ("cafe", "un cafe\u0301 y otro café", ["cafe\u0301", "café"]),
        ("strasse", "Straße 1", ["Straße"]),
        ("luz NEAR/2 cara", "luz luz x x x luz muy cara x x luz", ["luz", "cara"]),
        ("(luz gas) OR agua", "luz y agua", ["agua"]),
        ("luz NOT gas", "luz", ["luz"]),
        ("電力", "東京電力と電力", ["電力", "電力"]),
        ("❤", "te ❤️ mucho", ["❤️"]),
        ("nand*", "el ñandú", ["ñandú"]),
    ],
)
def test_spans_point_at_the_words_in_the_original_text(mention: Make, query: str, text: str, spans: list[str]) -> None:
    [match] = Matcher([_brand("b", query)], "v").match(mention(text))
    assert [text[start:end] for start, end in match.targets[0].spans] == spans


def test_words_outside_the_text_have_no_spans(mention: Make) -> None:
    matcher = Matcher([_brand("b", "iberluz")], "v")
    for said in (
        mention("nada", title="iberluz"),
        mention("nada", tags=["iberluz"]),
        mention("nada", quoted_text="iberluz"),
        mention("nada", links=["https://iberluz.es"]),
    ):
        assert matcher.match(said)[0].targets[0].spans == []


def test_spans_are_told_up_to_a_limit(mention: Make) -> None:
    [match] = Matcher([_brand("b", "luz")], "v").match(mention("luz " * 500))
    assert len(match.targets[0].spans) == 64
    assert match.targets[0].spans[:2] == [(0, 3), (4, 7)]


@pytest.mark.parametrize("account", ["x:iberluz", "X:@IberLuz", "x:77", " x : iberluz "])
def test_the_brands_own_account_is_known_by_handle_or_id_in_any_case(mention: Make, account: str) -> None:
    [match] = Matcher([_brand("b", "luz", own=(account,))], "v").match(mention("nada", author="@Iberluz"))
    assert match.own
    assert match.targets == []


@pytest.mark.parametrize("account", ["mastodon:iberluz", "x:iberluz2", "x:7"])
def test_other_accounts_are_not_the_brands_own(mention: Make, account: str) -> None:
    assert Matcher([_brand("b", "luz", own=(account,))], "v").match(mention("nada", author="iberluz")) == []


def test_a_fediverse_account_is_known_with_its_instance(mention: Make) -> None:
    matcher = Matcher([_brand("b", "luz", own=("mastodon:Iberluz@mastodon.social",))], "v")
    home = mention("luz", network="mastodon", author="iberluz", instance="mastodon.social")
    away = mention("luz", network="mastodon", author="iberluz", instance="otro.social")
    full = mention("luz", network="mastodon", author="iberluz@mastodon.social")
    assert [matcher.match(said)[0].own for said in (home, away, full)] == [True, False, True]


def test_an_id_with_colons_is_an_account(mention: Make) -> None:
    matcher = Matcher([_brand("b", "luz", own=("bluesky:did:plc:abc",))], "v")
    [match] = matcher.match(mention("nada", network="bluesky", author_id="did:plc:abc"))
    assert match.own


OWN_PAGES = [
    ("site:iberluz.es", "https://www.iberluz.es/blog/uno?utm_source=rss", MentionKind.ARTICLE, True),
    ("site:iberluz.es", "https://blog.iberluz.es/uno", MentionKind.POST, True),
    ("site:iberluz.es", "https://blog.iberluz.es/uno", None, True),
    ("SITE:https://www.Iberluz.es/", "http://m.iberluz.es/x", MentionKind.ARTICLE, True),
    ("site:iberluz.es/blog", "https://iberluz.es/blog/uno", MentionKind.ARTICLE, True),
    ("site:iberluz.es/blog", "https://iberluz.es/foro/1", MentionKind.POST, False),
    ("site:iberluz.es", "https://noiberluz.es/x", MentionKind.ARTICLE, False),
    ("site:iberluz.es", "https://a.es/?u=iberluz.es", MentionKind.ARTICLE, False),
    ("site:iberluz.es", None, MentionKind.ARTICLE, False),
    # What readers write on the brand's pages is theirs.
    ("site:iberluz.es", "https://iberluz.es/blog/uno#comment-7", MentionKind.COMMENT, False),
    ("site:iberluz.es", "https://iberluz.es/blog/uno#comment-8", MentionKind.REPLY, False),
    ("site:iberluz.es", "https://iberluz.es/tienda/7", MentionKind.REVIEW, False),
]


@pytest.mark.parametrize(("page", "url", "kind", "own"), OWN_PAGES)
def test_what_stands_on_the_brands_own_pages_is_its_own_unless_a_reader_wrote_it(
    mention: Make, page: str, url: str | None, kind: MentionKind | None, own: bool
) -> None:
    [match] = Matcher([_brand("b", "luz", own=(page,))], "v").match(mention("luz", url=url, kind=kind, network="rss"))
    assert match.own is own


@pytest.mark.parametrize("page", ["site:", "site:iberluz", "site:/blog", "site:dos palabras.es"])
def test_an_own_page_must_name_a_site(page: str) -> None:
    with pytest.raises(ValueError, match=r"site:example\.org|network:handle"):
        account_key(page)


def test_an_own_post_that_names_another_brand_is_opinion_there(mention: Make) -> None:
    matcher = Matcher([_brand("a", "luznorte", own=("x:luznorte",)), _brand("b", "luznorte")], "v")
    assert [(m.brand, m.own) for m in matcher.match(mention("luznorte", author="luznorte"))] == [
        ("a", True),
        ("b", False),
    ]


@pytest.mark.parametrize("account", ["iberluz", "x:", ":iberluz", "x:@", "x:dos palabras", ""])
def test_an_account_must_name_network_and_handle(account: str) -> None:
    with pytest.raises(ValueError, match="network:handle"):
        account_key(account)


@pytest.mark.parametrize("op", [op for op in Op if op is not Op.UPSERT])
def test_changes_without_words_match_nothing(mention: Make, op: Op) -> None:
    matcher = Matcher([_brand("b", "luz", own=("x:iberluz",))], "v")
    assert matcher.match(mention("luz", op=op, author="iberluz")) == []


def test_a_query_that_does_not_parse_names_brand_and_target() -> None:
    with pytest.raises(QueryError, match="brand iberluz, target iberluz-1"):
        Matcher([_brand("iberluz", "luz", "luz AND")], "v")


def test_url_targets_take_addresses_with_and_without_a_scheme(mention: Make) -> None:
    target = Target(TargetType.URL, "iberluz.es/blog OR https://blog.iberluz.es", "blog")
    matcher = Matcher([Brand("b", "B", [target])], "v")
    assert matcher.match(mention("x", links=["http://www.iberluz.es/blog/post/?utm_campaign=a#top"]))
    assert matcher.match(mention("x", links=["https://blog.iberluz.es/"]))
    assert not matcher.match(mention("blog de iberluz es", links=["https://iberluz.es/"]))


def test_a_mention_without_any_words_matches_nothing(mention: Make) -> None:
    assert Matcher([_brand("b", "luz", "lang:en luz")], "v").match(mention(None)) == []


def test_a_query_of_fields_alone_is_tried_on_every_text(mention: Make) -> None:
    matcher = Matcher([_brand("b", "network:x lang:es"), _brand("c", "network:reddit")], "v")
    assert [match.brand for match in matcher.match(mention("lo que sea"))] == ["b"]


def test_the_version_follows_the_values_and_not_the_order_of_options() -> None:
    brands = [_brand("b", "luz")]
    one = Config(brands, [Source("s", "simulator", {"seed": 1, "rate": 2.0})])
    two = Config(brands, [Source("s", "simulator", {"rate": 2.0, "seed": 1})])
    other = Config(brands, [Source("s", "simulator", {"rate": 2.0, "seed": 2})])
    assert config_version(one) == config_version(two)
    assert config_version(one) != config_version(other)
    assert config_version(Config(brands)) == "cfg_" + config_version(Config(brands))[4:]
    assert len(config_version(one)) == 30
