"""Windows tell what their authors are to the brand: askers, critics, helpers; and edits, deletes and restarts keep that true."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.record import Record, tick_to
from pipeline.windows.listen import Listen
from schemas.codec import decode, encode
from schemas.config import Detection
from schemas.instants import HOUR, MINUTE, SECOND, to_wire
from schemas.kinds import Intent, MentionKind, Op, Polarity, TargetType
from schemas.mention import Author, Match, Mention, Origin, RawRef, Sentiment, TargetMatch, Understanding
from schemas.topics import MENTIONS, WINDOWS
from schemas.window import Window

T0 = 1_760_000_400_000 // HOUR * HOUR
unhurried = settings(deadline=None)


class Said:
    """One partition of social.mentions, said by hand; `now` moves a second a record."""

    def __init__(self):
        self.records = []
        self.now = T0

    def _append(self, mention):
        self.records.append(Record(MENTIONS, 0, len(self.records), self.now, b"b", encode(mention)))
        self.now += SECOND

    def say(
        self, uid, who, feels="neutral", *, asks=False, to=None, own=False, kind=MentionKind.POST, version="1", **of
    ):
        shares = {name: 0.8 if name == feels else 0.1 for name in ("negative", "neutral", "positive")}
        felt = Sentiment(Polarity(feels), shares["negative"], shares["neutral"], shares["positive"], "test")
        understood = Understanding(felt, [Intent.QUESTION] if asks else [], signature=[4 * len(self.records) + 99])
        self._append(
            Mention(
                1, Op.UPSERT, f"x:{uid}", version, "x", to_wire(self.now), RawRef("x.v2"), observed_at=to_wire(self.now),
                event_time=to_wire(self.now), kind=kind, author=Author(who, **of), text=uid, understanding=understood,
                parent_id=f"x:{to}" if to else None, match=Match("b", "v1", [TargetMatch(TargetType.BRAND, "t")], own),
                origin=Origin("social.raw", 0, len(self.records), 0, 1),
            )
        )  # fmt: skip

    def change(self, op, uid, who=None):
        self._append(
            Mention(
                1, op, f"x:{uid}", "9", "x", to_wire(self.now), RawRef("x.v2"), observed_at=to_wire(self.now),
                author=Author(who) if who else None, origin=Origin("social.raw", 0, len(self.records), 0, 1),
            )
        )  # fmt: skip

    def tick(self, at):
        out = tick_to(MENTIONS, 0, at, 0)
        self.now = max(self.now, at)
        self.records.append(Record(MENTIONS, 0, len(self.records), at, None, out.value, out.headers))


def hours(said, stage=None):
    """The final hourly windows."""
    said.tick(said.now + 3 * HOUR)
    stage = stage or Listen(0, 1, Detection(), {})
    windows = [decode(Window, r.value) for r in stage.process(said.records).records if r.topic == WINDOWS]
    return [window for window in windows if window.size == "1h" and window.state == "final"]


def roles(said):
    (hour,) = hours(said)
    return {row.label: (row.mentions, row.amplifications) for row in hour.roles}


@pytest.fixture
def said():
    return Said()


def test_each_mention_counts_under_what_its_author_is_when_speaking(said):
    for number in range(5):
        said.say(f"c{number}", "critic", "negative")
        said.say(f"f{number}", "fan", "positive")
        said.say(f"r{number}", "echo", kind=MentionKind.REPOST)
    assert roles(said) == {"newcomer": (4, 2), "critic": (3, 0), "advocate": (3, 0), "amplifier": (0, 3)}


def test_who_answers_what_others_ask_is_a_helper_and_not_who_answers_themselves(said):
    for number in range(4):
        said.say(f"q{number}", f"asker{number}", asks=True)
        said.say(f"a{number}", "helper", to=f"q{number}")
        said.say(f"s{number}", f"asker{number}", to=f"q{number}")
        said.say(f"n{number}", "talker", to=f"a{number}")
    found = roles(said)
    assert found["helper"] == (2, 0)
    assert set(found) == {"newcomer", "helper", "none"}


def test_own_accounts_are_told_apart_and_a_bot_is_a_bot_from_its_first_word(said):
    said.say("1", "us", own=True)
    said.say("2", "bot", bot=True)
    assert roles(said) == {"brand_owned": (1, 0), "suspected_automation": (1, 0)}


def test_an_edit_a_delete_and_a_purge_take_back_what_they_made_of_somebody(said):
    for number in range(3):
        said.say(f"c{number}", "ana", "negative")
    said.say("c2", "ana", "positive", version="2")
    said.say("d", "ana")
    for number in range(3):
        said.say(f"e{number}", "bo", "negative")
    said.change(Op.DELETE, "e2")
    said.say("f", "bo")
    for number in range(4):
        said.say(f"g{number}", "eva", "negative")
    said.change(Op.PURGE_AUTHOR, "g0", "eva")
    said.say("h", "eva", "negative")
    # Left stand c0 c1 c2 d (ana: never three negative), e0 e1 f (bo the same) and h (eva: a stranger again).
    assert roles(said) == {"newcomer": (5, 0), "none": (3, 0)}


posts = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(("negative", "neutral", "positive", "unsure")),
        st.booleans(),
        st.sampled_from(("say", "repost", "answer", "edit", "delete", "wait")),
        st.integers(0, 20),
    ),
    max_size=40,
)


def spoken(told):
    said = Said()
    for number, (who, feels, asks, act, which) in enumerate(told):
        if act == "edit":
            said.say(f"p{which}", f"a{which % 4}", feels, asks=asks, version=str(1_000 + number))
        elif act == "delete":
            said.change(Op.DELETE, f"p{which}")
        elif act == "wait":
            said.now += 7 * MINUTE
            said.tick(said.now)
        else:
            kind = MentionKind.REPOST if act == "repost" else MentionKind.REPLY
            to = f"p{which}" if act == "answer" else None
            said.say(f"p{number}", f"a{who}", feels, asks=asks, kind=kind, to=to)
    return said


@unhurried
@given(posts)
def test_the_roles_of_a_window_add_up_to_its_opinions_and_amplifications(told):
    for hour in hours(spoken(told)):
        assert sum(row.mentions for row in hour.roles) == hour.mentions
        assert sum(row.amplifications for row in hour.roles) == hour.amplifications


@unhurried
@given(posts, st.builds(random.Random, st.integers(0, 2**32)))
def test_a_restart_changes_nobodys_role(told, rng):
    said = spoken(told)
    said.tick(said.now + 3 * HOUR)
    straight = [r.value for r in Listen(0, 1, Detection(), {}).process(said.records).records if final(r)]
    stage, disk, again = Listen(0, 1, Detection(), {}), {}, []
    position = 0
    while position < len(said.records):
        step = said.records[position : position + rng.randint(1, 9)]
        again += [r.value for r in stage.process(step).records if final(r)]
        position = step[-1].offset + 1
        for key, value in stage.snapshot().items():
            if value is None:
                disk.pop(key, None)
            else:
                disk[key] = value
        if rng.random() < 0.3:
            position = next(iter(stage.resume().values()))
            stage = Listen(0, 1, Detection(), {})
            stage.restore(disk)
    assert again == straight


def final(record):
    return record.topic == WINDOWS and decode(Window, record.value).state == "final"
