"""A log of mentions for the listen stage, written by hand, and what the stage makes of it."""

import msgspec

from pipeline.record import Record, tick_to
from pipeline.windows.listen import Listen
from schemas.codec import decode, encode
from schemas.config import Detection
from schemas.instants import HOUR, to_wire
from schemas.kinds import MentionKind, Op, Polarity, TargetType
from schemas.mention import Author, Match, Mention, Origin, RawRef, Sentiment, TargetMatch, Understanding
from schemas.topics import MENTIONS, WINDOWS
from schemas.window import Window

T0 = 1_760_000_400_000 // HOUR * HOUR


def sentiment(polarity):
    shares = {name: 0.8 if name == polarity else 0.1 for name in ("negative", "neutral", "positive")}
    return Sentiment(Polarity(polarity), shares["negative"], shares["neutral"], shares["positive"], "test")


class Log:
    """A partition of social.mentions under construction."""

    def __init__(self):
        self.records = []
        self.offset = 0

    def _append(self, value, headers=()):
        at = self.records[-1].timestamp if self.records else 0
        self.records.append(Record(MENTIONS, 0, len(self.records), at, b"b", value, headers))

    def tick(self, at, origin=0):
        out = tick_to(MENTIONS, 0, at, origin)
        self._append(out.value, out.headers)

    def mention(
        self, uid, at, polarity="neutral", *, brand="b", event=None, version="1", ordinal=0, of=1, author=None, **more
    ):
        offset = more.pop("offset", None)
        if offset is None:
            offset, self.offset = self.offset, self.offset + 1
        target = more.pop("target", TargetType.BRAND)
        own = more.pop("own", False)
        fields = {
            "kind": MentionKind.POST,
            "text": f"text of {uid}",
            "match": Match(brand, "v1", [TargetMatch(target, "t")], own=own),
            "understanding": Understanding(sentiment=sentiment(polarity)),
            **more,
        }
        self._append(
            encode(
                Mention(
                    schema_version=1, op=Op.UPSERT, uid=f"x:{uid}", version=version, network="x",
                    received_at=to_wire(at), raw=RawRef("x.v2"), observed_at=to_wire(at),
                    event_time=to_wire(event if event is not None else at), author=Author(author or f"a-{uid}"),
                    origin=Origin("social.raw", 0, offset, ordinal, of), **fields,
                )
            )
        )  # fmt: skip
        return offset

    def change(self, uid, at, op=Op.DELETE, version="2", ordinal=0, author=None):
        offset, self.offset = self.offset, self.offset + 1
        self._append(
            encode(
                Mention(
                    schema_version=1, op=op, uid=f"x:{uid}", version=version, network="x", received_at=to_wire(at),
                    raw=RawRef("x.v2"), observed_at=to_wire(at), author=Author(author) if author else None,
                    origin=Origin("social.raw", 0, offset, ordinal, ordinal + 1), edited=op is Op.UPSERT,
                )
            )
        )  # fmt: skip


def with_origin(record, offset):
    """The same record, of the same raw event as another."""
    told = decode(Mention, record.value)
    return record._replace(
        value=encode(
            msgspec.structs.replace(
                told, origin=told.origin.__class__("social.raw", 0, offset, told.origin.ordinal, told.origin.of)
            )
        )
    )


def listen():
    return Listen(0, 1, Detection(), {})


def run(log, batch=1000):
    stage, outputs = listen(), []
    for start in range(0, len(log.records), batch):
        outputs += stage.process(log.records[start : start + batch]).records
    return stage, outputs


def finals(outputs, size="5m"):
    """The latest revision of every final window, by start."""
    found = {}
    for out in outputs:
        if out.topic == WINDOWS:
            window = decode(Window, out.value)
            if window.state == "final" and window.size == size:
                found[window.brand, window.start] = window
    return found
