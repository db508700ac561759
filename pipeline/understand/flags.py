"""What else a text is: useful criticism, abuse, an expectation named, irony. Only where the wording itself says so.

Spam and boilerplate are flagged where a post is normalised (`pipeline.normalize`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set

from schemas.kinds import Flag, Intent

_FLAGS = (Flag.CONSTRUCTIVE, Flag.ABUSE, Flag.EXPECTATION_GAP, Flag.IRONY)


_FLAGGED = frozenset(str(flag) for flag in _FLAGS)


def flags_in(tags: Set[str]) -> tuple[Flag, ...]:
    """Flags by the tags of a text's cues, in the contract's order."""
    if _FLAGGED.isdisjoint(tags):
        return ()
    return tuple(flag for flag in _FLAGS if flag in tags and f"{flag}!" not in tags)


def with_constructive(flags: Sequence[Flag], intents: Collection[Intent]) -> tuple[Flag, ...]:
    """Flags completed by intents: a grievance with a wish can be acted on. An insult is no proposal, whatever stands beside it."""
    if Flag.ABUSE in flags:
        return tuple(flag for flag in flags if flag != Flag.CONSTRUCTIVE)
    if Intent.WISH in intents and Intent.COMPLAINT in intents and Flag.CONSTRUCTIVE not in flags:
        return (Flag.CONSTRUCTIVE, *flags)
    return tuple(flags)
