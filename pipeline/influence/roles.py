"""What somebody is to a brand, by what they did of late: asker, critic, helper, advocate, amplifier, newcomer, machine."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pipeline.influence import fixed
from pipeline.influence.fixed import EPOCH, ONE
from pipeline.influence.quality import POSTS_A_DAY
from schemas.instants import DAY, from_wire
from schemas.kinds import AuthorRole
from schemas.mention import Author

NEW_DEEDS = 3
NEW_EPOCHS = 7 * 24
"""Somebody is new to a brand with fewer deeds than this, in the first week."""
TWO = 15 * ONE // 10
"""Two deeds: they count for two until half a one has faded, 12 days later."""
THREE = 25 * ONE // 10
"""Three: the same, 8 days later."""
MOST = (3, 5)
"""The part of the opinions that take a side which makes a critic or an advocate: three fifths."""
MANY = (2, 5)
"""The part of the opinions that ask which makes an asker."""
REPEATS = (4, 5)
"""The part of the opinions that say the last one's words again which no person's are."""
REPEATED = 5 * ONE


Deed = int
"""What one mention was: the sum of those of the following that hold. (An enum's own arithmetic took a tenth of listen's time.)"""
NOTHING: Deed = 0
OPINION: Deed = 1
NEGATIVE: Deed = 2
POSITIVE: Deed = 4
QUESTION: Deed = 8
ANSWER: Deed = 16
"""A reply to a question somebody else had asked."""
REPOST: Deed = 32
REPEAT: Deed = 64
"""The same words as this author's last opinion."""
_KINDS = (OPINION, NEGATIVE, POSITIVE, QUESTION, ANSWER, REPOST, REPEAT)
_PLACES = [[place for place, kind in enumerate(_KINDS) if deed & kind] for deed in range(1 << len(_KINDS))]
"""By deed: the places of its kinds."""


class Conduct(msgspec.Struct, array_like=True, gc=False):
    """One author's deeds towards one brand: seven sums that halve in 30 days (`fixed.forward`), in order of `_KINDS`.

    At rest at most 85 bytes.
    """

    base: int
    first: int
    """Epoch of the first deed known."""
    turn: int
    """Number of the deed that touched it last: the order of eviction."""
    deeds: int = 0
    text: int = 0
    """What the last opinion said (the hash of its words)."""
    machine: bool = False
    sums: list[int] = []

    def tell(self, deed: Deed, epoch: int, sign: int = 1) -> None:
        """Count a deed, or with sign -1 take one of `epoch` away again."""
        block = fixed.block_of(epoch)
        if block - self.base >= _RELANDMARK:
            self.sums = [total >> (block - self.base) for total in self.sums]
            self.base = block
        if block >= self.base:
            weight = sign * fixed.forward(ONE, epoch, self.base)
        else:
            weight = sign * (fixed.forward(ONE, epoch, block) >> (self.base - block))
        sums = self.sums = self.sums or [0] * len(_KINDS)
        for place in _PLACES[deed]:
            total = sums[place] + weight
            sums[place] = total if total > 0 else 0
        self.deeds = max(0, self.deeds + sign)

    def roles(self, epoch: int) -> Iterator[AuthorRole]:
        """All that hold in `epoch`, the telling first; none for somebody who is nothing in particular."""
        sums = self.sums or [0] * len(_KINDS)
        if self.machine or (sums[-1] and self._repeats(epoch)):
            yield AuthorRole.AUTOMATION
        if self.deeds < NEW_DEEDS and epoch - self.first < NEW_EPOCHS:
            yield AuthorRole.NEWCOMER
        # Most people are new: who asks for the telling role alone needs no sums of theirs.
        opinions, negative, positive, questions, answers, reposts, _ = fixed.worths(sums, epoch, self.base)
        if answers >= TWO:
            yield AuthorRole.HELPER
        if negative >= THREE and _part(negative, negative + positive, MOST):
            yield AuthorRole.CRITIC
        if positive >= THREE and _part(positive, negative + positive, MOST):
            yield AuthorRole.ADVOCATE
        if questions >= TWO and _part(questions, opinions, MANY):
            yield AuthorRole.ASKER
        if reposts >= THREE and reposts >= opinions:
            yield AuthorRole.AMPLIFIER

    def _repeats(self, epoch: int) -> bool:
        opinions, *_, repeats = fixed.worths(self.sums, epoch, self.base)
        return repeats >= REPEATED and _part(repeats, opinions, REPEATS)


_RELANDMARK = 8


def _part(some: int, whole: int, part: tuple[int, int]) -> bool:
    # Both are rounded down to 1/10,000 of a deed: two of five must not fall short of two fifths.
    return (some + 1) * part[1] >= whole * part[0]


def is_machine(author: Author, observed_at: int) -> bool:
    """Whether an account calls itself a bot, or posts more than a hand can: over fifty a day, all its life."""
    if author.bot:
        return True
    if author.posts is None or author.posts <= POSTS_A_DAY or author.created_at is None:
        return False
    try:
        since = from_wire(author.created_at)
    except ValueError:
        return False
    days = max(0, observed_at - since) // DAY + 1
    return author.posts > POSTS_A_DAY * days


def epoch_of(observed_at: int) -> int:
    return observed_at // EPOCH
