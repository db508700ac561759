"""One page, one address."""

from __future__ import annotations

import pytest

from pipeline.match.links import canonical_link, has_prefix, in_site, written_links

SAME = [
    ("https://www.iberluz.es/blog/", "iberluz.es/blog"),
    ("http://iberluz.es/blog", "iberluz.es/blog"),
    ("HTTPS://WWW.IBERLUZ.ES/Blog", "iberluz.es/Blog"),
    ("//iberluz.es/blog", "iberluz.es/blog"),
    ("iberluz.es", "iberluz.es"),
    ("iberluz.es/", "iberluz.es"),
    ("https://iberluz.es:443/x", "iberluz.es/x"),
    ("http://iberluz.es:8080/x", "iberluz.es:8080/x"),
    ("https://ana:clave@iberluz.es/x", "iberluz.es/x"),
    ("https://iberluz.es./x", "iberluz.es/x"),
    ("https://iberluz.es/x#parte", "iberluz.es/x"),
    ("https://iberluz.es/x?utm_source=a&utm_medium=b", "iberluz.es/x"),
    ("https://iberluz.es/x?fbclid=1&id=7&gclid=2", "iberluz.es/x?id=7"),
    ("https://iberluz.es/x?b=2&a=1", "iberluz.es/x?a=1&b=2"),
    ("https://iberluz.es/a%C3%B1o", "iberluz.es/año"),
    ("https://iberluz.es/x?si=abc&msclkid=1&ttclid=2", "iberluz.es/x"),
    ("https://iberluz.es/x?size=4", "iberluz.es/x?size=4"),
    ("", ""),
    ("https://", ""),
    ("http://[roto/x", ""),
    ("https://iberluz.es:puerto/x", ""),
]


@pytest.mark.parametrize(("url", "canonical"), SAME)
def test_a_link_in_its_canonical_form(url: str, canonical: str) -> None:
    assert canonical_link(url) == canonical
    assert canonical_link(canonical) == canonical


@pytest.mark.parametrize(
    ("link", "prefix", "expected"),
    [
        ("a.es/blog", "a.es/blog", True),
        ("a.es/blog/x", "a.es/blog", True),
        ("a.es/blog?p=1", "a.es/blog", True),
        ("a.es/blogger", "a.es/blog", False),
        ("a.es.evil.com", "a.es", False),
        ("a.es/x?id=7&z=1", "a.es/x?id=7", True),
        ("a.es/x?id=77", "a.es/x?id=7", False),
    ],
)
def test_a_prefix_ends_where_a_part_of_the_address_ends(link: str, prefix: str, expected: bool) -> None:
    assert has_prefix(link, prefix) is expected


def test_a_site_holds_its_subdomains_and_nothing_else() -> None:
    assert in_site("tienda.a.es/x", "a.es")
    assert in_site("a.es:8080/x", "a.es")
    assert not in_site("otraa.es/x", "a.es")
    assert not in_site("b.es/a.es", "a.es")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("mira https://a.es/x.", ["https://a.es/x"]),
        ("(https://a.es/x)", ["https://a.es/x"]),
        ("a.es/x y b.com", ["a.es/x", "b.com"]),
        ("escribe a info@a.es", []),
        ("«https://a.es/x»", ["https://a.es/x"]),
        ("a.es, b.com... ¿c.org?", ["a.es", "b.com", "c.org"]),
        ("info@a.es/x", []),
        ("v1.2", []),
        ("fin.Empieza", ["fin.Empieza"]),
        ("mira:https://a.es/x?y=(z)", ["https://a.es/x?y=(z"]),
        ("nada", []),
        ("3.14 y 1.2.3", []),
    ],
)
def test_links_written_in_a_text(text: str, links: list[str]) -> None:
    assert written_links(text) == links


@pytest.mark.parametrize(
    "rest", ["WWW.Iberluz.es/Blog/", "iberluz.es", "iberluz.es./x//", "a.es/x;y=(1)'*/@z:80", ".", "www./x"]
)
def test_a_plain_link_comes_to_the_same_as_one_read_in_full(rest: str) -> None:
    assert canonical_link(f"https://{rest}") == canonical_link(f"HTTPS://{rest}")
