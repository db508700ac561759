"""What people talk about, by industry: clauses that a sentence is made around. Words live in `trades_es` and `trades_en`."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.simulate.draw import number
from schemas.config import Brand


class Trade(NamedTuple):
    """Clauses of one industry in one language. `{b}` stands for the brand; clauses without it follow one that names it."""

    things: tuple[str, ...]
    """What the company sells or runs, with its article."""
    faults: tuple[str, ...]
    merits: tuple[str, ...]
    facts: tuple[str, ...]
    asks: tuple[str, ...]
    """Whole questions."""
    facets: tuple[tuple[str, tuple[str, ...]], ...]
    """Causes that a crisis is made of: name and clauses."""
    feats: tuple[tuple[str, tuple[str, ...]], ...]
    """Causes of a wave of praise."""


_HINTS: dict[str, tuple[str, ...]] = {
    "energy": ("luz", "energ", "power", "electr", "gas", "solar", "volt", "watt", "oil"),
    "telecom": ("tel", "movil", "móvil", "mobile", "fibra", "fiber", "net"),
    "bank": ("banc", "bank", "caja", "pay", "pago", "credit", "segur", "insur", "fin"),
    "travel": ("air", "aero", "vuel", "fly", "tren", "rail", "bus", "travel", "viaj", "hotel", "taxi"),
    "shop": (
        "shop",
        "tienda",
        "market",
        "mercad",
        "moda",
        "super",
        "envi",
        "delivery",
        "store",
        "food",
        "pizza",
        "caf",
    ),
    "software": ("soft", "app", "cloud", "data", "tech", "stream", "tv", "play", "game", "labs"),
}

INDUSTRIES = tuple(_HINTS)


def industry_of(brand: Brand) -> str:
    """The industry of the longest hint in the brand's name, else one chosen by its id."""
    name = f"{brand.id} {brand.name}".casefold()
    found = [(len(hint), industry) for industry, hints in _HINTS.items() for hint in hints if hint in name]
    if found:
        return max(found, key=lambda pair: pair[0])[1]
    return INDUSTRIES[number("industry", brand.id) % len(INDUSTRIES)]
