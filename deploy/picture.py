"""The picture of the live page in README.md, of a real demo run: `python -m deploy.picture` (needs Chromium; about two minutes)."""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

WIDTH, HEIGHT = 1280, 1500
SETTLE_SECONDS = 25
"""After the first signal: so that the other brands have something to show."""
PATIENCE_SECONDS = 400


async def take(path: Path) -> None:
    """Run the demo, wait for a signal and a repeated text, and keep what the page shows."""
    chromium = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    if chromium is None:
        raise SystemExit("no Chromium found: run `make browser`")
    with tempfile.TemporaryDirectory() as data:
        run = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "agents.cli", "run", "--plain", "--data", data, stderr=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                url = await _page(run)
                reading = asyncio.create_task(_read_on(run))  # a full pipe would hold the run up
                await _photograph(url, chromium, path)
        finally:
            run.send_signal(signal.SIGINT)
            await run.wait()
        await reading


async def _page(run: asyncio.subprocess.Process) -> str:
    """The address that the run prints."""
    assert run.stderr is not None
    async for line in run.stderr:
        if found := re.search(rb"Page: (\S+)", line):
            return found[1].decode()
    raise SystemExit("the run ended before it had a page")


async def _read_on(run: asyncio.subprocess.Process) -> None:
    assert run.stderr is not None
    while await run.stderr.read(1 << 16):
        pass


async def _photograph(url: str, chromium: str, path: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = await browser.new_page(locale="en", viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        await page.goto(url)
        await page.locator("#state[data-state=live]").wait_for()
        await page.locator("article.signal").first.wait_for()
        await page.locator(".repeated .words:not(.empty)").first.wait_for()
        await asyncio.sleep(SETTLE_SECONDS)
        await page.screenshot(path=path)
        await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/dashboard.png"))
    asyncio.run(take(parser.parse_args().out))
