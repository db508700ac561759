"""Scores of a dearer model come when they come: whatever edits and deletes come before and after, the counts are those of the last word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.record import Record, tick_to
from pipeline.windows.listen import Listen
from schemas.codec import decode, encode
from schemas.config import Detection
from schemas.instants import HOUR, MINUTE, SECOND, to_wire
from schemas.kinds import MentionKind, Op, Polarity, TargetType
from schemas.mention import Author, Match, Mention, Origin, RawRef, Sentiment, TargetMatch, Understanding
from schemas.topics import MENTIONS, WINDOWS
from schemas.window import Window

T0 = 1_760_000_400_000 // HOUR * HOUR
BRANDS = ("a", "b")
FEELINGS = list(Polarity)
Step = tuple[str, int, int, Polarity, bool]

steps = st.lists(
    st.tuples(
        st.sampled_from(["tell", "tell", "score", "score", "score", "delete", "repeat"]),
        st.integers(0, 1),
        st.sampled_from([0, 1, 1, 2, 3, 3]),
        st.sampled_from(FEELINGS),
        st.booleans(),
    ),
    min_size=5,
    max_size=40,
)


@dataclass
class Post:
    """What is true of a post after everything that was said of it."""

    version: int = 0
    felt: dict[str, Polarity] = field(default_factory=dict)
    """By brand that it speaks of now."""
    firm: frozenset[str] = frozenset()
    deleted: bool = False
    last: list[str] = field(default_factory=list)
    """Brands that the last version was told for."""


class Log:
    def __init__(self) -> None:
        self.records: list[Record] = []
        self.posts: dict[int, Post] = {}
        self._raw = 0

    def do(self, step: Step) -> None:
        """`which`: of a telling the brands in two bits, of a score how old the version is. `firm`: a brand's own words decide."""
        op, uid, which, felt, firm = step
        post = self.posts.setdefault(uid, Post())
        at = T0 + len(self.records) * SECOND // 4
        self._raw += 1
        if op in ("tell", "repeat"):
            self._tell(op == "repeat", uid, post, which, felt, firm, at)
        elif op == "delete" and post.version:
            self._change(Op.DELETE, uid, post.version, at)
            post.deleted = True
            post.felt = {}
        elif op == "score":
            version = max(1, post.version - which // 2)
            self._change(Op.SCORE, uid, version, at, Understanding(sentiment=sentiment(felt, "tier2")))
            if version == post.version:
                post.felt = {brand: was if brand in post.firm else felt for brand, was in post.felt.items()}

    def _tell(self, repeat: bool, uid: int, post: Post, which: int, felt: Polarity, firm: bool, at: int) -> None:
        edited = bool(post.version) and not repeat
        if not post.version if repeat else post.deleted:
            # Nothing to repeat; and nobody edits what is gone.
            return
        brands = [brand for bit, brand in enumerate(BRANDS) if (which >> bit) & 1]
        if not post.version and not brands:
            return
        version = post.version if repeat else post.version + 1
        trace = ["brand:negative:fatal"] if firm else []
        said = post.last if repeat else brands
        for ordinal, brand in enumerate(said):
            self._append(
                base(Op.UPSERT, uid, version, at, Origin("social.raw", 0, self._raw, ordinal, len(said) + edited)),
                match=Match(brand, "v1", [TargetMatch(TargetType.BRAND, brand)]),
                understanding=Understanding(sentiment=sentiment(felt, "tier0"), trace=trace),
                edited=edited,
            )
        if edited:
            self._change(Op.UPSERT, uid, version, at, ordinal=len(said))
        if not repeat:
            post.version, post.last = version, brands
            post.felt, post.firm = dict.fromkeys(brands, felt), frozenset(brands if firm else ())

    def _change(
        self, op: Op, uid: int, version: int, at: int, said: Understanding | None = None, ordinal: int = 0
    ) -> None:
        origin = Origin("social.raw", 0, self._raw, ordinal, ordinal + 1)
        self._append(base(op, uid, version, at, origin), understanding=said, edited=op is Op.UPSERT, text=None)

    def _append(self, mention: Mention, **more: object) -> None:
        value = encode(msgspec.structs.replace(mention, **more))
        self.records.append(Record(MENTIONS, 0, len(self.records), T0, b"b", value))

    def tick(self, at: int) -> None:
        out = tick_to(MENTIONS, 0, at, 0)
        self.records.append(Record(MENTIONS, 0, len(self.records), T0, None, out.value, out.headers))


def sentiment(felt: Polarity, model: str) -> Sentiment:
    return Sentiment(felt, 0.4, 0.3, 0.3, model)


def base(op: Op, uid: int, version: int, at: int, origin: Origin) -> Mention:
    return Mention(
        schema_version=1,
        op=op,
        uid=f"x:{uid}",
        version=f"{version:03d}",
        network="x",
        received_at=to_wire(at),
        raw=RawRef("x.v2"),
        observed_at=to_wire(at),
        event_time=to_wire(at),
        kind=MentionKind.POST,
        text=f"texto {uid}",
        author=Author(id=f"author-{uid}"),
        origin=origin,
    )


def final_window(log: Log, batch: int, restart: bool) -> dict[str, Window]:
    """By brand, the first five minutes as they stand at last."""
    stage = Listen(0, 1, Detection(), {})
    state: dict[str, bytes] = {}
    found: dict[str, Window] = {}
    for start in range(0, len(log.records), batch):
        for out in stage.process(log.records[start : start + batch]).records:
            if out.topic == WINDOWS:
                window = decode(Window, out.value or b"")
                if window.size == "5m" and window.start == to_wire(T0) and window.state == "final":
                    found[window.brand] = window
        for key, value in stage.snapshot().items():
            state.pop(key, None) if value is None else state.update({key: value})
        if restart:
            positions = stage.resume()
            stage = Listen(0, 1, Detection(), {})
            stage.restore(state)
            (read,) = positions.values()
            stage.process(log.records[read : start + batch])
    return found


@settings(deadline=None, max_examples=300)
@example(
    [
        ("tell", 0, 1, Polarity.POSITIVE, False),
        ("tell", 0, 1, Polarity.POSITIVE, False),
        ("score", 0, 2, Polarity.NEGATIVE, False),
    ],
    50,
    False,
)
@given(steps, st.integers(1, 50), st.booleans())
def test_the_counts_are_those_of_the_last_word_on_every_post(
    given_steps: list[Step], batch: int, restart: bool
) -> None:
    log = Log()
    for step in given_steps:
        log.do(step)
    log.tick(T0 + 4 * MINUTE)
    log.tick(T0 + 2 * HOUR)
    windows = final_window(log, batch, restart)
    for brand in BRANDS:
        expected = Counter(post.felt[brand] for post in log.posts.values() if brand in post.felt)
        window = windows.get(brand)
        if window is None:
            assert not expected
            continue
        polarities = [
            window.sentiment.negative,
            window.sentiment.neutral,
            window.sentiment.positive,
            window.sentiment.unsure,
        ]
        assert polarities == [expected[polarity] for polarity in FEELINGS]
        assert window.mentions == window.authors.count == expected.total()
        assert window.weighted_negative_e4 == 10_000 * expected[Polarity.NEGATIVE]
        for slices in (window.targets, window.networks, window.languages):
            assert sum(one.sentiment.negative for one in slices) == expected[Polarity.NEGATIVE]
            assert sum(one.mentions for one in slices) == expected.total()


def test_a_score_that_comes_when_the_window_is_final_changes_nothing_and_shows_nothing() -> None:
    log = Log()
    log.do(("tell", 0, 1, Polarity.POSITIVE, False))
    log.tick(T0 + HOUR)
    before = final_window(log, 10, False)
    late = base(Op.SCORE, 0, 1, T0 + HOUR + SECOND, Origin("social.raw", 0, 99, 0, 1))
    log._append(late, understanding=Understanding(sentiment=sentiment(Polarity.NEGATIVE, "tier2")))
    log.tick(T0 + 2 * HOUR)
    assert final_window(log, 10, False) == before
