"""One brand as listen knows it: its buckets, its index of posts, its baselines and incidents, advanced along log time."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec

from pipeline.windows.bucket import Bucket
from pipeline.windows.clusters import Clusters
from pipeline.windows.contribution import (
    Contribution,
    Role,
    author_of,
    contribution_of,
    engagement_of,
    rescored,
    role_of,
)
from pipeline.windows.evidence import SHOWN, candidate_of
from pipeline.windows.group import Head
from pipeline.windows.history import History, Hour
from pipeline.windows.index import Entry, PostIndex, Standing
from pipeline.windows.lookout import Lookout
from pipeline.windows.publish import window_of
from pipeline.windows.times import BUCKET
from pipeline.windows.trace import Trace, spoken_of
from pipeline.windows.voices import Voices
from pipeline.windows.watch import WatchState
from schemas.config import Detection
from schemas.ids import hash64
from schemas.instants import SECOND, from_wire
from schemas.kinds import Op
from schemas.mention import Mention
from schemas.signal import Signal
from schemas.window import Window


class Outcome(Enum):
    """What became of a record in this brand."""

    AGGREGATED = "aggregated"
    DUPLICATE = "duplicate"
    LATE = "late"
    UNMATCHED = "unmatched"


class Brand:
    """Driven by `apply` and `advance` with log times that never go back; everything else follows from them."""

    def __init__(self, id: str, detection: Detection, name: str = "", observe: bool = False) -> None:
        self.id = id
        self.history = History(detection.lateness_seconds * SECOND)
        self.index = PostIndex()
        self.voices = Voices(self.index)
        self.clusters = Clusters(self.index)
        self.index.dropped = self.clusters.dropped
        self.lookout = Lookout(id, detection, name, observe, self.history, self.clusters)
        self.config = ""
        self.finals: list[Window] = []
        self.signals: list[Signal] = []

    def due(self) -> int | None:
        """The next instant at which something happens here without a record."""
        seal, look = self.history.next_seal(), self.lookout.due()
        return look if seal is None or (look is not None and look < seal) else seal

    def advance(self, to: int) -> None:
        """Let log time pass up to and including `to`, in the order in which things fall due."""
        while (moment := self.due()) is not None and moment <= to:
            if self.history.next_seal() == moment:
                self._seal(moment)
            else:
                self.signals += self.lookout.take(moment, self.config)

    def _seal(self, moment: int) -> None:
        buckets, hours = self.history.seal(moment)
        for bucket in buckets:
            self.lookout.feed(bucket)
            self.finals.append(window_of(self.id, "5m", bucket, moment, self.clusters))
        self.finals += [window_of(self.id, "1h", hour, moment, self.clusters) for hour in hours]
        self.index.expire(moment)
        self.clusters.expire(moment)

    def apply(self, mention: Mention, observed_at: int, counts: bool) -> Outcome:
        """Take one matched mention. `counts`: the ledger accounts for its raw event here."""
        if mention.match is not None:
            self.config = mention.match.config
        known = self.index.get(mention.uid)
        if known is None:
            return self._first(mention, observed_at, counts)
        if known.standing is Standing.DELETED:
            return Outcome.DUPLICATE
        if mention.version > known.version:
            back = known.standing is Standing.UNMATCHED
            return (
                self._first(mention, observed_at, counts) if back else self._revise(mention, known, observed_at, counts)
            )
        return Outcome.AGGREGATED if self._more_engagement(mention, known) else Outcome.DUPLICATE

    def _first(self, mention: Mention, observed_at: int, counts: bool) -> Outcome:
        event = from_wire(mention.event_time) if mention.event_time else observed_at
        number = event // BUCKET
        trace = None
        if mention.backfill and self.history.is_final(number, observed_at):
            if not self.history.holds(number, observed_at):
                return Outcome.LATE
            what = self.voices.hear(mention, contribution_of(mention), observed_at)
            self._correct(number, what, observed_at)
        elif self.history.is_final(number, observed_at):
            return Outcome.LATE
        else:
            role = role_of(mention)
            trace = self._join(mention, role, event, observed_at)
            what = contribution_of(mention, trace.cluster if trace else None, role)
            what = self.voices.hear(mention, what, observed_at)
            self._count(mention, what, number, observed_at)
        author = author_of(mention)
        entry = Entry(
            mention.uid, mention.version, observed_at, number, counts, author, what, mention.backfill, trace=trace
        )
        self.index.put(entry)
        self.clusters.settle(entry)
        return Outcome.AGGREGATED

    def _join(self, mention: Mention, role: Role, written: int, observed_at: int) -> Trace | None:
        """Who speaks now speaks among others; history does not."""
        if mention.backfill or (role is not Role.OPINION and role is not Role.AMPLIFICATION):
            return None
        trace = self.clusters.join(mention, spoken_of(mention, written), observed_at)
        self.lookout.watch.notice(trace)
        return trace

    def _count(self, mention: Mention, what: Contribution, number: int, observed_at: int) -> None:
        bucket = self.history.bucket(number)
        if mention.backfill:
            bucket.add_history(what)
            return
        bucket.add(what)
        if what.role in SHOWN:
            bucket.show(candidate_of(mention, what, observed_at))
        self.lookout.soon(observed_at)

    def _correct(self, number: int, what: Contribution, observed_at: int) -> None:
        bucket = self.history.past(number)
        bucket.add_history(what)
        self.finals.append(window_of(self.id, "5m", bucket, observed_at, self.clusters))
        hour = self.history.past_hour(number, observed_at)
        if hour is not None:
            self.finals.append(window_of(self.id, "1h", hour, observed_at, self.clusters))

    def _revise(self, mention: Mention, known: Entry, observed_at: int, counts: bool) -> Outcome:
        """An edit: never new volume; what it says is corrected while its bucket is open."""
        trace = known.trace
        if trace is not None:
            # New words: out of the one cluster, into another.
            self.clusters.leave(known.uid)
            self.index.put(msgspec.structs.replace(known, trace=None))
            trace = self._join(mention, role_of(mention), trace.second * SECOND, observed_at)
        what = contribution_of(mention, trace.cluster if trace else None)
        if not self.history.is_final(known.bucket, observed_at):
            what = self.voices.revise(known, mention, what, observed_at)
            bucket = self.history.bucket(known.bucket)
            count = bucket.add_history if known.backfill else bucket.add
            count(known.what, -1)
            count(what)
            bucket.hide(mention.uid)
            if what.role in SHOWN and not known.backfill:
                bucket.show(candidate_of(mention, what, observed_at))
            self.lookout.soon(observed_at)
        else:
            self._forget_words(known)
            what = known.what
        # The brands may stand in another order now: one of them alone accounts for what becomes of the post.
        entry = msgspec.structs.replace(known, version=mention.version, what=what, counts=counts, trace=trace)
        self.index.put(entry)
        self.clusters.settle(entry)
        return Outcome.AGGREGATED

    def _more_engagement(self, mention: Mention, known: Entry) -> bool:
        more = engagement_of(mention) - known.what.engagement
        if (
            more <= 0
            or known.standing is not Standing.COUNTED
            or known.what.role not in (Role.OPINION, Role.AMPLIFICATION)
        ):
            return False
        bucket = self.history.buckets.get(known.bucket)
        if bucket is not None and not bucket.final:
            bucket.add_engagement(more)
            self.history.touch(known.bucket)
        what = msgspec.structs.replace(known.what, engagement=known.what.engagement + more)
        self.index.put(msgspec.structs.replace(known, what=what))
        return True

    def change(self, mention: Mention, observed_at: int, alone: bool) -> tuple[bool, bool]:
        """Take a change to an earlier post (a record without match): (something changed here, the ledger counts it here).

        A score that confirms what was felt changes nothing and counts.

        `alone`: the post, as it is now, matches nobody.
        """
        if mention.op is Op.PURGE_AUTHOR:
            author = author_of(mention)
            found = list(self.index.of_author(author)) if author else []
            for entry in found:
                self._remove(entry, observed_at, Standing.DELETED)
            if author:
                self.voices.people.forget(hash64(author))
            return bool(found), any(entry.counts for entry in found)
        known = self.index.get(mention.uid)
        if known is None or known.standing is Standing.DELETED:
            return False, False
        if mention.op is Op.DELETE:
            self._remove(known, observed_at, Standing.DELETED)
            return True, known.counts
        if mention.op is Op.SCORE:
            return self._rescore(mention, known, observed_at)
        if mention.op is Op.UPSERT and mention.version > known.version and known.standing is Standing.COUNTED:
            # Whoever is spoken of now accounts for the post from here on.
            self._unmatch(
                msgspec.structs.replace(known, version=mention.version, counts=known.counts and alone), observed_at
            )
            return True, known.counts
        return False, False

    def _rescore(self, score: Mention, known: Entry, observed_at: int) -> tuple[bool, bool]:
        """A dearer model has read the version that counts here: while its bucket is open its polarity is corrected, or confirmed."""
        if (
            known.standing is not Standing.COUNTED
            or score.version != known.version
            or self.history.is_final(known.bucket, observed_at)
        ):
            return False, False
        what = rescored(known.what, score)
        if what == known.what:
            return False, known.counts
        what = self.voices.rescore(known, what)
        bucket = self.history.bucket(known.bucket)
        count = bucket.add_history if known.backfill else bucket.add
        count(known.what, -1)
        count(what)
        if what.role is Role.OPINION:
            bucket.feel(known.uid, what.polarity)
        self.lookout.soon(observed_at)
        self.index.put(msgspec.structs.replace(known, what=what))
        return True, known.counts

    def _unmatch(self, known: Entry, observed_at: int) -> None:
        if self.history.is_final(known.bucket, observed_at):
            # The final window keeps it: spoken of again after another edit, it must not count twice.
            self._forget_words(known)
            self.clusters.leave(known.uid)
            self.index.put(msgspec.structs.replace(known, trace=None))
        else:
            self._remove(known, observed_at, Standing.UNMATCHED)

    def _remove(self, known: Entry, observed_at: int, standing: Standing) -> None:
        """Take a post out while its bucket is open; its words go in any case, and it is remembered as gone."""
        self.clusters.leave(known.uid)
        self.index.put(msgspec.structs.replace(known, standing=standing, trace=None))
        if known.standing is not Standing.COUNTED:
            return
        self.voices.unhear(known)
        if self.history.is_final(known.bucket, observed_at):
            self._forget_words(known)
        else:
            bucket = self.history.bucket(known.bucket)
            count = bucket.add_history if known.backfill else bucket.add
            count(known.what, -1)
            bucket.hide(known.uid)
            self.lookout.soon(observed_at)

    def _forget_words(self, known: Entry) -> None:
        bucket = self.history.buckets.get(known.bucket)
        if bucket is not None:
            bucket.hide(known.uid)
            self.history.changed.add(known.bucket)

    def dump(self) -> bytes:
        """The small part of the state, which changes all the time; baselines, buckets, hours and posts have keys of their own."""
        return msgspec.json.encode(
            _State(
                self.config,
                self.lookout.at,
                self.history.sealed,
                self.index.evicted,
                self.lookout.incidents.dump(),
                clusters=self.clusters.dump(),
                watch=self.lookout.watch.dump(),
            )
        )

    def load(
        self,
        small: bytes,
        buckets: list[Bucket],
        hours: list[Hour],
        posts: list[Entry],
        baselines: Mapping[str, list[int]],
        heads: list[tuple[str, Head]],
        people: list[tuple[int, bytes]],
    ) -> None:
        state = msgspec.json.decode(small, type=_State)
        self.config = state.config
        self.history.load(buckets, hours, state.sealed)
        self.index.load(posts, state.evicted)
        self.voices.people.load(people)
        self.clusters.load(state.clusters, self.index.entries(), heads)
        self.lookout.load(
            state.look_at, state.incidents, state.watch, baselines or state.baselines, bool(state.baselines)
        )


class _State(msgspec.Struct, omit_defaults=True):
    config: str
    look_at: int | None
    sealed: int
    evicted: int
    incidents: bytes
    clusters: tuple[int, int, int] = (0, 0, 0)
    watch: WatchState = WatchState()
    baselines: dict[str, list[int]] = {}
    """Read, no longer written: where states kept them before they had a key of their own."""
