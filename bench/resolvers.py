"""The fair opponent: what a careful team writes with graphql-core today. One merged schema, async resolvers, DataLoader batching.

The same HTTP client (aiohttp, one session, keep-alive), uvloop, orjson, documents parsed and validated once, tokens verified once.
``python -m bench.resolvers PORT JWKS_URL ISSUER SUBGRAPH_PORT…``
"""

from __future__ import annotations

import sys
from typing import Any

import aiohttp
import jwt
import orjson
import uvicorn
from aiodataloader import DataLoader
from graphql import DocumentNode, build_schema, execute, parse, validate
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SCHEMA = build_schema("""
type Query { residents(first: Int! = 60): [Resident!]! }
type Resident { id: ID! name: String! district: String! points: Int! dwelling: Dwelling vehicles: [Vehicle!]! }
type Dwelling { id: ID! address: String! areaM2: Float! floors: Int! isRented: Boolean! }
type Vehicle { plate: ID! model: String! seats: Int! fines: [Fine!]! }
type Fine { number: ID! place: String! amount: Float! isPaid: Boolean! }
""")
ENTITIES = "query($r: [_Any!]!) { _entities(representations: $r) { ... on %s { %s } } }"


class Upstream:
    """The subgraphs over one session."""

    def __init__(self, ports: list[int]) -> None:
        self.urls = dict(
            zip(
                ("residents", "dwellings", "vehicles", "fines"),
                (f"http://127.0.0.1:{p}/" for p in ports),
                strict=True,
            )
        )
        self.session: aiohttp.ClientSession | None = None

    async def ask(self, name: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        if self.session is None:
            self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1000))
        body = orjson.dumps({"query": query, "variables": variables})
        async with self.session.post(
            self.urls[name], data=body, headers={"content-type": "application/json"}
        ) as answer:
            data: dict[str, Any] = orjson.loads(await answer.read())["data"]
            return data

    def loader(self, name: str, kind: str, key: str, selection: str) -> DataLoader[str, Any]:
        """Entities of one subgraph, batched within one turn of the loop."""
        query = ENTITIES % (kind, selection)

        async def load(keys: list[str]) -> list[Any]:
            representations = [{"__typename": kind, key: value} for value in keys]
            return list((await self.ask(name, query, {"r": representations}))["_entities"])

        return DataLoader(load)


async def _residents(_source: Any, info: Any, first: int) -> Any:
    query = "query($first: Int!) { residents(first: $first) { id name district points } }"
    return (await info.context["upstream"].ask("residents", query, {"first": first}))["residents"]


async def _dwelling(source: Any, info: Any) -> Any:
    return (await info.context["dwellings"].load(source["id"]))["dwelling"]


async def _vehicles(source: Any, info: Any) -> Any:
    return (await info.context["vehicles"].load(source["id"]))["vehicles"]


async def _fines(source: Any, info: Any) -> Any:
    return (await info.context["fines"].load(source["plate"]))["fines"]


SCHEMA.query_type.fields["residents"].resolve = _residents  # type: ignore[union-attr]
SCHEMA.type_map["Resident"].fields["dwelling"].resolve = _dwelling  # type: ignore[attr-defined]
SCHEMA.type_map["Resident"].fields["vehicles"].resolve = _vehicles  # type: ignore[attr-defined]
SCHEMA.type_map["Vehicle"].fields["fines"].resolve = _fines  # type: ignore[attr-defined]


def application(jwks_url: str, issuer: str, ports: list[int]) -> Starlette:
    upstream = Upstream(ports)
    documents: dict[str, DocumentNode] = {}
    tokens: set[str] = set()
    keys = jwt.PyJWKClient(jwks_url)

    def document_of(text: str) -> DocumentNode:
        if text not in documents:
            document = parse(text)
            assert not validate(SCHEMA, document)
            documents[text] = document
        return documents[text]

    def verify(header: str) -> None:
        token = header.removeprefix("Bearer ")
        if token not in tokens:
            key = keys.get_signing_key_from_jwt(token).key
            jwt.decode(token, key, algorithms=["RS256", "EdDSA"], audience="tongban", issuer=issuer)
            tokens.add(token)

    async def graphql(request: Request) -> Response:
        verify(request.headers["authorization"])
        asked = orjson.loads(await request.body())
        context = {
            "upstream": upstream,
            "dwellings": upstream.loader(
                "dwellings", "Resident", "id", "dwelling { id address areaM2 floors isRented }"
            ),
            "vehicles": upstream.loader("vehicles", "Resident", "id", "vehicles { plate model seats }"),
            "fines": upstream.loader("fines", "Vehicle", "plate", "fines { number place amount isPaid }"),
        }
        result = await execute(  # type: ignore[misc]
            SCHEMA, document_of(asked["query"]), context_value=context, variable_values=asked.get("variables")
        )
        return Response(orjson.dumps(result.formatted), media_type="application/json")

    return Starlette(routes=[Route("/graphql", graphql, methods=["POST"])])


if __name__ == "__main__":
    port, jwks, token_issuer, *upstream_ports = sys.argv[1:]
    app = application(jwks, token_issuer, [int(p) for p in upstream_ports])
    uvicorn.run(app, port=int(port), loop="uvloop", http="httptools", log_level="warning", access_log=False)
