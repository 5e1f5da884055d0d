"""A single answer over HTTP: status, headers, compression."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping

from starlette.types import Send

from gateway.transports.accept import JSON, takes_gzip
from gateway.types import Response

GZIP_FROM_BYTES = 1_024
GZIP_ASIDE_FROM_BYTES = 128 * 1024
"""From here on in a thread: the loop has others to serve."""


def common_headers(request_id: str) -> dict[str, str]:
    return {
        "cache-control": "no-store",
        "vary": "Accept, Accept-Encoding, Authorization",
        "x-request-id": request_id,
        "x-content-type-options": "nosniff",
    }


def encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


async def write(
    send: Send, response: Response, media_type: str, request_headers: Mapping[str, str], request_id: str
) -> None:
    """Older clients (application/json) get 200 for what was well-formed (§6.4.1); the newer type says it in the status."""
    status = 200 if media_type == JSON and response.well_formed else response.status
    body = response.body
    headers = {
        "content-type": f"{media_type}; charset=utf-8",
        **common_headers(request_id),
        **response.headers,
    }
    if len(body) >= GZIP_FROM_BYTES and takes_gzip(request_headers.get("accept-encoding", "")):
        if len(body) >= GZIP_ASIDE_FROM_BYTES:
            body = await asyncio.to_thread(gzip.compress, body, 4, mtime=0)
        else:
            body = gzip.compress(body, compresslevel=4, mtime=0)
        headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(body))
    await send({"type": "http.response.start", "status": status, "headers": encoded(headers)})
    await send({"type": "http.response.body", "body": body})
