"""One minute of conversation about one brand, made from a seed of its own: any minute can be made without the past."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.simulate.draw import Uniform, between, pick, poisson, uniform
from pipeline.simulate.episode import Episode
from pipeline.simulate.industry import industry_of
from pipeline.simulate.life import Setting, lag, life, seen
from pipeline.simulate.people import own_person
from pipeline.simulate.post import Label, Person, Post, Simulated
from pipeline.simulate.rhythm import intensity, spanish_share
from pipeline.simulate.speech import QUESTION, Said, announce, answer, noise, say, trade
from pipeline.simulate.terms import spoken_names, spoken_targets
from schemas.config import Brand
from schemas.instants import MINUTE, SECOND
from schemas.kinds import SignalKind

CELL = MINUTE

_NEGATIVE, _POSITIVE, _ASKING = 0.12, 0.25, 0.035
_OTHER_TARGET = 0.06
_OWN_POSTS = 0.004
"""Mean posts of the brand's own accounts a minute: about six a day."""
_ANSWERED = 0.6


class Voice(NamedTuple):
    """What a brand's conversation is made of."""

    brand: Brand
    industry: str
    names: Sequence[str]
    others: Sequence[str]
    """Words for its other targets: competitors, products, people."""
    share: float
    own: dict[str, Person]
    """The brand's account by network."""


def voice_of(brand: Brand) -> Voice:
    own = {found.network: found for account in brand.own_accounts if (found := own_person(brand, account)) is not None}
    others = [words for _, words in spoken_targets(brand)]
    return Voice(brand, industry_of(brand), spoken_names(brand), others, spanish_share(brand.id), own)


def background(seed: int, cell: int, voice: Voice, setting: Setting, rate: float) -> list[Simulated]:
    """Everything that the posts of one minute lead to. `rate`: mean opinions a minute over the week."""
    u = uniform(seed, "background", voice.brand.id, cell)
    spanish, american = intensity(voice.share, cell + CELL // 2)
    events: list[Simulated] = []
    for _ in range(poisson(u, rate * (spanish + american))):
        observed_at = cell + int(u() * CELL)
        lang = "es" if u() * (spanish + american) < spanish else "en"
        tone = _tone(u)
        name = pick(u, voice.others) if voice.others and u() < _OTHER_TARGET else _name(u, voice.names)
        author = setting.crowd.somebody(u, setting.crowd.network(u), lang)
        said = say(u, tone, name, voice.industry, author.place)
        post = _post(u, author, said, observed_at - lag(u, setting.faults), name)
        label = Label(voice.brand.id, "post", tone, lang, author.id)
        events += life(u, setting._replace(name=name), post, observed_at, label)
        if tone == QUESTION:
            events += _answered(u, voice, post, observed_at)
    if voice.own and u() < _OWN_POSTS:
        events.append(_own_post(u, voice, cell + int(u() * CELL)))
    return events


def chatter(seed: int, cell: int, setting: Setting, rate: float) -> list[Simulated]:
    """One minute of posts about nothing that anybody listens for."""
    u = uniform(seed, "noise", cell)
    spanish, american = intensity(0.5, cell + CELL // 2)
    events: list[Simulated] = []
    for _ in range(poisson(u, rate * (spanish + american))):
        observed_at = cell + int(u() * CELL)
        lang = "es" if u() * (spanish + american) < spanish else "en"
        author = setting.crowd.somebody(u, setting.crowd.network(u), lang)
        text = noise(u, lang)
        post = _post(u, author, Said(text), observed_at - lag(u, setting.faults), text)
        events.append(seen(post, observed_at, Label("", "noise", "neutral", lang, author.id), "noise"))
    return events


_MIXES = {
    SignalKind.CRISIS: ("negative", 0.84, QUESTION),
    SignalKind.OPPORTUNITY: ("positive", 0.86, "neutral"),
    SignalKind.ATTENTION: ("neutral", 0.9, QUESTION),
}


def burst(seed: int, cell: int, episode: Episode, voice: Voice, setting: Setting) -> list[Simulated]:
    """One minute of an episode: posts at its strength, thinned to its shape."""
    start, end = max(cell, episode.at), min(cell + CELL, episode.until)
    if start >= end:
        return []
    u = uniform(seed, "episode", episode.id, cell)
    events: list[Simulated] = []
    if start == episode.at:
        events += _burst_post(u, episode, voice, setting, episode.at, opening=True)
    for _ in range(poisson(u, episode.strength * (end - start) / MINUTE)):
        observed_at = start + int(u() * (end - start))
        if u() < episode.level(observed_at):
            events += _burst_post(u, episode, voice, setting, observed_at, opening=False)
    return events


def _burst_post(
    u: Uniform, episode: Episode, voice: Voice, setting: Setting, observed_at: int, *, opening: bool
) -> list[Simulated]:
    lang = "es" if u() < voice.share else "en"
    network = setting.crowd.network(u)
    pace = min(6.0 * MINUTE, episode.duration / 6)
    name = voice.names[0]
    if episode.kind is SignalKind.COORDINATED:
        return _copied(u, episode, voice, setting, observed_at, lang)
    tone, main, side = _MIXES[episode.kind]
    tone = tone if opening or u() < main else side
    words = trade(voice.industry, lang)
    causes = {"negative": words.facets, "positive": words.feats}.get(tone)
    clauses = None if causes is None else causes[_facet(u, episode, len(causes))]
    heat = 1.0
    if episode.kind is SignalKind.OPPORTUNITY and (opening or u() < 0.05):
        author, heat = setting.crowd.loudest(u, network, lang), 1.6
    elif u() < 0.2:
        author = setting.crowd.newcomer(u, network, lang, episode.at)
    else:
        author = setting.crowd.somebody(u, network, lang)
    said = say(u, tone, _name(u, voice.names), voice.industry, author.place, clauses=clauses)
    post = _post(u, author, said, observed_at - min(lag(u, setting.faults), 10 * SECOND), name)
    label = Label(voice.brand.id, "post", tone, lang, author.id, episode.id, said.facet)
    return life(u, setting, post, observed_at, label, heat=heat, pace=pace)


def _copied(
    u: Uniform, episode: Episode, voice: Voice, setting: Setting, observed_at: int, lang: str
) -> list[Simulated]:
    """The campaign's one text for the language, told by yet another account made a few days ago."""
    script = uniform("script", episode.id, lang)
    place = "es-ES" if lang == "es" else "en-US"
    facets = trade(voice.industry, lang).facets
    said = say(
        script, "negative", voice.names[0], voice.industry, place, clauses=facets[_facet(script, episode, len(facets))]
    )
    author = setting.crowd.newcomer(u, "x" if u() < 0.6 else "bluesky", lang, episode.at)
    post = _post(u, author, said, observed_at - 500 - int(u() * 2_000), voice.names[0])
    label = Label(voice.brand.id, "post", "negative", lang, author.id, episode.id, said.facet)
    return [seen(post, observed_at, label, setting.brand)]


def _facet(u: Uniform, episode: Episode, count: int) -> int:
    """Half of the voices name the episode's main cause, the others any."""
    main = uniform("facet", episode.id)()
    return int((main if u() < 0.5 else u()) * count)


def _tone(u: Uniform) -> str:
    x = u()
    if x < _NEGATIVE:
        return "negative"
    if x < _NEGATIVE + _POSITIVE:
        return "positive"
    return QUESTION if x < _NEGATIVE + _POSITIVE + _ASKING else "neutral"


def _name(u: Uniform, names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 or u() < 0.7 else pick(u, names[1:])


def _post(u: Uniform, author: Person, said: Said, at: int, subject: str) -> Post:
    title = ""
    if author.network == "reddit":
        # A title states the matter; the body tells it.
        title = f"{subject}: {said.facet}" if said.facet else said.text[:80].partition(". ")[0]
    return Post(author, at, int(u() * (1 << 53)), said.text, author.place[:2], title, said.tags, said.link)


def _answered(u: Uniform, voice: Voice, post: Post, observed_at: int) -> list[Simulated]:
    """The brand's own reply to a question, where it has an account on that network and takes the trouble."""
    own = voice.own.get(post.author.network)
    if own is None or u() >= _ANSWERED:
        return []
    at = observed_at + between(u, 2 * MINUTE, 40 * MINUTE)
    text = answer(u, post.lang, f"@{post.author.handle}")
    reply = Post(own, at - 600, int(u() * (1 << 53)), text, post.lang, parent=post)
    return [seen(reply, at, Label(voice.brand.id, "own", "", post.lang, own.id), voice.brand.id)]


def _own_post(u: Uniform, voice: Voice, observed_at: int) -> Simulated:
    own = pick(u, list(voice.own.values()))
    lang = "es" if u() < voice.share else "en"
    text = announce(u, lang, voice.brand.name, voice.industry)
    post = Post(own, observed_at - 700, int(u() * (1 << 53)), text, lang, title=text if own.network == "reddit" else "")
    return seen(post, observed_at, Label(voice.brand.id, "own", "", lang, own.id), voice.brand.id)
