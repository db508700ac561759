"""When a brand is looked at: after what is said, and while something is open at the end of every bucket."""

from pipeline.windows.brand import Brand
from pipeline.windows.times import BUCKET
from schemas.config import Detection
from schemas.instants import HOUR, SECOND, to_wire
from schemas.kinds import MentionKind, Op, Polarity, TargetType
from schemas.mention import Author, Match, Mention, RawRef, Sentiment, TargetMatch, Understanding

T0 = 1_760_000_400_000 // HOUR * HOUR
ANGRY = Understanding(sentiment=Sentiment(Polarity.NEGATIVE, 0.8, 0.1, 0.1, "test"))


def complaint(number, at):
    return Mention(
        schema_version=1,
        op=Op.UPSERT,
        uid=f"x:{number}",
        version="1",
        network="x",
        received_at=to_wire(at),
        raw=RawRef("x.v2"),
        observed_at=to_wire(at),
        event_time=to_wire(at),
        kind=MentionKind.POST,
        text=f"no va {number}",
        author=Author(id=str(number)),
        match=Match("b", "v1", [TargetMatch(TargetType.BRAND, "t")]),
        understanding=ANGRY,
    )


def told(count):
    brand = Brand("b", Detection())
    for number in range(count):
        at = T0 + number * SECOND
        brand.advance(at)
        brand.apply(complaint(number, at), at, counts=True)
    brand.advance(T0 + count * SECOND)
    return brand


def test_a_quiet_brand_is_looked_at_only_after_something_was_said():
    brand = told(3)
    assert not brand.signals
    assert brand.due() == brand.history.next_seal()


def test_an_open_incident_is_looked_at_when_its_bucket_is_complete():
    brand = told(20)
    assert brand.signals
    assert brand.due() == T0 + BUCKET


def test_and_again_at_the_end_of_each_bucket_that_follows():
    brand = told(20)
    brand.advance(T0 + BUCKET)
    assert brand.due() == T0 + 2 * BUCKET
