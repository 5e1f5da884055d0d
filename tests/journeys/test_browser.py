"""A person with a browser: from the front page through the login to her own data, a transaction, and out again."""

from __future__ import annotations

import json
import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import DOCUMENTS, Demo
from tests.web.conftest import browser  # noqa: F401 (a fixture)
from tests.web.test_browser import Heard

expect.set_options(timeout=20_000)

HER = "citizen01"
KEPT = "tongban.login"
CHANGE = """([key, change]) =>
    sessionStorage.setItem(key, JSON.stringify({...JSON.parse(sessionStorage.getItem(key)), ...change}))"""


def password_of(demo: Demo, login: str) -> str:
    """As the demo prints it for everybody to see."""
    found = re.search(rf"{login} / (\S+)", "\n".join(demo.printed))
    assert found
    return found[1]


@pytest.fixture
async def heard(demo: Demo) -> Heard:
    return Heard(demo.origin)


@pytest.fixture
async def page(browser: Browser, heard: Heard) -> Page:  # noqa: F811
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = await context.new_page()
    heard.listen(page)
    return page


async def log_in(page: Page, demo: Demo) -> None:
    await page.goto(demo.origin)
    await page.get_by_role("link", name="打开查询台").click()
    await page.locator("#log-in").click()
    await expect(page.get_by_role("heading", name="统一登录")).to_be_visible()
    await page.get_by_label("登录名").fill(HER)
    await page.get_by_label("密码").fill(password_of(demo, HER))
    await page.get_by_label("密码").press("Enter")
    await page.wait_for_url(f"{demo.origin}/graphiql")
    await expect(page.locator("#log-out")).to_be_visible()


async def editor_stands(page: Page) -> None:
    """The frame of the page answers clicks before the editor in it has loaded its document."""
    await expect(page.locator(".graphiql-query-editor")).to_contain_text(re.compile("query|mutation"))


async def open_tab(page: Page, name: str) -> None:
    await editor_stands(page)
    await page.get_by_role("tab", name=name).click()
    await expect(page.locator(".graphiql-query-editor")).to_contain_text(name)


async def run(page: Page) -> None:
    await editor_stands(page)
    await page.locator(".graphiql-execute-button").click()


async def test_a_citizen_logs_in_asks_acts_and_leaves(demo: Demo, page: Page, heard: Heard) -> None:
    her = demo.ask("{ me { name housingFund { number } medicalInsurance { number } } }")["data"]["me"]
    pane = page.locator(".graphiql-response .view-lines")
    await log_in(page, demo)
    await expect(page.locator("#who")).to_have_text(her["name"])

    await open_tab(page, "Home")
    await run(page)
    await expect(pane).to_contain_text(her["name"])
    await expect(pane).to_contain_text(her["housingFund"]["number"])

    await open_tab(page, "Departments")
    await page.locator(".graphiql-query-editor .view-line").first.click()
    await page.keyboard.press("Control+Enter")
    await expect(pane).to_contain_text("marriage")
    await expect(pane).to_contain_text(her["medicalInsurance"]["number"])

    await open_tab(page, "BookDoctor")
    await run(page)
    await expect(pane).to_contain_text("bookDoctorAppointment")
    matter = re.search(r'"id":\s*"([^"]+)"', await pane.inner_text())
    assert matter

    await open_tab(page, "Matters")
    await run(page)
    await expect(pane).to_contain_text("openedAt")
    await expect(pane).to_contain_text(matter[1])

    token = json.loads(await page.evaluate("k => sessionStorage.getItem(k)", KEPT))["access"]
    await page.locator("#log-out").click()
    await page.wait_for_url(f"{demo.origin}/graphiql")
    await expect(page.locator("#log-in")).to_be_visible()
    assert KEPT not in await page.evaluate("Object.keys(sessionStorage)")
    assert her["name"] not in await page.content()
    refused = await page.request.post(
        demo.endpoint, data={"query": "{ me { name } }"}, headers={"authorization": f"Bearer {token}"}
    )
    assert (await refused.json())["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    await page.locator("#log-in").click()
    await expect(page.get_by_label("密码")).to_be_visible()  # the login itself has ended, not only this tab's
    assert (heard.complaints, heard.elsewhere, heard.missing) == ([], [], [])


async def test_the_tabs_are_the_sample_documents(demo: Demo, page: Page, heard: Heard) -> None:
    await page.goto(f"{demo.origin}/graphiql")
    tabs = page.locator(".graphiql-tab-button")
    await expect(tabs).to_have_count(len(list(DOCUMENTS.glob("*.graphql"))))
    for index, path in enumerate(sorted(DOCUMENTS.glob("*.graphql"))):
        document = path.read_text("utf-8")
        name = re.search(r"^(?:query|mutation) (\w+)", document, re.MULTILINE)
        chinese = re.match(r"# ([^：·]+)", document)
        assert name
        assert chinese
        await expect(tabs.nth(index)).to_have_text(name[1])
        label = await tabs.nth(index).evaluate("e => getComputedStyle(e, '::before').content")
        assert label.strip('" ') == chinese[1].strip()
    assert (heard.complaints, heard.elsewhere, heard.missing) == ([], [], [])


async def test_public_data_needs_no_login(demo: Demo, page: Page, heard: Heard) -> None:
    await page.goto(f"{demo.origin}/graphiql")
    await expect(page.get_by_role("banner").get_by_role("status")).to_contain_text("未登录")
    await open_tab(page, "Services")
    await run(page)
    await expect(page.locator(".graphiql-response .view-lines")).to_contain_text("classification")
    assert (heard.complaints, heard.elsewhere, heard.missing) == ([], [], [])


async def test_a_wrong_password_is_said_in_both_languages_and_keeps_nothing(
    demo: Demo, page: Page, heard: Heard
) -> None:
    await page.goto(f"{demo.origin}/graphiql")
    await page.locator("#log-in").click()
    await page.get_by_label("登录名").fill("citizen59")
    await page.get_by_label("密码").fill("not-the-password")
    await page.get_by_role("button", name="登录").click()
    problem = page.get_by_role("alert")
    await expect(problem).to_contain_text("登录名或密码不正确")
    await expect(problem).to_contain_text("The login or the password is wrong.")
    await expect(page.get_by_label("登录名")).to_have_value("")
    await expect(page.get_by_label("密码")).to_have_value("")
    await expect(page.get_by_label("登录名")).to_be_focused()
    assert "not-the-password" not in await page.content()
    assert "citizen59" not in await page.content()
    assert "tongban_login" not in {cookie["name"] for cookie in await page.context.cookies()}
    await page.goto(f"{demo.origin}/graphiql")
    await expect(page.locator("#log-in")).to_be_visible()
    assert heard.missing == [f"401 {demo.origin}/oauth/login"]
    assert heard.elsewhere == []


async def test_a_token_that_ran_out_is_renewed_and_a_lost_login_is_said(
    demo: Demo, page: Page, heard: Heard
) -> None:
    name = demo.ask("{ me { name } }")["data"]["me"]["name"]
    await log_in(page, demo)
    before = json.loads(await page.evaluate("k => sessionStorage.getItem(k)", KEPT))
    await page.evaluate(CHANGE, [KEPT, {"expiresAt": 0}])
    await run(page)
    await expect(page.locator(".graphiql-response .view-lines")).to_contain_text(name)
    after = json.loads(await page.evaluate("k => sessionStorage.getItem(k)", KEPT))
    assert after["access"] != before["access"]
    assert (heard.complaints, heard.elsewhere, heard.missing) == ([], [], [])

    await page.evaluate(CHANGE, [KEPT, {"expiresAt": 0, "refresh": "lost"}])
    await run(page)
    await expect(page.get_by_role("banner").get_by_role("alert")).to_contain_text("登录已过期")
    await expect(page.locator("#log-in")).to_be_visible()
    await expect(page.locator("#who")).to_have_count(0)
