"""The one place where connectors touch the network: a shared client session with every cap on.

No redirects, no cookies, no proxies from the environment, no decompression beyond a cap, no address the
egress policy refuses, no second sending of what may have had an effect. Must never: log a URL's query, a
header or a body.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ssl import SSLContext

import aiohttp
from yarl import URL

from connectors.backend import BackendNotReached, BackendTimeout, BackendUnreachable, BackendUnusable
from connectors.egress import EgressPolicy
from connectors.inflate import inflater
from tongban.clock import Clock

MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_HEADER_BYTES = 32 * 1024
MAX_HEADERS = 100
MAX_CONNECTIONS = 1000
KEEPALIVE_S = 4.0
"""Below the five seconds that many servers keep an idle connection: a stale one would cost a write its
only try.
"""


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
    ) -> RawAnswer:
        """Sends once (``repeatable``: once more if a kept connection turned out to be dead) and reads the
        whole answer.

        ``url`` is already encoded; ``deadline_s`` is on ``Clock.monotonic_s``'s scale.

        Raises: BackendUnreachable, BackendNotReached, BackendTimeout, BackendUnusable.
        """
        remaining_s = deadline_s - self._clock.monotonic_s()
        if remaining_s <= 0:
            raise BackendTimeout("no time was left to ask")
        session = self._session(repeatable)
        try:
            async with asyncio.timeout(remaining_s):
                async with session.request(
                    method,
                    URL(url, encoded=True),
                    headers=headers,
                    data=body,
                    ssl=True if ssl is None else ssl,
                    allow_redirects=False,
                ) as response:
                    return await _read(response, max_body_bytes)
        except TimeoutError:
            raise BackendTimeout("no whole answer within the deadline") from None
        except (aiohttp.ClientResponseError, aiohttp.InvalidURL, aiohttp.http.HttpProcessingError) as error:
            raise BackendUnusable(f"no usable HTTP answer ({type(error).__name__})") from None
        except aiohttp.ClientConnectorError as error:
            raise BackendNotReached(f"no connection ({type(error).__name__})") from None
        except (aiohttp.ClientError, OSError) as error:
            raise BackendUnreachable(f"no answer ({type(error).__name__})") from None
        except ValueError:
            # aiohttp refuses line breaks in header values
            raise BackendUnusable("the request can't be written") from None

    async def close(self) -> None:
        """Closes every connection."""
        for session in (self._reads, self._writes):
            if session is not None:
                await session.close()
        self._reads = self._writes = None

    def _session(self, repeatable: bool) -> aiohttp.ClientSession:
        if self._reads is None or self._writes is None:
            self._reads, self._writes = self._open(), self._open()
            # aiohttp repeats PUT and DELETE by itself when a kept connection is dead; a write is sent once.
            self._writes._retry_connection = False
        return self._reads if repeatable else self._writes

    def _open(self) -> aiohttp.ClientSession:
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
        )


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
