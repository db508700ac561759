"""What listen makes of repetition: clusters in windows, opinion counted once, and campaigns told of, lowered and recomputed."""

from __future__ import annotations

import random

import msgspec
import pytest

from pipeline.detect.explain import recompute
from pipeline.record import Record, tick_to
from pipeline.understand.signature import band_keys
from pipeline.windows.listen import Listen
from schemas.codec import decode, encode
from schemas.config import Detection
from schemas.instants import DAY, HOUR, MINUTE, SECOND, to_wire
from schemas.kinds import MentionKind, Op, Polarity, TargetType
from schemas.mention import (
    Author,
    Flags,
    Link,
    Match,
    Mention,
    Origin,
    RawRef,
    Sentiment,
    TargetMatch,
    Understanding,
)  # fmt: skip
from schemas.signal import Signal
from schemas.topics import MENTIONS, SIGNALS, WINDOWS
from schemas.window import Window

T0 = 1_760_000_400_000 // HOUR * HOUR
SCRIPT = "Iberluz nos engaña a todos con la nueva tarifa y no atiende a nadie"
OTHERS = (
    "la factura de octubre por fin cuadra", "me han cambiado el contador sin avisar de nada",
    "buen trato en la oficina de la calle mayor", "cortes toda la semana en mi barrio otra vez",
    "contraté la tarifa nocturna y de momento bien", "la aplicación tarda un minuto en abrir",
    "alguien sabe el horario de atención al cliente", "subvención para placas solares hasta marzo",
)  # fmt: skip


class Stream:
    """A partition of social.mentions under construction, in order of time."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.mentions: list[Mention] = []
        self.events = 0

    def tick(self, at: int) -> None:
        out = tick_to(MENTIONS, 0, at, 0)
        self.records.append(Record(MENTIONS, 0, len(self.records), at, None, out.value, out.headers))

    def add(self, mention: Mention, at: int) -> None:
        mention = msgspec.structs.replace(mention, origin=Origin("social.raw", 0, self.events, 0, 1))
        self.events += 1
        self.mentions.append(mention)
        self.records.append(Record(MENTIONS, 0, len(self.records), at, b"b", encode(mention)))
        self.tick(at + 1)

    def say(self, uid: str, at: int, text: str = SCRIPT, polarity: str = "negative", **more) -> None:
        made = more.pop("made", None)
        handle = more.pop("handle", f"gente_{uid}")
        author = Author(
            more.pop("author", f"a-{uid}"), handle=handle, created_at=None if made is None else to_wire(made)
        )
        shares = {name: 0.8 if name == polarity else 0.1 for name in ("negative", "neutral", "positive")}
        sentiment = Sentiment(Polarity(polarity), shares["negative"], shares["neutral"], shares["positive"], "test")
        fields = {
            "kind": MentionKind.POST,
            "text": text,
            "match": Match("b", "v1", [TargetMatch(TargetType.BRAND, "b")]),
            "understanding": Understanding(sentiment=sentiment, signature=band_keys(text or "")),
            **more,
        }
        self.add(
            Mention(
                schema_version=1, op=Op.UPSERT, uid=f"x:{uid}", version=fields.pop("version", "1"), network="x",
                received_at=to_wire(at), raw=RawRef("x.v2"), observed_at=to_wire(at), event_time=to_wire(at),
                author=author, **fields,
            ),
            at,
        )  # fmt: skip

    def repost(self, uid: str, at: int, of: str, text: str = SCRIPT) -> None:
        understood = Understanding(signature=band_keys(text))
        self.say(
            uid, at, None, understanding=understood, kind=MentionKind.REPOST, reposted_id=f"x:{of}", quoted_text=text
        )

    def delete(self, uid: str, at: int) -> None:
        self.add(Mention(1, Op.DELETE, f"x:{uid}", "2", "x", to_wire(at), RawRef("x.v2"), observed_at=to_wire(at)), at)

    def usual(self, days: float = 1.5, every: int = 6 * MINUTE) -> int:
        """Everyday talk, every post in words of its own; returns when it ends."""
        words = random.Random(5)
        at = T0
        while at < T0 + days * DAY:
            tail = " ".join(
                "".join(words.choices("bcdfglmnprst", k=1)) + words.choice("aeiou") * 2 + words.choice("lmnrs") + "a"
                for _ in range(9)
            )
            polarity = words.choice(("negative", "neutral", "neutral", "positive"))
            self.say(f"u{at}", at, f"{words.choice(OTHERS)} {tail}", polarity, made=T0 - 2_000 * DAY)
            at += every
        return at

    def campaign(self, at: int, accounts: int = 30, age: int = 4, text: str = SCRIPT) -> int:
        for number in range(accounts):
            self.say(f"c{number}", at, text, made=at - age * DAY, handle=f"vecina{10_000 + 37 * number}")
            at += 12 * SECOND
        return at


def run(stream: Stream, batch: int = 200, restart: int | None = None):
    stage, outputs, state = Listen(0, 1, Detection(), {}), [], {}
    for start in range(0, len(stream.records), batch):
        outputs += stage.process(stream.records[start : start + batch]).records
        for key, value in stage.snapshot().items():
            if value is None:
                state.pop(key, None)
            else:
                state[key] = value
        if restart is not None and start >= restart:
            at = next(iter(stage.resume().values()))
            stage, restart = Listen(0, 1, Detection(), {}), None
            stage.restore(state)
            outputs += stage.process(stream.records[at : start + batch]).records
    return stage, outputs


def signals(outputs, kind: str | None = None) -> list[Signal]:
    found = [decode(Signal, out.value) for out in outputs if out.topic == SIGNALS]
    return [signal for signal in found if kind is None or signal.kind == kind]


def finals(outputs, size: str = "5m") -> list[Window]:
    windows = [decode(Window, out.value) for out in outputs if out.topic == WINDOWS]
    return [window for window in windows if window.state == "final" and window.size == size]


@pytest.fixture
def stream() -> Stream:
    return Stream()


def test_an_opinion_said_by_many_counts_once_and_as_often_as_it_was_said(stream: Stream) -> None:
    for number in range(4):
        stream.say(f"{number}", T0 + number * SECOND, f"{SCRIPT} 😡 https://t.co/{number}")
    stream.say("9", T0 + 9 * SECOND, "gracias a la oficina de la calle mayor por el buen trato de hoy", "positive")
    stream.repost("20", T0 + 10 * SECOND, "0")
    stream.tick(T0 + HOUR)
    (window,) = finals(run(stream)[1])
    assert (window.mentions, window.amplifications, window.distinct_texts.count) == (5, 1, 2)
    assert (window.sentiment.negative, window.sentiment_distinct.negative, window.sentiment_distinct.positive) == (
        4,
        1,
        1,
    )
    assert window.net_sentiment.value == pytest.approx(-0.6)
    assert (window.net_sentiment_distinct.value, window.net_sentiment_distinct.n) == (None, 2)
    (cluster,) = window.clusters
    assert (cluster.opinions, cluster.amplifications, cluster.size, cluster.authors.count) == (4, 1, 5, 5)
    assert (cluster.first_uid, cluster.first_author, cluster.first_seen) == ("x:0", "x:a-0", to_wire(T0))
    assert cluster.example == "x:1"
    assert SCRIPT.encode() not in encode(window), "a window repeats nobody's words"


def test_as_many_who_feel_otherwise_make_a_cluster_unsure(stream: Stream) -> None:
    stream.say("1", T0, polarity="negative")
    stream.say("2", T0 + SECOND, polarity="positive")
    stream.tick(T0 + HOUR)
    (window,) = finals(run(stream)[1])
    assert window.sentiment_distinct.unsure == 1


def test_a_quote_has_an_opinion_of_its_own_and_counts_for_what_it_quotes(stream: Stream) -> None:
    stream.say("1", T0)
    stream.say("2", T0 + SECOND)
    words = "pues a mí me parece la mejor oferta que he visto en años"
    stream.say("3", T0 + 2 * SECOND, words, "positive", kind=MentionKind.QUOTE, quoted_id="x:1")
    stream.tick(T0 + HOUR)
    (window,) = finals(run(stream)[1])
    assert (window.distinct_texts.count, window.sentiment_distinct.positive) == (2, 1)
    (cluster,) = window.clusters
    assert (cluster.size, cluster.quotes) == (2, 1)


def test_a_deleted_post_leaves_its_cluster_and_its_examples(stream: Stream) -> None:
    for number in range(4):
        stream.say(f"{number}", T0 + number * SECOND)
    stream.delete("1", T0 + 10 * SECOND)
    stream.delete("0", T0 + 11 * SECOND)
    stream.tick(T0 + HOUR)
    (window,) = finals(run(stream)[1])
    (cluster,) = window.clusters
    assert (window.mentions, cluster.opinions, cluster.size) == (2, 2, 2)
    assert (cluster.first_uid, cluster.example) == ("x:2", "x:2")


def test_an_edit_moves_a_post_to_what_it_says_now(stream: Stream) -> None:
    stream.say("1", T0)
    stream.say("2", T0 + SECOND)
    stream.say("2", T0 + MINUTE, "pensándolo mejor la oferta no está nada mal", version="2", edited=True)
    stream.tick(T0 + HOUR)
    (window,) = finals(run(stream)[1])
    assert (window.mentions, window.distinct_texts.count, window.clusters) == (2, 2, [])


@pytest.mark.parametrize("what", ["spam", "own", "history"])
def test_what_is_no_opinion_of_now_is_in_no_cluster(stream: Stream, what: str) -> None:
    more = {
        "spam": {"flags": Flags(spam=True)},
        "own": {"match": Match("b", "v1", [TargetMatch(TargetType.BRAND, "b")], own=True)},
        "history": {"backfill": True},
    }[what]
    for number in range(3):
        stream.say(f"{number}", T0 + number * SECOND, **more)
    stream.tick(T0 + MINUTE)
    stage, _ = run(stream)
    assert len(stage._brands["b"].clusters) == 0


def test_a_campaign_raises_a_signal_of_its_own_that_names_its_numbers(stream: Stream) -> None:
    at = stream.campaign(stream.usual())
    stream.tick(at + MINUTE)
    (signal,) = signals(run(stream)[1], "coordinated")
    found = signal.coordination
    assert (signal.edge, signal.key, signal.rule) == ("firing", "coordinated", "coordinated-accounts")
    assert 10 <= found.accounts == found.new_accounts == found.known_ages == found.alike_handles == signal.authors
    assert (found.trace, found.posts, found.usual) == ("words", found.accounts, 2)
    assert signal.reading.score == pytest.approx(10 * found.score)
    assert 0.5 <= found.score < signal.threshold / 5
    assert {evidence.text for evidence in signal.evidence} == {SCRIPT}
    assert len({evidence.author for evidence in signal.evidence}) == 5
    assert f"{found.accounts} cuentas han publicado casi las mismas palabras" in signal.sentence.es
    assert f"{found.accounts} accounts posted nearly the same words" in signal.sentence.en
    assert (
        f"{found.new_accounts} of the {found.known_ages} whose age is known are younger than 30 days"
        in signal.sentence.en
    )


def test_a_crisis_that_is_a_campaign_is_less_severe_and_says_so(stream: Stream) -> None:
    start = stream.usual(3)
    organic, arranged = Stream(), Stream()
    for other in (organic, arranged):
        other.records, other.mentions, other.events = list(stream.records), list(stream.mentions), stream.events
    words = random.Random(3)
    at = start
    for number in range(60):
        tail = " ".join("".join(words.choices("bcdfglmnprstv", k=5)) for _ in range(10))
        organic.say(f"o{number}", at, f"{words.choice(OTHERS)} {tail}", made=T0 - 900 * DAY)
        at += 12 * SECOND
    organic.tick(at + MINUTE)
    arranged.tick(arranged.campaign(start, 60) + MINUTE)
    plain, lowered = (signals(run(one)[1], "crisis") for one in (organic, arranged))
    assert plain[0].coordination is None
    assert "coordina" not in plain[0].sentence.es + plain[0].sentence.en
    worst = {"info": 0, "warning": 1, "critical": 2}
    assert max(worst[s.severity] for s in plain) > max(worst[s.severity] for s in lowered)
    told = lowered[-1]
    assert told.coordination.share >= 0.5
    assert f"{100 * told.coordination.share:.0f}% of it looks coordinated." in told.sentence.en
    assert f"El {100 * told.coordination.share:.0f}" in told.sentence.es
    assert "de ello parece coordinado." in told.sentence.es
    assert not signals(run(organic)[1], "coordinated")


@pytest.mark.parametrize(
    ("what", "more"),
    [
        ("a headline shared by old accounts", {"links": [Link("https://diario.example/a")], "old": True}),
        ("words passed on by old accounts", {"old": True}),
        ("three words that anybody may say", {"text": "gracias iberluz", "old": None}),
    ],
)
def test_what_goes_round_by_itself_is_not_called_coordinated(stream: Stream, what: str, more: dict) -> None:
    at, old, text = stream.usual(), more.pop("old"), more.pop("text", SCRIPT)
    for number in range(80):
        made = None if old is None else at - (400 + 40 * number) * DAY
        stem = "".join("bcdfglmnpr"[int(digit)] + "aeiouaeiou"[int(digit)] for digit in f"{number:02}7")
        stream.say(f"n{number}", at, text, "neutral", made=made, handle=f"{stem}{number % 7}", **more)
        at += 10 * SECOND
    stream.tick(at + MINUTE)
    assert not signals(run(stream)[1], "coordinated"), what


def test_reposts_of_a_popular_post_are_not_called_coordinated(stream: Stream) -> None:
    at = stream.usual(0.5)
    stream.say("viral", at, polarity="positive", made=T0 - 3_000 * DAY)
    for number in range(300):
        at += 3 * SECOND
        stream.repost(f"r{number}", at, "viral")
    stream.tick(at + HOUR)
    _, outputs = run(stream)
    assert not signals(outputs, "coordinated")
    assert max(cluster.size for window in finals(outputs) for cluster in window.clusters if cluster.size) == 301


def test_quotes_without_words_are_reposts(stream: Stream) -> None:
    at = stream.usual(0.5)
    stream.say("viral", at, made=T0 - 3_000 * DAY)
    for number in range(40):
        at += 3 * SECOND
        understood = Understanding(signature=band_keys(SCRIPT))
        stream.say(
            f"q{number}", at, None, made=at - DAY, kind=MentionKind.QUOTE, quoted_id="x:viral", understanding=understood
        )
    stream.tick(at + HOUR)
    _, outputs = run(stream)
    assert not signals(outputs, "coordinated")
    assert max(cluster.size for window in finals(outputs) for cluster in window.clusters if cluster.size) == 41


@pytest.mark.parametrize("trace", ["link", "hashtags"])
def test_the_same_link_or_hashtags_in_different_words_are_found_too(stream: Stream, trace: str) -> None:
    at = stream.usual()
    words = random.Random(8)
    for number in range(30):
        text = " ".join("".join(words.choices("bcdfglmnprstv", k=6)) for _ in range(9))
        more = (
            {"links": [Link("https://verdades.example/x?utm_source=a")]}
            if trace == "link"
            else {"hashtags": ["Iberluz", "BastaYa", "NoMas"]}
        )
        stream.say(f"c{number}", at, text, made=at - 3 * DAY, handle=f"opina{10_000 + number * 91}", **more)
        at += 10 * SECOND
    stream.tick(at + MINUTE)
    found = signals(run(stream)[1], "coordinated")
    assert [signal.coordination.trace for signal in found] == [trace]
    assert recompute(found[0], stream.mentions).agrees


def test_a_campaign_grows_continues_and_ends(stream: Stream) -> None:
    at = stream.campaign(stream.usual(), 120)
    for bucket in range(40):
        stream.tick(at + bucket * 5 * MINUTE)
    found = signals(run(stream)[1], "coordinated")
    assert [signal.edge for signal in found] == ["firing", "escalated", "resolved"]
    assert found[1].coordination.accounts >= 3 * found[0].coordination.accounts
    assert len({signal.incident for signal in found}) == 1
    assert "ha cesado" in found[2].sentence.es


def test_every_signal_recomputes_from_the_log_and_a_forged_one_does_not(stream: Stream) -> None:
    start = stream.usual()
    stream.say("early", start - 3 * MINUTE, SCRIPT + " de verdad", made=start - 900 * DAY)
    at = stream.campaign(start, 40)
    stream.delete("c3", at)
    stream.say(
        "c5", at + SECOND, "ya me han atendido y lo han resuelto en un momento", "positive", version="2", edited=True
    )
    at = stream.campaign(at + MINUTE, 0)
    for bucket in range(40):
        stream.tick(at + bucket * 5 * MINUTE)
    found = signals(run(stream)[1], "coordinated")
    assert {signal.edge for signal in found} >= {"firing", "resolved"}
    for signal in found:
        assert recompute(signal, stream.mentions).differences == []
    younger = [m if m.uid != "x:c2" else msgspec.structs.replace(m, author=Author("a-c2")) for m in stream.mentions]
    assert not recompute(found[0], younger).agrees
    assert not recompute(found[0], [m for m in stream.mentions if m.uid != "x:c1"]).agrees
    forged = msgspec.structs.replace(found[0].reading, baseline=[9_999, *found[0].reading.baseline[1:]])
    assert not recompute(msgspec.structs.replace(found[0], reading=forged), stream.mentions).agrees


@pytest.fixture(scope="module")
def eventful():
    """A day and a half, a campaign with deletes and edits, a viral post, and what an undisturbed stage made of it."""
    stream = Stream()
    at = stream.usual(1.2)
    stream.repost("r0", at, "c4")
    at = stream.campaign(at + MINUTE, 90)
    for number in range(5):
        stream.repost(f"r{number + 1}", at + number * SECOND, "c4")
        stream.delete(f"c{3 * number}", at + number * SECOND + 5)
    stream.say(
        "c7", at + 9 * SECOND, "otra cosa distinta por completo y sin relación", "neutral", version="2", edited=True
    )
    for bucket in range(45):
        stream.tick(at + bucket * 5 * MINUTE)
    return stream, lasting(run(stream)[1])


def lasting(outputs) -> list[tuple[str, bytes]]:
    """Final windows and signals, each topic in its order."""
    kept = [out for out in outputs if out.topic != WINDOWS or decode(Window, out.value).state == "final"]
    return sorted(((out.topic, out.value) for out in kept), key=lambda one: one[0])


@pytest.mark.parametrize("batch", [1, 7, 10_000])
def test_batches_change_nothing(eventful, batch: int) -> None:
    stream, expected = eventful
    assert lasting(run(stream, batch)[1]) == expected


@pytest.mark.parametrize("before_the_end", [9, 30, 40, 44, 75, 90, 105, 120, 140, 200])
def test_a_restart_changes_nothing(eventful, before_the_end: int) -> None:
    stream, expected = eventful
    found = run(stream, 3, len(stream.records) - before_the_end)[1]
    assert lasting(found) == expected


def test_a_restart_knows_what_was_weighed_last(stream: Stream) -> None:
    stream.campaign(stream.usual(0.3), 80)
    stage = Listen(0, 1, Detection(), {})
    stage.process(stream.records)
    again = Listen(0, 1, Detection(), {})
    again.restore({key: value for key, value in stage.snapshot().items() if value is not None})
    before, after = (one._brands["b"].lookout.watch.dump() for one in (stage, again))
    assert before.heavy and before.hot and before.found is not None
    assert after == before
