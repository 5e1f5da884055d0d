"""Four Federation 2 subgraphs in one process that cost as little as a server can: answers are computed once a body, then memoised.

``python -m bench.subgraphs PORT…`` (four ports): residents, dwellings, vehicles, fines.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import uvicorn
from ariadne import QueryType, graphql_sync
from ariadne.contrib.federation import FederatedObjectType, make_federated_schema

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n'

SDL = {
    "residents": LINK
    + """
    type Query { residents(first: Int! = 60): [Resident!]! resident(id: ID!): Resident }
    type Resident @key(fields: "id") { id: ID! name: String! district: String! points: Int! }
    """,
    "dwellings": LINK
    + """
    type Query { dwelling(id: ID!): Dwelling }
    type Resident @key(fields: "id") { id: ID! dwelling: Dwelling }
    type Dwelling { id: ID! address: String! areaM2: Float! floors: Int! isRented: Boolean! }
    """,
    "vehicles": LINK
    + """
    type Query { vehicle(plate: ID!): Vehicle }
    type Resident @key(fields: "id") { id: ID! vehicles: [Vehicle!]! }
    type Vehicle @key(fields: "plate") { plate: ID! model: String! seats: Int! }
    """,
    "fines": LINK
    + """
    type Query { fine(number: ID!): Fine }
    type Vehicle @key(fields: "plate") { plate: ID! fines: [Fine!]! }
    type Fine { number: ID! place: String! amount: Float! isPaid: Boolean! }
    """,
}


def resident(number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "name": f"测试居民{number}",
        "district": f"测试区{number % 7}",
        "points": number % 12,
        "dwelling": {
            "id": f"d{number}",
            "address": f"测试省测试市第{number % 40}街{number}号",
            "areaM2": 60.5 + number % 50,
            "floors": 1 + number % 3,
            "isRented": number % 2 == 0,
        },
        "vehicles": [vehicle(f"测A{number:04d}{i}") for i in range(1 + number % 2)],
    }


def vehicle(plate: str) -> dict[str, Any]:
    seed = sum(plate.encode())
    return {
        "plate": plate,
        "model": f"型号{seed % 9}",
        "seats": 5,
        "fines": [
            {
                "number": f"{plate}-{i}",
                "place": f"第{seed % 30}街口",
                "amount": 50.0 * i,
                "isPaid": i % 2 == 0,
            }
            for i in range(3)
        ],
    }


def schema_of(name: str) -> Any:
    query = QueryType()
    query.set_field("residents", lambda *_, first: [resident(i) for i in range(first)])
    query.set_field("resident", lambda *_, id: resident(int(id)))
    citizen = FederatedObjectType("Resident")
    citizen.reference_resolver(lambda _o, _i, reference: resident(int(reference["id"])))
    car = FederatedObjectType("Vehicle")
    car.reference_resolver(lambda _o, _i, reference: vehicle(reference["plate"]))
    objects = [o for o in (citizen, car) if f"type {o.name} " in SDL[name]]
    return make_federated_schema(SDL[name], [query, *objects] if name == "residents" else objects)


def application(name: str) -> Callable[..., Awaitable[None]]:
    schema = schema_of(name)
    memo: dict[bytes, bytes] = {}

    async def answer(_scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        found = memo.get(body) if body else b"{}"
        if found is None:
            ok, result = graphql_sync(schema, orjson.loads(body))
            if not ok or result.get("errors"):
                print(name, result, file=sys.stderr)
            found = memo[body] = orjson.dumps(result)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(found)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": found})

    return answer


async def serve(ports: list[int]) -> None:
    servers = []
    for name, port in zip(SDL, ports, strict=True):
        config = uvicorn.Config(
            application(name), port=port, log_level="warning", lifespan="off", access_log=False
        )
        servers.append(uvicorn.Server(config))
    await asyncio.gather(*(server.serve() for server in servers))


if __name__ == "__main__":
    import uvloop

    uvloop.run(serve([int(port) for port in sys.argv[1:]]))
