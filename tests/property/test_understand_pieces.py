"""What is kept of pieces changes no result: texts read piece by piece are what they are read whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pipeline.understand.pieces as pieces_module
from pipeline.understand.by_hand import spell_one
from pipeline.understand.codes import GAP, KIND, points
from pipeline.understand.counted import count
from pipeline.understand.hashed import features
from pipeline.understand.package import packaged_model
from pipeline.understand.pieces import Pieces
from pipeline.understand.spelled import masked, mixed, spell
from pipeline.understand.table import Table
from pipeline.understand.text import fold

LINE = (
    "no está nada mal pésimo servicio gracias me encanta love the worst app ever 😍 😡👍🏽 !!! ? @user @a.b@c.social "
    "https://t.co/x http www.x.es/a?b jajajaja hahahaha soooo :D ;) :-( <3 =p. :d. phone. phone: ok; don't 'x' l’eau d'o "
    "3.14 2017! #FelizViernes #a#b a,b “no” (not) [never] nunca, _x_ न हीं मुझे كِتابٌ جميـــل 日本語 \ud800 x\u00adx ... .. . ' `"
)
WORDS = st.sampled_from(LINE.split(" "))
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(WORDS, max_size=20).map(" ".join),
    st.lists(st.one_of(WORDS, st.text(alphabet="aod.:;=<3'\"#, \n!?_|haj@", max_size=6)), max_size=12).map("".join),
)


@pytest.fixture(scope="module")
def tables():
    files = packaged_model()
    return [Table(files[name], name) for name in ("en.bin", "es.bin", "language.bin")]


@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_a_piece_spelled_by_hand_is_spelled_as_all_are(texts):
    pieces = sorted({piece for text in texts for piece in masked(fold(text)).split()})
    together = spell(pieces)
    for number, piece in enumerate(pieces):
        alone = spell_one(piece)
        mine = slice(*together.starts[number : number + 2])
        assert (alone.tokens, alone.is_word) == (together.tokens[mine].tolist(), together.is_word[mine].tolist())
        assert (alone.letters, alone.signs) == (together.letters[number], together.signs[number])
        for ids, block in zip((alone.threes, alone.fours), together.grams, strict=True):
            assert (
                mixed(np.array(ids, np.uint64)).tolist()
                == block.ids[slice(*block.starts[number : number + 2])].tolist()
            )


@given(
    batches=st.lists(st.lists(TEXTS, max_size=6), min_size=1, max_size=3),
    few=st.sampled_from([0, 3, 1_000]),
    most=st.sampled_from([1, 20, 65_536]),
)
def test_texts_add_up_piece_by_piece_to_what_they_are_whole(tables, batches, few, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces_module, "FEW", few)
        patch.setattr(pieces_module, "MOST_PIECES", most)
        pieces = Pieces()
        for texts in batches:
            folded = [fold(text) for text in texts]
            whole, counted = features(folded), count(pieces, folded)
            assert (counted.letters.tolist(), counted.signs.tolist()) == (whole.letters.tolist(), whole.signs.tolist())
            for table in tables:
                for one, other in zip(counted.sums(table), whole.sums(table), strict=True):
                    assert np.array_equal(one, other)


@given(st.lists(TEXTS, min_size=1, max_size=6), st.data())
def test_a_part_of_a_batch_is_read_as_it_was_in_the_batch(tables, texts, data):
    folded = [fold(text) for text in texts]
    some = np.array(data.draw(st.lists(st.sampled_from(range(len(texts))), min_size=1, unique=True)))
    counted = count(Pieces(), folded)
    for table in tables:
        for all_, part in zip(counted.sums(table), counted.part(some).sums(table), strict=True):
            assert np.array_equal(all_[some], part)


def test_every_blank_and_every_gap_that_parts_pieces_is_a_gap_to_the_models():
    blanks = [chr(point) for point in range(0x3001) if chr(point).isspace()]
    assert len(blanks) > 20
    for letter in (*blanks, *pieces_module._GAPS):
        assert KIND[points(letter)].tolist() == [GAP], hex(ord(letter))


def test_what_is_kept_has_a_bound():
    pieces = Pieces()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces_module, "MOST_PIECES", 1_000)
        for first in range(0, 20_000, 500):
            pieces.numbers([" ".join(f"word{number}x" for number in range(first, first + 500))])
            assert len(pieces) <= 1_501
