"""The departments' pages in a real browser: by keyboard alone, at the width of a phone and of a desk, and judged by axe-core."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.differential.node import PEERS
from tests.gateway.departments.town import PASSWORD, desk_town
from tests.gateway.docking.library import FILES, Town, manifest
from tests.web.test_browser import WIDTHS, Heard, shot

pytestmark = pytest.mark.xdist_group("browser")
AXE = PEERS / "node_modules/axe-core/axe.min.js"
BOOKS = "/departments/library.books"
WIDER = "isbn: isbn, title: title, shelf: shelf, pages: pages"
TEST = """
tests:
  - name: books
    run: '{ books { title shelf } }'
    backend: [{operation: listBooks, body: [{isbn: '978', title: 论语, shelf: A-1}]}]
    expect: {books: [{title: 论语, shelf: A-1}]}
"""


@pytest.fixture
async def reviewed(tmp_path: Path) -> AsyncIterator[Town]:
    async with desk_town(tmp_path, "", review="on", canary_percent=0.0) as found:
        yield found


async def page_of(
    browser: Browser, of: Town, login: str, width: int = 1280, *, scripts: bool = False
) -> tuple[Page, Heard]:
    """A browser of its own, logged in by keyboard, with scripts off: what works here needs none."""
    context = await browser.new_context(
        viewport={"width": width, "height": 844}, base_url=of.origin, java_script_enabled=scripts
    )
    page = await context.new_page()
    heard = Heard(of.origin)
    heard.listen(page)
    await page.goto("/departments/")
    await page.keyboard.type(login)  # the field has the focus
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/departments/")
    return page, heard


async def tab_to(page: Page, selector: str) -> None:
    """With the Tab key alone."""
    target = page.locator(selector).first
    for _ in range(150):
        await page.keyboard.press("Tab")
        if await target.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"{selector} is not reached with the keyboard")


async def press(page: Page, selector: str) -> None:
    """Tab there, then Enter, and wait for the next page."""
    await tab_to(page, selector)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def write(page: Page, selector: str, text: str) -> None:
    await tab_to(page, selector)
    await page.keyboard.press("Control+A")
    await page.keyboard.insert_text(text)


async def upload(page: Page, folder: Path, of: Town) -> None:
    """From the list: the description. The window in which files are chosen is the system's, not the page's."""
    paths = []
    for name, content in FILES.items():
        paths.append(folder / name.rpartition("/")[2])
        paths[-1].write_bytes(content)
    await press(page, "a[href='/departments/new']")
    await tab_to(page, "#files")
    await page.locator("#files").set_input_files(paths)
    await write(page, "#id", "library.books")
    await write(page, "#department_name", "图书馆")
    await write(page, "#endpoint", of.department.url)
    await press(page, "button.main")


async def approved_by(browser: Browser, of: Town, login: str) -> None:
    page, _ = await page_of(browser, of, login)
    await press(page, f"a[href='{BOOKS}']")
    await press(page, f"form[action='{BOOKS}/approve'] button")
    await of.caught_up()
    await page.context.close()


async def test_from_upload_to_publication_and_back_by_keyboard_alone(
    browser: Browser, reviewed: Town, tmp_path: Path
) -> None:
    page, heard = await page_of(browser, reviewed, "owner")
    await upload(page, tmp_path, reviewed)
    assert "listBooks" in await page.locator("#manifest").input_value()
    beside_it = manifest().replace("./library/", "./books/")  # the folder that the proposal has chosen
    broken = beside_it.replace("operation: listBooks", "operation: listBoks")
    await write(page, "#manifest", broken)
    await press(page, "button:not([formaction]):not(.plain)")
    line = next(n for n, text in enumerate(broken.splitlines(), 1) if "listBoks" in text)
    beside = page.locator(f"li[data-line='{line}']")
    assert "did you mean 'listBooks'" in await beside.inner_text()
    await shot(page, "departments-findings-1280")
    await write(page, "#manifest", beside_it + TEST)
    await press(page, "button.main")
    await page.wait_for_url(f"**{BOOKS}?done=submit")
    assert await page.locator(f"form[action='{BOOKS}/approve']").count() == 0
    await approved_by(browser, reviewed, "operator1")
    assert (await reviewed.ask())["data"]["books"][0]["title"] == "论语"

    await press(page, f"a[href='{BOOKS}/edit']")
    wider = manifest("1.1.0", WIDER).replace("./library/", "./books/")
    await write(page, "#manifest", wider)
    await press(page, "button.main")
    await approved_by(browser, reviewed, "operator1")
    assert "pages" in await reviewed.schema()
    await page.reload()
    await press(page, f"form[action='{BOOKS}/rollback'] button")
    await page.wait_for_url(f"**{BOOKS}?done=rollback")
    await reviewed.caught_up()
    assert "pages" not in await reviewed.schema()
    assert "已回退" in await page.get_by_role("status").inner_text()
    assert (heard.complaints, heard.elsewhere, heard.missing) == ([], [], [])


async def test_where_the_keyboard_is_is_seen_and_the_banner_is_skipped(
    browser: Browser, reviewed: Town
) -> None:
    page, _ = await page_of(browser, reviewed, "owner")
    await page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert await focused.get_attribute("href") == "#main"
    assert await focused.evaluate("e => e.getBoundingClientRect().left >= 0")
    assert await focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


async def furnish(of: Town) -> None:
    """A connector that is served, looked at, tried, with a version that breaks on its way."""
    served = manifest().replace("http://127.0.0.1:1", of.department.url) + TEST
    await of.submit(served)
    dock = await of.dock()
    await dock.approve("library.books", "operator1")
    less = manifest("2.0.0", "isbn: isbn, title: title").replace("http://127.0.0.1:1", of.department.url)
    await of.submit(less + TEST.replace(", shelf: A-1}]\n", "}]\n").replace("title shelf", "title"))
    await of.submit(manifest(name="mca.papers", root="papers"), by="stranger")
    await of.caught_up()


async def look_and_try(page: Page) -> None:
    await page.goto(BOOKS)
    await page.locator(f"form[action='{BOOKS}/look'] button").click()
    await page.wait_for_url("**?done=look")
    await page.locator(f"form[action='{BOOKS}/try'] button").click()
    await page.locator("#tried").wait_for()


async def every_page(page: Page) -> AsyncIterator[str]:
    """Goes through them; gives the name of the one that is open."""
    await look_and_try(page)
    yield "tried"
    for name, path in (
        ("list", "/departments/"),
        ("connector", BOOKS),
        ("sheet", f"{BOOKS}/edit"),
        ("new", "/departments/new"),
        ("problem", "/departments/no.such"),
    ):
        await page.goto(path)
        yield name
    await page.goto("/departments/new")
    await page.locator("#id").fill("library.books")
    await page.locator("#pasted").fill("<html></html>")
    await page.locator("button.main").click()
    await page.get_by_role("alert").wait_for()
    yield "refused"


@WIDTHS
async def test_the_pages_are_quiet_and_nothing_sticks_out(
    browser: Browser, reviewed: Town, width: int
) -> None:
    await furnish(reviewed)
    page, heard = await page_of(browser, reviewed, "operator1", width)
    async for name in every_page(page):
        await shot(page, f"departments-{name}-{width}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert await page.evaluate("document.documentElement.lang") == "zh-CN"
        assert await page.locator("h1").count() == 1
    assert heard.elsewhere == []
    assert [each.partition(" ")[0] for each in heard.missing] == ["404", "422"]  # the two that were asked for
    assert [said for said in heard.complaints if "Failed to load resource" not in said] == []


@pytest.mark.skipif(not AXE.exists(), reason="the npm peers are not installed: scripts/peers")
@WIDTHS
async def test_axe_has_nothing_to_say(browser: Browser, reviewed: Town, width: int) -> None:
    await furnish(reviewed)
    page, _ = await page_of(browser, reviewed, "owner", width, scripts=True)
    said: dict[str, Any] = {}
    async for name in every_page(page):
        await page.evaluate(AXE.read_text("utf-8"))
        found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        said |= {
            f"{name}: {each['id']}": [node["html"] for node in each["nodes"]] for each in found["violations"]
        }
    assert said == {}
