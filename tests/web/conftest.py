"""The pages on a real socket, and a real browser to look at them."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright
from starlette.applications import Starlette
from starlette.routing import Mount

from gateway.http import GraphQLEndpoint
from gateway.stages.respond import refuse
from tests.gateway.house import plain_house
from tests.gateway.serving import served
from tongban.clock import SystemClock
from tongban.settings import Settings
from web.pages import DepartmentRow, Front, GraphiQLPage, Tab, page_routes

HOSTILE = "</script><script>alert(1)</script><!-- \u2028 & '\" {{ 7 * 7 }}"
ROWS = [
    DepartmentRow("mca", "民政厅", "Department of Civil Affairs", 5, 4),
    DepartmentRow("hrss", "人力资源和社会保障厅", "Department of Human Resources and Social Security", 12, 7),
    DepartmentRow("xss", "<img src=x onerror=alert(1)>", "A & B", 0, 0),
    *(DepartmentRow(f"dept{n:02}", f"第{n}部门", f"Department {n}", n, n // 2) for n in range(23)),
]
TABS = [
    Tab("query Offices { offices { name } }"),
    Tab(f"# {HOSTILE}\n{{ departments {{ name }} }}", '{"a": "</script>"}'),
]


@pytest.fixture
async def origin() -> AsyncIterator[str]:
    front = Front(ROWS, graphiql=True, simulated=True)
    settings = Settings(introspection=True)
    graphql = GraphQLEndpoint(plain_house(settings=settings).answer, refuse, settings, SystemClock())
    routes = [
        Mount("/graphql", graphql),
        *page_routes(lambda: front, GraphiQLPage("http://127.0.0.1", TABS)),
    ]
    async with served(Starlette(routes=routes)) as origin:
        yield origin


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium here; scripts/browser installs Debian's")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        await browser.close()
