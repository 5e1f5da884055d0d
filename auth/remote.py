"""The published keys of an issuer that is not ours (``serve --issuer``): discovery once, then its JWKS.

While the issuer is down the keys that we know stay in force. Must never: follow a redirect, read more than
a key set needs, believe an answer of another issuer, or take a key for an algorithm that it does not name
itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt

from auth.keys import VerificationKey

_log = logging.getLogger(__name__)
_LONGEST = 256 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_ALGORITHMS = {"RSA": ("RS256", "PS256", "RS384", "RS512"), "EC": ("ES256", "ES384"), "OKP": ("EdDSA",)}


class IssuerUnusable(Exception):
    """What the issuer answered cannot be used; says why."""


class RemoteJwks:
    """A ``KeySource`` over an issuer's discovery document. ``start`` first."""

    refetch_s = 30.0

    def __init__(self, issuer: str, session: aiohttp.ClientSession) -> None:
        self.issuer = issuer
        self._session = session
        self._jwks_uri = ""
        self._keys: dict[str, VerificationKey] = {}
        self._fetching: asyncio.Task[None] | None = None
        self.generation = 0

    async def start(self) -> None:
        """Discovers the issuer and reads its keys.

        Raises: IssuerUnusable.
        """
        await self._fetch()

    async def refresh(self) -> None:
        """Reads the keys again; many may ask at once and one asks the issuer. A failure leaves what is known."""
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch_or_keep())
        await asyncio.shield(self._fetching)

    def verification_key(self, kid: str) -> VerificationKey | None:
        return self._keys.get(kid)

    async def _fetch_or_keep(self) -> None:
        try:
            await self._fetch()
        except IssuerUnusable as unusable:
            _log.warning("issuer: %s; going on with the keys that are known", unusable)
        finally:
            self._fetching = None

    async def _fetch(self) -> None:
        if not self._jwks_uri:
            found = await self._read(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer:  # OpenID Connect Discovery §4.3
                raise IssuerUnusable("the discovery document is another issuer's")
            self._jwks_uri = _same_security(self.issuer, found.get("jwks_uri"))
        keys = _usable(await self._read(self._jwks_uri))
        if not keys:
            raise IssuerUnusable("the key set holds no usable key")
        if {kid: key.algorithm for kid, key in keys.items()} != {
            k: v.algorithm for k, v in self._keys.items()
        }:
            self.generation += 1
        self._keys = keys

    async def _read(self, address: str) -> dict[str, Any]:
        try:
            async with self._session.get(address, allow_redirects=False, timeout=_TIMEOUT) as answer:
                if answer.status != 200:
                    raise IssuerUnusable(f"answered {answer.status}")
                raw = await answer.content.read(_LONGEST + 1)
                while len(raw) <= _LONGEST and not answer.content.at_eof():
                    raw += await answer.content.read(_LONGEST + 1 - len(raw))
            if len(raw) > _LONGEST:
                raise IssuerUnusable("the answer is too large")
            found = json.loads(raw)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise IssuerUnusable(type(error).__name__) from None
        except (ValueError, RecursionError):
            raise IssuerUnusable("the answer is not JSON") from None
        if not isinstance(found, dict):
            raise IssuerUnusable("the answer is not an object")
        return found


def _same_security(issuer: str, address: object) -> str:
    """A key set over https; over http only where the issuer itself is."""
    if not isinstance(address, str) or urlsplit(address).scheme not in {"https", urlsplit(issuer).scheme}:
        raise IssuerUnusable("jwks_uri is missing or not https")
    return address


def _usable(found: dict[str, Any]) -> dict[str, VerificationKey]:
    keys: dict[str, VerificationKey] = {}
    listed = found.get("keys")
    for said in listed if isinstance(listed, list) else []:
        key = _key(said)
        if key is not None:
            keys[key.kid] = key
    return keys


def _key(said: object) -> VerificationKey | None:
    """One public signing key; anything else in the set is passed over (RFC 7517 §5)."""
    if not isinstance(said, dict) or said.get("use", "sig") != "sig" or not isinstance(said.get("kid"), str):
        return None
    allowed = _ALGORITHMS.get(str(said.get("kty")), ())
    algorithm = said.get("alg") or (allowed[0] if allowed else "")
    if algorithm not in allowed:
        return None
    try:
        key = jwt.PyJWK({name: value for name, value in said.items() if name != "d"}, algorithm)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    return VerificationKey(said["kid"], algorithm, key.key)
