"""One connector's way to its backend: the registered endpoint, its credentials, its TLS, its limits.

REST, SOAP and GraphQL all send through a channel. Must never: reach another origin than the registered one,
send a write twice, or say in an error what was sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from ssl import SSLContext
from urllib.parse import urlsplit

from connectors.backend import BackendTimeout, BackendUnreachable
from connectors.credentials.outgoing import Credential, Outgoing
from connectors.transport import MAX_BODY_BYTES, RawAnswer, Transport
from federation.subgraph import FetchContext
from tongban.clock import Clock

USER_AGENT = "tongban"


class Channel:
    """Sends requests to one endpoint, at most ``concurrency`` at a time, each within ``timeout_s``."""

    def __init__(
        self,
        transport: Transport,
        endpoint: str,
        credentials: tuple[Credential, ...] = (),
        *,
        clock: Clock,
        timeout_s: float = 3.0,
        concurrency: int = 40,
        max_body_bytes: int = MAX_BODY_BYTES,
        ssl: SSLContext | None = None,
    ) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
            raise ValueError("an endpoint is http(s)://host[:port][/base], without user and fragment")
        self.endpoint = endpoint.rstrip("/")
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._transport = transport
        self._credentials = credentials
        self._clock = clock
        self._timeout_s = timeout_s
        self._max_body_bytes = max_body_bytes
        self._ssl = ssl
        self._slots = asyncio.Semaphore(concurrency)

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

        ``repeatable`` is for reads only: it lets a dead kept-alive connection be replaced once. A credential
        that was refused (401) may be renewed once: the backend did nothing with what it refused.

        Raises: BackendUnreachable, BackendTimeout, BackendUnusable.
        """
        deadline_s = min(context.deadline_s, self._clock.monotonic_s() + self._timeout_s)
        try:
            async with asyncio.timeout(max(0.0, deadline_s - self._clock.monotonic_s())):
                await self._slots.acquire()
        except TimeoutError:
            raise BackendTimeout("the backend's queue was full until the deadline") from None
        try:
            answer = await self._once(method, url, headers, body, context, deadline_s, repeatable)
            if answer.status == 401 and await self._renewed(context, deadline_s):
                answer = await self._once(method, url, headers, body, context, deadline_s, repeatable)
            return answer
        finally:
            self._slots.release()

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
        outgoing = Outgoing(
            method, url, {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"}, body or b""
        )
        outgoing.headers.update(headers)
        if context.request_id:
            outgoing.headers["X-Request-Id"] = context.request_id
        if context.traceparent:
            outgoing.headers["traceparent"] = context.traceparent
        for credential in self._credentials:
            await credential.apply(outgoing, context, deadline_s)
        _forward(context.headers, outgoing)
        if not outgoing.url.startswith(self.origin) or outgoing.url[len(self.origin) :][:1] not in (
            "",
            "/",
            "?",
        ):
            raise BackendUnreachable("the URL left the registered endpoint")
        return await self._transport.exchange(
            outgoing.method,
            outgoing.url,
            outgoing.headers,
            body,
            deadline_s=deadline_s,
            ssl=self._ssl,
            max_body_bytes=self._max_body_bytes,
            repeatable=repeatable,
        )

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
