"""One author's engagement: who acted on their posts, how much, how lately. Integers only, packed when at rest."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pipeline.influence import fixed
from pipeline.influence.fixed import ONE

CAP = 4 * ONE
"""One engager counts at most as 4 simultaneous likes, g(4) = ln 5 = 1.61, however devoted: what is beyond a reply and a repost
of late tells of the fan and not of the author."""
FORGET = ONE // 100
"""An engager worth less than this is forgotten: a single like after 6.6 half-lives."""
ENGAGERS = 512
"""Engagers remembered at the end of an epoch, those that add most."""
CROWD = 8 * ENGAGERS
"""Engagers remembered within an epoch; order within it is irrelevant up to here."""
RELANDMARK = 8
"""Half-lives after which the landmark of the forward weights moves, so that they stay small."""
MARK_EPOCHS = 7 * 24
"""Epochs after which the audience is measured against a newer mark: growth is judged over a week or less."""


class Engager(msgspec.Struct, array_like=True, gc=False):
    total: int
    """Forward weights summed (`fixed.forward`)."""
    quality: int
    """The best seen: a maximum does not depend on order, and never falls by more engagement."""
    count: int


class Standing(msgspec.Struct, frozen=True):
    """An author at the end of an epoch, all in 1/10,000 but counts."""

    engagement: int
    n: int
    engagers: int
    mean_quality: int
    overflow: int
    """Engagers that no longer fitted, decayed; one who returns is counted again."""


class Author(msgspec.Struct, array_like=True, gc=False):
    """At rest (`pack`) about 40 bytes and 18 to 24 for each engager: at most 13 kB for 512 of them."""

    base: int
    since: int
    """First epoch with an engagement."""
    touched: int
    """Last one."""
    turn: int
    """Number of the interaction that touched it last, over the whole partition: the order of eviction."""
    followers: int | None = None
    followers_epoch: int = 0
    overflow: int = 0
    engagers: dict[int, Engager] = {}
    mark: int | None = None
    """Followers up to a week ago, against which growth is seen."""
    mark_epoch: int = 0
    mark_count: int = 0
    """Engagements since the mark."""
    scored: bool = False
    """Whether the version published last had a score."""

    def open(self, epoch: int, turn: int) -> None:
        """Before anything is told of the author in `epoch`."""
        if epoch > self.touched:
            self._move_landmark(epoch)
            self._move_mark(epoch)
            self.touched = epoch
        self.turn = turn

    def add(self, who: int, weight: int, quality: int, epoch: int) -> None:
        """One engagement of `weight` by an engager (a hash) of `quality`."""
        self.mark_count += 1
        grown = fixed.forward(weight, epoch, self.base)
        known = self.engagers.get(who)
        if known is None or fixed.worth(known.total, epoch, self.base) < FORGET:
            self.engagers[who] = Engager(grown, quality, 1)
            if len(self.engagers) > CROWD:
                self.trim(epoch, CROWD // 2)
        else:
            known.total += grown
            known.count += 1
            known.quality = max(known.quality, quality)

    def see_followers(self, followers: int, epoch: int) -> None:
        """The latest epoch's highest report."""
        if epoch > self.followers_epoch or self.followers is None or followers > self.followers:
            self.followers, self.followers_epoch = followers, epoch

    def standing(self, epoch: int) -> Standing:
        """E = sum over engagers u of q(u) * ln(1 + min(4, sum_i w_i * 2^-(age_i / 30 d))), at the start of `epoch`.

        A concave g per engager, so that neither a fan nor a pod inflates the sum, with the weights decayed
        (tf-idf's log and Kred's points per action, bounded per person).
        """
        total = n = engagers = qualities = 0
        for _, engager, worth in self._alive(epoch):
            total += engager.quality * fixed.log1p(min(worth, CAP))
            n += engager.count
            engagers += 1
            qualities += engager.quality
        overflow = fixed.worth(self.overflow, epoch, self.base) // ONE
        return Standing(total // ONE, n, engagers, qualities // engagers if engagers else 0, overflow)

    def trim(self, epoch: int, keep: int = ENGAGERS) -> int:
        """Forget who has faded, and beyond `keep` who adds least (ties by hash); returns how many did not fit."""
        alive = list(self._alive(epoch))
        over = len(alive) - keep
        if over > 0:
            alive.sort(key=lambda entry: (-entry[1].quality * fixed.log1p(min(entry[2], CAP)), entry[0]))
            del alive[keep:]
            self.overflow += fixed.forward(ONE, epoch, self.base) * over
        if len(alive) < len(self.engagers):
            self.engagers = {who: engager for who, engager, _ in alive}
        return max(0, over)

    def pack(self) -> bytes:
        """State bytes; equal authors give equal bytes, whatever order their engagers came in."""
        self.engagers = dict(sorted(self.engagers.items()))
        return _ENCODER.encode(self)

    def _alive(self, epoch: int) -> Iterator[tuple[int, Engager, int]]:
        for who, engager in self.engagers.items():
            worth = fixed.worth(engager.total, epoch, self.base)
            if worth >= FORGET:
                yield who, engager, worth

    def _move_mark(self, epoch: int) -> None:
        if epoch - self.followers_epoch > 2 * MARK_EPOCHS:
            # Nobody knows in which of these weeks the audience grew.
            self.mark = None
        elif self.mark is None or epoch - self.mark_epoch >= MARK_EPOCHS:
            self.mark, self.mark_epoch, self.mark_count = self.followers, epoch, 0

    def _move_landmark(self, epoch: int) -> None:
        shift = fixed.block_of(epoch) - self.base
        if shift >= RELANDMARK:
            self.base += shift
            self.overflow >>= shift
            for engager in self.engagers.values():
                engager.total >>= shift


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Author)


def new_author(epoch: int) -> Author:
    return Author(base=fixed.block_of(epoch), since=epoch, touched=epoch, turn=0)


def unpack(data: bytes) -> Author:
    return _DECODER.decode(data)
