"""Headers of an answer."""

from __future__ import annotations

import httpx
import orjson
import pytest

from tests.gateway.http.posting import HELLO, OLDER, code_of, post
from tongban.ids import new_id


async def test_a_request_id_is_echoed_in_the_header_and_in_errors(client: httpx.AsyncClient) -> None:
    response = await post(client, {"query": "{ nothing }"}, x_request_id="0d9f1c2e-aaaa-bbbb")
    assert response.headers["x-request-id"] == "0d9f1c2e-aaaa-bbbb"
    assert response.json()["errors"][0]["extensions"]["requestId"] == "0d9f1c2e-aaaa-bbbb"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "short",
        "x" * 65,
        "has space 1234",
        "semi;colon-1234",
        "--------",
        "caf\xe9-12345",
        "990101199001011233",
        "id-99010119900101123X-1",
        "13900009999",
    ],
)
async def test_a_strange_request_id_is_replaced(client: httpx.AsyncClient, given: str) -> None:
    response = await client.post(
        "/",
        content=orjson.dumps(HELLO),
        headers=[(b"content-type", OLDER.encode()), (b"x-request-id", given.encode("latin-1"))],
    )
    made = response.headers["x-request-id"]
    assert made != given
    assert len(made) == len(new_id())


async def test_a_request_without_an_id_gets_one_of_its_own(client: httpx.AsyncClient) -> None:
    made = {(await post(client, HELLO)).headers["x-request-id"] for _ in range(3)}
    assert len(made) == 3


async def test_an_answer_is_kept_by_nobody(client: httpx.AsyncClient) -> None:
    headers = (await post(client, HELLO)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "Authorization" in headers["vary"]


async def test_who_must_log_in_is_told_how(client: httpx.AsyncClient) -> None:
    for authorization in ("Bearer forged", "Basic abc", "Bearer"):
        response = await post(client, HELLO, authorization=authorization)
        assert (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")
        assert response.headers["www-authenticate"].startswith("Bearer")


async def test_a_long_answer_is_compressed_for_who_takes_it(client: httpx.AsyncClient) -> None:
    asked = {"query": "{ wide }"}
    packed = await post(client, asked, accept_encoding="gzip, br")
    plain = await post(client, asked, accept_encoding="identity")
    short = await post(client, HELLO, accept_encoding="gzip")
    refused = await post(client, asked, accept_encoding="gzip;q=0, identity")
    assert [r.headers.get("content-encoding") for r in (packed, plain, short, refused)] == [
        "gzip",
        None,
        None,
        None,
    ]
    assert packed.json() == plain.json() == refused.json()
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert "Accept-Encoding" in plain.headers["vary"]
