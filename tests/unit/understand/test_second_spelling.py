"""Text as tier 1 reads it: as the sets it learnt from have it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.understand.spelling import spelled
from pipeline.understand.text import SCORED_CHARS

CASES = [
    ("@Delta you lost it", "@user you lost it"),
    ("cc @ana@mastodon.social, @bob.bsky.social!", "cc @user, @user!"),
    ("write to hola@ejemplo.com", "write to hola@ejemplo.com"),
    ("see https://t.co/x1 and www.ejemplo.com/a?b=1", "see http and http"),
    ("#BestDayEver #fail #un_asco #iPhone15", "#Best Day Ever #fail #un asco #i Phone 15"),
    ("soooooo goooood", "sooo goood"),
    ("aaa 10000 ____", "aaa 10000 ____"),
    ("love 😍", "love  smiling face with heart-shaped eyes "),
    ("❤️ 👍🏽", " heavy black heart   thumbs up sign "),
    ("5€ ¡ñandú! 日本", "5€ ¡ñandú! 日本"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_text_is_spelled_as_the_sets_have_it(text, expected):
    assert spelled(text) == expected


@given(st.text(max_size=200))
def test_any_text_can_be_spelled_and_plain_words_stay(text):
    assert isinstance(spelled(text), str)
    assert "palabra" in spelled("palabra " + text)


def test_a_long_text_is_read_as_far_as_tier_0_reads():
    assert len(spelled("ab " * 10_000)) <= SCORED_CHARS
