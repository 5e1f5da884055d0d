"""GraphQL over HTTP, the sending side: one POST, one decoded answer.

Must never: quote a query's variables or an answer in an error.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson

from connectors.backend import BackendUnusable
from connectors.channel import Channel
from federation.subgraph import FetchContext

Json = Any
_BIG_BYTES = 512 * 1024
_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/graphql-response+json, application/json;q=0.9",
}


@dataclass(frozen=True, slots=True)
class GraphqlAnswer:
    """A well-formed GraphQL answer. ``errors`` holds only dicts."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    data: Json = field(repr=False)
    errors: tuple[dict[str, Json], ...] = field(repr=False)


class Poster:
    """Posts to one endpoint: ``url`` to the letter; without it the channel's, and ``/graphql`` there if that is a bare host."""

    def __init__(self, channel: Channel, url: str | None = None) -> None:
        self.channel = channel
        path = urlsplit(channel.endpoint).path
        self.url = url or (channel.endpoint if path not in ("", "/") else f"{channel.endpoint}/graphql")

    async def post(
        self,
        start: bytes,
        variables: Mapping[str, Json],
        context: FetchContext,
        *,
        headers: Mapping[str, str] | None = None,
        repeatable: bool,
    ) -> GraphqlAnswer:
        """``start`` is what ``opening`` gave.

        Raises: BackendUnreachable and its kinds.
        """
        body = written(start, variables)
        sent = {**_HEADERS, **headers} if headers else _HEADERS
        raw = await self.channel.exchange("POST", self.url, sent, body, context, repeatable=repeatable)
        return graphql_answer(await decoded(raw.content, raw.status), raw.status, raw.headers)


async def decoded(content: bytes | str, status: int) -> Json:
    """JSON; what is big is decoded beside the event loop.

    Raises: BackendUnusable.
    """
    try:
        if len(content) > _BIG_BYTES:
            return await asyncio.to_thread(orjson.loads, content)
        return orjson.loads(content)
    except (orjson.JSONDecodeError, RecursionError):
        raise BackendUnusable("the answer is not JSON", status) from None


def graphql_answer(found: Json, status: int, headers: Mapping[str, str]) -> GraphqlAnswer:
    """Raises: BackendUnusable for what is no GraphQL answer."""
    if not isinstance(found, dict) or not ("data" in found or "errors" in found):
        raise BackendUnusable("the answer is not a GraphQL answer", status)
    return GraphqlAnswer(status, headers, found.get("data"), errors_in(found.get("errors")))


def errors_in(found: Json) -> tuple[dict[str, Json], ...]:
    """The errors of an answer that are written as errors are; one without words where something else stands there."""
    if not found:
        return ()
    written_so = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    return tuple(written_so) or ({},)


def written(start: bytes, variables: Mapping[str, Json]) -> bytes:
    """The whole body; ``start`` is what ``opening`` gave."""
    return start + _json(variables) + b"}"


def _json(variables: Mapping[str, Json]) -> bytes:
    try:
        return orjson.dumps(variables, default=str)
    except TypeError:  # a whole number over 64 bits, in a scalar of the backend's own
        return json.dumps(variables, default=str).encode()


def opening(document: str, operation_name: str | None = None) -> bytes:
    """The body up to its variables: the same for every request."""
    found = b'{"query":' + orjson.dumps(document)
    if operation_name:
        found += b',"operationName":' + orjson.dumps(operation_name)
    return found + b',"variables":'
