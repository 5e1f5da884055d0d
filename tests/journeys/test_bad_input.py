"""Bad input gets the specified status, a helpful error, and costs nobody anything."""

from __future__ import annotations

import httpx
import pytest

from tests.journeys.conftest import Demo

NEWER = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "MALFORMED_REQUEST"),
        (b"[]", 400, "MALFORMED_REQUEST"),
        (b'{"query": 1}', 400, "MALFORMED_REQUEST"),
        (b"{}", 400, "MALFORMED_REQUEST"),
        (b'{"query": "{ services { nothing } }"}', 400, "GRAPHQL_VALIDATION_FAILED"),
        (b'{"query": "{ services { id "}', 400, "GRAPHQL_PARSE_FAILED"),
        (b'{"query": "query A { __typename } query B { __typename }"}', 400, "OPERATION_RESOLUTION_FAILURE"),
        (b'{"query": "query A { __typename }", "operationName": "B"}', 400, "OPERATION_RESOLUTION_FAILURE"),
        (
            b'{"query": "query ($n: Int!) { services(first: $n) { id } }", "variables": {"n": "x"}}',
            400,
            "BAD_USER_INPUT",
        ),
        (b'{"query": "{ __typename }", "variables": []}', 400, "MALFORMED_REQUEST"),
        (b'{"query": "' + b"{a" * 2000 + b'"}', 400, "COST_EXCEEDED"),
        (b'{"query": "{ __typename #' + b"x" * 1_100_000 + b'"}', 413, "REQUEST_TOO_LARGE"),
    ],
)
def test_a_bad_request_is_refused_with_its_own_code(demo: Demo, body: bytes, status: int, code: str) -> None:
    answer = httpx.post(
        demo.endpoint, content=body, headers={"content-type": "application/json", "accept": NEWER}, timeout=30
    )
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["extensions"]["code"] == code
    assert "data" not in answer.json()


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "x" * 20_000])
def test_a_bad_token_is_401_even_for_public_data(demo: Demo, token: str) -> None:
    answer = httpx.post(
        demo.endpoint,
        json={"query": "{ __typename }"},
        headers={"authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_misspelt_field_is_told_where_and_what_was_meant(demo: Demo) -> None:
    error = demo.ask("{\n  service { id }\n}", login=None)["errors"][0]
    assert error["locations"] == [{"line": 2, "column": 3}]
    assert "services" in error["message"]
