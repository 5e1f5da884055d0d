"""The cookie of the pages: whose it is, what it is worth, and when it ends."""

from __future__ import annotations

import httpx
import pytest

from tests.gateway.departments.town import PASSWORD, visit
from tests.gateway.docking.library import Town, manifest
from web.pages import PAGE_CSP

BOOKS = "/departments/library.books"


async def test_a_page_asks_for_a_login_and_comes_back_to_itself(library: Town) -> None:
    await library.submit(manifest())
    async with visit(library) as owner:
        page = await owner.open(BOOKS)
        assert page.url.path == "/oauth/authorize"
        said = {**owner.hidden("request"), "login": "owner", "password": PASSWORD}
        page = await owner.post("/oauth/login", said)
        assert page.url.path == BOOKS
        cookie = next(each for each in owner.client.cookies.jar if each.name == "tongban_departments")
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "lax"
        assert page.headers["content-security-policy"] == PAGE_CSP
        assert "script-src" not in PAGE_CSP
        assert page.headers["cache-control"] == "no-store"


async def test_a_post_without_the_pages_token_is_refused(library: Town) -> None:
    await library.submit(manifest())
    async with visit(library, "owner") as owner, visit(library, "operator1") as other:
        for token in ({}, {"csrf": ""}, {"csrf": "x"}, {"csrf": "é"}, other.hidden("csrf")):
            answer = await owner.client.post(f"{BOOKS}/retire", data={**token, "sure": "yes"})
            assert answer.status_code == 403
        assert (await owner.client.post("/departments/logout", data={})).status_code == 403
    assert len((await library.gateway.rooms.registry.current()).items) == 1


async def test_logging_out_anywhere_ends_it(library: Town) -> None:
    async with visit(library, "owner") as owner:
        await owner.open("/departments/")
        kept = dict(owner.client.cookies)
        await owner.post("/departments/logout", {})
        assert owner.page.url.path == "/oauth/logout"
        assert "tongban_departments" not in dict(owner.client.cookies)
        await owner.post("/oauth/logout", owner.hidden("request"))
        async with httpx.AsyncClient(base_url=library.origin, cookies=kept) as stolen:
            assert (await stolen.get("/departments/")).status_code == 303
            answer = await stolen.post("/departments/look", data=owner.hidden("csrf"))
            assert answer.status_code == 401


async def test_a_disabled_account_is_nobodys(library: Town) -> None:
    accounts = library.gateway.rooms.auth.accounts
    async with visit(library, "owner") as owner:
        account = await accounts.by_login("owner")
        assert account is not None
        await accounts.disable(account.account_id)
        assert (await owner.client.get("/departments/")).status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "v1.k1.AAAA", "v1.k1." + "A" * 5_000])
async def test_a_cookie_of_ones_own_making_is_no_login(library: Town, cookie: str) -> None:
    cookies = {"tongban_departments": cookie, "tongban_departments_begun": cookie}
    async with httpx.AsyncClient(base_url=library.origin, cookies=cookies) as client:
        assert (await client.get("/departments/")).status_code == 303
        for query in ("", "?code=a&state=b", "?code=a&state=b&iss=x", "?error=access_denied"):
            assert (await client.get(f"/departments/callback{query}")).status_code == 400


async def test_the_pages_cookie_opens_nothing_else(library: Town) -> None:
    async with visit(library, "owner") as owner:
        assert (await owner.client.get("/api/connectors")).status_code == 401


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example/departments/", "/departments/\\..//evil", "/oauth/logout"],
)
async def test_the_login_leads_back_to_our_own_pages_only(library: Town, back: str) -> None:
    async with visit(library, "owner") as owner:
        page = await owner.client.get("/departments/login", params={"back": back}, follow_redirects=True)
        assert str(page.url) == f"{library.origin}/departments/"
