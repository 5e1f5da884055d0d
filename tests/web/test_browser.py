"""The pages in a real browser, at the width of a phone and of a desk: quiet, at home, and nothing sticks out."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

pytestmark = pytest.mark.xdist_group("browser")

WIDTHS = pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desk"])


@dataclass(slots=True)
class Heard:
    """What a page said to the console and asked of the network."""

    origin: str
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", lambda said: self._console(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("request", lambda request: self._request(request.url))
        page.on("response", lambda answer: self._answer(answer.url, answer.status))

    def _console(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)

    def _request(self, url: str) -> None:
        if not url.startswith((f"{self.origin}/", "data:", "blob:")):
            self.elsewhere.append(url)

    def _answer(self, url: str, status: int) -> None:
        if status >= 400:
            self.missing.append(f"{status} {url}")


async def opened(browser: Browser, origin: str, path: str, width: int) -> tuple[Page, Heard]:
    page = await browser.new_page(viewport={"width": width, "height": 844})
    heard = Heard(origin)
    heard.listen(page)
    await page.goto(origin + path, wait_until="networkidle")
    return page, heard


async def shot(page: Page, name: str) -> None:
    """A picture for people, where one is asked for."""
    folder = os.environ.get("TONGBAN_TEST_PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@WIDTHS
async def test_the_front_page_is_quiet_and_fits(browser: Browser, origin: str, width: int) -> None:
    page, heard = await opened(browser, origin, "/", width)
    await shot(page, f"front-{width}")
    assert (heard.complaints, heard.elsewhere, heard.missing) == ([], [], [])
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await page.evaluate("document.documentElement.lang") == "zh-CN"
    assert await page.locator("tbody tr").count() == 26


async def test_the_front_page_is_walked_with_the_keyboard(browser: Browser, origin: str) -> None:
    page, _ = await opened(browser, origin, "/", 1280)
    await page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert await focused.get_attribute("href") == "/graphiql"
    assert await focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


@WIDTHS
async def test_graphiql_opens_with_its_samples(browser: Browser, origin: str, width: int) -> None:
    page, heard = await opened(browser, origin, "/graphiql", width)
    await page.locator(".graphiql-container").wait_for()
    await page.locator(".graphiql-query-editor .view-line").first.wait_for()
    await shot(page, f"graphiql-{width}")
    assert (heard.complaints, heard.elsewhere, heard.missing) == ([], [], [])
    assert await page.locator(".graphiql-tab").count() == 2
    await page.locator(".graphiql-execute-button").click()
    await page.get_by_text("婚姻登记处").first.wait_for()
    await shot(page, f"graphiql-answer-{width}")
    assert (heard.complaints, heard.elsewhere, heard.missing) == ([], [], [])
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
