"""What is planted: campaigns of every kind, size, pace and openness about their age, and the organic bursts that must not be taken for one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from deploy.coordination.background import Burst
from pipeline.simulate.campaign import ARRANGED, Campaign, Kind, organic
from pipeline.simulate.draw import uniform
from schemas.config import Brand
from schemas.instants import HOUR, MINUTE

SIZES = (20, 100, 500)
PACES = (10 * MINUTE, 30 * MINUTE, 60 * MINUTE)
KNOWN = (0.7, 0.0)
"""Shares of a campaign's accounts on networks that tell an account's age: a mixed one, and one on Bluesky alone."""
SLOT = 5 * HOUR
"""Between two things planted with one brand: an incident is over two hours after its posts have left the hour."""
_CRISIS = (40, 110, 160, 140, 110, 90, 70, 60, 45, 35, 30, 25, 20, 15, 10, 10)
_PEAK = (90, 300, 260, 150, 90, 60, 40, 30, 20, 10)


def planted(brands: Sequence[Brand], since: int, slots: int) -> tuple[list[Campaign], list[Burst]]:
    """As much as there is room for, one thing a brand and `SLOT` from `since` on, in a fixed shuffle."""
    arranged = [(kind, size, pace, known) for kind, size, pace, known in product(ARRANGED, SIZES, PACES, KNOWN)]
    natural: list[tuple[Kind | None, int]] = []
    for size in (60, 250):
        natural += [("news", size), ("copied", size), ("viral", size), (None, size)]
    u = uniform("plans")
    places = [(brand, since + slot * SLOT) for slot in range(slots) for brand in brands]
    order = sorted(range(len(places)), key=lambda _: u())
    campaigns: list[Campaign] = []
    bursts: list[Burst] = []
    for number, place in enumerate(order):
        brand, at = places[place]
        at += int(u() * 30) * MINUTE
        lang = "es" if u() < 0.5 else "en"
        if number < len(arranged):
            kind, size, pace, known = arranged[number]
            campaigns.append(
                Campaign(f"campaign-{number}", kind, brand.id, brand.name, at, pace, size, lang, known=known)
            )
            continue
        shape, size = natural[(number - len(arranged)) % len(natural)]
        if shape is None:
            bursts.append(Burst(brand.id, at, _CRISIS if size < 100 else _PEAK))
        else:
            campaigns.append(organic(f"organic-{number}", shape, brand.id, brand.name, at, 40 * MINUTE, size, lang))
    return campaigns, bursts
