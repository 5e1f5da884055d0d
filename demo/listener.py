"""One port of the province: an HTTP server on a socket that can be taken away, reset and given back.

Built on uvicorn's protocol and config, without its own signal handling: one process hosts dozens of these.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import struct
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from uvicorn import Config
from uvicorn.server import ServerState

_REBIND_TRIES = 200
_KEEP_ALIVE_S = 75  # longer than clients keep idle connections: the client closes first
_LINGER_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class MutualTls:
    """PEM texts of a server that asks for a client certificate."""

    ca: str
    certificate: str
    key: str

    def __repr__(self) -> str:
        return "MutualTls(…)"

    def server_side(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=self.ca)
        # load_cert_chain reads files only; they live for this call, readable by nobody else
        with tempfile.TemporaryDirectory() as directory:
            chain = Path(directory) / "chain.pem"
            chain.touch(mode=0o600)
            chain.write_text(self.certificate + self.key, "ascii")
            context.load_cert_chain(chain)
        return context


class Listener:
    """``open`` binds and serves; ``refuse``, ``reset`` and ``serve`` switch what a new connection meets."""

    def __init__(self, port: int = 0) -> None:
        self._idle: socket.socket | None = _bound(port)
        self.port: int = self._idle.getsockname()[1]
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self._tls: ssl.SSLContext | None = None
        self.is_serving = False

    async def open(self, app: Any, tls: ssl.SSLContext | None = None) -> None:
        self._config = Config(
            app, http="httptools", ws="none", lifespan="auto", log_config=None, access_log=False
        )
        self._config.timeout_keep_alive = _KEEP_ALIVE_S
        self._config.load()
        self._lifespan = self._config.lifespan_class(self._config)
        await self._lifespan.startup()
        if self._lifespan.should_exit:
            raise RuntimeError("the app did not start")
        await self.serve(tls)

    async def close(self) -> None:
        await self._stop()
        if self._idle is not None:
            self._idle.close()
        self._abort_connections(hard=False)
        await self._lifespan.shutdown()

    async def serve(self, tls: ssl.SSLContext | None = None) -> None:
        """Answer (again), with another certificate if one is given."""
        self._tls = tls or self._tls
        await self._stop()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._protocol, sock=self._take(), ssl=self._tls, backlog=2048
        )
        self.is_serving = True

    async def refuse(self) -> None:
        """Nobody listens: connections are refused, open ones closed. The port stays ours (bound only)."""
        await self._stop()
        self._abort_connections(hard=False)

    async def reset(self) -> None:
        """Connections are accepted and answered with RST, open ones too."""
        await self._stop()
        self._abort_connections(hard=True)
        self._server = await asyncio.start_server(_reset_connection, sock=self._take(), backlog=2048)

    def drop_connections(self) -> None:
        """Close what clients keep alive, so that a new certificate is met."""
        self._abort_connections(hard=False)

    def _protocol(self) -> asyncio.Protocol:
        make = cast(Any, self._config.http_protocol_class)
        protocol: asyncio.Protocol = make(
            config=self._config, server_state=self._state, app_state=self._lifespan.state
        )
        return protocol

    def _take(self) -> socket.socket:
        if self._idle is None:
            raise RuntimeError("the port is already in use by this listener")
        taken, self._idle = self._idle, None
        return taken

    async def _stop(self) -> None:
        if self._server is None:
            return
        server, self._server, self.is_serving = self._server, None, False
        server.close()
        for _ in range(_REBIND_TRIES):
            try:
                self._idle = _bound(self.port)
                return
            except OSError:  # the old socket is closed by the loop a moment later
                await asyncio.sleep(0.005)
        raise RuntimeError("the port could not be kept")

    def _abort_connections(self, hard: bool) -> None:
        for connection in list(self._state.connections):
            transport = cast(Any, connection).transport
            if transport is not None:
                _abort(transport, hard)


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
    except OSError:
        bound.close()
        raise
    bound.setblocking(False)
    return bound


def _abort(transport: asyncio.WriteTransport, hard: bool) -> None:
    """Close at once; ``hard``: with RST (linger 0, set through a duplicate of the descriptor)."""
    peer = transport.get_extra_info("socket")
    if hard and peer is not None and peer.fileno() >= 0:
        with socket.socket(fileno=os.dup(peer.fileno())) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
    transport.abort()


async def _reset_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the first bytes of the request, as a crashing server does, then reset."""
    with suppress(TimeoutError, OSError):
        await asyncio.wait_for(reader.read(1), timeout=5)
    _abort(writer.transport, hard=True)
