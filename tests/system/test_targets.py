"""Typed targets, end to end: what counts for the brand, what may only be an opportunity, what never counts.

Three days of calm, then four stirs an hour apart from one another: people complain about the field and name nobody, about a
competitor, the brand itself writes a lot and its pages come back, and at last people complain about the brand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import orjson
import pytest

from schemas.instants import HOUR, MINUTE, SECOND, to_wire

Escucha = Callable[..., CompletedProcess[bytes]]

BRANDS = """brands:
  - id: iberluz
    name: Iberluz
    targets:
      - {type: brand, query: iberluz}
      - {type: competitor, id: luznorte, query: luznorte}
      - {type: category, id: tarifas, query: '(tarifa OR factura) luz'}
    own_accounts: ['x:1000', 'site:iberluz.example']
"""
START = 1_767_571_200_000
CALM = 72
FIELD, RIVAL, OWN, BRAND = (START + hour * HOUR for hour in (74, 78, 82, 86))
END = START + 90 * HOUR
STIR = 40
BAD = "pésimo, un desastre, qué vergüenza y qué robo"


def _post(at: int, author: int, text: str) -> dict[str, Any]:
    id = str((at - 1_288_834_974_657) << 22 | author % 4_096)
    payload = {"data": {"id": id, "author_id": str(author), "text": text, "created_at": to_wire(at)}}
    return {"network": "x", "observed_at": at, "id": id, "payload": payload}


def _on_the_brands_own_instance(at: int, number: int, text: str) -> dict[str, Any]:
    """What the brand's blog says comes back from the fediverse, by an account that nobody listed."""
    home = "https://social.iberluz.example/@blog"
    url = f"{home}/{number}"
    payload = {
        "id": str(number),
        "created_at": to_wire(at),
        "visibility": "public",
        "uri": url,
        "url": url,
        "content": f"<p>{text}</p>",
        "account": {"id": "77", "username": "blog", "acct": "blog@social.iberluz.example", "url": home},
    }
    return {"network": "mastodon", "observed_at": at, "id": url, "payload": payload}


def _world() -> Iterator[dict[str, Any]]:
    for hour in range(CALM):
        at = START + hour * HOUR
        yield _post(at + 7 * MINUTE, 10 + hour, f"Iberluz a las {hour}")
        yield _post(at + 17 * MINUTE, 100 + hour, f"la factura de la luz, día {hour}")
        yield _post(at + 27 * MINUTE, 200 + hour, f"Luznorte a las {hour}")
    for n in range(STIR):
        later = n * 20 * SECOND
        yield _post(FIELD + later, 2_000 + n, f"¿Quién entiende la factura de la luz? {BAD} {n}")
        yield _post(RIVAL + later, 3_000 + n, f"Luznorte: {BAD} {n}")
        yield _post(OWN + later, 1_000, f"En Iberluz sentimos el corte: {BAD} {n}")
        yield _on_the_brands_own_instance(OWN + later + SECOND, n, f"Iberluz: qué se dice del corte: {BAD} {n}")
        yield _post(BRAND + later, 2_100 + n, f"Iberluz: {BAD} {n}")
    yield _post(END, 9, "nada")


@pytest.fixture(scope="module")
def results(escucha: Escucha, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("targets")
    (folder / "brands.yaml").write_text(BRANDS)
    (folder / "log.jsonl").write_bytes(
        b"".join(orjson.dumps(event) + b"\n" for event in sorted(_world(), key=lambda event: int(event["observed_at"])))
    )
    out = folder / "out"
    done = escucha("replay", folder / "log.jsonl", "--network", "log", "--brands", folder / "brands.yaml", "--out", out)
    assert done.returncode == 0, done.stderr.decode()
    return out


def _lines(path: Path) -> list[Any]:
    return [orjson.loads(line) for line in path.read_bytes().split(b"\n") if line]


def _signals(results: Path, since: int, until: int) -> list[dict[str, Any]]:
    """What began in that time; what ends in it may have begun before."""
    found = [one for one in _lines(results / "signals.jsonl") if to_wire(since) <= one["at"] < to_wire(until)]
    return [one for one in found if one["edge"] == "firing"]


def _windows(results: Path, start: int) -> dict[str, Any]:
    [found] = [w for w in _lines(results / "windows.jsonl") if w["size"] == "1h" and w["start"] == to_wire(start)]
    return dict(found)


def test_a_stir_in_the_field_is_an_opportunity_and_no_crisis(results: Path) -> None:
    found = _signals(results, FIELD, RIVAL)
    assert {(one["kind"], one["key"]) for one in found} == {("opportunity", "category")}
    first = found[0]
    assert (first["rule"], first["edge"], first["n"]) == ("opportunity-category", "firing", first["value"])
    assert first["authors"] >= 5
    assert first["negative_share"] is not None
    assert "menciones del sector" in first["sentence"]["es"]
    assert "mentions of the field" in first["sentence"]["en"]
    assert first["evidence"]
    assert all("factura de la luz" in one["text"] for one in first["evidence"])
    assert {part["label"] for drivers in first["drivers"] for part in drivers["parts"]} == {"category:tarifas"}


def test_what_is_said_of_the_field_is_not_counted_as_said_of_the_brand(results: Path) -> None:
    hour = _windows(results, FIELD)
    assert (hour["mentions"], hour["own_actions"]) == (0, 0)


def test_a_stir_about_a_competitor_raises_nothing(results: Path) -> None:
    assert _signals(results, RIVAL, OWN) == []
    assert _windows(results, RIVAL)["mentions"] == 0


def test_what_the_brand_writes_or_publishes_on_its_pages_is_its_action_and_raises_nothing(results: Path) -> None:
    assert _signals(results, OWN, BRAND) == []
    hour = _windows(results, OWN)
    assert (hour["mentions"], hour["own_actions"]) == (0, 2 * STIR)


def test_the_same_words_about_the_brand_are_a_crisis(results: Path) -> None:
    """The words are bad enough: it is the target alone that made the difference above."""
    assert "crisis" in {one["kind"] for one in _signals(results, BRAND, END)}
    assert _windows(results, BRAND)["mentions"] == STIR


def test_the_opportunity_recomputes(results: Path, escucha: Escucha) -> None:
    [signal] = _signals(results, FIELD, RIVAL)
    done = escucha("explain", signal["id"], "--from", results)
    assert done.returncode == 0, done.stderr.decode()
    assert orjson.loads(done.stdout)["recomputed"]["agrees"]
