"""The platform's department tokens, checked as a department would: against the issuer's published keys.

Nothing here trusts a token's own header for anything but the choice of a published key.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from demo.context import BadToken, Claims

ALGORITHMS = ["ES256", "ES384", "RS256", "PS256", "EdDSA", "Ed25519"]

FetchKeys = Callable[[], Awaitable[dict[str, Any]]]
"""Gives the JWKS document."""

_REFETCH_AFTER_S = 1.0
_REMEMBERED = 10_000
_CLOCK_SKEW_S = 5


def keys_at(jwks_url: str) -> FetchKeys:
    """Keys from the issuer's address."""

    async def fetch() -> dict[str, Any]:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            answer = await client.get(jwks_url)
            answer.raise_for_status()
            document: dict[str, Any] = answer.json()
            return document

    return fetch


class JwksVerifier:
    """Verifies tokens of one issuer for any of the departments."""

    def __init__(self, issuer: str, fetch_keys: FetchKeys, now_s: Callable[[], float] = time.time) -> None:
        self._issuer = issuer
        self._fetch_keys = fetch_keys
        self._now_s = now_s
        self._keys: dict[str, Key] = {}
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()
        self._seen: dict[tuple[str, str], tuple[float, Claims]] = {}

    async def verify(self, token: str, audience: str) -> Claims:
        """Raises BadToken."""
        known = self._seen.get((token, audience))
        if known is not None and known[0] > self._now_s():
            return known[1]
        key = await self._key_of(token)
        try:
            decoded = jwt.decode(token, key, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as bad:
            raise BadToken("the signature does not hold") from bad
        expires_at, claims = self._judge(decoded.claims, audience)
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[token, audience] = (expires_at, claims)
        return claims

    def forget_when_fetched(self) -> None:
        """The next unknown key is looked for at once, however shortly after the last look."""
        self._fetched_at = float("-inf")

    def _judge(self, claims: dict[str, Any], audience: str) -> tuple[float, Claims]:
        audiences = claims.get("aud")
        expires_at = claims.get("exp")
        if claims.get("iss") != self._issuer:
            raise BadToken("another issuer")
        if audience not in (audiences if isinstance(audiences, list) else [audiences]):
            raise BadToken("for another audience")
        if isinstance(expires_at, bool) or not isinstance(expires_at, int | float):
            raise BadToken("no expiry")
        if expires_at <= self._now_s() - _CLOCK_SKEW_S:
            raise BadToken("expired")
        return float(expires_at), Claims(
            subject=str(claims.get("sub", "")),
            audience=audience,
            purpose=str(claims.get("purpose", "")),
            level=_level(claims),
        )

    async def _key_of(self, token: str) -> Key:
        try:
            kid = jws.extract_compact(token.encode()).headers()["kid"]
        except (JoseError, ValueError, KeyError) as bad:
            raise BadToken("not a token") from bad
        async with self._fetching:
            if kid not in self._keys and time.monotonic() - self._fetched_at >= _REFETCH_AFTER_S:
                await self._refetch()
        if kid not in self._keys:
            raise BadToken("signed with an unknown key")
        return self._keys[kid]

    async def _refetch(self) -> None:
        try:
            document = await self._fetch_keys()
            found = KeySet.import_key_set(document)  # type: ignore[arg-type]  # its TypedDict, our JSON
        except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as bad:
            raise BadToken("the issuer's keys cannot be had") from bad
        finally:
            self._fetched_at = time.monotonic()
        self._keys = {key.kid: key for key in found.keys if key.kid}


def _level(claims: dict[str, Any]) -> int:
    """The assurance level under whichever name it travels (``assurance`` first)."""
    for name in ("assurance", "level", "assurance_level", "acr"):
        text = str(claims.get(name, ""))
        digits = text.rpartition(":")[2].removeprefix("level").removeprefix("l")
        if digits.isdigit():
            return int(digits)
    return 0
