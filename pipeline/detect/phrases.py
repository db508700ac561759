"""Words and figures that every explanation is made of, in Spanish (0) and English (1)."""

from __future__ import annotations

from datetime import UTC, datetime

from schemas.instants import from_wire
from schemas.kinds import Edge, SignalKind
from schemas.signal import Signal

TITLES: dict[SignalKind, tuple[dict[Edge, str], dict[Edge, str]]] = {
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
    SignalKind.COORDINATED: (
        {
            Edge.FIRING: "parece coordinado",
            Edge.ESCALATED: "lo que parece coordinado crece",
            Edge.RENOTIFIED: "lo que parece coordinado continúa",
            Edge.RESOLVED: "lo que parecía coordinado ha cesado",
        },
        {
            Edge.FIRING: "this looks coordinated",
            Edge.ESCALATED: "what looks coordinated is growing",
            Edge.RENOTIFIED: "what looks coordinated continues",
            Edge.RESOLVED: "what looked coordinated has ended",
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
OTHER_TITLES: tuple[dict[Edge, str], dict[Edge, str]] = (
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


def number(value: float, language: int) -> str:
    """At most one decimal; a decimal comma in Spanish, and thousands left unmarked in both."""
    text = f"{value:.1f}".removesuffix(".0")
    text = "0" if text == "-0" else text
    return text.replace(".", ",") if language == 0 else text


def percent(share: float, language: int) -> str:
    return f"{100 * share:.0f}{' ' if language == 0 else ''}%"


def moment(signal: Signal, language: int) -> str:
    """When the last hour ends: the tested bucket's end, or the decision where the bucket was still open."""
    at = min(from_wire(signal.at), from_wire(signal.window_end))
    when = datetime.fromtimestamp(at // 1000, UTC)
    month = _MONTHS[language][when.month - 1]
    time = f"{when:%H:%M} UTC"
    if language == 0:
        return f"{'la' if when.hour == 1 else 'las'} {time} del {when.day} de {month}"
    return f"{time} on {when.day} {month}"
