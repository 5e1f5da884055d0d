"""Who opens a WebSocket: from the upgrade's headers and the payload of ``connection_init``, which browsers can only use.

No rule of browsers keeps a page of another origin from opening a socket here, and what a browser knows of its user it sends by
itself: cookies, and a password that was typed for this host. Our own login takes neither, but a plain gateway may pass them on to
backends; from a page of another origin they count as not sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from gateway.transports.messages import invalid

MOST_HEADER = 8_192
_NAMES = frozenset(
    f"{program}-client-{what}" for program in ("apollographql", "graphql") for what in ("name", "version")
)


def headers_with(headers: Mapping[str, str], payload: Mapping[str, Any]) -> Mapping[str, str]:
    """The upgrade's headers, with ``authorization`` and the names of the client program as ``connection_init`` has them:
    at the top of its payload, or under ``headers``. Where both say something, the payload is right. Raises Close.
    """
    within = payload.get("headers")
    given = {**payload, **within} if isinstance(within, dict) else payload
    found = dict(headers)
    for name, value in given.items():
        lowered = name.lower()
        if value is None or (lowered != "authorization" and lowered not in _NAMES):
            continue
        if not (
            isinstance(value, str) and len(value) <= MOST_HEADER and value.isascii() and value.isprintable()
        ):
            raise invalid("a header is a string of printable ASCII")
        found[lowered] = value
    return found


def without_ambient(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The upgrade's headers; without what a browser sends by itself, where a page of another origin opens the socket."""
    if _is_own_page(headers):
        return headers
    return {name: value for name, value in headers.items() if not _is_ambient(name, value)}


def _is_own_page(headers: Mapping[str, str]) -> bool:
    """RFC 6454 §7: no ``Origin``, no page. A proxy in front keeps ``Host``; the scheme is the proxy's."""
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        return _authority(origin) == _authority(f"{urlsplit(origin).scheme}://{headers.get('host', '')}")
    except ValueError:
        return False


def _authority(url: str) -> tuple[str, int]:
    """Raises: ValueError."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError("no host")
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _is_ambient(name: str, value: str) -> bool:
    """Bearer tokens are a program's to send; no browser does it by itself."""
    return name == "cookie" or (name == "authorization" and not value.lower().startswith("bearer "))
