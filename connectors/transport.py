"""The one place where connectors touch the network: a shared client session with every cap on.

No redirects, no cookies, no proxies from the environment, no decompression beyond a cap, no address the
egress policy refuses, no second sending of what may have had an effect. Must never: log a URL's query, a
header or a body.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from ssl import SSLContext

import aiohttp
from yarl import URL

from connectors.backend import BackendNotReached, BackendTimeout, BackendUnreachable, BackendUnusable
from connectors.egress import EgressPolicy, refusal
from connectors.inflate import inflater
from connectors.web_socket import SOCKET_CLOSE_S, Socket
from tongban.clock import Clock

MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_HEADER_BYTES = 32 * 1024
MAX_HEADERS = 100
MAX_CONNECTIONS = 1000
KEEPALIVE_S = 4.0
"""Below the five seconds that many servers keep an idle connection: a stale one would cost a write its
only try.
"""
_UNPACKED = ("", "identity", "none")
"""``none`` is no name of RFC 9110, but graphql-sse and others say it to keep proxies from packing a stream."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An HTTP answer, whole, inflated, within its caps. Header names are in lower case; repeated ones are
    joined by commas.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)


class Transport:
    """Owner of the client sessions. One a process; ``close`` it last."""

    def __init__(self, *, clock: Clock, egress_allow: Iterable[str] = ()) -> None:
        self._clock = clock
        self._egress = EgressPolicy(egress_allow)
        self._reads: aiohttp.ClientSession | None = None
        self._writes: aiohttp.ClientSession | None = None
        self._streams: aiohttp.ClientSession | None = None
        """Of its own, so that many subscriptions leave the requests their connections."""

    @property
    def egress(self) -> EgressPolicy:
        """Which addresses may be reached; for those who open a socket of their own."""
        return self._egress

    async def exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        deadline_s: float,
        ssl: SSLContext | None = None,
        max_body_bytes: int = MAX_BODY_BYTES,
        repeatable: bool = False,
        connect_timeout_s: float | None = None,
    ) -> RawAnswer:
        """Sends once (``repeatable``: once more if a kept connection turned out to be dead) and reads the
        whole answer.

        ``url`` is already encoded; ``deadline_s`` is on ``Clock.monotonic_s``'s scale.

        Raises: BackendUnreachable, BackendNotReached, BackendTimeout, BackendUnusable.
        """
        remaining_s = self._remaining_s(deadline_s)
        session = self._session(repeatable)
        with _failures_told():
            async with asyncio.timeout(remaining_s):
                async with session.request(
                    method,
                    URL(url, encoded=True),
                    headers=headers,
                    data=body,
                    ssl=True if ssl is None else ssl,
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout_s),
                ) as response:
                    return await _read(response, max_body_bytes)

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        deadline_s: float,
        ssl: SSLContext | None = None,
    ) -> AsyncIterator[Streamed]:
        """An answer that goes on; ``deadline_s`` bounds the way to its headers. Leaving closes the connection.

        Raises: what ``exchange`` does, inside the block too.
        """
        with _failures_told():
            async with asyncio.timeout(self._remaining_s(deadline_s)):
                response = await self._session_of_streams().request(
                    method,
                    URL(url, encoded=True),
                    headers=headers,
                    data=body,
                    ssl=True if ssl is None else ssl,
                )
            try:
                yield Streamed(response, deadline_s)
            finally:
                response.close()

    @asynccontextmanager
    async def socket(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        protocol: str,
        deadline_s: float,
        ssl: SSLContext | None = None,
        max_message_bytes: int = MAX_BODY_BYTES,
    ) -> AsyncIterator[Socket]:
        """A WebSocket at an http(s) address; ``deadline_s`` bounds its handshake. Leaving closes it.

        Raises: what ``exchange`` does, inside the block too.
        """
        with _failures_told():
            async with asyncio.timeout(self._remaining_s(deadline_s)):
                opened = await self._session_of_streams().ws_connect(
                    URL(url, encoded=True),
                    headers=headers,
                    protocols=(protocol,),
                    ssl=True if ssl is None else ssl,
                    timeout=aiohttp.ClientWSTimeout(ws_close=SOCKET_CLOSE_S),
                    max_msg_size=max_message_bytes,
                )
            socket = Socket(opened)
            try:
                if opened.protocol != protocol:
                    raise BackendUnusable(f"the WebSocket does not speak {protocol}")
                yield socket
            finally:
                await socket.close()

    def _remaining_s(self, deadline_s: float) -> float:
        remaining_s = deadline_s - self._clock.monotonic_s()
        if remaining_s <= 0:
            raise BackendTimeout("no time was left to ask")
        return remaining_s

    async def close(self) -> None:
        """Closes every connection."""
        for session in (self._reads, self._writes, self._streams):
            if session is not None:
                await session.close()
        self._reads = self._writes = self._streams = None

    def _session_of_streams(self) -> aiohttp.ClientSession:
        if self._streams is None:
            self._streams = self._open(_no_redirect)
            self._streams._retry_connection = False
        return self._streams

    def _session(self, repeatable: bool) -> aiohttp.ClientSession:
        if self._reads is None or self._writes is None:
            self._reads, self._writes = self._open(), self._open()
            # aiohttp repeats PUT and DELETE by itself when a kept connection is dead; a write is sent once.
            self._writes._retry_connection = False
        return self._reads if repeatable else self._writes

    def _open(self, *middlewares: aiohttp.ClientMiddlewareType) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=MAX_CONNECTIONS, keepalive_timeout=KEEPALIVE_S, socket_factory=self._egress.socket
            ),
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            requote_redirect_url=False,
            skip_auto_headers=("User-Agent", "Content-Type", "Accept", "Accept-Encoding"),
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
            max_headers=MAX_HEADERS,
            middlewares=middlewares,
        )


async def _no_redirect(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """A WebSocket's handshake would follow them."""
    response = await handler(request)
    if response.status in _REDIRECTS:
        response.close()
        raise BackendUnusable("the answer is a redirect", response.status)
    return response


@contextmanager
def _failures_told() -> Iterator[None]:
    """The failures of the HTTP client as ours, without what was sent."""
    try:
        yield
    except aiohttp.ConnectionTimeoutError:
        raise BackendNotReached("no connection in time") from None
    except TimeoutError:
        raise BackendTimeout("no whole answer within the deadline") from None
    except aiohttp.WSServerHandshakeError as error:
        raise BackendUnusable("there is no WebSocket", error.status) from None
    except (aiohttp.ClientResponseError, aiohttp.InvalidURL, aiohttp.http.HttpProcessingError) as error:
        raise BackendUnusable(f"no usable HTTP answer ({type(error).__name__})") from None
    except aiohttp.ClientConnectorError as error:
        said = refusal(error) or f"no connection ({type(error).__name__})"
        raise BackendNotReached(str(said)) from None
    except (aiohttp.ClientError, OSError) as error:
        raise BackendUnreachable(f"no answer ({type(error).__name__})") from None
    except ValueError:
        # aiohttp refuses line breaks in header values
        raise BackendUnusable("the request can't be written") from None


class Streamed:
    """An HTTP answer that is read as it comes. Who does not read is not sent more than a buffer's worth."""

    def __init__(self, response: aiohttp.ClientResponse, deadline_s: float) -> None:
        self._response = response
        self._deadline_s = deadline_s
        self.status = response.status
        self.media_type = response.content_type

    async def whole(self, cap_bytes: int) -> RawAnswer:
        """The rest of an answer that is no stream after all, within the deadline of the opening.

        Raises: BackendUnusable.
        """
        async with asyncio.timeout_at(self._deadline_s):
            return await _read(self._response, cap_bytes)

    def chunks(self) -> AsyncIterator[bytes]:
        """As they come, of any size.

        Raises: BackendUnusable for a packed stream, as none is asked for.
        """
        if _headers(self._response).get("content-encoding", "").strip().lower() not in _UNPACKED:
            raise BackendUnusable("the stream is packed", self.status)
        return self._response.content.iter_any()


async def _read(response: aiohttp.ClientResponse, cap_bytes: int) -> RawAnswer:
    headers = _headers(response)
    status = response.status
    length = response.content_length
    if length is not None and length > cap_bytes:
        response.close()
        raise BackendUnusable("the answer is too large", status)
    inflate = inflater(headers.get("content-encoding", ""), cap_bytes, status)
    found = bytearray()
    received = 0
    async for chunk in response.content.iter_any():
        received += len(chunk)
        if received > cap_bytes:
            raise BackendUnusable("the answer is too large", status)
        found += chunk if inflate is None else inflate.feed(chunk)
    if inflate is not None:
        inflate.finish()
    return RawAnswer(status, headers, bytes(found))


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    found: dict[str, str] = {}
    size = 0
    for name, value in response.headers.items():
        size += len(name) + len(value)
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    if size > MAX_HEADER_BYTES:
        raise BackendUnusable("the answer's headers are too large", response.status)
    return found
