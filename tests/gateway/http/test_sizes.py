"""What is too large, or compressed, is refused before it is read."""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import orjson
import pytest

from tests.gateway.http.posting import HELLO, OLDER, code_of, post


async def test_a_body_that_says_it_is_too_large_is_413(client: httpx.AsyncClient) -> None:
    response = await post(client, b" " * 20_001)
    assert (response.status_code, code_of(response)) == (413, "REQUEST_TOO_LARGE")


async def test_a_body_that_grows_too_large_is_413(client: httpx.AsyncClient) -> None:
    async def endless() -> Any:
        for _ in range(30):
            yield b" " * 1_000

    response = await client.post("/", content=endless(), headers={"content-type": OLDER})
    assert (response.status_code, code_of(response)) == (413, "REQUEST_TOO_LARGE")


async def test_a_body_of_just_the_size_is_read(client: httpx.AsyncClient) -> None:
    body = orjson.dumps(HELLO)
    assert (await post(client, body + b" " * (20_000 - len(body)))).status_code == 200


async def test_a_document_that_is_too_large_is_413(client: httpx.AsyncClient) -> None:
    response = await post(client, {"query": "{ hello }" + " " * 5_000})
    assert (response.status_code, code_of(response)) == (413, "REQUEST_TOO_LARGE")


async def test_a_query_string_that_is_too_large_is_413(client: httpx.AsyncClient) -> None:
    response = await client.get("/", params={"query": "{ hello }" + " " * 5_000})
    assert (response.status_code, code_of(response)) == (413, "REQUEST_TOO_LARGE")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, identity", "nonsense"])
async def test_a_compressed_request_is_refused_unread(client: httpx.AsyncClient, coding: str) -> None:
    response = await post(client, gzip.compress(orjson.dumps(HELLO)), content_encoding=coding)
    assert (response.status_code, code_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("coding", ["identity", "Identity", ""])
async def test_no_coding_is_no_compression(client: httpx.AsyncClient, coding: str) -> None:
    assert (await post(client, HELLO, content_encoding=coding)).status_code == 200
