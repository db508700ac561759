"""The explanation of what looks coordinated, in Spanish and English, made of the signal's own numbers."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.detect.phrases import TITLES, moment, percent
from schemas.kinds import SignalKind
from schemas.signal import Coordination, Signal

MENTIONED = 0.1
"""The coordinated share from which a sentence about something else says so."""
_DID: Mapping[str, tuple[str, str]] = {
    "words": ("han publicado casi las mismas palabras", "posted nearly the same words"),
    "link": ("han publicado el mismo enlace", "posted the same link"),
    "hashtags": ("han publicado la misma serie de etiquetas", "posted the same sequence of hashtags"),
}


def arranged_share(signal: Signal) -> float | None:
    """How much of what the signal tells of looks coordinated; None where it is not worth a sentence."""
    found = signal.coordination
    return found.share if found is not None and found.share is not None and found.share >= MENTIONED else None


def campaign(signal: Signal, name: str, language: int) -> str:
    """The sentence in one language: 0 Spanish, 1 English."""
    title = TITLES[SignalKind.COORDINATED][language][signal.edge]
    found = signal.coordination
    if found is None:
        return f"{name}: {title}."
    said = (_spanish if language == 0 else _english)(signal, found)
    return f"{name}: {title}. {said}"


def _spanish(signal: Signal, found: Coordination) -> str:
    text = (
        f"{found.accounts} cuentas {_DID[found.trace][0]} en {_span(found.span_seconds, 0)}, hasta {moment(signal, 0)}"
    )
    text += f"; lo más repetido de una hora suele decirse {found.usual} veces"
    text += f" (puntuación {_score(found.score, 0)} de 1, umbral {_score(signal.threshold / 10, 0)})."
    if found.known_ages:
        text += f" {_of(found.new_accounts, found.known_ages, 0)} cuya edad se conoce {_have(found.new_accounts, 0)} menos de 30 días."
    if found.alike_handles:
        text += f" {found.alike_handles} {_have(found.alike_handles, 0)} nombres que parecen hechos a máquina."
    if found.share is not None:
        text += f" Así es el {percent(found.share, 0)} de las {signal.n} opiniones de esa hora."
    return text


def _english(signal: Signal, found: Coordination) -> str:
    text = f"{found.accounts} accounts {_DID[found.trace][1]} within {_span(found.span_seconds, 1)}, up to {moment(signal, 1)}"
    text += f"; the most repeated words of an hour are usually said {found.usual} times"
    text += f" (score {_score(found.score, 1)} of 1, threshold {_score(signal.threshold / 10, 1)})."
    if found.known_ages:
        text += f" {_of(found.new_accounts, found.known_ages, 1)} whose age is known {_have(found.new_accounts, 1)} younger than 30 days."
    if found.alike_handles:
        text += f" {found.alike_handles} {'has a handle' if found.alike_handles == 1 else 'have handles'} that look{'s' if found.alike_handles == 1 else ''} made by a machine."
    if found.share is not None:
        text += f" {percent(found.share, 1)} of the {signal.n} opinions of that hour are like this."
    return text


def _of(part: int, whole: int, language: int) -> str:
    part_of = str(part) if part else ("Ninguna", "None")[language]
    return f"{part_of} de las {whole}" if language == 0 else f"{part_of} of the {whole}"


def _have(count: int, language: int) -> str:
    if language == 0:
        return "tienen" if count > 1 else "tiene"
    return "is" if count == 1 else "are"


def _span(seconds: int, language: int) -> str:
    minutes = max(1, -(-seconds // 60))
    if language == 0:
        return f"{minutes} {'minuto' if minutes == 1 else 'minutos'}"
    return f"{minutes} {'minute' if minutes == 1 else 'minutes'}"


def _score(value: float, language: int) -> str:
    """Two decimals: of a number between 0 and 1 one says too little."""
    text = f"{value:.2f}".removesuffix("0")
    return text.replace(".", ",") if language == 0 else text
