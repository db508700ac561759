"""The promise under fire: the roles as processes on a real broker, with real Redis and a real webhook receiver.

Events with known ids come in at a steady rate while processes are killed, frozen and joined, and the broker goes away.
Nothing may be lost or counted twice, and what comes out must equal what an undisturbed engine makes of the same events.
`ESCUCHA_FIRE_EVENTS` sets the size; from 20,000 on every planned fault strikes, below only a handful.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from typing import Final

import pytest

from tests.fire.faults import STRIKES, Fault
from tests.fire.findings import FILES
from tests.fire.fire import Outcome, play

EVENTS: Final = int(os.environ.get("ESCUCHA_FIRE_EVENTS", "3000"))
RATE: Final = float(os.environ.get("ESCUCHA_FIRE_RATE", "100"))
"""Events a second."""

HANDFUL: Final = (
    Fault(0.20, "kill_everybody"),
    Fault(0.30, "poison_in_between"),
    Fault(0.40, "broker_killed", seconds=1),
    Fault(0.50, "crash", "listen", "signals_produced:1"),
    Fault(0.60, "kill_twice", "alert", seconds=1),
    Fault(0.70, "zombie", "understand"),
)
EVERYTHING: Final = (
    Fault(0.20, "kill", "understand"),
    Fault(0.21, "kill", "listen"),
    Fault(0.22, "kill", "influence"),
    Fault(0.23, "kill", "alert"),
    Fault(0.24, "crash", "understand", "mentions_produced:3"),
    Fault(0.26, "crash", "influence", "after_state:3"),
    Fault(0.28, "crash", "listen", "before_ack:3"),
    Fault(0.29, "poison_in_between"),
    Fault(0.30, "broker_stopped", seconds=20),
    Fault(0.33, "letters_refused", seconds=15),
    Fault(0.40, "kill_twice", "understand", seconds=1),
    Fault(0.41, "kill_twice", "listen", seconds=1),
    Fault(0.42, "kill_twice", "influence", seconds=1),
    Fault(0.43, "kill_twice", "alert", seconds=1),
    Fault(0.44, "kill_one_of_two", "understand"),
    Fault(0.46, "kill_one_of_two", "listen"),
    Fault(0.48, "broker_killed", seconds=1),
    # The loud day begins: from here on there are signals.
    Fault(0.50, "crash", "listen", "signals_produced:1"),
    Fault(0.54, "crash", "alert", "after_signal:1"),
    Fault(0.57, "crash", "alert", "before_ack:1"),
    Fault(0.60, "kill", "understand"),
    Fault(0.61, "kill", "listen"),
    Fault(0.62, "kill", "influence"),
    Fault(0.63, "kill", "alert"),
    Fault(0.64, "crash", "understand", "after_outputs:3"),
    Fault(0.66, "crash", "listen", "after_state:3"),
    Fault(0.68, "zombie", "understand"),
    Fault(0.71, "zombie", "listen"),
    Fault(0.74, "zombie", "influence"),
    Fault(0.77, "come_and_go", "listen", seconds=120),
    Fault(0.84, "come_and_go", "understand", seconds=120),
    Fault(0.92, "broker_frozen", seconds=20),
    Fault(0.94, "kill_everybody"),
)
FAULTS: Final = EVERYTHING if EVENTS >= 20_000 else HANDFUL

pytestmark = pytest.mark.timeout(3600)


@pytest.fixture(scope="module")
def outcome(kafka_here: None, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    found = asyncio.run(play(tmp_path_factory.mktemp("fire"), EVENTS, RATE, FAULTS))
    print(f"the input ended {found.fed:.1f} s after the last fault, and was worked off {found.drained:.1f} s later")
    print(f"appends looked up: {found.repaired}; {len(found.found.signals)} signals; {found.found.ledger}")
    for name, exits in found.exits.items():
        print(name, [exit.code for exit in exits])
    return found


def test_every_planned_fault_struck(outcome: Outcome) -> None:
    assert [struck.fault for struck in outcome.struck] == list(FAULTS)
    assert all(struck.proof for struck in outcome.struck)


def test_every_kind_of_fault_is_planned() -> None:
    assert {fault.what for fault in EVERYTHING} == set(STRIKES)


def test_those_who_survive_the_fire_end_with_zero_when_told_to(outcome: Outcome) -> None:
    assert outcome.ends == dict.fromkeys(("understand", "influence", "listen", "alert"), 0)


def test_every_event_stands_in_the_log_once(outcome: Outcome) -> None:
    assert len(outcome.story.ids) == EVENTS
    assert outcome.found.logged == Counter(outcome.story.ids)


def test_what_became_of_every_event_is_what_becomes_of_it_undisturbed(outcome: Outcome) -> None:
    assert outcome.found.fates == outcome.expected.fates


def test_nothing_is_told_twice(outcome: Outcome) -> None:
    assert max(max(fates.values()) for fates in outcome.found.fates.values()) == 1
    assert max(outcome.found.signals.values()) == 1


def test_each_poison_record_is_one_dead_letter(outcome: Outcome) -> None:
    letters = {id: fates for id, fates in outcome.found.fates.items() if id in outcome.story.poison}
    assert letters.keys() == outcome.story.poison
    assert all(sum(fates.values()) == 1 and next(iter(fates)).startswith("letter") for fates in letters.values())


def test_poison_between_the_stages_is_refused_by_the_stage_that_reads_it_and_counts_as_no_event(
    outcome: Outcome,
) -> None:
    assert outcome.found.foreign == Counter({"letter of listen: bad_record": 2, "letter of influence: bad_record": 2})


def test_the_ledger_balances_with_nothing_in_flight_and_equals_the_undisturbed_one(outcome: Outcome) -> None:
    assert outcome.found.ledger.balanced
    assert outcome.found.ledger.accepted == EVENTS
    assert outcome.found.ledger.in_flight == 0
    assert outcome.found.ledger.aggregated > EVENTS / 3
    assert outcome.found.ledger == outcome.expected.ledger


@pytest.mark.parametrize("name", FILES)
def test_results_equal_those_of_an_undisturbed_run_byte_for_byte(outcome: Outcome, name: str) -> None:
    assert outcome.expected.results[name]
    assert outcome.found.results[name] == outcome.expected.results[name]


def test_every_signal_is_in_redis_once_and_at_the_receiver(outcome: Outcome) -> None:
    told = set(outcome.expected.signals)
    assert len(told) >= 4, "too few signals to prove anything"
    assert outcome.published == Counter(dict.fromkeys(told, 1))
    assert outcome.delivered == told


def test_no_state_ever_went_back(outcome: Outcome) -> None:
    assert outcome.rollbacks == []
