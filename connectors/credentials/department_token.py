"""``exchanged`` and ``forward.citizen``: the department's own short-lived token of the citizen (never the
citizen's own).

Cached by subject, session, level and purpose until shortly before it expires. Must never: give one caller's
token to another.
"""

from __future__ import annotations

import math
from base64 import urlsafe_b64decode
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from connectors.credentials.outgoing import Outgoing
from connectors.manifest.model import Manifest
from connectors.ports import TokenExchange
from federation.subgraph import FetchContext
from tongban.clock import Clock

EARLY_S = 15.0
MAX_HELD = 10_000

_Key = tuple[str, str, int, str]


class DepartmentToken:
    """Puts the token into ``header`` after ``prefix``."""

    def __init__(
        self,
        tokens: TokenExchange,
        audience: str,
        *,
        clock: Clock,
        header: str = "Authorization",
        prefix: str = "",
    ) -> None:
        self._tokens = tokens
        self._audience = audience
        self._clock = clock
        self._header = header
        self._prefix = prefix
        self._held: OrderedDict[_Key, tuple[str, float]] = OrderedDict()

    async def apply(self, outgoing: Outgoing, context: FetchContext, deadline_s: float) -> None:
        outgoing.headers[self._header] = self._prefix + await self.token(context)

    async def renew(self, context: FetchContext, deadline_s: float) -> bool:
        return self._held.pop(_key(context), None) is not None

    async def token(self, context: FetchContext) -> str:
        """The token itself (a SOAP header element carries it too)."""
        key = _key(context)
        now_s = self._clock.epoch_s()
        held = self._held.get(key)
        if held is not None and now_s < held[1]:
            self._held.move_to_end(key)
            return held[0]
        token = await self._tokens.token_for(context.caller, self._audience, context.purpose, now_s)
        self._held[key] = (token, _expiry_s(token) - EARLY_S)
        while len(self._held) > MAX_HELD:
            self._held.popitem(last=False)
        return token

    async def subject(self, context: FetchContext) -> str | None:
        """The caller's pairwise subject, as the token names it."""
        found = _payload(await self.token(context)).get("sub")
        return found if isinstance(found, str) and found else None


def subjects_of(
    manifest: Manifest, tokens: TokenExchange, clock: Clock
) -> Callable[[FetchContext], Awaitable[str | None]] | None:
    """``$citizen.sub``; None where the manifest sends the department no tokens."""
    backend = manifest.backend
    audiences = [] if backend.forward is None else [backend.forward.audience]
    audiences += [auth.options["audience"] for auth in backend.auth if auth.kind == "exchanged"]
    return DepartmentToken(tokens, audiences[0], clock=clock).subject if audiences else None


def _key(context: FetchContext) -> _Key:
    caller = context.caller
    return (caller.subject, caller.session, caller.level, context.purpose)


def _expiry_s(token: str) -> float:
    """``exp`` of our own token; the department checks the signature. Without one the token is used once."""
    expiry = _payload(token).get("exp")
    return float(expiry) if isinstance(expiry, int | float) and math.isfinite(expiry) else -math.inf


def _payload(token: str) -> Mapping[str, Any]:
    """Empty for what is no JWT."""
    try:
        payload = token.split(".")[1]
        found = orjson.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
