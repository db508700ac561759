"""What a model's labels mean: stated in the configuration, or known by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agents.enrich.faults import EnrichUnfit
from schemas.kinds import Polarity

COLUMNS = (Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE)
"""As rows of probabilities stand."""

_KNOWN = {
    **dict.fromkeys(
        ("negative", "neg", "very negative", "extremely negative", "negativo", "muy negativo"), Polarity.NEGATIVE
    ),
    **dict.fromkeys(("neutral", "neu", "neutro"), Polarity.NEUTRAL),
    **dict.fromkeys(
        ("positive", "pos", "very positive", "extremely positive", "positivo", "muy positivo"), Polarity.POSITIVE
    ),
}
_STARS = re.compile(r"([1-5]) ?stars?")
_SILENT = re.compile(r"label \d+")


def columns(labels: Sequence[str], stated: Mapping[str, Polarity]) -> list[int]:
    """For each label of the model, in its order, the column of COLUMNS it adds to. Raises EnrichUnfit with a remedy.

    What is `stated` goes before the well-known names (negative/neutral/positive, NEG/NEU/POS, 1 to 5 stars).
    """
    told = {_plain(label): polarity for label, polarity in stated.items()}
    strange = sorted(set(told) - {_plain(label) for label in labels})
    if strange:
        raise EnrichUnfit(f"tiers.transformers.labels names {_listed(strange)}, but the model's are {_listed(labels)}")
    found = {label: told.get(_plain(label)) or _by_name(label) for label in labels}
    unknown = [label for label, polarity in found.items() if polarity is None]
    if unknown:
        silent = all(_SILENT.fullmatch(_plain(label)) for label in unknown)
        why = "say nothing" if silent else "are no known feelings"
        example = ", ".join(f"{label}: {meant}" for label, meant in zip(labels, COLUMNS, strict=False))
        raise EnrichUnfit(
            f"the model's labels {_listed(unknown)} {why}; the model's card tells what they mean: write it as "
            f"tiers.transformers.labels: {{{example}}} (negative, neutral or positive for each)"
        )
    if Polarity.UNSURE in found.values():
        raise EnrichUnfit("unsure is no feeling but the lack of one: map each label to negative, neutral or positive")
    if len(set(found.values())) < 2:
        raise EnrichUnfit(
            f"all labels of the model ({_listed(labels)}) mean the same: it is no sentiment model, or "
            "tiers.transformers.labels needs another mapping"
        )
    return [COLUMNS.index(polarity) for polarity in found.values() if polarity is not None]


def _by_name(label: str) -> Polarity | None:
    plain = _plain(label)
    stars = _STARS.fullmatch(plain)
    if stars is not None:
        number = int(stars[1])
        return Polarity.NEGATIVE if number < 3 else Polarity.POSITIVE if number > 3 else Polarity.NEUTRAL
    return _KNOWN.get(plain)


def _plain(label: str) -> str:
    return re.sub(r"[\s_-]+", " ", label.strip().casefold())


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(labels[:8]) + (f" and {len(labels) - 8} more" if len(labels) > 8 else "")
