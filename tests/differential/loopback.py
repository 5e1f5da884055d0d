"""The subgraphs of many pages on one loopback server, at ``/PAGE/SUBGRAPH``."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from graphql import graphql

from tests.federation.made.data import MadeData
from tests.federation.made.subgraphs import MadeSubgraph, made_subgraphs
from tests.federation.planning.pages import Page


@dataclass
class Loopback:
    """The server's address, and the requests it has had by page and subgraph since somebody reset them."""

    address: str = ""
    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    _data: dict[str, MadeData] = field(default_factory=dict)
    _subgraphs: dict[tuple[str, str], MadeSubgraph] = field(default_factory=dict)

    def urls(self, page: Page) -> Mapping[str, str]:
        return {name: f"{self.address}/{page.name}/{name}" for name in page.sdls}

    def add(self, page: Page) -> None:
        data = self._data[page.name] = MadeData(page.sdls, page.facts)
        for name, subgraph in made_subgraphs(page.sdls, data).items():
            self._subgraphs[page.name, name] = subgraph

    async def reset(self, request: web.Request) -> web.Response:
        self._data[request.match_info["page"]].mutations = 0
        return web.Response()

    async def answer(self, request: web.Request) -> web.Response:
        at = request.match_info["page"], request.match_info["subgraph"]
        self.requests[at] += 1
        asked = await request.json()
        schema = self._subgraphs[at].schema
        result = await graphql(schema, asked["query"], variable_values=asked.get("variables"))
        return web.json_response(result.formatted)


@asynccontextmanager
async def serving(pages: list[Page]) -> AsyncIterator[Loopback]:
    loopback = Loopback()
    for page in pages:
        loopback.add(page)
    application = web.Application()
    application.router.add_post("/reset/{page}/{peer}", loopback.reset)
    application.router.add_post("/{page}/{subgraph}", loopback.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    loopback.address = f"http://{host}:{port}"
    try:
        yield loopback
    finally:
        await runner.cleanup()
