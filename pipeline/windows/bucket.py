"""A bucket: one brand's counters over five minutes or an hour of event time. Integers only, mergeable, reversible."""

from __future__ import annotations

from bisect import insort

import msgspec

from pipeline.windows.contribution import NEGATIVE, POSITIVE, Contribution, Role
from schemas.limits import EVIDENCE

AUTHORS_CAP = 4_096
"""Distinct authors and texts kept exactly per bucket; beyond it the count is a published lower bound."""
HASHTAGS_CAP = 512
TEXT_IDS = (1 << 61) - 1
"""The largest id of a text. States from before texts were clusters hold ids of 64 bits."""
CHANNELS = ("total", "negative", "positive", "weighted_negative", "questions", "category")
UNBRANDED = 4
"""Stands for the polarity of evidence about the category: it is nobody's opinion of the brand."""


_NOT_OF_THE_BRAND = (Role.ELSEWHERE, Role.CATEGORY)


class Candidate(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A mention that may serve as evidence. `text` is the one place outside the log where words are kept."""

    polarity: int
    weight: int
    observed_at: int
    uid: str
    network: str
    text: str
    url: str | None
    author: str | None
    likeness: int


class Bucket(msgspec.Struct, gc=False):
    """`number` counts buckets of its size since the epoch. Every list and map holds integers.

    `polarity` is indexed as `contribution.POLARITIES`; `slices` maps a label to
    [mentions, amplifications, negative, neutral, positive, unsure]; `authors` to [opinions, negative, positive].
    `category` is what is said of the category alone, by polarity, and `category_authors` by whom.
    `words` counts opinions by cluster and polarity (4 * cluster + polarity), `spread` reposts by cluster.
    """

    number: int
    revision: int = 0
    final: bool = False
    mentions: int = 0
    amplifications: int = 0
    own_actions: int = 0
    set_aside: int = 0
    polarity: list[int] = msgspec.field(default_factory=lambda: [0, 0, 0, 0])
    questions: int = 0
    engagement: int = 0
    weighted_negative: int = 0
    category: list[int] = msgspec.field(default_factory=lambda: [0, 0, 0, 0])
    category_authors: dict[int, int] = {}
    authors: dict[int, list[int]] = {}
    authors_saturated: bool = False
    words: dict[int, int] = {}
    texts_saturated: bool = False
    spread: dict[int, int] = {}
    slices: dict[str, dict[str, list[int]]] = {}
    hashtags: dict[str, int] = {}
    hashtags_overflow: int = 0
    backfilled: list[int] = msgspec.field(default_factory=lambda: [0] * len(CHANNELS))
    """What history added, by channel: counted in the window, invisible to the detector."""
    evidence: list[Candidate] = []

    def __post_init__(self) -> None:
        self.backfilled += [0] * (
            len(CHANNELS) - len(self.backfilled)
        )  # a state written when there were fewer channels

    def channels(self) -> tuple[int, int, int, int, int, int]:
        """What the detector sees, in the order of CHANNELS."""
        past = self.backfilled
        return (
            self.mentions - past[0],
            self.polarity[NEGATIVE] - past[1],
            self.polarity[POSITIVE] - past[2],
            self.weighted_negative - past[3],
            self.questions - past[4],
            sum(self.category) - past[5],
        )

    def add_history(self, what: Contribution, sign: int = 1) -> None:
        """Count a backfilled contribution, or take it away, without letting the detector see it."""
        before = self.channels()
        self.add(what, sign)
        self.backfilled = [
            past + after - was for past, after, was in zip(self.backfilled, self.channels(), before, strict=True)
        ]

    def show(self, candidate: Candidate) -> None:
        """Keep the mention if it is among the best few of its polarity; one of several alike is enough."""
        polarity, likeness = candidate.polarity, candidate.likeness
        best, others = [], []
        for other in self.evidence:
            if other.polarity != polarity:
                others.append(other)
            elif other.likeness == likeness:
                return
            else:
                best.append(other)
        insort(best, candidate, key=_strength)
        self.evidence = others + best[:EVIDENCE]

    def hide(self, uid: str) -> None:
        """Forget a mention's words: it was deleted or changed."""
        self.evidence = [candidate for candidate in self.evidence if candidate.uid != uid]

    def feel(self, uid: str, polarity: int) -> None:
        """A mention is felt otherwise than it seemed: if its words are kept here, they move to the others of that polarity."""
        for candidate in self.evidence:
            if candidate.uid == uid:
                self.hide(uid)
                self.show(msgspec.structs.replace(candidate, polarity=polarity))
                return

    def add(self, what: Contribution, sign: int = 1) -> None:
        """Count a contribution, or with sign -1 take it away again."""
        self.revision += 1
        if what.role is Role.OWN:
            self.own_actions += sign
            return
        if what.role is Role.SET_ASIDE:
            self.set_aside += sign
            return
        self._add_slices(what, sign)
        if what.role is Role.ELSEWHERE:
            return
        if what.role is Role.CATEGORY:
            self.category[what.polarity] += sign
            _count(self.category_authors, what.author, sign)
            return
        self.engagement += sign * what.engagement
        if what.role is Role.AMPLIFICATION:
            self.amplifications += sign
            _count(self.spread, what.text, sign)
            return
        self.mentions += sign
        self.polarity[what.polarity] += sign
        self.questions += sign * what.question
        if what.polarity == NEGATIVE:
            self.weighted_negative += sign * what.weight
        self._add_author(what, sign)
        if not _count(self.words, 4 * (what.text & TEXT_IDS) + what.polarity, sign):
            self.texts_saturated = True
        for tag in what.hashtags:
            self._add_hashtag(tag, sign)

    def add_engagement(self, more: int) -> None:
        self.revision += 1
        self.engagement += more

    def _add_slices(self, what: Contribution, sign: int) -> None:
        for dimension, label in what.slices:
            if what.role in _NOT_OF_THE_BRAND and dimension != "target":
                continue
            row = self.slices.setdefault(dimension, {}).setdefault(label, [0, 0, 0, 0, 0, 0])
            if what.role is Role.AMPLIFICATION:
                row[1] += sign
            else:
                row[0] += sign
                row[2 + what.polarity] += sign
            if sign < 0 and not any(row):
                del self.slices[dimension][label]

    def _add_author(self, what: Contribution, sign: int) -> None:
        row = self.authors.get(what.author)
        if row is None:
            if len(self.authors) >= AUTHORS_CAP or sign < 0:
                self.authors_saturated = self.authors_saturated or sign > 0
                return
            row = self.authors[what.author] = [0, 0, 0]
        row[0] += sign
        row[1] += sign * (what.polarity == NEGATIVE)
        row[2] += sign * (what.polarity == POSITIVE)
        if row[0] <= 0:
            del self.authors[what.author]

    def clusters(self) -> dict[int, list[int]]:
        """Opinions by polarity of each cluster, in no particular order."""
        rows: dict[int, list[int]] = {}
        for word, count in self.words.items():
            rows.setdefault(word >> 2, [0, 0, 0, 0])[word & 3] = count
        return rows

    def _add_hashtag(self, tag: str, sign: int) -> None:
        count = self.hashtags.get(tag, 0) + sign
        if count <= 0:
            if self.hashtags.pop(tag, None) is None and sign < 0:
                self.hashtags_overflow -= 1
        elif tag in self.hashtags or len(self.hashtags) < HASHTAGS_CAP:
            self.hashtags[tag] = count
        else:
            self.hashtags_overflow += 1


def _strength(candidate: Candidate) -> tuple[int, int, str]:
    return -candidate.weight, candidate.observed_at, candidate.uid


def _count(counts: dict[int, int], key: int, sign: int) -> bool:
    """Count one more or less; False where there is no room for another key."""
    count = counts.get(key, 0) + sign
    if count <= 0:
        counts.pop(key, None)
    elif count > 1 or sign < 0 or len(counts) < AUTHORS_CAP:
        counts[key] = count
    else:
        return False
    return True


def merge(number: int, parts: list[Bucket]) -> Bucket:
    """The sum of buckets in ascending order, as the bucket `number` of a larger size."""
    total = Bucket(number)
    for part in parts:
        total.revision += part.revision
        total.mentions += part.mentions
        total.amplifications += part.amplifications
        total.own_actions += part.own_actions
        total.set_aside += part.set_aside
        total.polarity = [a + b for a, b in zip(total.polarity, part.polarity, strict=True)]
        total.questions += part.questions
        total.engagement += part.engagement
        total.weighted_negative += part.weighted_negative
        total.category = [a + b for a, b in zip(total.category, part.category, strict=True)]
        for author, count in part.category_authors.items():
            total.category_authors[author] = total.category_authors.get(author, 0) + count
        total.hashtags_overflow += part.hashtags_overflow
        for author, row in part.authors.items():
            known = total.authors.get(author)
            total.authors[author] = row[:] if known is None else [a + b for a, b in zip(known, row, strict=True)]
        total.authors_saturated = total.authors_saturated or part.authors_saturated
        for word, count in part.words.items():
            total.words[word] = total.words.get(word, 0) + count
        for cluster, count in part.spread.items():
            total.spread[cluster] = total.spread.get(cluster, 0) + count
        total.texts_saturated = total.texts_saturated or part.texts_saturated
        for tag, count in part.hashtags.items():
            total.hashtags[tag] = total.hashtags.get(tag, 0) + count
        add_slices(total.slices, part.slices)
    return total


def add_slices(into: dict[str, dict[str, list[int]]], more: dict[str, dict[str, list[int]]]) -> None:
    """Add one table of slices to another, in place."""
    for dimension, rows in more.items():
        table = into.setdefault(dimension, {})
        for label, row in rows.items():
            known = table.get(label)
            table[label] = row[:] if known is None else [a + b for a, b in zip(known, row, strict=True)]
