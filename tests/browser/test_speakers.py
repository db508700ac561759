"""Who speaks, what is repeated and what looks coordinated, in a real browser, from real records on a real bus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Page, expect

from pipeline.record import Outgoing
from pipeline.windows.publish import net_sentiment
from schemas.codec import encode
from schemas.instants import to_wire
from schemas.kinds import Edge, MentionKind, Op, Polarity, SignalKind
from schemas.mention import Author, Mention, RawRef, Sentiment, Understanding
from schemas.signal import Coordination, Reading
from schemas.topics import MENTIONS
from schemas.window import Polarities, Slice

pytestmark = pytest.mark.browser
Look = Callable[..., Awaitable[Page]]
FARO = '[data-brand="faro"]'
COPIED = "Boicot a Faro: nos cortan la luz y encima nos cobran el doble"
ARRANGED = Coordination(0.72, 0.62, "words", "clu_1", 52, 48, 10, 9, 8, 230, 40, 3)
LONG = "palabra" * 60


def once(*counts: int) -> dict[str, Any]:
    return {"sentiment_distinct": Polarities(*counts), "net_sentiment_distinct": net_sentiment(*counts[:3])}


def roles(**counts: int) -> dict[str, Any]:
    return {"roles": [Slice(role, count, 0, Polarities()) for role, count in counts.items()]}


async def test_opinion_counted_once_stands_beside_all_mentions(stage: Any, look: Look) -> None:
    page = await look()
    await stage.measure("faro", 0, 180, 2, 1, amplifications=35, **once(10, 60, 30))
    said = page.locator(f"{FARO} .once")
    # The quiet windows of the hour say nothing of it: a sum over them would be too small, and unknown is not zero.
    await expect(said).to_contain_text("not known how many voices")
    for ago in range(1, 13):
        await stage.measure("faro", ago, 1, 1, 1, **once(1, 1, 1))
    await expect(said).to_contain_text("voices, each text once in 5 min")
    await expect(said).to_contain_text("35 shares")
    assert int((await said.locator("strong").inner_text()).split()[0]) in (133, 136)
    await expect(said).to_contain_text("net +0.")
    await expect(page.locator(f"{FARO} .net strong")).to_have_class("negative")


async def test_too_few_voices_have_no_feeling(stage: Any, look: Look) -> None:
    page = await look()
    for ago in range(13):
        await stage.measure("mesa", ago, 0, 0, 0)
    await stage.measure("mesa", 0, 40, 0, 0, **once(1, 0, 0))
    said = page.locator('[data-brand="mesa"] .once')
    await expect(said).to_contain_text("1 voice, each text once in 5 min")
    await expect(said).to_contain_text("net too little to say")


async def test_who_speaks_is_a_bar_told_in_words(stage: Any, look: Look) -> None:
    page = await look()
    place = page.locator(f"{FARO} .roles")
    await expect(place).to_be_hidden()
    await stage.measure("faro", 0, 3, 0, 0, **roles(critic=3))
    await expect(place).to_have_text("Who speakstoo few to say")
    await stage.measure("faro", 0, 30, 0, 0, **roles(critic=12, asker=6, brand_owned=90, none=12))
    await expect(place.locator("[data-role]")).to_have_text(["critics 12", "askers 6", "others 12"])
    widths = [await part.bounding_box() for part in await place.locator(".bars .role").all()]
    assert [round(box["width"] / widths[1]["width"]) for box in widths if box and widths[1]] == [2, 1, 2]
    await page.get_by_role("button", name="Español").click()
    await expect(place.locator("[data-role]").first).to_have_text("críticos 12")


async def test_the_most_repeated_texts_show_how_often_by_how_many_and_an_example(stage: Any, look: Look) -> None:
    page = await look()
    fold = page.locator(f"{FARO} details.repeated")
    await expect(fold).to_be_hidden()
    await stage.say("mastodon:1", COPIED)
    await stage.say("mastodon:2", "¿Alguien más sin luz?")
    twice = stage.cluster("mastodon:9", 1, amplifications=1)
    await stage.measure("faro", 1, 30, 0, 0, clusters=[stage.cluster("mastodon:1", 20), twice])
    await stage.measure(
        "faro", 0, 30, 0, 0, clusters=[stage.cluster("mastodon:2", 30), stage.cluster("mastodon:1", 24)]
    )
    texts = fold.locator("li")
    await expect(texts.locator(".words")).to_have_text([COPIED, "¿Alguien más sin luz?"])
    for said in ("48×", "of 48 in 48 h", "23 authors", "1 quote", "by ana"):
        await expect(texts.first).to_contain_text(said)
    await expect(texts.first.locator("a")).to_have_attribute("href", "https://social.example/@ana/1")
    await expect(texts.first.get_by_role("img", name="negative")).to_be_visible()
    await texts.first.locator("a").focus()
    await stage.measure("faro", 0, 30, 0, 0, clusters=[stage.cluster("mastodon:1", 25)])
    await expect(texts).to_have_count(1)
    await expect(texts.locator("a")).to_be_focused()
    await fold.locator("summary").press("Enter")
    await expect(texts.first).to_be_hidden()


async def test_a_repeated_text_whose_author_withdraws_it_loses_its_words_at_once(stage: Any, look: Look) -> None:
    page = await look()
    await stage.say("mastodon:1", COPIED)
    shared = {"kind": MentionKind.REPOST, "quoted_text": COPIED, "reposted_id": "mastodon:1"}
    await stage.say("mastodon:3", None, author=Author("mastodon:8", handle="eva"), **shared)
    other = Author("mastodon:9", handle="leo")
    await stage.say("mastodon:2", "cierro mi cuenta", author=other)
    mine = stage.cluster("mastodon:3", 9)
    await stage.measure("faro", 0, 30, 0, 0, clusters=[mine, stage.cluster("mastodon:2", 8, first_uid="mastodon:2")])
    words = page.locator(".repeated .words")
    await expect(words).to_have_text([COPIED, "cierro mi cuenta"])
    await stage.withdraw("mastodon:1")
    await expect(words.first).to_contain_text("words withdrawn")
    await expect(page.locator(f"{FARO} .repeated")).not_to_contain_text("by ana")
    await stage.purge("mastodon:9")
    await expect(words.last).to_contain_text("words withdrawn")
    await expect(page.locator(f"{FARO} .repeated")).not_to_contain_text("by leo")
    # The stream goes on with the same windows, and the words do not come back, nor with a fresh state.
    await stage.measure("faro", 0, 31, 0, 0, clusters=[mine])
    await expect(page.locator(f"{FARO} .repeated li")).to_have_count(1)
    await page.reload()
    await expect(words).to_have_text(["words withdrawn, or said before this page listened"])


async def test_a_coordinated_signal_is_of_its_own_kind_and_shows_its_traces(stage: Any, look: Look) -> None:
    page = await look()
    reading = Reading("coordinated", 48, 7.2, [], [7200], True)
    await stage.fire(
        kind=SignalKind.COORDINATED, key="coordinated", value=48, expected=3.0, score=7.2, reading=reading,
        drivers=[], negative_share=None, coordination=ARRANGED, severity="warning",
    )  # fmt: skip
    card = page.locator("article.signal.coordinated")
    await expect(card.locator("h3")).to_contain_text("Coordinated begins")
    await expect(card.locator(".numbers")).to_contain_text("accounts48")
    await expect(card.locator(".numbers")).to_contain_text("score0.72")
    await expect(card.locator(".numbers")).to_contain_text("threshold0.5")
    await expect(card.locator(".arranged summary")).to_contain_text("62% of the hour's opinions are like this")
    facts = card.locator(".arranged dl")
    for said in (
        "accounts48",
        "posts52",
        "within4 min",
        "half of them within40 s",
        "9 of 10 known ages",
        "for this brand3",
    ):
        await expect(facts).to_contain_text(said)
    await expect(page.locator(f"{FARO} .badge")).to_have_text("Coordinated")
    await expect(page).to_have_title("Escucha")


async def test_a_crisis_says_how_much_of_it_looks_coordinated(stage: Any, look: Look) -> None:
    page = await look()
    await stage.fire(coordination=ARRANGED)
    line = page.locator("article.signal.crisis .arranged summary")
    await expect(line).to_have_text("62% of it looks coordinated · nearly the same words")
    await expect(page.locator(".arranged dl")).to_be_hidden()
    await line.press("Enter")
    await expect(page.locator(".arranged dl")).to_be_visible()
    unsaid = msgspec.structs.replace(ARRANGED, share=None, known_ages=0, new_accounts=0, trace="link")
    await stage.fire(Edge.ESCALATED, coordination=unsaid)
    newer = page.locator("article.signal.escalated .arranged")
    await expect(newer.locator("summary")).to_have_text(
        "Looks coordinated; too little to say how much of it · the same link"
    )
    await newer.locator("summary").press("Enter")
    await expect(newer).to_contain_text("ages not told")
    await stage.fire(Edge.RESOLVED)
    await expect(page.locator("article.signal.resolved")).to_be_visible()
    await expect(page.locator("article.signal.resolved .arranged")).to_have_count(0)


async def test_a_dearer_models_score_changes_the_face_of_a_mention(stage: Any, look: Look) -> None:
    page = await look()
    await stage.say("mastodon:1", "vaya servicio, de diez", Polarity.POSITIVE)
    mention = page.locator("li.mention")
    await expect(mention.get_by_role("img", name="positive")).to_be_visible()
    felt = Understanding(Sentiment(Polarity.NEGATIVE, 0.9, 0.05, 0.05, "tier2"))
    score = Mention(
        1, Op.SCORE, "mastodon:1", "1", "mastodon", to_wire(stage.now), RawRef("mastodon"), understanding=felt
    )
    await stage.bus.append([Outgoing(MENTIONS, b"faro", encode(score), timestamp=stage.now)])
    await expect(mention.get_by_role("img", name="negative")).to_be_visible()
    await expect(mention).to_have_count(1)


@pytest.mark.parametrize("stage", [40], indirect=True)
@pytest.mark.parametrize(("width", "dark"), [(360, True), (1360, False)])
async def test_many_brands_and_long_texts_stay_within_the_screen(
    stage: Any, look: Look, tmp_path: Path, width: int, dark: bool
) -> None:
    page = await look(width=width, dark=dark)
    await stage.say("mastodon:1", LONG, author=Author("mastodon:7", display_name=LONG))
    everybody = roles(critic=9, asker=8, helper=7, advocate=6, amplifier=5, newcomer=4, suspected_automation=3, none=2)
    for brand in ("faro", "mesa", *(f"more{n}" for n in range(40))):
        texts = [stage.cluster("mastodon:1", 123_456), stage.cluster("mastodon:2", 9)]
        await stage.measure(brand, 0, 9_999_999, 0, 0, clusters=texts, amplifications=999_999, **everybody)
    await stage.fire(coordination=msgspec.structs.replace(ARRANGED, accounts=123_456, span_seconds=3_600))
    await expect(page.locator("article.brand")).to_have_count(42)
    # With so many brands the texts are folded away until somebody wants to read them.
    last = page.locator('[data-brand="more39"]')
    await expect(last.locator("summary")).to_have_text("Most repeated, 3 h (2)")
    await expect(last.locator("li").first).to_be_hidden()
    for brand in ("faro", "more39"):
        await page.locator(f'[data-brand="{brand}"] summary').press("Enter")
    await expect(last.locator("li").first).to_be_visible()
    await page.locator(".arranged summary").press("Enter")
    reading = Reading("coordinated", 48, 7.2, [], [7200], True)
    kind = {"id": "sig_2", "incident": "inc_2", "kind": SignalKind.COORDINATED}
    await stage.fire(Edge.RENOTIFIED, **kind, reading=reading, drivers=[], score=7.2, coordination=ARRANGED)
    await expect(page.locator("article.signal.coordinated")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    outside = (
        "[...document.querySelectorAll('.card *')].filter((e) => e.getBoundingClientRect().right > innerWidth).length"
    )
    assert await page.evaluate(outside) == 0
    await page.screenshot(path=tmp_path / f"many-{width}.png", full_page=True)
