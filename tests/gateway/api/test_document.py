"""Our own OpenAPI document: our own reader loads it, every route is in it and nothing else, and answers are as it says."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import orjson
import pytest

from connectors.proposing import propose
from gateway.api.connectors import api_routes
from gateway.api.document import document
from tests.gateway.api.conftest import token
from tests.gateway.api.test_connectors_api import BOOKS, ROOT, draft, get, post
from tests.gateway.docking.library import Town, manifest

DOCUMENT = document("https://tongban.example")
OPERATIONS = {
    (method.upper(), path): operation
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}


def test_our_own_reader_loads_it_with_every_operation() -> None:
    proposal = propose({"openapi.json": orjson.dumps(DOCUMENT)}, "openapi.json").proposal
    names = {operation["operationId"] for operation in OPERATIONS.values()}
    assert {each.name for each in proposal.operations} == names
    assert [str(found) for found in proposal.findings() if found.severity != "info"] == []


async def test_every_route_is_in_it_and_every_path_of_it_is_a_route(library: Town) -> None:
    routes = api_routes(library.gateway.rooms, "https://tongban.example")
    served = {(method, route.path) for route in routes for method in route.methods if method != "HEAD"}  # type: ignore[attr-defined]
    assert served == set(OPERATIONS)
    answer = await library.client.get("/api/openapi.json")
    assert answer.json()["servers"] == [{"url": library.gateway.settings.issuer}]


def fits(method: str, path: str, status: int, kind: str, body: Any) -> None:
    answers = OPERATIONS[method, path]["responses"]
    assert str(status) in answers, f"{method} {path} says nothing of {status}"
    schema = answers[str(status)]["content"][kind]["schema"]
    jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(body)


@pytest.mark.parametrize("login", ["owner", "stranger", "citizen"])
async def test_answers_are_as_it_says(library: Town, login: str) -> None:
    await library.submit(manifest())
    await library.submit(manifest("1.1.0", "isbn: isbn, title: title"))
    one = f"{ROOT}/{{connector_id}}"
    for path in ("", "/{connector_id}", *(f"/{{connector_id}}/{w}" for w in ("grade", "diff", "impact", "findings"))):  # fmt: skip
        answer = await get(library, login, f"{ROOT}{path}".replace("{connector_id}", "library.books"))
        kind = answer.headers["content-type"]
        fits("GET", f"{ROOT}{path}", answer.status_code, kind, answer.json())
    steps = ("disable", "enable", "rollback", "retire", "approve", "promote")
    for step in steps:
        said = {"notice": "关"} if step == "disable" else {}
        answer = await post(library, login, f"{BOOKS}/{step}", said)
        fits("POST", f"{one}/{step}", answer.status_code, answer.headers["content-type"], answer.json())
    answer = await post(library, login, ROOT, draft(library, manifest("2.0.0")))
    fits("POST", ROOT, answer.status_code, answer.headers["content-type"], answer.json())


async def test_without_a_token_the_document_is_there_and_nothing_else(library: Town) -> None:
    for method, path in OPERATIONS:
        answer = await library.client.request(method, path.replace("{connector_id}", "library.books"))
        assert answer.status_code == (200 if path == "/api/openapi.json" else 401)
    head = await library.client.head(BOOKS, headers=await token(library, "owner"))
    assert head.status_code == 405
