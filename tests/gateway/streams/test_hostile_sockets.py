"""Whatever a client says on a WebSocket: the right close code, no crash, nothing of it in a log."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from gateway.logs import set_up
from tests.gateway.house import CANARIES, CANARY
from tests.gateway.streams.clients import PROTOCOL, calling
from tests.gateway.streams.newsroom import SUBSCRIBE, Newsroom, newsroom, open_to_all
from tongban.settings import Settings

CODES = {1000, 1007, 1009, 4400, 4401, 4403, 4409, 4429}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"connection_init"',
        "{}",
        '{"type":null}',
        '{"type":"start"}',
        '{"type":"connection_ack"}',
        '{"type":"connection_init","payload":[]}',
        '{"type":"subscribe","id":"a"}',
        '{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}',
        '{"type":"subscribe","id":7,"payload":{"query":"{ hello }"}}',
        '{"type":"subscribe","payload":{"query":"{ hello }"}}',
        '{"type":"subscribe","id":"a","payload":{"query":["{ hello }"]}}',
        '{"type":"subscribe","id":"a","payload":{"query":"{ hello }","variables":[]}}',
        '{"type":"subscribe","id":"a","payload":{"query":"{ hello }","operationName":{}}}',
        '{"type":"subscribe","id":"a","payload":{"query":"{ hello }","extensions":"x"}}',
        '{"type":"complete"}',
        '{"type":"ping","payload":"x"}',
        '{"type":"subscribe","id":"' + "a" * 129 + '","payload":{"query":"{ hello }"}}',
        '{"type":"ping","payload":' + '{"a":' * 100 + "1" + "}" * 101,
        b'{"type":"connection_init"}',
    ],
)
@pytest.mark.parametrize("acknowledged", [False, True])
async def test_what_is_no_message_closes_4400(room: Newsroom, text: Any, acknowledged: bool) -> None:
    async with calling(room.socket_url) as caller:
        if acknowledged:
            await caller.init()
        await caller.connection.send(text)
        assert await caller.closed() == 4400


@pytest.mark.parametrize(
    "payload", [{"headers": {"authorization": ["Bearer citizen"]}}, {"Authorization": "Bearer a\r\nx: 1"}]
)
async def test_credentials_that_are_no_header_close_4400(room: Newsroom, payload: dict[str, Any]) -> None:
    async with calling(room.socket_url) as caller:
        await caller.say(type="connection_init", payload=payload)
        assert await caller.closed() == 4400


async def test_a_subscribe_without_a_document_is_told_so(room: Newsroom) -> None:
    async with calling(room.socket_url) as caller:
        await caller.init()
        await caller.say(type="subscribe", id="a", payload={})
        assert (await caller.hear())["payload"][0]["extensions"]["code"] == "MALFORMED_REQUEST"


async def test_a_message_that_is_too_large_closes_1009() -> None:
    room = newsroom(Settings(max_message_bytes=10_000))
    async with open_to_all(room), calling(room.socket_url) as caller:
        await caller.init()
        await caller.say(type="ping", payload={"a": "x" * 20_000})
        assert await caller.closed() == 1009


async def test_pieces_of_a_message_are_counted_together() -> None:
    room = newsroom(Settings(max_message_bytes=10_000))
    async with open_to_all(room), calling(room.socket_url) as caller:
        await caller.init()

        async def pieces() -> Any:
            for _ in range(100):
                yield "x" * 1_000

        sending = asyncio.create_task(caller.connection.send(pieces()))
        assert await caller.closed() == 1009
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def test_compression_is_not_agreed_to(room: Newsroom) -> None:
    """What is not inflated is no bomb."""
    async with connect(
        room.socket_url, subprotocols=[Subprotocol(PROTOCOL)], compression="deflate", proxy=None
    ) as connection:
        assert connection.protocol.extensions == []


async def test_who_pings_and_does_not_read_is_cut_off(room: Newsroom) -> None:
    """Pongs are not gathered in memory for a client that never takes them."""
    host, _, port = room.origin.removeprefix("http://").partition(":")
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.setblocking(False)
        await loop.sock_connect(client, (host, int(port)))
        head = (
            "GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
            "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"sec-websocket-protocol: {PROTOCOL}\r\n\r\n"
        )
        await loop.sock_sendall(client, head.encode())
        assert (await loop.sock_recv(client, 4_096)).startswith(b"HTTP/1.1 101")
        ping = b"\x89\xfd\0\0\0\0" + b"x" * 125

        async def ping_on() -> None:
            for _ in range(1_000):  # far more than the buffers of both sides hold
                await loop.sock_sendall(client, ping * 1_000)

        with pytest.raises(ConnectionError):
            await asyncio.wait_for(ping_on(), 20)


async def test_a_socket_that_takes_nothing_is_let_go() -> None:
    room = newsroom(Settings(slow_client_s=0.2))
    async with open_to_all(room), calling(room.socket_url) as caller:
        await caller.init()
        await caller.subscribe("s", SUBSCRIBE)
        await room.wire.has(1)
        caller.connection.transport.pause_reading()
        room.wire.tell(*("x" * 500_000 for _ in range(60)))
        await room.wire.has(0)
        await room.empty()
        caller.connection.transport.resume_reading()


json = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
payloads = json | some.fixed_dictionaries(
    {},
    optional={
        "query": json | some.sampled_from(["{ hello }", SUBSCRIBE, "{ waits }", "mutation { x }", "{" * 90]),
        "variables": json,
        "operationName": json,
        "extensions": json | some.just({"persistedQuery": {"sha256Hash": "0"}}),
        "documentId": json,
        "Authorization": json | some.just("Bearer citizen"),
        "headers": json,
    },
)
said = some.fixed_dictionaries(
    {},
    optional={
        "type": some.sampled_from(
            ["connection_init", "subscribe", "complete", "ping", "pong", "next", "error"]
        )
        | json,
        "id": some.sampled_from(["a", "b", "", "\0"]) | json,
        "payload": payloads,
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(messages=some.lists(said | json, max_size=6), init=some.booleans())
def test_any_messages_end_in_a_code_of_the_protocol(messages: list[Any], init: bool) -> None:
    asyncio.run(_converse(messages, init))


async def _converse(messages: list[Any], init: bool) -> None:
    room = newsroom()
    async with open_to_all(room):
        async with calling(room.socket_url) as caller:
            if init:
                await caller.init()
            for message in messages:
                try:
                    await caller.connection.send(orjson.dumps(message).decode())
                except Exception:
                    break
            async with asyncio.timeout(20):
                await caller.connection.close()
            assert caller.connection.close_code in CODES
        await room.empty()


async def test_nothing_personal_is_logged(room: Newsroom, capfd: pytest.CaptureFixture[str]) -> None:
    set_up("debug")
    query = f"?name={CANARY.name}&mobile={CANARY.mobile}"
    async with calling(room.socket_url + query, x_cid=CANARY.cid) as caller:
        await caller.init({"Authorization": "Bearer citizen", "name": CANARY.name})
        for id, variables in (("a", {"n": CANARY.cid}), (CANARY.mobile, {"n": [CANARY.cid]})):
            await caller.subscribe(id, "query ($n: String) { hello(to: $n) }", variables=variables)
            await caller.hear()
        await caller.subscribe("c", f'{{ hello(to: "{CANARY.cid}')
        await caller.hear()
        await caller.say(type=CANARY.name)
        assert await caller.closed() == 4400
    told = "".join(capfd.readouterr())
    assert not [canary for canary in CANARIES if canary in told]
