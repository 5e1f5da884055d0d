"""A town whose gateway knows its own address, so that browsers can log in to it; and a browser that has no scripts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from tests.gateway.docking.library import Town, town
from tests.gateway.serving import bound_socket, origin_of, served

PASSWORD = "a long password"


@asynccontextmanager
async def desk_town(folder: Path, database_url: str, **settings: Any) -> AsyncIterator[Town]:
    """``origin`` is the issuer."""
    bound = bound_socket()
    address = origin_of(bound)
    async with (
        town(folder, database_url, public_url=address, **settings) as found,
        served(found.gateway, bound),
        httpx.AsyncClient(base_url=address, timeout=20) as client,
    ):
        yield Town(found.gateway, found.department, address, client)


@dataclass
class Visit:
    """Somebody's browser without scripts: cookies, pages, forms."""

    client: httpx.AsyncClient
    page: httpx.Response = field(default_factory=lambda: httpx.Response(200))

    async def open(self, path: str) -> httpx.Response:
        self.page = await self.client.get(path, follow_redirects=True)
        return self.page

    async def log_in(self, login: str) -> Visit:
        await self.open("/departments/")
        await self.post("/oauth/login", {**self.hidden("request"), "login": login, "password": PASSWORD})
        return self

    async def post(self, path: str, fields: dict[str, str], files: Any = None) -> httpx.Response:
        """As the page's own form: with its token, where it has one."""
        known = self.hidden("csrf") if path.startswith("/departments/") else {}
        self.page = await self.client.post(path, data={**known, **fields}, files=files, follow_redirects=True)
        return self.page

    def hidden(self, name: str) -> dict[str, str]:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page.text)
        return {name: unescape(found[1])} if found else {}

    def shown(self, name: str) -> dict[str, str]:
        """What stands in an input."""
        found = re.search(rf'<input id="{name}"[^>]* value="([^"]*)"', self.page.text)
        return {name: unescape(found[1])} if found else {}

    def textarea(self, name: str) -> str:
        found = re.search(rf'<textarea id="{name}"[^>]*>\n?(.*?)</textarea>', self.page.text, re.DOTALL)
        return unescape(found[1]) if found else ""


@asynccontextmanager
async def visit(of: Town, login: str | None = None) -> AsyncIterator[Visit]:
    async with httpx.AsyncClient(base_url=of.origin, timeout=20) as client:
        found = Visit(client)
        yield await found.log_in(login) if login else found
