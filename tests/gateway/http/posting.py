"""What the tests of HTTP share: requests by POST, and what refusals say."""

from __future__ import annotations

from typing import Any

import httpx
import orjson

NEWER = "application/graphql-response+json"
OLDER = "application/json"
HELLO = {"query": "{ hello }"}
BOOK = {"query": 'mutation { bookMarriageRegistration(spouseNumber: "1") { number } }'}


async def post(client: httpx.AsyncClient, body: Any, **headers: str) -> httpx.Response:
    """Headers by keyword: ``content_type`` is ``content-type``."""
    given = {"content-type": OLDER, "accept": NEWER}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return await client.post("/", content=content, headers=given)


def code_of(response: httpx.Response) -> str:
    """The code of a refusal: errors, and no data."""
    body = response.json()
    assert "data" not in body
    code: str = body["errors"][0]["extensions"]["code"]
    return code
