"""The pictures in docs: what they are drawn from, and that they show it."""

import xml.etree.ElementTree as ElementTree

import pytest

from pipeline.understand import corpus
from pipeline.understand.second import Tier1
from pipeline.understand.train import learning
from pipeline.understand.train.cascade import SHARES, cascade
from pipeline.understand.train.cascade import plot as plot_cascade
from pipeline.understand.train.picture import Panel, picture
from pipeline.understand.train.sets import Example
from tests.tiny_tier1 import tiny_tier1

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def mind(tier0):
    return tier0._mind


def lines(svg):
    """The points of each curve, as they stand in the picture."""
    drawn = ElementTree.fromstring(svg).iter(f"{SVG}polyline")
    return [[tuple(map(float, point.split(","))) for point in one.get("points").split()] for one in drawn]


def test_a_curve_goes_where_its_figures_say():
    rising = {"up & up": [(0.0, 50.0), (50.0, 75.0), (100.0, 100.0)]}
    [points] = lines(picture([Panel("title", (0, 100), (50, 100), rising)]))
    (x1, y1), (x2, y2), (x3, y3) = points
    assert x2 - x1 == pytest.approx(x3 - x2)
    assert y1 - y2 == pytest.approx(y2 - y3)
    assert y3 < y1


def test_panels_stand_beside_each_other_and_share_their_colours():
    curve = {"one": [(1.0, 1.0), (100.0, 2.0)]}
    both = picture([Panel("a", (1, 100), (0, 3), curve), Panel("b", (1, 10, 100), (0, 3), curve, logarithmic=True)])
    left, right = lines(both)
    assert max(x for x, _ in left) < min(x for x, _ in right)
    assert both.count(">one<") == 1


def test_a_cascade_goes_from_tier_0_alone_to_both(mind):
    """The tiny tier 1 knows the three words that decide here; tier 0 goes by what stands before them."""
    felt = {"awful": 1, "monday": 0, "love": 2}
    marked = [f"what a great and happy day {n} {word}" for n in range(12) for word in felt]
    examples = [Example(text, "en", "t", polarity=felt[text.split()[-1]]) for text in marked]
    examples += [Example("", "en", "t", polarity=0), Example("no label", "en", "t")]
    found = cascade(mind, Tier1(tiny_tier1("en")), examples)
    assert found.texts == 36
    assert [point[0] for point in found.points] == list(SHARES)
    assert found.points[-1][1:3] == (100, 100)
    assert found.points[0][1] < 100
    recall, f1 = lines(plot_cascade({"t": found}))
    assert len(recall) == len(f1) == len(SHARES)
    assert recall[-1][1] < recall[0][1]


def test_votes_of_readers_become_their_majority(tmp_path):
    texts = ["1_1\t0.5\tgreat player .", "1_2\t-2\tbroke at once .", "1_3\t0\tit is black .", "1_4\t0\tno votes"]
    votes = ["\ufeff1_1\t0.5\t1\t[1, 2, 0, -1]", "1_2\t-2\t1\t[-2, -3, -1]", "1_3\t0\t1\t[0, 0, 1]"]
    (tmp_path / "amazonReviewSnippets_GroundTruth.txt").write_text("\n".join(texts), "utf-8")
    (tmp_path / "amazonReviewSnippets_anonDataRatings.txt").write_text("\n".join(votes), "utf-8")
    found = learning.review_sentences(tmp_path)
    assert [(one.text, one.polarity) for one in found] == [
        ("great player .", 2),
        ("broke at once .", 1),
        ("it is black .", 0),
    ]


def test_a_learning_curve_begins_with_tier_0_and_holds_out_what_it_did_not_draw(mind, monkeypatch):
    monkeypatch.setattr(learning, "SIZES", (100, 10_000))
    monkeypatch.setattr(learning, "DRAWS", 2)
    written = [one for one in corpus.read("train") if one.lang == "es" and one.sentiment != "mixed"][:200]
    labels = {"neutral": 0, "negative": 1, "positive": 2}
    examples = [Example(one.text, "es", "corpus", polarity=labels[one.sentiment]) for one in written]
    start, after = learning.curve(mind, "spanish", examples, None)
    assert (start.labels, after.labels) == (0, 100)
    assert start.changes["macro_f1"].after == start.changes["macro_f1"].before
    assert after.changes["macro_f1"].low <= after.changes["macro_f1"].after - after.changes["macro_f1"].before
    assert len(lines(learning.plot({"spanish": [start, after]}))) == 2
