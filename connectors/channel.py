"""One connector's way to its backend: the registered endpoint, its credentials, its TLS, its limits.

REST, SOAP and GraphQL all send through a channel. Must never: reach another origin than the registered one,
send a write twice, or say in an error what was sent.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext
from urllib.parse import urlsplit

from connectors.backend import BackendNotReached, BackendUnreachable, BackendUnusable
from connectors.credentials.outgoing import Credential, Outgoing
from connectors.manifest.runtime import Breaker, Limits, Retry
from connectors.traffic import Traffic
from connectors.transport import RawAnswer, Streamed, Transport
from connectors.web_socket import Socket
from federation.subgraph import FetchContext
from tongban.clock import Clock

USER_AGENT = "tongban"
MAX_STREAMS = 1_000
"""Subscriptions open at one backend."""


@dataclass(frozen=True, slots=True)
class OpenSocket:
    """``identity``: the headers that said who asks, for protocols that want them once more. ``deadline_s``: of the
    opening, on ``Clock.monotonic_s``'s scale."""

    socket: Socket
    identity: Mapping[str, str] = field(repr=False)
    deadline_s: float


class Channel:
    """Sends requests to one endpoint, within the limits of its backend."""

    def __init__(
        self,
        transport: Transport,
        endpoint: str,
        credentials: tuple[Credential, ...] = (),
        *,
        clock: Clock,
        limits: Limits = Limits(),
        retry: Retry | None = None,
        breaker: Breaker | None = None,
        ssl: SSLContext | None = None,
        max_streams: int = MAX_STREAMS,
        traced: bool = True,
    ) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
            raise ValueError("an endpoint is http(s)://host[:port][/base], without user and fragment")
        self.endpoint = endpoint.rstrip("/")
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._transport = transport
        self._credentials = credentials
        self._clock = clock
        self._traced = traced
        self._timeout_s = limits.timeout_s
        self._connect_timeout_s = limits.connect_timeout_s
        self.traffic = Traffic(clock, limits, retry=retry, breaker=breaker)
        self.max_body_bytes = limits.max_body_bytes
        """Of an answer; of a message or an event, in what goes on."""
        self._open_streams = 0
        self._max_streams = max_streams
        self._ssl = ssl

    async def exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        context: FetchContext,
        *,
        repeatable: bool = False,
    ) -> RawAnswer:
        """``url`` is the endpoint (``channel.endpoint``) plus an encoded path and query.

        ``repeatable`` is for what does no more when sent twice: it lets a dead kept-alive connection be replaced
        once, and the request be sent again as ``retry`` says. A credential that was refused (401) may be renewed
        once: the backend did nothing with what it refused.

        Raises: BackendUnreachable, BackendTimeout, BackendUnusable.
        """
        deadline_s = self._deadline_s(context)

        async def attempt() -> RawAnswer:
            answer = await self._once(method, url, headers, body, context, deadline_s, repeatable)
            if answer.status == 401 and await self._renewed(context, deadline_s):
                answer = await self._once(method, url, headers, body, context, deadline_s, repeatable)
            return answer

        return await self.traffic.send(attempt, deadline_s, repeatable=repeatable)

    async def _once(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        context: FetchContext,
        deadline_s: float,
        repeatable: bool,
    ) -> RawAnswer:
        outgoing = self._bare(method, url, {"Accept-Encoding": "gzip, deflate", **headers}, body, context)
        await self._identify(outgoing, context, deadline_s)
        return await self._transport.exchange(
            outgoing.method,
            outgoing.url,
            outgoing.headers,
            body,
            deadline_s=deadline_s,
            ssl=self._ssl,
            max_body_bytes=self.max_body_bytes,
            repeatable=repeatable,
            connect_timeout_s=self._connect_timeout_s,
        )

    def _bare(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, context: FetchContext
    ) -> Outgoing:
        outgoing = Outgoing(method, url, {"User-Agent": USER_AGENT, **headers}, body or b"")
        if context.request_id:
            outgoing.headers["X-Request-Id"] = context.request_id
        if context.traceparent and self._traced:
            outgoing.headers["traceparent"] = context.traceparent
        return outgoing

    async def _identify(self, outgoing: Outgoing, context: FetchContext, deadline_s: float) -> dict[str, str]:
        """Adds credentials, then what is forwarded of the client's headers; gives the headers that came by it.

        Raises: BackendUnreachable, where the URL would leave the registered endpoint.
        """
        before = dict(outgoing.headers)
        for credential in self._credentials:
            await credential.apply(outgoing, context, deadline_s)
        _forward(context.headers, outgoing)
        if not outgoing.url.startswith(self.origin) or outgoing.url[len(self.origin) :][:1] not in (
            "",
            "/",
            "?",
        ):
            raise BackendUnreachable("the URL left the registered endpoint")
        return {name: value for name, value in outgoing.headers.items() if before.get(name) != value}

    # -- what goes on, as long as somebody listens

    @asynccontextmanager
    async def stream(
        self, url: str, headers: Mapping[str, str], body: bytes, context: FetchContext
    ) -> AsyncIterator[Streamed]:
        """POSTs; the answer is read as it comes. The deadline is that of the opening.

        Raises: what ``exchange`` does, inside the block too.
        """
        deadline_s = self._deadline_s(context)

        async def attempt(stack: AsyncExitStack) -> Streamed:
            outgoing = self._bare("POST", url, {"Accept-Encoding": "identity", **headers}, body, context)
            await self._identify(outgoing, context, deadline_s)
            opening = self._transport.stream(
                outgoing.method, outgoing.url, outgoing.headers, body, deadline_s=deadline_s, ssl=self._ssl
            )
            return await stack.enter_async_context(opening)

        async with AsyncExitStack() as stack:
            self._take_stream(stack)
            inner = await stack.enter_async_context(AsyncExitStack())
            streamed = await attempt(inner)
            if streamed.status == 401 and await self._renewed(context, deadline_s):
                await inner.aclose()
                streamed = await attempt(inner)
            yield streamed

    @asynccontextmanager
    async def socket(self, url: str, protocol: str, context: FetchContext) -> AsyncIterator[OpenSocket]:
        """A WebSocket. The deadline is that of the handshake, and of what the protocol adds to it.

        Raises: what ``exchange`` does, inside the block too.
        """
        deadline_s = self._deadline_s(context)

        async def attempt(stack: AsyncExitStack) -> OpenSocket:
            outgoing = self._bare("GET", url, {}, None, context)
            identity = await self._identify(outgoing, context, deadline_s)
            opening = self._transport.socket(
                outgoing.url,
                outgoing.headers,
                protocol=protocol,
                deadline_s=deadline_s,
                ssl=self._ssl,
                max_message_bytes=self.max_body_bytes,
            )
            return OpenSocket(await stack.enter_async_context(opening), identity, deadline_s)

        async with AsyncExitStack() as stack:
            self._take_stream(stack)
            try:
                opened = await attempt(stack)
            except BackendUnusable as error:
                if error.status != 401 or not await self._renewed(context, deadline_s):
                    raise
                opened = await attempt(stack)
            yield opened

    def _deadline_s(self, context: FetchContext) -> float:
        return min(context.deadline_s, self._clock.monotonic_s() + self._timeout_s)

    def _take_stream(self, stack: AsyncExitStack) -> None:
        if self._open_streams >= self._max_streams:
            raise BackendNotReached("as many subscriptions are open as may be")
        self._open_streams += 1
        stack.callback(self._give_back)

    def _give_back(self) -> None:
        self._open_streams -= 1

    async def _renewed(self, context: FetchContext, deadline_s: float) -> bool:
        """True if some credential could be renewed, so that asking again makes sense."""
        renewed = False
        for credential in self._credentials:
            renewed = await credential.renew(context, deadline_s) or renewed
        return renewed


def _forward(headers: Mapping[str, str], outgoing: Outgoing) -> None:
    """The client's headers, last and never in place of one of ours: a credential is not a caller's to replace."""
    if headers:
        ours = {name.lower() for name in outgoing.headers}
        outgoing.headers.update((name, value) for name, value in headers.items() if name.lower() not in ours)
