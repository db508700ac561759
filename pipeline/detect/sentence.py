"""The explanation in one or two sentences, Spanish and English, made of the signal's own numbers by template."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.detect.baseline import UNITS
from schemas.instants import from_wire
from schemas.kinds import Edge, SignalKind
from schemas.signal import Contribution, Sentence, Signal

_TITLES: dict[SignalKind, tuple[dict[Edge, str], dict[Edge, str]]] = {
    SignalKind.CRISIS: (
        {
            Edge.FIRING: "posible crisis",
            Edge.ESCALATED: "la crisis crece",
            Edge.RENOTIFIED: "la crisis continúa",
            Edge.RESOLVED: "la crisis ha remitido",
        },
        {
            Edge.FIRING: "possible crisis",
            Edge.ESCALATED: "the crisis is growing",
            Edge.RENOTIFIED: "the crisis continues",
            Edge.RESOLVED: "the crisis has died down",
        },
    ),
    SignalKind.OPPORTUNITY: (
        {
            Edge.FIRING: "oportunidad",
            Edge.ESCALATED: "la oportunidad crece",
            Edge.RENOTIFIED: "la oportunidad continúa",
            Edge.RESOLVED: "la oportunidad ha pasado",
        },
        {
            Edge.FIRING: "opportunity",
            Edge.ESCALATED: "the opportunity is growing",
            Edge.RENOTIFIED: "the opportunity continues",
            Edge.RESOLVED: "the opportunity has passed",
        },
    ),
}
_OTHER_TITLES: tuple[dict[Edge, str], dict[Edge, str]] = (
    {
        Edge.FIRING: "más atención de lo habitual",
        Edge.ESCALATED: "la atención crece",
        Edge.RENOTIFIED: "la atención continúa",
        Edge.RESOLVED: "la atención ha vuelto a lo habitual",
    },
    {
        Edge.FIRING: "more attention than usual",
        Edge.ESCALATED: "attention is growing",
        Edge.RENOTIFIED: "attention continues",
        Edge.RESOLVED: "attention is back to usual",
    },
)
_NOUNS = {
    "total": (("mención", "menciones"), ("mention", "mentions")),
    "negative": (("mención negativa", "menciones negativas"), ("negative mention", "negative mentions")),
    "positive": (("mención positiva", "menciones positivas"), ("positive mention", "positive mentions")),
    "questions": (("pregunta", "preguntas"), ("question", "questions")),
    "weighted_negative": (
        ("mención negativa, ponderada por influencia,", "menciones negativas, ponderadas por influencia,"),
        ("negative mention, weighted by influence,", "negative mentions, weighted by influence,"),
    ),
}
_MONTHS = (
    (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
)
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
    return Sentence(es=_spanish(signal, name), en=_english(signal, name))


def _spanish(signal: Signal, name: str) -> str:
    title = _TITLES.get(signal.kind, _OTHER_TITLES)[0][signal.edge]
    noun = _noun(signal, 0)
    people = f" de {_people(signal, 'persona', 'personas')}" if signal.authors else ""
    text = f"{name}: {title}. {_amount(signal.value, signal, 0)} {noun}{people} en la hora hasta {_moment(signal, 0)}"
    if signal.reading.warm:
        usual = _amount(signal.expected, signal, 0)
        text += f"; lo habitual {'es' if usual == '1' else 'son'} {usual}"
        text += f" (puntuación {_number(signal.score, 0)}, umbral {_number(signal.threshold, 0)})."
    else:
        text += "; aún no hay historia suficiente para saber qué es lo habitual."
    if signal.negative_share is not None:
        opinions = f"{signal.n} {'opinión' if signal.n == 1 else 'opiniones'}"
        text += f" Es negativo el {_percent(signal.negative_share, 0)} de {opinions}"
        if signal.baseline_negative_share is not None:
            text += f", frente al {_percent(signal.baseline_negative_share, 0)} habitual"
        text += "."
    if main := _main(signal):
        dimension, part = main
        text += f" Lo que más pesa: {_label(dimension, part.label, 0)} ({_signed(part.change, signal, 0)})."
    return text


def _english(signal: Signal, name: str) -> str:
    title = _TITLES.get(signal.kind, _OTHER_TITLES)[1][signal.edge]
    noun = _noun(signal, 1)
    people = f" by {_people(signal, 'person', 'people')}" if signal.authors else ""
    text = f"{name}: {title}. {_amount(signal.value, signal, 1)} {noun}{people} in the hour to {_moment(signal, 1)}"
    if signal.reading.warm:
        usual = _amount(signal.expected, signal, 1)
        text += f"; {usual} {'is' if usual == '1' else 'are'} usual"
        text += f" (score {_number(signal.score, 1)}, threshold {_number(signal.threshold, 1)})."
    else:
        text += "; there is not enough history yet to know what is usual."
    if signal.negative_share is not None:
        opinions = f"{signal.n} {'opinion' if signal.n == 1 else 'opinions'}"
        text += f" {_percent(signal.negative_share, 1)} of {opinions} {'is' if signal.n == 1 else 'are'} negative"
        if signal.baseline_negative_share is not None:
            text += f", usually {_percent(signal.baseline_negative_share, 1)}"
        text += "."
    if main := _main(signal):
        dimension, part = main
        text += f" Main driver: {_label(dimension, part.label, 1)} ({_signed(part.change, signal, 1)})."
    return text


def _noun(signal: Signal, language: int) -> str:
    one, many = _NOUNS[signal.reading.channel][language]
    return one if _amount(signal.value, signal, language) == "1" else many


def _people(signal: Signal, one: str, many: str) -> str:
    return f"{signal.authors} {one if signal.authors == 1 else many}"


def _amount(value: float, signal: Signal, language: int) -> str:
    return _number(value / UNITS.get(signal.reading.channel, 1), language)


def _signed(value: int, signal: Signal, language: int) -> str:
    amount = _amount(abs(value), signal, language)
    return f"{'+' if value >= 0 else '−'}{amount}"


def _number(value: float, language: int) -> str:
    """At most one decimal; a decimal comma in Spanish, and thousands left unmarked in both."""
    text = f"{value:.1f}".removesuffix(".0")
    text = "0" if text == "-0" else text
    return text.replace(".", ",") if language == 0 else text


def _percent(share: float, language: int) -> str:
    return f"{100 * share:.0f}{' ' if language == 0 else ''}%"


def _moment(signal: Signal, language: int) -> str:
    """When the last hour ends: the tested bucket's end, or the decision where the bucket was still open."""
    at = min(from_wire(signal.at), from_wire(signal.window_end))
    when = datetime.fromtimestamp(at // 1000, UTC)
    month = _MONTHS[language][when.month - 1]
    time = f"{when:%H:%M} UTC"
    if language == 0:
        return f"{'la' if when.hour == 1 else 'las'} {time} del {when.day} de {month}"
    return f"{time} on {when.day} {month}"


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
