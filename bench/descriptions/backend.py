"""The way to a mock: prism serves a document's paths at its root, whatever base path the document's servers have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from connectors.connector import Connector
from connectors.judging.opened import AnySecret, NoTokens
from connectors.manifest import Manifest
from connectors.opening import open_connector
from connectors.transport import RawAnswer, Transport
from tongban.clock import SystemClock


class ToMock(Transport):
    """Takes ``bases`` off a request's path, as the proxy before a backend does, and keeps the last answer."""

    def __init__(self, bases: Iterable[str] = ()) -> None:
        super().__init__(clock=SystemClock(), egress_allow=("127.0.0.0/8",))
        self._bases = sorted({each for each in bases if each}, key=len, reverse=True)
        self.answer: RawAnswer | None = None
        self.asked = ""

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, **options: Any
    ) -> RawAnswer:
        parts = urlsplit(url)
        base = next((each for each in self._bases if parts.path.startswith(f"{each}/")), "")
        self.asked = urlunsplit(parts._replace(path=parts.path[len(base) :]))
        self.answer = None
        self.answer = await super().exchange(method, self.asked, headers, body, **options)
        return self.answer


def opened(
    manifest: Manifest, files: Mapping[str, bytes], transport: Transport, endpoint: str = "http://127.0.0.1:9"
) -> Connector:
    """Raises: ManifestRejected."""
    return open_connector(
        manifest,
        files,
        endpoint=endpoint,
        secrets=AnySecret(),
        tokens=NoTokens(),
        clock=SystemClock(),
        transport=transport,
    )
