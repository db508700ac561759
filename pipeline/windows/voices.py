"""Whose voice a mention is: what its author is to the brand, counted with the mention and taken back with it."""

from __future__ import annotations

import msgspec

from pipeline.influence import roles
from pipeline.influence.people import People
from pipeline.influence.roles import Deed, is_machine
from pipeline.windows.contribution import NEGATIVE, POSITIVE, Contribution, Role
from pipeline.windows.index import Entry, PostIndex
from schemas.kinds import AuthorRole
from schemas.mention import Mention

ROLE = "role"
"""The dimension of slices; every opinion and every amplification has one label in it."""
_LABELS = {role: (ROLE, role.value) for role in AuthorRole}
_SIDES = roles.NEGATIVE | roles.POSITIVE
_SIDE = {NEGATIVE: roles.NEGATIVE, POSITIVE: roles.POSITIVE}


class Voices:
    """The people of one brand. What they said about a competitor only, or as spam, is no deed towards it."""

    def __init__(self, index: PostIndex) -> None:
        self.people = People()
        self._index = index

    def hear(self, mention: Mention, what: Contribution, observed_at: int, *, edit: bool = False) -> Contribution:
        """The contribution with its author's role as of now, this deed included, and what is needed to take it back."""
        if what.role not in (Role.OPINION, Role.AMPLIFICATION):
            return what
        deed, role = self._deed(mention, what), AuthorRole.NONE
        if mention.author is not None and mention.author.id is not None:
            signature = mention.understanding.signature if mention.understanding else []
            # An edit says again what it corrects: that is no repetition.
            words = signature[0] if signature and not edit else 0
            machine = is_machine(mention.author, observed_at)
            deed, role = self.people.hear(what.author, deed, words, observed_at, machine=machine)
        return msgspec.structs.replace(what, slices=[*what.slices, _LABELS[role]], deed=deed)

    def unhear(self, entry: Entry) -> None:
        """Its author took the post back, or it speaks of something else."""
        if entry.what.deed:
            self.people.take_back(entry.what.author, entry.what.deed, entry.observed_at)

    def revise(self, entry: Entry, mention: Mention, what: Contribution, observed_at: int) -> Contribution:
        """An edit: the new deed stands in the place of the old."""
        self.unhear(entry)
        return self.hear(mention, what, observed_at, edit=True)

    def rescore(self, entry: Entry, what: Contribution) -> Contribution:
        """The same words, felt otherwise."""
        old = entry.what.deed
        if not old:
            return what
        new = old & ~_SIDES | _side(what)
        self.people.take_back(what.author, old, entry.observed_at, instead=new)
        return msgspec.structs.replace(what, deed=new)

    def _deed(self, mention: Mention, what: Contribution) -> Deed:
        if what.role is Role.AMPLIFICATION:
            return roles.REPOST
        deed = roles.OPINION | _side(what)
        if what.question:
            deed |= roles.QUESTION
        asked = self._index.get(mention.parent_id) if mention.parent_id else None
        if asked is not None and asked.what.question and asked.what.author != what.author:
            deed |= roles.ANSWER
        return deed


def _side(what: Contribution) -> Deed:
    if what.role is Role.AMPLIFICATION:
        return roles.NOTHING
    return _SIDE.get(what.polarity, roles.NOTHING)
