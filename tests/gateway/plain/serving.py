"""A plain gateway behind a real server, as the command line would start it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson

from gateway.plain import PlainGateway, PlainOptions
from tests.gateway.serving import served
from tongban.settings import Settings

Json = dict[str, Any]


@asynccontextmanager
async def plain(options: PlainOptions, settings: Settings | None = None) -> AsyncIterator[httpx.AsyncClient]:
    gateway = PlainGateway(options, settings or Settings(log_level="error", data_dir=Path("/nowhere")))
    await gateway.open()
    try:
        async with served(gateway) as origin, httpx.AsyncClient(base_url=origin, timeout=60) as client:
            yield client
    finally:
        await gateway.close()


def listing(folder: Path, *subgraphs: Mapping[str, Any]) -> str:
    path = folder / "subgraphs.json"
    path.write_bytes(orjson.dumps(list(subgraphs)))
    return str(path)


async def ask(client: httpx.AsyncClient, query: str, variables: Json | None = None, **headers: str) -> Json:
    response = await client.post(
        "/graphql",
        json={"query": query, "variables": variables or {}},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    found: Json = response.json()
    return found


def socket_url(client: httpx.AsyncClient) -> str:
    return f"{client.base_url}/graphql".replace("//graphql", "/graphql").replace("http", "ws", 1)
