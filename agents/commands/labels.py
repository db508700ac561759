"""Labelled texts as `escucha learn` takes them: every line checked, every mistake told with its number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from agents.commands.common import UsageError
from pipeline.understand.mind import Mind
from schemas.kinds import Polarity
from schemas.mention import Lang

MOST = 50_000
"""Labels: beyond them the time grows and the gain does not."""
TOLD = 5
"""Mistakes told; the rest are counted."""
NAMES = {
    "negative": Polarity.NEGATIVE,
    "neg": Polarity.NEGATIVE,
    "neutral": Polarity.NEUTRAL,
    "neu": Polarity.NEUTRAL,
    "positive": Polarity.POSITIVE,
    "pos": Polarity.POSITIVE,
}
"""Numbers are none of them: in one set 1 is neutral, in the next positive."""


class Label(NamedTuple):
    text: str
    label: Polarity
    lang: str | None


def read_labels(file: Path) -> list[Label]:
    """Every line's label. Raises UsageError with the numbers of the lines that are wrong."""
    found: list[Label] = []
    faults: list[str] = []
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    read = _label(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
                    if isinstance(read, str):
                        faults.append(f"{file}, line {number}: {read}")
                    else:
                        found.append(read)
    except OSError as fault:
        raise UsageError(f"{file}: {(fault.strerror or str(fault)).lower()}") from None
    if faults:
        more = [f"and {len(faults) - TOLD} lines more"] if len(faults) > TOLD else []
        raise UsageError("\n".join([*faults[:TOLD], *more]))
    if not found:
        raise UsageError(f'{file}: no labels; write lines as {{"text": "...", "label": "negative", "lang": "es"}}')
    if len(found) > MOST:
        raise UsageError(f"{file}: {len(found)} labels; keep it under {MOST}, drawn at random: more teach nothing more")
    return found


def _label(line: bytes) -> Label | str:
    """A label, or what is wrong with the line."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        return f"not JSON ({fault})"
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return 'an object with a "text" is wanted, as {"text": "...", "label": "negative"}'
    label, lang = row.get("label"), row.get("lang")
    if not isinstance(label, str) or label.strip().lower() not in NAMES:
        return f'"label" is {orjson.dumps(label).decode()[:80]}; write "negative", "neutral" or "positive"'
    if not isinstance(lang, str | None):
        return '"lang" is a language tag as "es" or "en-GB"'
    return Label(row["text"], NAMES[label.strip().lower()], lang)


def declared(model: Mind, labels: Sequence[Label], language: str | None) -> list[Lang | None]:
    """The language of each text as its line says, else `language`, else what most of those that do not say are in."""
    silent = [one.text for one in labels if not one.lang][:2_000]
    if silent and language is None:
        seen = Counter(lang.value for lang, _ in model.read(silent, [None] * len(silent)) if lang)
        language = max(seen, key=lambda code: (seen[code], code), default=None)
    return [Lang(code, "declared") if (code := one.lang or language) else None for one in labels]
