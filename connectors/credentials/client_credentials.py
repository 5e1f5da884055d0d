"""``oauth2``: the client credentials grant (RFC 6749 section 4.4). One token a connector, fetched once by
whoever needs it first, kept until shortly before it expires, dropped when the backend answers 401.

Must never: fetch two tokens at once, or keep one beyond its life.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from ssl import SSLContext
from urllib.parse import urlencode

import orjson

from connectors.backend import BackendTimeout, BackendUnusable
from connectors.credentials.outgoing import Outgoing
from connectors.transport import Transport
from federation.subgraph import FetchContext
from tongban.clock import Clock

EARLY_S = 30.0
"""A token is renewed this long before it expires (or at half its life, if that is shorter)."""

DEFAULT_LIFE_S = 300.0
MAX_TOKEN_BYTES = 64 * 1024


class ClientCredentials:
    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: str,
        scopes: Sequence[str],
        *,
        transport: Transport,
        clock: Clock,
        ssl: SSLContext | None,
    ) -> None:
        self._token_url = token_url
        self._form = urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": client_secret,
                **({"scope": " ".join(scopes)} if scopes else {}),
            }
        ).encode()
        self._transport = transport
        self._clock = clock
        self._ssl = ssl
        self._alone = asyncio.Lock()
        self._token = ""
        self._until_s = 0.0

    async def apply(self, outgoing: Outgoing, context: FetchContext, deadline_s: float) -> None:
        outgoing.headers["Authorization"] = f"Bearer {await self._current(deadline_s)}"

    async def renew(self, context: FetchContext, deadline_s: float) -> bool:
        self._token = ""
        return True

    async def _current(self, deadline_s: float) -> str:
        if self._fresh():
            return self._token
        try:
            async with asyncio.timeout(max(0.0, deadline_s - self._clock.monotonic_s())), self._alone:
                if not self._fresh():
                    await self._fetch(deadline_s)
                return self._token
        except TimeoutError:
            raise BackendTimeout("no token within the deadline") from None

    def _fresh(self) -> bool:
        return bool(self._token) and self._clock.monotonic_s() < self._until_s

    async def _fetch(self, deadline_s: float) -> None:
        answer = await self._transport.exchange(
            "POST",
            self._token_url,
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            self._form,
            deadline_s=deadline_s,
            ssl=self._ssl,
            max_body_bytes=MAX_TOKEN_BYTES,
        )
        # RFC 6749 section 5.1
        try:
            body = orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            body = None
        token = body.get("access_token") if isinstance(body, dict) else None
        if (
            answer.status != 200
            or not isinstance(body, dict)
            or not isinstance(token, str)
            or not _clean(token)
        ):
            refused = 401 if answer.status in (400, 401, 403) else answer.status
            raise BackendUnusable("the token endpoint gave no token", refused)
        life = body.get("expires_in")
        life_s = float(life) if isinstance(life, int | float) and 0 < life < 10**7 else DEFAULT_LIFE_S
        self._token = token
        self._until_s = self._clock.monotonic_s() + max(life_s - EARLY_S, life_s / 2)


def _clean(token: str) -> bool:
    return 0 < len(token) <= 16_384 and token.isascii() and token.isprintable() and " " not in token
