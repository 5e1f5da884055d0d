"""The pages as they go out: strict about where anything comes from, and never a script made of data."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from tests.gateway.serving import served
from tests.web.conftest import HOSTILE, ROWS, TABS
from web.pages import Front, page_routes

WEB = Path(__file__).parents[2] / "web"
OURS = [
    path
    for path in sorted(WEB.rglob("*"))
    if path.suffix in (".html", ".css", ".js", ".svg") and "graphiql" not in path.relative_to(WEB).parts[1:-1]
]
BUNDLE_CSS = WEB / "static/graphiql/app.css"
ELSEWHERE = re.compile(r"""(?:https?:)?//[a-z0-9][a-z0-9.-]*\.[a-z]{2,}""", re.IGNORECASE)
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/1999/xhtml")


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            attributes, so_far = self.scripts[-1]
            self.scripts[-1] = attributes, so_far + data


@pytest.fixture
async def client(origin: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=origin) as client:
        yield client


def policy(response: httpx.Response) -> dict[str, list[str]]:
    parts = (part.split() for part in response.headers["content-security-policy"].split(";"))
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("path", ["/", "/graphiql"])
async def test_a_page_may_load_from_nowhere_else_and_be_framed_by_nobody(
    client: httpx.AsyncClient, path: str
) -> None:
    found = policy(await client.get(path))
    assert found["default-src"] == found["frame-ancestors"] == found["base-uri"] == ["'none'"]
    assert found["form-action"] == ["'self'"]
    everywhere = {source for sources in found.values() for source in sources}
    assert everywhere <= {"'none'", "'self'", "data:", "'unsafe-inline'"}


async def test_the_front_page_runs_no_script_at_all(client: httpx.AsyncClient) -> None:
    response = await client.get("/")
    assert "script-src" not in policy(response)
    page = Page(response.text)
    assert page.scripts == []
    assert page.handlers == []


async def test_graphiql_runs_scripts_of_files_only(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphiql")
    assert policy(response)["script-src"] == ["'self'"]
    page = Page(response.text)
    assert page.handlers == []
    assert [attributes.get("type") for attributes, _ in page.scripts] == ["application/json", "module"]


async def test_the_pages_json_cannot_end_its_script(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphiql")
    (_, text), _ = Page(response.text).scripts
    assert "<" not in text
    assert HOSTILE.removeprefix("</script>")[:8] not in response.text
    assert [(tab["query"], tab["variables"]) for tab in json.loads(text)["tabs"]] == [
        (tab.query, tab.variables) for tab in TABS
    ]


async def test_departments_names_are_text_whatever_they_are(client: httpx.AsyncClient) -> None:
    response = await client.get("/")
    assert "&lt;img src=x onerror=alert(1)&gt;" in response.text
    page = Page(response.text)
    assert page.handlers == []
    assert "x" not in page.addresses
    assert all(row.code in response.text for row in ROWS)


async def test_every_address_of_a_page_is_ours_and_every_static_one_is_there(
    client: httpx.AsyncClient,
) -> None:
    for path in ("/", "/graphiql"):
        for address in Page((await client.get(path)).text).addresses:
            assert address.startswith("/")
            assert not address.startswith("//")
            if address.startswith("/static/") or address == "/graphiql":
                assert (await client.get(address)).status_code == 200


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(WEB)))
def test_nothing_we_wrote_names_another_place(path: Path) -> None:
    text = path.read_text("utf-8")
    for namespace in NAMESPACES:
        text = text.replace(namespace, "")
    assert ELSEWHERE.findall(text) == []


def test_the_bundles_styles_load_nothing_from_elsewhere() -> None:
    addresses = re.findall(r"""url\(\s*["']?([^"')]{1,80})""", BUNDLE_CSS.read_text("utf-8"))
    assert [found for found in addresses if not found.startswith(("data:", "./", "/static/", "#"))] == []
    assert not re.search(r"@import\s+(?:url\()?[\"']?(?:https?:)?//", BUNDLE_CSS.read_text("utf-8"))


@pytest.mark.parametrize(
    "path", ["/static/../pages.py", "/static/%2e%2e/pages.py", "/static/..%2fpages.py", "/static/"]
)
async def test_only_static_files_are_served_as_files(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_without_graphiql_there_is_no_such_page_and_no_door_to_it() -> None:
    front = Front(ROWS, graphiql=False, simulated=False)
    async with (
        served(Starlette(routes=page_routes(lambda: front, None))) as origin,
        httpx.AsyncClient(base_url=origin) as client,
    ):
        assert (await client.get("/graphiql")).status_code == 404
        page = (await client.get("/")).text
    assert "/graphiql" not in page
    assert "演示环境" not in page


async def test_the_front_page_shows_what_stands_now() -> None:
    rows = ROWS[:1]
    routes = page_routes(lambda: Front(rows, graphiql=False, simulated=True), None)
    async with served(Starlette(routes=routes)) as origin, httpx.AsyncClient(base_url=origin) as client:
        before = (await client.get("/")).text
        rows = ROWS[:2]
        after = (await client.get("/")).text
    assert ("民政厅" in before, "人力资源和社会保障厅" in before) == (True, False)
    assert "人力资源和社会保障厅" in after
    assert "演示环境" in before
