"""``@authenticated``, ``@requiresScopes``, ``@policy`` and costs at a plain gateway, from the command line, in both of its modes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from graphql import build_schema, graphql
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from federation import compose
from tests.gateway.plain.issuing import AUDIENCE, issuer_app, token
from tests.gateway.serving import served

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated", '
    '{name: "@requiresScopes", as: "@scopes"}, "@policy", "@listSize"])\n'
)
SDL = (
    LINK
    + """
type Query {
  open: Int
  mine: Int @authenticated
  staff: Int @scopes(scopes: [["read", "staff"]])
  calm: Int @policy(policies: [["calm"]])
  many(first: Int): [Int] @listSize(slicingArguments: ["first"])
  pages(first: Int): [Page] @listSize(slicingArguments: ["first"])
}
type Page { text: String }
"""
)
PLAIN = """
type Query { open: Int mine: Int staff: Int calm: Int many(first: Int): [Int] pages(first: Int): [Page] }
type Page { text: String }
"""
ROOT = {"open": 1, "mine": 2, "staff": 3, "calm": 4, "many": [], "pages": []}
ALL = "{ open mine staff calm }"


@pytest.fixture
def asked() -> list[str]:
    """What the subgraph was asked for."""
    return []


@pytest.fixture
async def subgraph(asked: list[str]) -> AsyncIterator[str]:
    schema = build_schema(PLAIN)

    async def answer(request: Request) -> JSONResponse:
        said = await request.json()
        asked.append(said["query"])
        result = await graphql(schema, said["query"], ROOT, variable_values=said.get("variables"))
        return JSONResponse(result.formatted)

    async with served(Starlette(routes=[Route("/", answer, methods=["POST"])])) as origin:
        yield f"{origin}/"


@pytest.fixture(params=["--supergraph", "--subgraphs"])
def graph(request: pytest.FixtureRequest, subgraph: str, tmp_path: Path) -> list[str]:
    """The options that name the graph."""
    path = tmp_path / "graph"
    if request.param == "--supergraph":
        path.write_text(compose({"a_one": SDL}, {"a_one": subgraph}).sdl)
    else:
        path.write_bytes(orjson.dumps([{"name": "a_one", "url": subgraph, "sdl": SDL}]))
    return [request.param, str(path)]


@asynccontextmanager
async def serving(*arguments: str) -> AsyncIterator[httpx.AsyncClient]:
    """``tongban serve`` as a process of its own."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway.cli", "serve", "--port", "0", *arguments),
        env={**plain, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        ready = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().split()
        assert ready[0] == "ready"
        async with httpx.AsyncClient(base_url=ready[1], timeout=60) as client:
            yield client
    finally:
        process.send_signal(signal.SIGINT)
        await process.wait()


async def told(
    client: httpx.AsyncClient, query: str, bearer: str = "", **variables: Any
) -> tuple[Any, dict[str, str]]:
    """The data, and code by first segment of the path."""
    headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
    response = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    body = response.json()
    codes = {str(e.get("path", [""])[0]): e["extensions"]["code"] for e in body.get("errors", ())}
    return body.get("data"), codes


async def test_anybody_is_nobody_in_particular(graph: list[str], asked: list[str]) -> None:
    async with serving(*graph, "--anonymous") as client:
        data, codes = await told(client, ALL, bearer="whatever")
    assert data == {"open": 1, "mine": None, "staff": None, "calm": None}
    assert codes == dict.fromkeys(("mine", "staff", "calm"), "UNAUTHENTICATED")
    assert [query.split() for query in asked] == [["{", "open", "}"]]


async def test_tokens_bring_scopes_and_policies(graph: list[str]) -> None:
    async with served(issuer_app()) as issuer:
        options = ("--issuer", issuer, "--audience", AUDIENCE)
        async with serving(*graph, *options) as client:
            assert await told(client, ALL) == (None, {"": "UNAUTHENTICATED"})
            data, codes = await told(client, ALL, token(issuer))
            assert data == {"open": 1, "mine": 2, "staff": None, "calm": None}
            assert codes == {"staff": "FORBIDDEN", "calm": "FORBIDDEN"}
            data, codes = await told(client, ALL, token(issuer, scope="read other", policies=["calm"]))
            assert (data["staff"], data["calm"], codes) == (None, 4, {"staff": "FORBIDDEN"})
            data, codes = await told(client, ALL, token(issuer, scp=["staff", "read"]))
            assert (data["staff"], codes) == (3, {"calm": "FORBIDDEN"})


async def test_a_token_whose_policies_are_no_list_is_refused_whole(graph: list[str]) -> None:
    async with (
        served(issuer_app()) as issuer,
        serving(*graph, "--issuer", issuer, "--audience", AUDIENCE) as client,
    ):
        refused = token(issuer, policies="calm")
        assert await told(client, "{ open }", refused) == (None, {"": "UNAUTHENTICATED"})


@pytest.mark.parametrize("graph", ["--supergraph"], indirect=True)
async def test_costs_are_limited_unless_limits_are_off(graph: list[str], asked: list[str]) -> None:
    query = "query($n: Int) { pages(first: $n) { text } }"
    async with serving(*graph, "--anonymous") as client:
        assert await told(client, query, n=5_000) == ({"pages": []}, {})
        assert await told(client, query, n=5_001) == (None, {"": "COST_EXCEEDED"})
        assert await told(client, query) == (None, {"": "GRAPHQL_VALIDATION_FAILED"})
        assert len(asked) == 1
    async with serving(*graph, "--anonymous", "--limits", "off") as client:
        assert await told(client, query, n=5_001) == ({"pages": []}, {})
