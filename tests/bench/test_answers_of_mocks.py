"""What the scorecard asks of mocks: of a server of ours, told to answer well and badly, and of npm's mocks where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.descriptions.answering import Answers, Asking, Miss
from bench.descriptions.backend import ToMock
from bench.descriptions.gets import ask_gets, with_credentials
from bench.descriptions.mocks import installed
from bench.descriptions.parameters import NoValue, values_for
from bench.descriptions.scoring import bring
from bench.descriptions.soap_operations import ask_operations
from bench.descriptions.summary import totals_of_answers
from connectors.manifest import parse_manifest
from connectors.openapi.document import Document
from connectors.openapi.operations import read_operations
from tests.connectors.loopback import listening

DEMO = Path(__file__).parents[2] / "demo" / "connectors"
needs_mocks = pytest.mark.skipif(not installed(), reason="the npm peers are not installed: scripts/peers")

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "servers": [{"url": "https://wells.example/base"}],
    "components": {"securitySchemes": {"flow": {"type": "oauth2", "flows": {}}}},
    "paths": {
        "/wells/{id}": {
            "get": {
                "operationId": "getWell",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{3}$"}},
                    {"name": "kind", "in": "query", "required": True, "schema": {"type": "string", "enum": ["in use", "closed"]}},
                    {"name": "since", "in": "query", "required": True, "schema": {"type": "string", "format": "date"}},
                    {"name": "depth", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 5}},
                    {"name": "near", "in": "query", "required": True, "schema": {"type": "array", "items": {"type": "number"}}},
                    {"name": "page", "in": "query", "schema": {"type": "integer"}},
                ],
                "responses": {"200": {"content": {"application/json": {"schema": {
                    "type": "object", "properties": {"name": {"type": "string"}}}}}}},
            }
        }
    },
}  # fmt: skip


def written(tmp_path: Path, document: dict[str, Any] = DOCUMENT) -> Path:
    (tmp_path / "api.json").write_text(json.dumps(document))
    return tmp_path / "api.json"


def test_values_are_made_of_what_is_said_of_parameters(tmp_path: Path) -> None:
    brought = bring(written(tmp_path))
    document = Document(brought.files, brought.path)
    values = values_for(document, read_operations(document)["getWell"])
    assert values.pop("id").startswith("A")
    assert values == {"kind": "in use", "since": "2024-02-29", "depth": 5, "near": [1]}


def test_what_no_value_fits_is_not_callable(tmp_path: Path) -> None:
    text = json.dumps(DOCUMENT).replace('"^[A-Z]{2}[0-9]{3}$"', '"("')
    brought = bring(written(tmp_path, json.loads(text)))
    document = Document(brought.files, brought.path)
    with pytest.raises(NoValue, match="pattern"):
        values_for(document, read_operations(document)["getWell"])


@pytest.mark.parametrize(
    ("status", "body", "media", "cause", "reason"),
    [
        (200, '{"name": "甲"}', "application/json", None, ""),
        (200, "", "application/json", "nothing", "no answer is described"),
        (200, "null", "application/json", "nothing", "no answer is described"),
        (500, "{}", "application/json", "ours", "the mock answers 500"),
        (422, '{"type": "https://stoplight.io/prism/errors#UNPROCESSABLE_ENTITY", "validation": [{"location": ["query"],'
              ' "message": "no kind"}]}', "application/problem+json", "ours", "no kind"),
        (500, '{"type": "https://stoplight.io/prism/errors#VIOLATIONS", "validation": [{"location": ["response", "body"]}]}',
         "application/problem+json", "mock", "refuses the answer that it made itself"),
        (500, '{"type": "https://stoplight.io/prism/errors#NO_COMPLEX_OBJECT_TEXT"}', "application/problem+json", "mock",
         "cannot write objects"),
    ],
)  # fmt: skip
async def test_an_operation_without_data_is_a_miss_with_its_reason(
    tmp_path: Path, status: int, body: str, media: str, cause: str | None, reason: str
) -> None:
    seen: list[Request] = []

    async def answer(request: Request) -> Response:
        seen.append(request)
        return Response(body, status, media_type=media)

    brought = bring(written(tmp_path))
    document = Document(brought.files, brought.path)
    manifest = with_credentials(
        parse_manifest(brought.written.text, base=brought.files), document, brought.proposal
    )
    async with listening(Starlette(routes=[Route("/wells/AB123", answer)])) as address:
        asking = Asking(manifest, brought.files, address, ToMock(["/base"]))
        given = {"id": "AB123", "kind": "in_use", "since": "2024-02-29", "depth": 5, "near": [1]}
        miss = await asking.miss("Query.getWell", given)
        await asking.close()
    (request,) = seen
    assert request.query_params["kind"] == "in use"
    assert request.headers["Authorization"].startswith("Bearer ")
    if cause is None:
        assert miss is None
    else:
        assert miss is not None
        assert miss.cause == cause
        assert reason in miss.reason


def test_shares_leave_out_what_a_mock_could_not_answer() -> None:
    found = Answers()
    for miss in (None, None, None, Miss("a"), Miss("b", "mock"), Miss("c", "nothing")):
        found.take("x", miss)
    told = totals_of_answers([found])
    assert (told["callable"], told["given"], told["answerable"]) == (6, 3, 4)
    assert (told["of_callable"], told["answered"]) == (0.5, 0.75)


@needs_mocks
@pytest.mark.parametrize("errors", [False, True])
async def test_prism_answers_a_document_of_ours(errors: bool) -> None:
    found = await ask_gets(bring(DEMO / "culture" / "openapi.yaml"), errors=errors)
    assert found.misses == []
    assert found.answered == found.callable > 0


@needs_mocks
async def test_npm_soap_answers_a_wsdl_of_ours() -> None:
    found = await ask_operations(bring(DEMO / "gjj" / "gjj.wsdl"))
    assert found.misses == []
    assert found.answered == found.callable == 7
