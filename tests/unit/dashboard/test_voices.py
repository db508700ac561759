"""Who speaks and what is repeated: sums of windows, nothing made up where they are silent, no words that were withdrawn."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.dashboard import heard
from agents.dashboard.feed import Feed
from agents.dashboard.heard import Heard
from agents.dashboard.views import hour_view, signal_view, state_view
from agents.dashboard.voices import once_view, repeated_view, roles_view, since
from pipeline.windows.publish import net_sentiment
from schemas.codec import encode
from schemas.instants import HOUR, MINUTE, to_wire
from schemas.kinds import MentionKind, Op, Polarity
from schemas.mention import Author, Mention, RawRef
from schemas.signal import Coordination
from schemas.window import Cluster, Distinct, Polarities, Slice, Window


@pytest.fixture
def feed(make: Any) -> Feed:
    return Feed(None, make.config)  # type: ignore[arg-type] # nothing is read here


def put(feed: Feed, window: Window, **fields: Any) -> Window:
    window = msgspec.structs.replace(window, **fields)
    feed.windows[window.brand][window.start] = window
    return window


def cluster(id: str, opinions: int, reposts: int = 0, **fields: Any) -> Cluster:
    return msgspec.structs.replace(Cluster(id, opinions, reposts, Polarities(opinions), size=opinions), **fields)


def withdrawn(uid: str, author: str | None = None) -> Mention:
    op = Op.PURGE_AUTHOR if author else Op.DELETE
    return Mention(1, op, uid, "9", "x", to_wire(0), RawRef("x"), author=Author(author) if author else None)


def test_a_window_that_does_not_count_once_makes_the_sum_unknown_not_small(make: Any) -> None:
    told = msgspec.structs.replace(make.window(), sentiment_distinct=Polarities(2, 1, 1, 1))
    assert once_view([told, told]) == {"opinions": 10, "net": net_sentiment(4, 2, 2)}
    assert once_view([told, make.window(ago=1)]) is None
    assert once_view([]) is None
    assert once_view([make.window(counts=(0, 0, 0, 0))]) == {
        "opinions": 0,
        "net": net_sentiment(0, 0, 0),
    }


def test_too_few_voices_have_no_net_sentiment(make: Any) -> None:
    told = msgspec.structs.replace(make.window(counts=(40, 0, 0, 0)), sentiment_distinct=Polarities(1))
    once = once_view([told])
    assert once is not None
    assert (once["net"].value, once["net"].n) == (None, 1)


def test_roles_add_up_over_windows_without_the_brand_itself(make: Any) -> None:
    said = [
        Slice("brand_owned", 9, 0, Polarities()),
        Slice("critic", 3, 1, Polarities()),
        Slice("none", 2, 0, Polarities()),
    ]
    window = msgspec.structs.replace(make.window(), roles=said)
    assert roles_view([window, window, make.window()]) == {"critic": 8, "none": 4}
    assert roles_view([make.window()]) is None


def test_the_last_hour_holds_the_windows_that_begin_in_it(feed: Feed, make: Any) -> None:
    for ago in range(40):
        put(feed, make.window(ago=ago), amplifications=2, sentiment_distinct=Polarities(1))
    end = make.now - make.now % (5 * MINUTE) + 5 * MINUTE
    assert [window.start for window in since(feed, "faro", end - HOUR)] == [
        to_wire(end - k * 5 * MINUTE) for k in range(11, 0, -1)
    ]
    hour = hour_view(feed, end)["faro"]
    assert (hour["mentions"], hour["reposts"], hour["once"]["opinions"]) == (77, 22, 11)
    nothing = {"mentions": 0, "reposts": 0, "net": net_sentiment(0, 0, 0), "once": None, "roles": None}
    assert hour_view(feed, end)["mesa"] == nothing


def test_repeated_texts_are_ranked_by_what_the_last_three_hours_said(feed: Feed, make: Any) -> None:
    put(feed, make.window(ago=40), clusters=[cluster("old", 900)])
    put(feed, make.window(ago=2), clusters=[cluster("a", 4, 2, size=40, authors=Distinct(8)), cluster("b", 9)])
    put(
        feed,
        make.window(ago=1),
        clusters=[cluster("a", 4, size=44, authors=Distinct(9, saturated=True)), cluster("c", 2)],
    )
    # Nothing is remembered of it any more: the figures of the window before stand.
    put(feed, make.window(), clusters=[cluster("a", 3, size=None), cluster("d", 3), cluster("e", 3)])
    views = repeated_view(feed, "faro", make.now)
    assert [(view["id"], view["said"]) for view in views] == [("a", 13), ("b", 9), ("d", 3)]
    assert (views[0]["size"], views[0]["authors"], views[0]["at_least"]) == (44, 9, True)
    assert (views[1]["authors"], views[1]["quotes"], views[1]["first"], views[1]["example"]) == (None,) * 4
    assert repeated_view(feed, "mesa", make.now) == []


def test_a_text_of_which_neither_words_nor_figures_are_left_is_not_shown(feed: Feed, make: Any) -> None:
    merged = cluster("a", 9, size=None, example="x:1")
    put(feed, make.window(), clusters=[merged, cluster("b", 4)])
    assert [view["id"] for view in repeated_view(feed, "faro", make.now)] == ["b"]
    feed.heard.hear(make.mention("x:1"))
    assert [view["id"] for view in repeated_view(feed, "faro", make.now)] == ["a", "b"]


@pytest.mark.parametrize(
    ("counts", "felt"),
    [((3, 1, 0, 0), "negative"), ((2, 0, 2, 0), "unsure"), ((0, 0, 0, 3), "unsure"), ((0, 0, 0, 0), None)],
)
def test_a_repeated_text_feels_as_most_of_its_posts_do(
    feed: Feed, make: Any, counts: tuple[int, int, int, int], felt: str | None
) -> None:
    put(feed, make.window(), clusters=[cluster("a", 4, sentiment=Polarities(*counts))])
    assert repeated_view(feed, "faro", make.now)[0]["sentiment"] == felt


def test_an_example_is_shown_by_its_words_or_else_by_those_of_the_first(feed: Feed, make: Any) -> None:
    put(
        feed,
        make.window(),
        clusters=[cluster("a", 4, example="x:2", first_uid="x:1", example_url="javascript:alert(1)")],
    )
    assert repeated_view(feed, "faro", make.now)[0]["url"] is None
    feed.heard.hear(make.mention("x:1", text="a" * 500, url="https://x.example/1"))
    view = repeated_view(feed, "faro", make.now)[0]
    assert (len(view["example"]["text"]), view["url"], view["first"]["name"]) == (280, "https://x.example/1", "ana")
    feed.heard.hear(make.mention("x:2", text="the second", author=None))
    view = repeated_view(feed, "faro", make.now)[0]
    assert (view["example"]["text"], view["url"], view["first"]["uid"]) == ("the second", None, "x:1")


@pytest.mark.parametrize("gone", [withdrawn("x:1"), withdrawn("x:0", "x:7")])
def test_no_withdrawn_words_are_in_the_state(feed: Feed, make: Any, gone: Mention) -> None:
    put(feed, make.window(), clusters=[cluster("a", 4, example="x:2", first_uid="x:1")])
    feed._change("social.mentions", encode(make.mention("x:1", text="me arrepiento")), True)
    repost = {"kind": MentionKind.REPOST, "text": None, "quoted_text": "me arrepiento", "reposted_id": "x:1"}
    author = Author("x:7" if gone.author else "x:8", handle="eva")
    feed._change("social.mentions", encode(make.mention("x:2", author=author, **repost)), True)
    assert repeated_view(feed, "faro", make.now)[0]["example"]["text"] == "me arrepiento"
    feed._change("social.mentions", encode(gone), True)
    assert repeated_view(feed, "faro", make.now)[0]["example"] is None
    assert b"arrepiento" not in encode(state_view(feed, {"at": make.now})["repeated"])


def test_an_edited_post_shows_its_new_words_and_none_when_it_matches_no_longer(feed: Feed, make: Any) -> None:
    feed._change("social.mentions", encode(make.mention("x:1", text="primero")), True)
    feed._change("social.mentions", encode(make.mention("x:1", text="segundo", version="2", edited=True)), True)
    feed._change("social.mentions", encode(make.mention("x:1", text="primero")), True)
    said = feed.heard.of("x:1")
    assert said is not None
    assert said.text == "segundo"
    feed._change("social.mentions", encode(make.mention("x:1", version="3", edited=True, match=None, text=None)), True)
    assert feed.heard.of("x:1") is None


def test_what_is_asked_for_stays_and_the_rest_leaves_in_order(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "KEPT", 3)
    words = Heard()
    for n in range(5):
        words.hear(make.mention(f"x:{n}", text=f"{n}"))
        assert words.of("x:0") is not None
    assert [n for n in range(5) if words.of(f"x:{n}")] == [0, 3, 4]


UIDS = st.sampled_from([f"x:{n}" for n in range(4)])
DEEDS = st.one_of(
    st.tuples(st.just("post"), UIDS, st.sampled_from(["x:7", "x:8"])),
    st.tuples(st.just("repost"), UIDS, UIDS),
    st.tuples(st.just("delete"), UIDS, st.none()),
    st.tuples(st.just("purge"), st.sampled_from(["x:7", "x:8"]), st.none()),
)


@given(st.lists(DEEDS, max_size=30))
def test_after_a_withdrawal_none_of_its_words_are_left_whatever_came_before(deeds: list[tuple[str, str, Any]]) -> None:
    words = Heard()
    post = Mention(1, Op.UPSERT, "", "1", "x", to_wire(0), RawRef("x"), kind=MentionKind.POST)
    for deed, one, other in deeds:
        if deed == "post":
            words.hear(msgspec.structs.replace(post, uid=one, text=f"by {other}", author=Author(other)))
        elif deed == "repost":
            repost = {"kind": MentionKind.REPOST, "quoted_text": f"of {other}", "reposted_id": other}
            words.hear(msgspec.structs.replace(post, uid=one, author=Author("x:7"), **repost))
        elif deed == "delete":
            words.withdraw({one}, None)
            assert words.of(one) is None
            assert all(said is None or said.of != one for said in map(words.of, ("x:0", "x:1", "x:2", "x:3")))
        else:
            words.withdraw((), one)
            assert all(said is None or said.author != one for said in map(words.of, ("x:0", "x:1", "x:2", "x:3")))


def test_a_signal_carries_what_looks_coordinated_and_null_is_not_zero(make: Any) -> None:
    assert signal_view(make.signal())["coordination"] is None
    found = Coordination(0.72, None, "words", "clu_1", 52, 48, 10, 9, 8, 230, 40, 3)
    view = msgspec.json.decode(encode(signal_view(make.signal(coordination=found))))
    assert view["coordination"]["share"] is None
    assert (view["coordination"]["accounts"], view["channel"]) == (48, "negative")


def test_a_mentions_feeling_is_that_of_the_score_that_came_later(feed: Feed, make: Any) -> None:
    feed._change("social.mentions", encode(make.mention("x:1", Polarity.POSITIVE)), True)
    score = msgspec.structs.replace(make.mention("x:1", Polarity.NEGATIVE), op=Op.SCORE, match=None, text=None)
    feed._change("social.mentions", encode(score), True)
    assert [mention.understanding.sentiment.label for mention in feed.mentions] == ["negative"]  # type: ignore[union-attr]
