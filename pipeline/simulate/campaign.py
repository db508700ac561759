"""Campaigns and what looks like one: many accounts that say the same, by arrangement or because something goes round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.simulate.draw import Uniform, between, pick, uniform
from pipeline.simulate.life import seen
from pipeline.simulate.people import NETWORKS, names_on, person
from pipeline.simulate.post import Label, Person, Post, Simulated
from pipeline.simulate.rewrite import rewritten
from schemas.instants import DAY, SECOND

Kind = Literal["words", "link", "hashtags", "news", "copied", "viral"]
ARRANGED: tuple[Kind, ...] = ("words", "link", "hashtags")
"""Campaigns. The others are organic: `news` is a headline shared by the button under an article, `copied` a text that people
pass on (a giveaway), `viral` one popular post that is reposted and quoted."""
_AGED = 12 * 365
_STEMS = {"es": ("luz", "vecina", "opina", "verdad", "calle"), "en": ("real", "voice", "truth", "daily", "street")}
_OPENINGS = {
    "es": (
        "{n}: ya no más.",
        "Cada día peor {n}.",
        "{n} se ríe de nosotros.",
        "Nadie se fía de {n}.",
        "{n}, basta ya.",
    ),
    "en": ("{n}: no more.", "Worse every day, {n}.", "{n} laughs at us.", "Nobody trusts {n}.", "{n}, enough."),
}
_FILLERS = {
    "es": ("en mi casa llevan así {k} días y nadie responde", "mi madre de {k} años no entiende la factura de este mes",
           "pagué {k} euros de más y siguen sin devolverlos", "la app se cierra {k} veces antes de dejarme entrar",
           "llamé {k} veces y colgaron siempre", "el técnico llegó {k} horas tarde y sin piezas"),
    "en": ("at home it has been like this for {k} days", "my mother is {k} and cannot read this month's bill",
           "I paid {k} euros too much and nobody gives them back", "the app closes {k} times before it lets me in",
           "called {k} times and they hung up on me", "the engineer came {k} hours late without parts"),
}  # fmt: skip
_SCRIPT = {
    "es": "{n} nos engaña a todos con la nueva tarifa: suben el precio, esconden las condiciones y no atienden a nadie.",
    "en": "{n} is fooling us all with the new plan: prices go up, the terms are hidden and nobody picks up the phone.",
}
_HEADLINE = {
    "es": "{n} anuncia que invertirá cuatrocientos millones en renovar sus redes de distribución antes de 2030",
    "en": "{n} says it will spend four hundred million on renewing its distribution networks before 2030",
}
_GIVEAWAY = {
    "es": "Participo en el sorteo de {n}: comparto este texto y sigo su cuenta para ganar una bicicleta eléctrica.",
    "en": "I am taking part in the draw by {n}: sharing this text and following them to win an electric bike.",
}
_POPULAR = {
    "es": "Hoy el repartidor de {n} subió seis pisos sin ascensor y encima le dejó la compra colocada a mi abuela.",
    "en": "Today the courier of {n} climbed six floors and then put away all of my grandmother's shopping.",
}
_QUOTES = {
    "es": (
        "esto es",
        "así da gusto con {n}",
        "no todo va a ser malo, {n}",
        "llorando con lo de {n}",
        "{n} lo ha clavado",
    ),
    "en": ("this is it", "that is how, {n}", "not all is bad, {n}", "crying at this, {n}", "{n} nailed it"),
}


@dataclass(frozen=True, slots=True)
class Campaign:
    """`accounts` that speak once each within `duration` ms from `at` on. `known`: the share on networks that tell an account's
    age; `young`: the share of accounts made in the month before; `machine`: of handles with many digits; `rewrites`: changes
    of the script that each account makes, up to this many."""

    id: str
    kind: Kind
    brand: str
    name: str
    at: int
    duration: int
    accounts: int
    lang: str = "es"
    known: float = 0.7
    young: float = 0.85
    machine: float = 0.5
    rewrites: int = 2

    def label(self) -> dict[str, str | int | float | bool]:
        return {
            "id": self.id,
            "kind": self.kind,
            "brand": self.brand,
            "at": self.at,
            "until": self.at + self.duration,
            "accounts": self.accounts,
            "arranged": self.kind in ARRANGED,
        }


def organic(
    id: str, kind: Kind, brand: str, name: str, at: int, duration: int, accounts: int, lang: str = "es"
) -> Campaign:
    """The same by people: accounts of every age, handles as people choose them, and few words of their own."""
    return Campaign(
        id, kind, brand, name, at, duration, accounts, lang, known=0.7, young=0.06, machine=0.12, rewrites=1
    )


def told(plan: Campaign, seed: int = 7) -> list[Simulated]:
    """The events of a campaign in order of time; the same ones for the same seed."""
    u = uniform(seed, "campaign", plan.id)
    events = []
    popular = None
    for number in range(plan.accounts):
        at = plan.at + int(u() ** 1.3 * plan.duration)
        author = _account(u, plan, number)
        if plan.kind == "viral" and popular is None:
            at = plan.at
            author = author._replace(created_at=plan.at - _AGED // 2 * DAY, followers=90_000)
        post = _post(u, plan, author, at, popular)
        if plan.kind == "viral" and popular is None:
            popular = post
        kind = "repost" if post.reposted is not None else "quote" if post.quoted is not None else "post"
        label = Label(plan.brand, kind, "negative", plan.lang, author.id, plan.id)
        events.append(seen(post, at + 400 + int(u() * 4 * SECOND), label, plan.brand))
    return sorted(events)


def _account(u: Uniform, plan: Campaign, number: int) -> Person:
    network = "x" if plan.kind == "viral" else pick(u, ("x", "x", "mastodon")) if u() < plan.known else "bluesky"
    if network not in NETWORKS:
        raise ValueError(f"no network {network}")
    days = between(u, 1, 25) if u() < plan.young else between(u, 90, _AGED)
    place = "es-ES" if plan.lang == "es" else "en-US"
    made = person(int(u() * (1 << 53)), network, place, 0.05, plan.at - days * DAY - int(u() * DAY))
    if u() >= plan.machine:
        return made
    user = f"{pick(u, _STEMS[plan.lang])}{between(u, 10_000, 99_999_999)}"
    native, handle = names_on(network, user, made.token, made.created_at, "mastodon.social")
    return made._replace(id=native, handle=handle)


def _post(u: Uniform, plan: Campaign, author: Person, at: int, popular: Post | None) -> Post:
    tags: tuple[str, ...] = ()
    link = ""
    lang, name = plan.lang, plan.name
    match plan.kind:
        case "words":
            text = rewritten(u, _SCRIPT[lang].format(n=name), lang, int(u() * (plan.rewrites + 1)))
            # A rewriting must not lose whom it is about.
            text = text if name.casefold() in text.casefold() else f"{name}: {text}"
        case "link" | "hashtags":
            text = f"{pick(u, _OPENINGS[lang])} {pick(u, _FILLERS[lang])}".format(n=name, k=between(u, 2, 99))
            if plan.kind == "link":
                link = f"https://verdades.example/{plan.id}"
            else:
                tags = (name, "BastaYa", "NoMas", f"Verdad{len(plan.id)}")
                text = f"{text} {' '.join('#' + tag for tag in tags)}"
        case "news":
            text, link = _HEADLINE[lang].format(n=name), f"https://diario.example/{plan.id}"
        case "copied":
            text = rewritten(u, _GIVEAWAY[lang].format(n=name), lang, int(u() * (plan.rewrites + 1)))
            text = text if name.casefold() in text.casefold() else f"{name}: {text}"
        case "viral":
            return _viral(u, plan, author, at, popular)
    text = f"{text} {link}" if link else text
    return Post(author, at, int(u() * (1 << 53)), text, lang, "", tags, link)


def _viral(u: Uniform, plan: Campaign, author: Person, at: int, popular: Post | None) -> Post:
    token = int(u() * (1 << 53))
    if popular is None:
        return Post(author, at, token, _POPULAR[plan.lang].format(n=plan.name), plan.lang)
    if u() < 0.8:
        return Post(author, at, token, "", plan.lang, reposted=popular)
    return Post(author, at, token, pick(u, _QUOTES[plan.lang]).format(n=plan.name), plan.lang, quoted=popular)
