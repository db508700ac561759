"""Good files: the example, the smallest one, the one of the documentation; and secrets that stay secret."""

from __future__ import annotations

import base64
import pickle
from pathlib import Path

import pytest

from agents.config import Secret, SecretError, demo_config, load_config, parse_config, secret_of
from pipeline.match import Matcher, config_version
from schemas.config import Brand, Config, Detection, Route, Source, Target
from schemas.kinds import SignalKind, TargetType

ROOT = Path(__file__).parents[3]
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()

DOCUMENTED = """\
brands:
  - id: iberluz
    name: Iberluz
    targets:
      - {type: brand, query: 'iberluz OR @iberluz'}
      - {type: competitor, id: luznorte, query: 'luznorte'}
    own_accounts: ['x:iberluz', 'mastodon:iberluz@mastodon.social']
sources:
  - {id: demo, kind: simulator, seed: 7}
routes:
  - {id: pr, kind: webhook, url: 'https://example.org/hook', secret_env: PR_SECRET, brands: [iberluz], signals: [crisis]}
  - {id: lab, kind: webhook, url: 'http://127.0.0.1:9000/', secret_env: LAB_SECRET, allow_private: true}
"""


def test_the_documented_file_is_read_as_written(tmp_path: Path) -> None:
    file = tmp_path / "escucha.yaml"
    file.write_text(DOCUMENTED)
    config = load_config(file, {"PR_SECRET": SECRET, "LAB_SECRET": SECRET})
    assert config == Config(
        brands=[
            Brand(
                "iberluz",
                "Iberluz",
                [
                    Target(TargetType.BRAND, "iberluz OR @iberluz", "iberluz"),
                    Target(TargetType.COMPETITOR, "luznorte", "luznorte"),
                ],
                ["x:iberluz", "mastodon:iberluz@mastodon.social"],
            )
        ],
        sources=[Source("demo", "simulator", {"seed": 7, "rate": 1.0})],
        routes=[
            Route("pr", "webhook", "https://example.org/hook", "PR_SECRET", ["iberluz"], [SignalKind.CRISIS]),
            Route("lab", "webhook", "http://127.0.0.1:9000/", "LAB_SECRET", allow_private=True),
        ],
    )


def test_a_file_with_only_brands_is_enough() -> None:
    config = parse_config(b"brands: [{id: a, name: A, targets: [{type: brand, query: a1}]}]", "b.yaml", {})
    assert (config.sources, config.routes, config.detection) == ([], [], Detection())


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    config = parse_config(b"\xef\xbb\xbf" + DOCUMENTED.split("routes")[0].replace("\n", "\r\n").encode(), "w.yaml", {})
    assert config.brands[0].name == "Iberluz"


def test_targets_without_an_id_get_one_from_brand_or_type_and_position() -> None:
    text = """
brands:
  - id: a
    name: A
    targets:
      - {type: brand, query: a1}
      - {type: product, query: b1}
      - {type: product, query: c1}
"""
    targets = parse_config(text.encode(), "t.yaml", {}).brands[0].targets
    assert [target.id for target in targets] == ["a", "product-2", "product-3"]


def test_options_of_sources_have_defaults() -> None:
    text = "brands: [{id: a, name: A, targets: [{type: brand, query: a1}]}]\nsources: [{id: b, kind: bluesky}]"
    [source] = parse_config(text.encode(), "s.yaml", {}).sources
    assert source.options == {
        "hosts": [],
        "collections": ["app.bsky.feed.post", "app.bsky.feed.repost"],
    }


def test_sections_left_blank_are_as_if_missing() -> None:
    text = "brands: [{id: a, name: A, targets: [{type: brand, query: a1}]}]\nsources:\nroutes:\ndetection:\n"
    assert parse_config(text.encode(), "s.yaml", {}) == parse_config(text.split("\n")[0].encode(), "s.yaml", {})


def test_the_demonstration_has_brands_to_listen_for_and_a_source_that_needs_nothing() -> None:
    config = demo_config()
    assert len(config.brands) >= 3
    assert [source.kind for source in config.sources] == ["simulator"]
    assert all(brand.own_accounts for brand in config.brands)
    assert config.detection == Detection()
    Matcher(config.brands, config_version(config))


def test_the_example_in_deploy_is_the_demonstration() -> None:
    example = (ROOT / "deploy" / "escucha.example.yaml").read_bytes()
    assert example == (ROOT / "agents" / "config" / "demo.yaml").read_bytes()


def test_what_the_example_shows_in_comments_is_valid_too() -> None:
    lines = (ROOT / "deploy" / "escucha.example.yaml").read_text().splitlines()
    opened = [line.replace("#  - {id", "  - {id").replace("routes: []", "routes:") for line in lines]
    opened = [
        "  " + line.strip().removeprefix("# ") if line.startswith("  # - id: bluesky") else line for line in opened
    ]
    at = opened.index("  - id: bluesky")
    opened[at + 1 : at + 5] = ["    " + line.strip().removeprefix("#").strip() for line in opened[at + 1 : at + 5]]
    config = parse_config("\n".join(opened).encode(), "e.yaml", {"PR_SECRET": SECRET, "LAB_SECRET": SECRET})
    assert [route.id for route in config.routes] == ["pr", "lab"]
    assert [source.kind for source in config.sources] == ["simulator", "bluesky"]


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = secret_of(Route("r", "webhook", "https://example.org", "KEY"), {"KEY": f" {SECRET}\n"})
    assert secret.reveal() == SECRET
    assert str(secret) == repr(secret) == f"{secret}" == "***"
    assert "whsec" not in f"{[secret]!r} {secret!s}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


@pytest.mark.parametrize("size", [24, 64])
def test_secrets_of_the_standards_sizes_are_taken(size: int) -> None:
    value = "whsec_" + base64.b64encode(b"k" * size).decode()
    assert secret_of(Route("r", "webhook", "https://example.org", "KEY"), {"KEY": value}).reveal() == value


@pytest.mark.parametrize("size", [0, 23, 65])
def test_secrets_of_other_sizes_are_refused_with_a_way_to_make_one(size: int) -> None:
    value = "whsec_" + base64.b64encode(b"k" * size).decode()
    with pytest.raises(SecretError, match="token_bytes"):
        secret_of(Route("r", "webhook", "https://example.org", "KEY"), {"KEY": value})


def test_secrets_are_not_equal_to_their_text() -> None:
    assert Secret("a") != "a"
