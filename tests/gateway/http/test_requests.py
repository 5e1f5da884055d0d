"""Requests over HTTP on a real socket: by POST, by GET, by the id of a trusted document.

Source: graphql.github.io/graphql-over-http, draft of 2025.
"""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import pytest

from tests.gateway.conftest import TRUSTED
from tests.gateway.house import House
from tests.gateway.http.posting import BOOK, HELLO, NEWER, OLDER, code_of, post

ID = hashlib.sha256(TRUSTED.encode()).hexdigest()


async def test_a_query_is_answered(client: httpx.AsyncClient) -> None:
    response = await post(client, HELLO)
    assert (response.status_code, response.json()) == (200, {"data": {"hello": "hello world"}})


async def test_variables_and_an_operation_name_are_taken(client: httpx.AsyncClient) -> None:
    body = {
        "query": "query A($to: String) { hello(to: $to) } query B { wide }",
        "operationName": "A",
        "variables": {"to": "通"},
        "extensions": {"whatever": [1]},
        "unknown": 1,
    }
    assert (await post(client, body)).json() == {"data": {"hello": "hello 通"}}


@pytest.mark.parametrize("absent", ["operationName", "variables", "extensions", "documentId"])
async def test_null_is_as_good_as_absent(client: httpx.AsyncClient, absent: str) -> None:
    assert (await post(client, {**HELLO, absent: None})).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b'"{ hello }"',
        b'{"query": "{ hello }"',
        b'{"query": "{ hello }"} trailing',
        b'{"query": "\xff"}',
        b'{"query": "\\ud800"}',
        b'{"query": NaN}',
        b"[" * 5_000,
        b'{"a":' * 1_500 + b"1" + b"}" * 1_500,
        {},
        {"query": ""},
        {"query": None},
        {"query": 7},
        {"query": {"a": 1}},
        {**HELLO, "operationName": 7},
        {**HELLO, "variables": "{}"},
        {**HELLO, "variables": []},
        {**HELLO, "variables": 0},
        {**HELLO, "extensions": 0},
        {**HELLO, "extensions": "x"},
        {**HELLO, "documentId": 7},
    ],
)
@pytest.mark.parametrize("accept", [NEWER, OLDER])
async def test_what_is_no_graphql_request_is_400(client: httpx.AsyncClient, body: Any, accept: str) -> None:
    response = await post(client, body, accept=accept)
    assert (response.status_code, code_of(response)) == (400, "MALFORMED_REQUEST")


async def test_json_that_nests_too_deep_is_refused(client: httpx.AsyncClient) -> None:
    deep: Any = 1
    for _ in range(62):
        deep = [deep]
    assert (await post(client, {**HELLO, "variables": {"x": deep}})).status_code == 200
    response = await post(client, {**HELLO, "variables": {"x": [[deep]]}})
    assert (response.status_code, code_of(response)) == (400, "MALFORMED_REQUEST")


async def test_batches_are_refused(client: httpx.AsyncClient) -> None:
    response = await post(client, [HELLO, HELLO])
    assert (response.status_code, code_of(response)) == (400, "MALFORMED_REQUEST")
    assert "batches" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods_are_405_with_those_allowed(client: httpx.AsyncClient, method: str) -> None:
    """RFC 9110 §15.5.6."""
    response = await client.request(method, "/", params=HELLO)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
    assert method == "HEAD" or code_of(response) == "METHOD_NOT_ALLOWED"


async def test_a_query_may_come_by_get(client: httpx.AsyncClient) -> None:
    parameters = {
        "query": "query A($to: String) { hello(to: $to) } query B { wide }",
        "operationName": "A",
        "variables": '{"to": "通 & 办"}',
        "extensions": "{}",
    }
    response = await client.get("/", params=parameters, headers={"accept": NEWER})
    assert (response.status_code, response.json()) == (200, {"data": {"hello": "hello 通 & 办"}})


async def test_a_mutation_by_get_is_405_and_sends_nothing(client: httpx.AsyncClient, house: House) -> None:
    for _ in range(2):
        response = await client.get(
            "/", params=BOOK, headers={"accept": NEWER, "authorization": "Bearer citizen"}
        )
        assert (response.status_code, code_of(response)) == (405, "METHOD_NOT_ALLOWED")
        assert response.headers["allow"] == "GET, POST"
    assert house.generation is not None
    assert house.generation.subgraphs["mca"].received == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "query={hello}&variables=[]",
        "query={hello}&variables={",
        "query={hello}&variables=0",
        "query={hello}&extensions=7",
        "query=%FF",
        "&".join(f"a{n}=1" for n in range(30)) + "&query={hello}",
        "query={hello}&variables={%22a%22:" + "[" * 70 + "]" * 70 + "}",
    ],
)
async def test_a_query_string_that_is_no_request_is_400(client: httpx.AsyncClient, query_string: str) -> None:
    response = await client.get(f"/?{query_string}", headers={"accept": NEWER})
    assert (response.status_code, code_of(response)) == (400, "MALFORMED_REQUEST")


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": ID},
        {"documentId": f"sha256:{ID}"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": ID}}},
    ],
)
async def test_a_trusted_document_is_known_by_its_id(client: httpx.AsyncClient, body: Any) -> None:
    assert (await post(client, body)).json() == {"data": {"hello": "hello world"}}


async def test_a_trusted_document_may_come_by_get(client: httpx.AsyncClient) -> None:
    by_id = await client.get("/", params={"documentId": ID})
    by_hash = await client.get("/", params={"extensions": f'{{"persistedQuery":{{"sha256Hash":"{ID}"}}}}'})
    assert by_id.json() == by_hash.json() == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize("document_id", ["0" * 64, "", "sha256:", "../../etc/passwd"])
async def test_an_unknown_document_is_said_to_be_unknown(client: httpx.AsyncClient, document_id: str) -> None:
    response = await post(client, {"documentId": document_id})
    assert (response.status_code, code_of(response)) == (400, "PERSISTED_QUERY_NOT_FOUND")
