"""What arrives behind the face: headers as what they mean, bodies that never come, clients that leave."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
import pytest

from gateway.http import GraphQLEndpoint
from gateway.stages.respond import refuse
from gateway.types import Arrived, Response
from tests.gateway.http.posting import HELLO, NEWER, OLDER, code_of, post
from tests.gateway.serving import served
from tongban.clock import SystemClock
from tongban.settings import Settings


class Remembering:
    """Answers everything with nothing and remembers what arrived."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []

    async def answer(self, arrived: Arrived) -> Response:
        self.arrived.append(arrived)
        return Response(200, b"{}")


@pytest.fixture
def behind() -> Remembering:
    return Remembering()


@pytest.fixture
async def face(behind: Remembering, settings: Settings) -> Any:
    endpoint = GraphQLEndpoint(behind.answer, refuse, settings, SystemClock())
    async with served(endpoint) as origin, httpx.AsyncClient(base_url=origin) as client:
        yield client


@pytest.mark.parametrize(
    "given", ["x", "00-0-0-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", "13900009999"]
)
async def test_a_trace_that_is_none_goes_nowhere(
    face: httpx.AsyncClient, behind: Remembering, given: str
) -> None:
    await post(face, HELLO, traceparent=given)
    assert behind.arrived[0].traceparent is None


async def test_headers_arrive_as_what_they_mean(face: httpx.AsyncClient, behind: Remembering) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    await post(
        face,
        HELLO,
        authorization="Bearer t",
        idempotency_key="k-1",
        traceparent=trace,
        apollographql_client_name="app",
        graphql_client_version="1.2",
    )
    (arrived,) = behind.arrived
    assert arrived.authorization == "Bearer t"
    assert (arrived.idempotency_key, arrived.traceparent) == ("k-1", trace)
    assert (arrived.client.name, arrived.client.version) == ("app", "1.2")
    assert arrived.client.app == "anonymous"
    assert not arrived.read_only
    assert arrived.deadline_s - arrived.received_s == pytest.approx(10.0)


@pytest.mark.parametrize("key", ["", "x" * 129, "caf\xe9", "tab\there"])
async def test_a_strange_idempotency_key_is_refused(
    face: httpx.AsyncClient, behind: Remembering, key: str
) -> None:
    """Never ignored: the client believes that it is protected."""
    response = await face.post(
        "/",
        content=orjson.dumps(HELLO),
        headers=[(b"content-type", OLDER.encode()), (b"idempotency-key", key.encode("latin-1"))],
    )
    assert (response.status_code, code_of(response)) == (400, "MALFORMED_REQUEST")
    assert behind.arrived == []


@pytest.mark.parametrize("key", ["x", "x" * 128, '"8e03978e-40d5-43dd-bc93-6894a57f9324"'])
async def test_a_common_idempotency_key_is_taken(
    face: httpx.AsyncClient, behind: Remembering, key: str
) -> None:
    await post(face, HELLO, idempotency_key=key)
    assert behind.arrived[0].idempotency_key == key


@pytest.mark.parametrize("name", ["x" * 65, "caf\xe9", "a\tb"])
async def test_a_strange_client_name_is_nothing(
    face: httpx.AsyncClient, behind: Remembering, name: str
) -> None:
    await face.post(
        "/",
        content=orjson.dumps(HELLO),
        headers=[(b"content-type", OLDER.encode()), (b"graphql-client-name", name.encode("latin-1"))],
    )
    assert behind.arrived[0].client.name == ""


async def test_a_header_that_comes_twice_is_one_with_both_values(
    face: httpx.AsyncClient, behind: Remembering
) -> None:
    """RFC 9110 §5.3: who reads the first and who reads the last must not disagree about who asks."""
    twice = [("authorization", "Bearer a"), ("authorization", "Bearer b"), ("content-type", OLDER)]
    await face.post("/", content=orjson.dumps(HELLO), headers=twice)
    assert behind.arrived[0].authorization == "Bearer a, Bearer b"
    types = [("content-type", OLDER), ("content-type", "text/plain")]
    assert (await face.post("/", content=orjson.dumps(HELLO), headers=types)).status_code == 415
    accepts = [("accept", "text/html"), ("accept", NEWER), ("content-type", OLDER)]
    assert (await face.post("/", content=orjson.dumps(HELLO), headers=accepts)).status_code == 200


async def test_a_body_that_never_comes_is_not_waited_for_longer_than_a_request_may_take(
    behind: Remembering, settings: Settings
) -> None:
    hurried = replace(settings, request_deadline_s=0.05)
    async with served(GraphQLEndpoint(behind.answer, refuse, hurried, SystemClock())) as origin:
        where = urlsplit(origin)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"
        )
        status = await asyncio.wait_for(reader.readline(), 30)
        writer.close()
    assert status.startswith(b"HTTP/1.1 400")
    assert behind.arrived == []


async def test_a_client_that_leaves_early_is_nobodys_error(
    behind: Remembering, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(GraphQLEndpoint(behind.answer, refuse, settings, SystemClock())) as origin:
        where = urlsplit(origin)
        _, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        async with httpx.AsyncClient(base_url=origin) as client:
            assert (await post(client, HELLO)).status_code == 200
    assert caplog.records == []
