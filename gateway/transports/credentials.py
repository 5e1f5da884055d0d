"""Who opens a WebSocket: from the upgrade's headers and the payload of ``connection_init``, which browsers can only use.

Credentials are never cookies, and no answer depends on anything else that a browser sends by itself: a page of another origin that
opens a socket here gets what a stranger gets, so ``Origin`` is not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
