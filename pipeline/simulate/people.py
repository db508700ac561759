"""The people of a world: who speaks, how often, and how much others react to them. Heavy-tailed, as networks are."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from math import exp

from pipeline.simulate.draw import Uniform, between, pick, uniform
from pipeline.simulate.natives import base36, did, mix, snowflake
from pipeline.simulate.post import Person
from schemas.config import Brand
from schemas.instants import DAY, from_wire

NETWORKS = ("bluesky", "x", "mastodon", "reddit")
_PRESENCE = (0.36, 0.34, 0.17, 0.13)
_PLACES = ("es-ES", "es-MX", "es-AR", "en-US")
_PLACE_SHARE = (0.34, 0.11, 0.09, 0.46)
_OLDEST = from_wire("2012-03-01T00:00:00.000Z")
_NEWEST = from_wire("2025-06-01T00:00:00.000Z")

_FIRST = {
    "es": (
        "Lucía",
        "Javier",
        "María",
        "Pablo",
        "Carmen",
        "Diego",
        "Nerea",
        "Andrés",
        "Sofía",
        "Mateo",
        "Valeria",
        "Joaquín",
        "Rocío",
        "Iker",
    ),
    "en": (
        "Emma",
        "Noah",
        "Olivia",
        "Liam",
        "Grace",
        "Ethan",
        "Chloe",
        "Mason",
        "Harper",
        "Logan",
        "Zoe",
        "Caleb",
        "Ruby",
        "Owen",
    ),
}
_LAST = {
    "es": (
        "García",
        "Ruiz",
        "Ortega",
        "Navarro",
        "Molina",
        "Vega",
        "Campos",
        "Ibáñez",
        "Rivas",
        "Quiroga",
        "Salas",
        "Peña",
    ),
    "en": (
        "Carter",
        "Brooks",
        "Hayes",
        "Morgan",
        "Reed",
        "Foster",
        "Bennett",
        "Palmer",
        "Wells",
        "Quinn",
        "Shaw",
        "Lane",
    ),
}
_BIO = {
    "es": (
        "De barrio.",
        "Leo, corro y protesto.",
        "Opiniones mías.",
        "Padre de dos.",
        "Ingeniera. Café.",
        "Aquí por las risas.",
        "",
    ),
    "en": (
        "Opinions mine.",
        "Runner, reader, dad.",
        "Coffee first.",
        "Here for the laughs.",
        "Engineer.",
        "Gardens and trains.",
        "",
    ),
}
_INSTANCES = ("mastodon.social", "tkz.one", "masto.es", "mstdn.mx", "hachyderm.io", "fosstodon.org")
_ASCII = str.maketrans("áéíóúñ", "aeioun")


def person(token: int, network: str, place: str, pull: float, created_at: int) -> Person:
    """An account made from its token. Followers go with what it earns, loosely: some bought theirs."""
    u = uniform("person", token)
    lang = place[:2]
    first, last = pick(u, _FIRST[lang]), pick(u, _LAST[lang])
    user = f"{first}{pick(u, ('', '_', '.'))}{last}{between(u, 1, 999)}".lower().translate(_ASCII)
    followers = int(20 + 180 * pull * exp(2.2 * (u() - 0.5)))
    if u() < 0.03:
        followers += between(u, 20_000, 400_000)
    user = user.replace(".", "" if network == "x" else "_" if network in ("mastodon", "reddit") else "-").replace(
        "_", "-" if network == "bluesky" else "_"
    )
    native, handle = names_on(network, user, token, created_at, pick(u, _INSTANCES))
    return Person(
        token, network, native, handle, f"{first} {last}", place, created_at, followers, between(u, 30, 900),
        between(u, 12, 9000), pull, pick(u, _BIO[lang]),
    )  # fmt: skip


def names_on(network: str, user: str, token: int, created_at: int, instance: str) -> tuple[str, str]:
    """Id and handle of an account. On Mastodon and Reddit they are one: there, others are only ever named by it."""
    if network == "bluesky":
        return did(token), f"{user}.bsky.social"
    if network == "x":
        return snowflake(created_at, mix(token)), user
    if network == "mastodon":
        return f"{user}@{instance}", f"{user}@{instance}"
    return user, user


def own_person(brand: Brand, account: str) -> Person | None:
    """The brand's own account `<network>:<handle or id>`; None on a network that a world does not have.

    Jetstream frames carry no handle, so a Bluesky account can only be told by its DID.
    """
    network, _, name = account.partition(":")
    name = name.removeprefix("@")
    if network not in NETWORKS or not name or (network == "bluesky" and not name.startswith("did:")):
        return None
    token = uniform("own", account)
    number = int(token() * (1 << 53))
    created = _OLDEST + 200 * DAY
    user, _, instance = name.removeprefix("u/").partition("@")
    native, handle = names_on(network, user, number, created, instance or _INSTANCES[0])
    if network == "bluesky":
        native, handle = name, name
    elif network == "x" and user.isdigit():
        native, handle = user, base36(int(user))
    return Person(number, network, native, handle, brand.name, "es-ES", created, 25_000, 120, 8_000, 1.0, brand.name)


class Crowd:
    """Everybody in a world, by network and language, drawn in proportion to how much they write."""

    def __init__(self, seed: int, size: int) -> None:
        u = uniform("crowd", seed)
        groups: dict[tuple[str, str], list[Person]] = {(n, lang): [] for n in NETWORKS for lang in ("es", "en")}
        for index in range(size):
            place = _PLACES[bisect_right(_PLACE_BOUNDS, u())]
            # Every network speaks both languages, however small the crowd.
            network = NETWORKS[index] if index < 4 else NETWORKS[bisect_right(_NETWORK_BOUNDS, u())]
            pull = min(60.0, 0.35 / (1.0 - u()) ** 0.85)
            created = between(u, _OLDEST, _NEWEST)
            groups[network, place[:2]].append(person(int(u() * (1 << 53)), network, place, pull, created))
        for (network, lang), people in groups.items():
            while len(people) < 3:
                place = "es-ES" if lang == "es" else "en-US"
                people.append(person(int(u() * (1 << 53)), network, place, 1.0, between(u, _OLDEST, _NEWEST)))
        self._people = groups
        self._weights = {
            key: list(accumulate(1.0 / (1 + rank) ** 0.6 for rank in range(len(people))))
            for key, people in groups.items()
        }

    def somebody(self, u: Uniform, network: str, lang: str) -> Person:
        people, bounds = self._people[network, lang], self._weights[network, lang]
        return people[bisect_right(bounds, u() * bounds[-1])]

    def loudest(self, u: Uniform, network: str, lang: str) -> Person:
        """One of the three to whom others react most."""
        return pick(u, sorted(self._people[network, lang], key=lambda p: (-p.pull, p.token))[:3])

    @staticmethod
    def network(u: Uniform) -> str:
        return NETWORKS[bisect_right(_NETWORK_BOUNDS, u())]

    @staticmethod
    def newcomer(u: Uniform, network: str, lang: str, at: int) -> Person:
        """An account a few days old that nobody reacts to."""
        place = "es-ES" if lang == "es" else "en-US"
        born = at - between(u, DAY // 2, 12 * DAY)
        return person(int(u() * (1 << 53)), network, place, 0.02, born)


_NETWORK_BOUNDS = tuple(accumulate(_PRESENCE))[:-1]
_PLACE_BOUNDS = tuple(accumulate(_PLACE_SHARE))[:-1]
