"""What a body and an answer are written as (GraphQL over HTTP §5.4, §6.1)."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from tests.gateway.http.posting import HELLO, NEWER, OLDER, code_of, post


@pytest.mark.parametrize(
    "content_type",
    [OLDER, "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF-8"'],
)
async def test_json_in_utf_8_is_taken(client: httpx.AsyncClient, content_type: str) -> None:
    assert (await post(client, HELLO, content_type=content_type)).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=gbk",
        "application/jsonp",
    ],
)
async def test_any_other_body_is_415(client: httpx.AsyncClient, content_type: str) -> None:
    response = await post(client, HELLO, content_type=content_type)
    assert (response.status_code, code_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_body_without_a_type_is_415(client: httpx.AsyncClient) -> None:
    response = await client.post("/", content=orjson.dumps(HELLO))
    assert response.status_code == 415


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (NEWER, NEWER),
        (OLDER, OLDER),
        ("*/*", OLDER),
        ("application/*", OLDER),
        (f"{NEWER}, {OLDER};q=0.9", NEWER),
        (f"{OLDER};q=0.9, {NEWER}", NEWER),
        (f"{OLDER}, {NEWER};q=0.5", OLDER),
        (f"{NEWER};charset=utf-8", NEWER),
        (f"{NEWER.upper()}", NEWER),
        (f"text/html, {NEWER};q=0.2, image/png", NEWER),
        (f"{OLDER};q=0, {NEWER}", NEWER),
        (f"{NEWER};q=nonsense, {OLDER};q=0.1", OLDER),
    ],
)
async def test_the_answer_is_of_the_type_that_is_liked_best(
    client: httpx.AsyncClient, accept: str, given: str
) -> None:
    response = await post(client, HELLO, accept=accept)
    assert (response.status_code, response.headers["content-type"]) == (200, f"{given}; charset=utf-8")


async def test_who_accepts_nothing_in_particular_gets_the_older_type(client: httpx.AsyncClient) -> None:
    async with client.stream(
        "POST", "/", content=orjson.dumps(HELLO), headers=[("content-type", OLDER)]
    ) as response:
        assert response.headers["content-type"].startswith(OLDER)


@pytest.mark.parametrize(
    "accept", ["text/html", "image/*", f"{NEWER};q=0", f"{OLDER};charset=gbk", "text/event-stream;q=0"]
)
async def test_who_accepts_neither_type_is_told_406(client: httpx.AsyncClient, accept: str) -> None:
    response = await post(client, HELLO, accept=accept)
    assert (response.status_code, code_of(response)) == (406, "NOT_ACCEPTABLE")
    assert response.headers["content-type"].startswith(NEWER)


@pytest.mark.parametrize(
    ("body", "newer", "older", "code"),
    [
        ({"query": "{ hello("}, 400, 200, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, 400, 200, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { hello } query B { hello }"}, 400, 200, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "query Q($n: ID!) { office(number: $n) { name } }"}, 400, 200, "BAD_USER_INPUT"),
        ({"documentId": "0" * 64}, 400, 200, "PERSISTED_QUERY_NOT_FOUND"),
        ({"query": "{ marriage { number } }"}, 401, 401, "UNAUTHENTICATED"),
        ({"query": "{ " + "a: hello " * 31 + "}"}, 400, 400, "COST_EXCEEDED"),
        ({"query": "{ __schema { types { name } } }"}, 403, 403, "FORBIDDEN"),
    ],
)
async def test_the_status_goes_by_the_type(
    client: httpx.AsyncClient, body: Any, newer: int, older: int, code: str
) -> None:
    """§6.4: the newer type says it in the status; the older one has 200 for what was well-formed."""
    answers = [await post(client, body, accept=accept) for accept in (NEWER, OLDER)]
    assert [response.status_code for response in answers] == [newer, older]
    assert {code_of(response) for response in answers} == {code}


@pytest.mark.parametrize("accept", [NEWER, OLDER])
async def test_an_answer_with_errors_in_it_is_200(client: httpx.AsyncClient, accept: str) -> None:
    response = await post(
        client, {"query": "{ hello marriage { number } }"}, accept=accept, authorization="Bearer basic"
    )
    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["errors", "data"]
    assert body["data"] == {"hello": "hello world", "marriage": None}
    (error,) = body["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["marriage"], "STEP_UP_REQUIRED")
    assert error["extensions"]["department"] == "guide"
