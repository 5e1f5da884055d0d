from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from connectors.backend import BackendNotReached, BackendTimeout, BackendUnreachable, BackendUnusable
from connectors.channel import Channel
from connectors.egress import LOOPBACK, EgressPolicy
from connectors.manifest.runtime import Limits
from connectors.transport import RawAnswer, Transport
from federation.subgraph import FetchContext
from tests.connectors.conftest import LoopClock
from tests.connectors.department import LoopbackDepartment

CONTEXT = FetchContext()
Get = Callable[..., Awaitable[RawAnswer]]


@pytest.fixture
def get(transport: Transport, clock: LoopClock, department: LoopbackDepartment) -> Get:
    async def ask(path: str = "/x", max_body_bytes: int = 100_000, **options: float) -> RawAnswer:
        channel = Channel(
            transport,
            department.url,
            clock=clock,
            limits=Limits(timeout_s=options.get("timeout_s", 5), max_body_bytes=max_body_bytes),
        )
        return await channel.exchange("GET", channel.endpoint + path, {}, None, CONTEXT, repeatable=True)

    return ask


def answering(content: bytes, **headers: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(
            body=content, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    return answer


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("gzip", gzip.compress(b"x" * 5000)),
        ("gzip", gzip.compress(b"x" * 2500) + gzip.compress(b"x" * 2500)),
        ("deflate", zlib.compress(b"x" * 5000)),
        ("deflate", zlib.compress(b"x" * 5000)[2:-4]),
        ("identity", b"x" * 5000),
    ],
    ids=["gzip", "two gzip members", "deflate", "raw deflate", "identity"],
)
async def test_packed_answers_are_unpacked(
    get: Get, department: LoopbackDepartment, encoding: str, content: bytes
) -> None:
    department.answer("GET", "/x", answering(content, Content_Encoding=encoding))
    assert (await get()).content == b"x" * 5000


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("gzip", gzip.compress(b"0" * 50_000_000)),
        ("deflate", zlib.compress(b"0" * 50_000_000)),
        ("gzip", gzip.compress(b"x" * 5000)[:-10]),
        ("gzip", b"not packed at all"),
        ("br", b"whatever"),
        ("identity", b"0" * 100_001),
    ],
    ids=["gzip bomb", "deflate bomb", "cut gzip", "no gzip", "unknown", "too large"],
)
async def test_bombs_and_broken_packing_are_refused(
    get: Get, department: LoopbackDepartment, encoding: str, content: bytes
) -> None:
    department.answer("GET", "/x", answering(content, Content_Encoding=encoding))
    with pytest.raises(BackendUnusable):
        await get()


async def test_a_stream_without_end_is_cut_at_the_cap(get: Get, department: LoopbackDepartment) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"0" * 10_000)

    department.answer("GET", "/x", endless)
    with pytest.raises(BackendUnusable):
        await get()


async def test_redirects_are_not_followed_and_cookies_are_not_kept(
    get: Get, department: LoopbackDepartment
) -> None:
    async def elsewhere(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/y", "Set-Cookie": "a=b"})

    department.answer("GET", "/x", elsewhere)
    assert (await get()).status == 302
    await get()
    assert [seen.path for seen in department.seen] == ["/x", "/x"]
    assert "Cookie" not in department.seen[1].headers


async def test_a_trickle_ends_at_the_deadline(get: Get, department: LoopbackDepartment) -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.01)

    department.answer("GET", "/x", trickle)
    with pytest.raises(BackendTimeout):
        await get(timeout_s=0.1)


async def serve(answer: bytes) -> AsyncIterator[str]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nX-Big: " + b"a" * 10_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % index for index in range(1000)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"",
    ],
    ids=["huge header", "many headers", "cut off", "no http", "two lengths", "nothing"],
)
async def test_hostile_http_is_an_error_of_ours_and_nothing_else(
    transport: Transport, clock: LoopClock, answer: bytes
) -> None:
    async for url in serve(answer):
        channel = Channel(transport, url, clock=clock, limits=Limits(timeout_s=5))
        with pytest.raises(BackendUnreachable):
            await channel.exchange("GET", f"{url}/x", {}, None, CONTEXT)


async def test_line_breaks_in_a_header_never_leave(
    transport: Transport, clock: LoopClock, department: LoopbackDepartment
) -> None:
    channel = Channel(transport, department.url, clock=clock)
    with pytest.raises(BackendUnreachable):
        await channel.exchange("GET", f"{department.url}/x", {"X-A": "a\r\nX-B: b"}, None, CONTEXT)
    assert department.seen == []


@pytest.mark.parametrize("tail", ["@evil.example/x", ".evil.example/x", ":1/x", "1/x"])
async def test_a_url_that_leaves_the_endpoint_is_refused(
    transport: Transport, clock: LoopClock, department: LoopbackDepartment, tail: str
) -> None:
    channel = Channel(transport, department.url, clock=clock)
    with pytest.raises(BackendUnreachable, match="left the registered endpoint"):
        await channel.exchange("GET", department.url + tail, {}, None, CONTEXT)


@pytest.mark.parametrize(
    "endpoint", ["ftp://a.example", "http://", "http://u:p@a.example", "http://a.example#x", "/x"]
)
def test_an_endpoint_is_a_plain_http_url(transport: Transport, clock: LoopClock, endpoint: str) -> None:
    with pytest.raises(ValueError, match="endpoint"):
        Channel(transport, endpoint, clock=clock)


# egress


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ],
)
async def test_no_spelling_of_loopback_is_reached_unless_allowed(
    clock: LoopClock, department: LoopbackDepartment, host: str
) -> None:
    port = department.url.rpartition(":")[2]
    transport = Transport(clock=clock)
    channel = Channel(transport, f"http://{host}:{port}", clock=clock)
    with pytest.raises(BackendUnreachable):
        await channel.exchange("GET", f"{channel.endpoint}/x", {}, None, CONTEXT)
    await transport.close()
    assert department.seen == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1"])
async def test_who_asks_what_is_not_allowed_is_told_so_and_no_address(clock: LoopClock, host: str) -> None:
    transport = Transport(clock=clock)
    channel = Channel(transport, f"http://{host}:9", clock=clock)
    with pytest.raises(BackendNotReached, match=r"not allowed.*TONGBAN_EGRESS_ALLOW") as refused:
        await channel.exchange("GET", f"{channel.endpoint}/x", {}, None, CONTEXT)
    await transport.close()
    assert host not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "0.0.0.0",
        "::", "::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:0a00:0001::1", "words",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not EgressPolicy().permits(address)


def test_public_addresses_and_named_networks_are_allowed() -> None:
    assert EgressPolicy().permits("1.1.1.1")
    assert EgressPolicy().permits("2606:4700::1111")
    assert EgressPolicy(["10.20.0.0/16"]).permits("10.20.0.15")
    assert EgressPolicy(["10.20.0.0/16"]).permits("::ffff:10.20.0.15")
    assert not EgressPolicy(["10.20.0.0/16"]).permits("10.21.0.15")
    assert EgressPolicy(LOOPBACK).permits("127.0.0.1")


@given(
    st.ip_addresses(network="10.0.0.0/8")
    | st.ip_addresses(network="fc00::/7")
    | st.ip_addresses(network="127.0.0.0/8")
)
def test_no_private_address_passes_in_any_wrapping(address: object) -> None:
    policy = EgressPolicy()
    text = str(address)
    assert not policy.permits(text)
    if ":" not in text:
        assert not policy.permits(f"::ffff:{text}")
        assert not policy.permits(f"64:ff9b::{text}")
