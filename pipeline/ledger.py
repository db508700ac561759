"""The ledger: every raw event accepted is accounted for exactly once (DESIGN rule 8)."""

from __future__ import annotations

import msgspec


class Counts(msgspec.Struct):
    """One processor's part, kept in its state. `seen` counts events taken from the input, `held` those not yet decided.

    understand counts events at first sight; listen counts them by ordinal 0 of a fan-out. A change to an
    earlier post (an edit, a delete, a score) is `unmatched` in understand until a listen partition finds it: that one adds 1 to `aggregated` and
    -1 to `unmatched`. The purge of an author stays `unmatched`: it may find posts in several partitions, or in none.
    """

    seen: int = 0
    aggregated: int = 0
    unmatched: int = 0
    duplicate: int = 0
    late: int = 0
    dead_lettered: int = 0
    held: int = 0
    forwarded: int = 0
    """understand: events whose ordinal 0 was sent on to listen."""

    def add(self, other: Counts) -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Ledger(msgspec.Struct, frozen=True):
    """The identity `accepted = aggregated + unmatched + duplicate + late + dead_lettered + in_flight`."""

    accepted: int
    aggregated: int
    unmatched: int
    duplicate: int
    late: int
    dead_lettered: int
    in_flight: int

    @property
    def balanced(self) -> bool:
        return self.accepted == (
            self.aggregated + self.unmatched + self.duplicate + self.late + self.dead_lettered + self.in_flight
        )


def ledger_of(accepted: int, understand: Counts, listen: Counts, mentions_appended: int) -> Ledger:
    """The ledger from offsets and states.

    `accepted`: raw events appended; `mentions_appended`: ordinal-0 mentions appended to social.mentions. Both are
    counted by the bus, so that in_flight is measured (unread raw + unread mentions + held), never the remainder.
    """
    in_flight = (accepted - understand.seen) + understand.held + (mentions_appended - listen.seen) + listen.held
    return Ledger(
        accepted=accepted,
        aggregated=listen.aggregated,
        unmatched=understand.unmatched + listen.unmatched,
        duplicate=listen.duplicate,
        late=listen.late,
        dead_lettered=understand.dead_lettered + listen.dead_lettered,
        in_flight=in_flight,
    )
