"""A WebSocket to a backend, text messages only: what ``Transport.socket`` gives.

Must never: wait for ever on a peer that does not read, or tell what was in a message.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp

from connectors.backend import BackendTimeout, BackendUnreachable, BackendUnusable

SOCKET_CLOSE_S = 1.0
"""How long the other side may take to answer a close."""

SEND_S = 10.0
_ENDED = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED)


class SocketClosed(BackendUnreachable):
    """The other side closed, or the connection broke. ``close_code``: RFC 6455, 7.4."""

    def __init__(self, close_code: int) -> None:
        super().__init__(f"the WebSocket was closed ({close_code})")
        self.close_code = close_code


class Socket:
    """Pings of the WebSocket itself are answered while ``receive`` waits. Nothing is read ahead beyond a small buffer."""

    def __init__(self, opened: aiohttp.ClientWebSocketResponse) -> None:
        self._opened = opened

    async def send(self, text: str) -> None:
        """Raises: SocketClosed, BackendTimeout."""
        try:
            async with asyncio.timeout(SEND_S):
                await self._opened.send_str(text)
        except TimeoutError:
            raise BackendTimeout("the WebSocket takes nothing") from None
        except (aiohttp.ClientError, OSError):
            raise SocketClosed(self._opened.close_code or aiohttp.WSCloseCode.ABNORMAL_CLOSURE) from None

    async def receive(self, timeout_s: float) -> str | None:
        """The next message; None if there is none within the time.

        Raises: SocketClosed; BackendUnusable for a broken or binary frame and a message that is too large.
        """
        try:
            message = await self._opened.receive(timeout_s)
        except TimeoutError:
            return None
        if message.type is aiohttp.WSMsgType.TEXT:
            return str(message.data)
        if message.type in _ENDED:
            raise SocketClosed(self._opened.close_code or aiohttp.WSCloseCode.ABNORMAL_CLOSURE)
        raise BackendUnusable("the WebSocket sent what is no text message within the caps", 101)

    async def close(self, code: int = aiohttp.WSCloseCode.OK) -> None:
        """However the other side behaves, this ends."""
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(2 * SOCKET_CLOSE_S):
                await self._opened.close(code=code)
