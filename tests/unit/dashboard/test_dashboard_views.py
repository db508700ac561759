"""What the page is told: only what may be shown, and no more than a person can see."""

from __future__ import annotations

from typing import Any

import pytest

from agents.dashboard.feed import RESET, Change
from agents.dashboard.links import web_link
from agents.dashboard.stream import conflate, event
from agents.dashboard.views import delete_view, mention_view, signal_view
from schemas.kinds import Op
from schemas.mention import Author


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//host/x",
        "https:",
        "http://[",
        "at://did:plc:1/post",
    ],
)
def test_an_address_that_does_not_lead_to_the_web_is_no_link(url: str | None) -> None:
    assert web_link(url) is None


def test_a_web_address_is_a_link() -> None:
    assert web_link("https://social.example/@ana/1?x=1#y") == "https://social.example/@ana/1?x=1#y"


def test_a_mention_without_sentiment_says_so(make: Any) -> None:
    assert mention_view(make.mention(understanding=None))["sentiment"] is None
    assert mention_view(make.mention())["sentiment"] == "negative"


def test_a_purge_names_the_author_a_deletion_the_post_and_a_marker_the_version(make: Any) -> None:
    purge = delete_view(make.mention(op=Op.PURGE_AUTHOR, author=Author("x:7")))
    assert (purge["author_id"], purge["before"]) == ("x:7", None)
    gone = delete_view(make.mention(op=Op.DELETE))
    assert (gone["uid"], gone["author_id"], gone["before"]) == ("x:1", None, None)
    assert delete_view(make.mention(version="3", match=None))["before"] == "3"


def test_weighted_channels_carry_their_unit(make: Any) -> None:
    signal = make.signal()
    reading = type(signal.reading)("weighted_negative", 1, 1.0, [], [], True)
    assert signal_view(signal)["unit"] == 1
    assert signal_view(make.signal(reading=reading))["unit"] == 10_000


def test_of_many_revisions_of_a_window_the_last_is_sent(make: Any) -> None:
    windows = [Change("window", make.window(revision=n)) for n in range(5)]
    other = Change("window", make.window(ago=1))
    assert conflate([*windows, other]) == [windows[-1], other]


def test_nothing_before_a_reset_is_sent(make: Any) -> None:
    before, after = Change("signal", make.signal("sig_1")), Change("signal", make.signal("sig_2"))
    assert conflate([before, RESET, after]) == [RESET, after]


def test_signals_and_deletions_are_never_conflated_away(make: Any) -> None:
    signals = [Change("signal", make.signal(f"sig_{n}")) for n in range(200)]
    gone = [Change("delete", make.mention(f"x:{n}", op=Op.DELETE)) for n in range(200)]
    flood = [Change("mention", make.mention(f"x:{n}")) for n in range(200)]
    assert conflate([*signals, *gone, *flood]) == [*signals, *gone, *flood[-60:]]


def test_an_event_is_one_line_of_data_whatever_it_says() -> None:
    body = event("mention", {"text": "a\nevent: signal\ndata: {}\n\n\r\u2028b"})
    assert body.count(b"\n") == 3
    assert body.startswith(b"event: mention\ndata: {")
    assert body.endswith(b"}\n\n")
    assert b"\r" not in body
