"""The explanation in one or two sentences, Spanish and English, made of the signal's own numbers by template."""

from __future__ import annotations

from pipeline.detect.baseline import UNITS
from pipeline.detect.campaign import arranged_share, campaign
from pipeline.detect.phrases import OTHER_TITLES, TITLES, moment, number, percent
from schemas.kinds import SignalKind
from schemas.signal import Contribution, Sentence, Signal

_NOUNS = {
    "total": (("mención", "menciones"), ("mention", "mentions")),
    "negative": (("mención negativa", "menciones negativas"), ("negative mention", "negative mentions")),
    "positive": (("mención positiva", "menciones positivas"), ("positive mention", "positive mentions")),
    "questions": (("pregunta", "preguntas"), ("question", "questions")),
    "category": (("mención del sector", "menciones del sector"), ("mention of the field", "mentions of the field")),
    "weighted_negative": (
        ("mención negativa, ponderada por influencia,", "menciones negativas, ponderadas por influencia,"),
        ("negative mention, weighted by influence,", "negative mentions, weighted by influence,"),
    ),
}
_DIMENSIONS = {
    "network": ("la red", "the network"),
    "language": ("el idioma", "the language"),
    "target": ("el objetivo", "the target"),
    "sentiment": ("el sentimiento", "the sentiment"),
}
_FEELINGS = {"negative": "negativo", "neutral": "neutro", "positive": "positivo", "unsure": "dudoso"}
_LANGUAGES = {
    "es": ("español", "Spanish"),
    "en": ("inglés", "English"),
    "pt": ("portugués", "Portuguese"),
    "fr": ("francés", "French"),
    "it": ("italiano", "Italian"),
    "de": ("alemán", "German"),
    "ar": ("árabe", "Arabic"),
}
_RESIDUES = frozenset({"other", "overlap"})


def sentence_of(signal: Signal, name: str) -> Sentence:
    """Say what the signal says. `name`: what people call the brand."""
    if signal.kind is SignalKind.COORDINATED:
        return Sentence(es=campaign(signal, name, 0), en=campaign(signal, name, 1))
    return Sentence(es=_spanish(signal, name), en=_english(signal, name))


def _spanish(signal: Signal, name: str) -> str:
    title = TITLES.get(signal.kind, OTHER_TITLES)[0][signal.edge]
    noun = _noun(signal, 0)
    people = f" de {_people(signal, 'persona', 'personas')}" if signal.authors else ""
    text = f"{name}: {title}. {_amount(signal.value, signal, 0)} {noun}{people} en la hora hasta {moment(signal, 0)}"
    if signal.reading.warm:
        usual = _amount(signal.expected, signal, 0)
        text += f"; lo habitual {'es' if usual == '1' else 'son'} {usual}"
        text += f" (puntuación {number(signal.score, 0)}, umbral {number(signal.threshold, 0)})."
    else:
        text += "; aún no hay historia suficiente para saber qué es lo habitual."
    if signal.negative_share is not None:
        opinions = f"{signal.n} {'opinión' if signal.n == 1 else 'opiniones'}"
        text += f" Es negativo el {percent(signal.negative_share, 0)} de {opinions}"
        if signal.baseline_negative_share is not None:
            text += f", frente al {percent(signal.baseline_negative_share, 0)} habitual"
        text += "."
    if main := _main(signal):
        dimension, part = main
        text += f" Lo que más pesa: {_label(dimension, part.label, 0)} ({_signed(part.change, signal, 0)})."
    if (arranged := arranged_share(signal)) is not None:
        text += f" El {percent(arranged, 0)} de ello parece coordinado."
    return text


def _english(signal: Signal, name: str) -> str:
    title = TITLES.get(signal.kind, OTHER_TITLES)[1][signal.edge]
    noun = _noun(signal, 1)
    people = f" by {_people(signal, 'person', 'people')}" if signal.authors else ""
    text = f"{name}: {title}. {_amount(signal.value, signal, 1)} {noun}{people} in the hour to {moment(signal, 1)}"
    if signal.reading.warm:
        usual = _amount(signal.expected, signal, 1)
        text += f"; {usual} {'is' if usual == '1' else 'are'} usual"
        text += f" (score {number(signal.score, 1)}, threshold {number(signal.threshold, 1)})."
    else:
        text += "; there is not enough history yet to know what is usual."
    if signal.negative_share is not None:
        opinions = f"{signal.n} {'opinion' if signal.n == 1 else 'opinions'}"
        text += f" {percent(signal.negative_share, 1)} of {opinions} {'is' if signal.n == 1 else 'are'} negative"
        if signal.baseline_negative_share is not None:
            text += f", usually {percent(signal.baseline_negative_share, 1)}"
        text += "."
    if main := _main(signal):
        dimension, part = main
        text += f" Main driver: {_label(dimension, part.label, 1)} ({_signed(part.change, signal, 1)})."
    if (arranged := arranged_share(signal)) is not None:
        text += f" {percent(arranged, 1)} of it looks coordinated."
    return text


def _noun(signal: Signal, language: int) -> str:
    one, many = _NOUNS[signal.reading.channel][language]
    return one if _amount(signal.value, signal, language) == "1" else many


def _people(signal: Signal, one: str, many: str) -> str:
    return f"{signal.authors} {one if signal.authors == 1 else many}"


def _amount(value: float, signal: Signal, language: int) -> str:
    return number(value / UNITS.get(signal.reading.channel, 1), language)


def _signed(value: int, signal: Signal, language: int) -> str:
    amount = _amount(abs(value), signal, language)
    return f"{'+' if value >= 0 else '−'}{amount}"


def _label(dimension: str, label: str, language: int) -> str:
    """A driver's label as people say it."""
    if dimension == "language" and label in _LANGUAGES:
        named = _LANGUAGES[label][language]
        return f"el {named}" if language == 0 else named
    if dimension == "sentiment" and language == 0:
        label = _FEELINGS.get(label, label)
    return f"{_DIMENSIONS[dimension][language]} {label}"


def _main(signal: Signal) -> tuple[str, Contribution] | None:
    """The largest rise with a name of its own. A dimension with one label says nothing, nor does the brand about itself."""
    found: tuple[str, Contribution] | None = None
    silent = {*_RESIDUES, f"brand:{signal.brand}"}
    for drivers in signal.drivers:
        if len(drivers.parts) < 2:
            continue
        for part in drivers.parts:
            if part.label not in silent and part.change > 0 and (found is None or part.change > found[1].change):
                found = (drivers.dimension, part)
    return found
