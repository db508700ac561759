"""The journal of what was told since the last end of an epoch."""

from pipeline.influence.journal import Journal, Told

TOLD = Told("x:1", 1, 7, 10_000, 5_000, None)


def test_what_two_ends_of_epochs_between_two_snapshots_settle_is_not_told_again() -> None:
    journal = Journal()
    journal.add(TOLD)
    state = dict(journal.changes())
    journal.settle()
    journal.settle()
    state |= journal.changes()
    kept = {key: value for key, value in state.items() if value is not None}
    assert list(Journal().restore(kept)) == []


def test_what_is_told_after_an_end_of_an_epoch_is_kept() -> None:
    journal = Journal()
    journal.add(TOLD)
    state = dict(journal.changes())
    journal.settle()
    journal.settle()
    journal.add(TOLD)
    state |= journal.changes()
    kept = {key: value for key, value in state.items() if value is not None}
    assert list(Journal().restore(kept)) == [TOLD]
