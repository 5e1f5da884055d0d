"""What every server of ours is run with: uvicorn's protocols, told apart from what they do by themselves in two things.

When the server is told to end, the application hears of it (``leave``) before connections are closed, so that WebSockets close in
order and streams end with a word; uvicorn then waits for them within ``timeout_graceful_shutdown``. And nothing is held for ever for
a peer that does not read: one that sends pings without taking the pongs is cut off, and so is one whose window stays shut.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from tongban.settings import Settings

SHUT_WINDOW_S = 60
"""For so long a peer may take nothing of what was sent; the kernel then ends the connection, also one that is being closed."""


class HttpProtocol(HttpToolsProtocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        _end_when_shut(transport)
        super().connection_made(transport)

    def shutdown(self) -> None:
        self.config.loaded_app.leave()
        super().shutdown()


class SocketProtocol(WebSocketsSansIOProtocol):
    def shutdown(self) -> None:
        """An open socket is closed by the application, with 1001."""
        self.config.loaded_app.leave()
        if not self.handshake_complete or self.close_sent:
            super().shutdown()

    def handle_ping(self) -> None:
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.transport.abort()


def _end_when_shut(transport: asyncio.Transport) -> None:
    """RFC 5482; a socket that begins as HTTP keeps it as a WebSocket. Other systems than Linux have no such option."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None:
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, option, SHUT_WINDOW_S * 1000)


def server_options(settings: Settings) -> Mapping[str, Any]:
    return {
        "host": settings.host,
        "port": settings.port,
        "http": HttpProtocol,
        "ws": SocketProtocol,
        "ws_max_size": settings.max_message_bytes,
        "ws_per_message_deflate": False,  # no request is inflated
        # below this, uvicorn tells the address with its query string, and the frames of sockets
        "log_level": settings.log_level if settings.log_level == "error" else "warning",
        "access_log": False,
        "log_config": None,  # its own handler would print the words of exceptions
        "proxy_headers": False,
        "server_header": False,
        "timeout_graceful_shutdown": int(settings.request_deadline_s) + 1,
    }
