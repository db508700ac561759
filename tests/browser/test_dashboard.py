"""What a person sees on the page, in a real browser, from real records on a real bus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from schemas.kinds import Edge, Polarity

pytestmark = pytest.mark.browser
Look = Callable[..., Awaitable[Page]]
HOSTILE = '<img src=x onerror="window.pwned=1"></script><script>window.pwned=1</script>{{7*7}} \u202e'


async def test_each_brand_has_a_card_with_its_day_its_last_hour_and_its_feeling(stage: Any, look: Look) -> None:
    page = await look()
    await expect(page.locator("article.brand h3")).to_have_text(["Faro Energía", "Mesa Puesta"])
    faro = page.locator('[data-brand="faro"]')
    await stage.measure("faro", 0, 10, 2, 1)
    await stage.measure("faro", 1, 20, 3, 2)
    await expect(faro.locator(".peak, .axis")).to_contain_text("peak 25 in 5 min")
    await expect(faro.locator(".net strong")).to_have_class("negative")
    await expect(faro.locator(".range")).to_contain_text("95 % between −")
    await expect(page.locator('[data-brand="mesa"] .net')).to_contain_text("too little to say")
    drawn = await faro.locator("path.negative").get_attribute("d")
    assert drawn is not None
    assert drawn.count("L") > 280


async def test_a_mention_appears_live_with_its_shape_and_its_link(stage: Any, look: Look) -> None:
    page = await look()
    await expect(page.locator("#no-mentions")).to_be_visible()
    await stage.say("mastodon:1", "Otra vez sin luz, qué vergüenza", Polarity.NEGATIVE)
    mention = page.locator("li.mention")
    await expect(mention).to_contain_text("Otra vez sin luz, qué vergüenza")
    await expect(mention).to_contain_text("Faro Energía")
    await expect(mention.get_by_role("img", name="negative")).to_have_text("▼")
    await expect(mention.locator("a")).to_have_attribute("href", "https://social.example/@ana/1")
    await expect(page.locator("#no-mentions")).to_be_hidden()


async def test_a_crisis_explains_itself_and_changes_the_title(stage: Any, look: Look) -> None:
    page = await look()
    await expect(page.locator("#no-signals")).to_be_visible()
    signal = await stage.fire()
    card = page.locator("article.signal")
    await expect(card).to_contain_text("Faro: crisis. 120 negative mentions.")
    await expect(card.locator("dl")).to_contain_text("120")
    await expect(card.locator("dl")).to_contain_text("7.1")
    changes = await card.locator("tbody td:last-child").all_inner_texts()
    assert changes == ["+80", "+28", "−6"]
    await expect(card.locator("tfoot td:last-child")).to_have_text("+102")
    await expect(card.locator("code")).to_have_text(f"escucha explain {signal.id}")
    await expect(card).to_contain_text("on its way to Redis")
    await expect(page).to_have_title("(1) crisis - Escucha")
    await expect(page.locator('[data-brand="faro"] .badge')).to_have_text("Crisis")
    stage.status |= {"redis": 1, "published": [signal.id], "webhooks": {"accepted": 1, "ids": [signal.id]}}
    await expect(card).to_contain_text("✓ verified at the webhook")
    await expect(card).to_contain_text("✓ in Redis")
    await stage.fire(Edge.RESOLVED)
    await expect(page).to_have_title("Escucha")
    await expect(page.locator('[data-brand="faro"] .badge')).to_have_text("calm")


async def test_hostile_text_is_text(stage: Any, look: Look) -> None:
    page = await look()
    await stage.say("x:1", HOSTILE, title=HOSTILE, content_warning=HOSTILE, url="javascript:window.pwned=1")
    await stage.fire(quoted=("x:1", HOSTILE), sentence={"es": HOSTILE, "en": HOSTILE})
    await expect(page.locator("li.mention .text")).to_contain_text('<img src=x onerror="window.pwned=1">')
    await expect(page.locator("article.signal blockquote")).to_contain_text("</script><script>")
    assert await page.locator("main img, main script").count() == 0
    assert await page.locator('a[href^="javascript"]').count() == 0
    assert await page.evaluate("window.pwned") is None


async def test_what_its_author_deletes_disappears_from_mentions_and_evidence(stage: Any, look: Look) -> None:
    page = await look()
    await stage.say("mastodon:1", "me arrepiento de esto")
    await stage.say("mastodon:2", "esto se queda")
    await stage.fire(quoted=("mastodon:1", "me arrepiento de esto"))
    await expect(page.locator("article.signal blockquote")).to_contain_text("me arrepiento")
    await stage.withdraw("mastodon:1")
    await expect(page.get_by_text("me arrepiento de esto")).to_have_count(0)
    await expect(page.locator("li.mention")).to_have_count(1)
    await page.reload()
    await expect(page.locator("li.mention")).to_have_count(1)
    await expect(page.locator("article.signal blockquote")).to_contain_text("withdrawn by its author")


async def test_a_correction_takes_the_place_of_what_it_corrects(stage: Any, look: Look) -> None:
    page = await look()
    await stage.say("mastodon:1", "primera versión")
    await expect(page.locator("li.mention")).to_contain_text("primera versión")
    await stage.say("mastodon:1", "segunda versión", version="2", edited=True)
    await expect(page.locator("li.mention .text")).to_have_text(["segunda versión"])


async def test_the_language_is_chosen_and_remembered(stage: Any, look: Look) -> None:
    page = await look(lang="es-ES")
    await stage.fire()
    await expect(page.locator(".sentence")).to_have_text("Faro: crisis. 120 menciones negativas.")
    await expect(page.locator("#signals-title")).to_have_text("Señales")
    await page.get_by_role("button", name="English").press("Enter")
    await expect(page.locator(".sentence")).to_have_text("Faro: crisis. 120 negative mentions.")
    await page.reload()
    await expect(page.locator("#signals-title")).to_have_text("Signals")
    assert await page.evaluate("document.documentElement.lang") == "en"


async def test_the_ledger_says_whether_it_balances(stage: Any, look: Look) -> None:
    page = await look()
    await expect(page.locator("#ledger")).to_contain_text("✓ balanced")
    await expect(page.locator("#ledger")).to_contain_text("1000 aggregated")
    stage.status |= {"ledger": {**dict.fromkeys(LEDGER, 1), "accepted": 7}}
    await expect(page.locator("#ledger")).to_contain_text("✗ does not balance")


LEDGER = ("aggregated", "unmatched", "duplicate", "late", "dead_lettered", "in_flight")


async def test_a_pause_holds_new_mentions_back_but_no_deletion(stage: Any, look: Look) -> None:
    page = await look()
    await stage.say("mastodon:1", "una")
    await expect(page.locator("li.mention")).to_have_count(1)
    await page.locator("#pause").click()
    await stage.say("mastodon:2", "otra")
    await expect(page.locator("#pause")).to_have_text("Show 1 new")
    await expect(page.locator("li.mention")).to_have_count(1)
    await stage.withdraw("mastodon:1")
    await expect(page.locator("li.mention")).to_have_count(0)
    await page.locator("#pause").click()
    await expect(page.locator("li.mention .text")).to_have_text("otra")


@pytest.mark.parametrize(("width", "dark"), [(380, False), (380, True), (1360, False), (1360, True)])
async def test_nothing_runs_out_of_the_screen(stage: Any, look: Look, tmp_path: Path, width: int, dark: bool) -> None:
    page = await look(width=width, dark=dark)
    await stage.fire()
    await stage.say("mastodon:1", "palabra" * 60, Polarity.POSITIVE)
    await expect(page.locator("li.mention")).to_have_count(1)
    await expect(page.locator("article.signal")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.screenshot(path=tmp_path / f"dashboard-{width}-{'dark' if dark else 'light'}.png", full_page=True)


async def test_a_page_that_lost_its_connection_says_so_and_comes_back_whole(stage: Any, look: Look) -> None:
    page = await look()
    await page.evaluate("window.kept = 1")
    await stage.say("mastodon:1", "antes")
    await expect(page.locator("li.mention")).to_have_count(1)
    # More changes at once than a reader may fall behind: the page starts over by itself and shows the newest.
    for number in range(600):
        await stage.say(f"mastodon:{number + 10}", f"número {number}")
    await expect(page.locator("li.mention .text").first).to_have_text("número 599")
    await expect(page.locator("li.mention")).to_have_count(60)
    assert await page.evaluate("window.kept") == 1
