"""What a scorer and its child say to each other comes out whole, however the pipe cuts it."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.record import ScoringRequest
from pipeline.runtime.scoring.frames import (
    Answer,
    Ask,
    Begin,
    Frames,
    Ready,
    Unfit,
    framed,
    read_from_child,
    read_to_child,
)

names, probabilities = st.text(max_size=20), st.floats(0, 1)
rows = st.none() | st.tuples(probabilities, probabilities, probabilities)
to_child = st.one_of(
    st.builds(
        Begin,
        st.lists(st.dictionaries(names, st.binary(max_size=300), max_size=3), max_size=2),
        st.none() | st.integers(0, 2**40),
    ),
    st.builds(Ask, st.integers(0, 2**62), st.lists(st.builds(ScoringRequest, names, st.text()), max_size=5)),
)
from_child = st.one_of(
    st.builds(Ready, st.lists(names)),
    st.builds(Unfit, names, names),
    st.builds(Answer, st.integers(0, 2**62), st.lists(rows, max_size=5)),
)


def cut(data, at):
    places = sorted({min(place, len(data)) for place in at})
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


@given(st.lists(to_child, max_size=4), st.lists(st.integers(0, 3_000), max_size=12))
def test_to_the_child(messages, at):
    frames = Frames()
    pieces = cut(b"".join(map(framed, messages)), at)
    assert [read_to_child(body) for piece in pieces for body in frames.feed(piece)] == messages


@given(st.lists(from_child, max_size=4), st.lists(st.integers(0, 3_000), max_size=12))
def test_from_the_child(messages, at):
    frames = Frames()
    pieces = cut(b"".join(map(framed, messages)), at)
    assert [read_from_child(body) for piece in pieces for body in frames.feed(piece)] == messages
