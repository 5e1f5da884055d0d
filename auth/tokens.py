"""Judging access tokens: every rule of the house, in one place, for every transport.

One algorithm per key, exact issuer and audience, finite numeric times, canonical base64url, no ``crit``,
``jku``, ``x5u``, ``jwk``, ``x5c``; ``kid`` is only a dictionary key; a token is at most 8 KB. A token that
passed is remembered until it expires, by its hash.
Must never: say in the answer which rule a token broke (the log's ``detail`` says it, without the token),
or believe a header.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from auth.keys import VerificationKey
from tongban.caller import Role
from tongban.clock import Clock
from tongban.errors import CallerFault, ErrorCode

_LONGEST = 8 * 1024
_CACHED = 20_000
_SEGMENT = re.compile(r"[A-Za-z0-9_-]+")
_HEADERS = frozenset({"alg", "typ", "kid"})
_IGNORED_HEADERS = frozenset({"x5t", "x5t#S256", "cty"})
_ROLES = {role.value: role for role in Role}
_JWS = jwt.PyJWS()


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified access token says (RFC 9068 §2.2)."""

    subject: str
    client_id: str
    session: str
    token_id: str
    level: int
    roles: frozenset[Role]
    scopes: frozenset[str]
    issued_at: float
    expires_at: float
    authenticated_at: float
    policies: frozenset[str] = frozenset()
    """The claim ``policies``, a list: no standard, but ours (docs/federation.md)."""


class KeySource(Protocol):
    """Where public keys come from. ``generation`` changes when the set does; ``refresh`` never raises for
    an issuer that is down.
    """

    refetch_s: float
    generation: int

    def verification_key(self, kid: str) -> VerificationKey | None: ...

    async def refresh(self) -> None: ...


class RevocationList(Protocol):
    """Whether a token was taken back."""

    def revoked(self, session: str, token_id: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What varies by issuer. ``kinds`` are accepted values of ``typ``, in lower case."""

    issuer: str
    audience: str
    kinds: frozenset[str] = frozenset({"at+jwt", "application/at+jwt"})
    skew_s: float = 5.0
    longest_life_s: float = 25 * 3600.0
    default_level: int = 0
    full_profile: bool = True
    """Whether every claim that RFC 9068 §2.2 requires must be there; issuers elsewhere leave some out."""

    @classmethod
    def foreign(cls, issuer: str, audience: str) -> TokenRules:
        """For an issuer that is not ours: JWT access tokens of before RFC 9068 are taken too."""
        kinds = frozenset({"at+jwt", "application/at+jwt", "jwt", ""})
        return cls(
            issuer,
            audience,
            kinds,
            skew_s=30.0,
            longest_life_s=366 * 86400.0,
            default_level=1,
            full_profile=False,
        )


class _Refused(Exception):
    """Which rule was broken; for the log."""


class TokenVerifier:
    """``await verify(token)`` gives its claims or raises CallerFault (UNAUTHENTICATED)."""

    def __init__(
        self, keys: KeySource, rules: TokenRules, clock: Clock, *, revocations: RevocationList | None = None
    ) -> None:
        self._keys = keys
        self._rules = rules
        self._clock = clock
        self._revocations = revocations
        self._verified: OrderedDict[bytes, Claims] = OrderedDict()
        self._generation = keys.generation
        self._refetched_at = -math.inf

    async def verify(self, token: str) -> Claims:
        """The claims of a token that breaks no rule.

        Raises: CallerFault (UNAUTHENTICATED).
        """
        try:
            claims = self._remembered(token) or await self._judge(token)
            if self._revocations is not None and self._revocations.revoked(claims.session, claims.token_id):
                raise _Refused("revoked")
        except _Refused as refused:
            raise CallerFault(
                ErrorCode.UNAUTHENTICATED,
                "The access token is not valid; log in again.",
                detail=f"token: {refused}",
            ) from None
        return claims

    def _remembered(self, token: str) -> Claims | None:
        if self._generation != self._keys.generation:  # a key came or went
            self._verified.clear()
            self._generation = self._keys.generation
        if len(token) > _LONGEST:
            raise _Refused("too large")
        key = _digest(token)
        claims = self._verified.get(key)
        if claims is not None and claims.expires_at <= self._clock.epoch_s():
            del self._verified[key]
            raise _Refused("expired")
        return claims

    async def _judge(self, token: str) -> Claims:
        header, payload = _parts(token)
        key = await self._key_of(header)
        if header["alg"] != key.algorithm:
            raise _Refused("algorithm is not the key's")
        if str(header.get("typ", "")).lower() not in self._rules.kinds:
            raise _Refused("typ")
        try:
            _JWS.decode_complete(token, key.key, algorithms=[key.algorithm])
        except (jwt.PyJWTError, ValueError):
            raise _Refused("signature") from None
        claims = self._claims(payload)
        self._verified[_digest(token)] = claims
        while len(self._verified) > _CACHED:
            self._verified.popitem(last=False)
        return claims

    async def _key_of(self, header: Mapping[str, Any]) -> VerificationKey:
        kid = header.get("kid")
        if not isinstance(kid, str) or not 0 < len(kid) <= 256:
            raise _Refused("kid")
        key = self._keys.verification_key(kid)
        if key is None and self._clock.monotonic_s() - self._refetched_at >= self._keys.refetch_s:
            self._refetched_at = self._clock.monotonic_s()
            await self._keys.refresh()
            key = self._keys.verification_key(kid)
        if key is None:
            raise _Refused("unknown key")
        return key

    def _claims(self, payload: Mapping[str, Any]) -> Claims:
        rules, now = self._rules, self._clock.epoch_s()
        if payload.get("iss") != rules.issuer:
            raise _Refused("issuer")
        audience = payload.get("aud")
        listed = audience if isinstance(audience, list) else [audience]
        if not all(isinstance(name, str) for name in listed) or rules.audience not in listed:
            raise _Refused("audience")
        expires_at = _time(payload, "exp")
        issued_at = _time(payload, "iat") if rules.full_profile or "iat" in payload else now
        if expires_at <= now:
            raise _Refused("expired")
        if issued_at > now + rules.skew_s or (
            "nbf" in payload and _time(payload, "nbf") > now + rules.skew_s
        ):
            raise _Refused("not yet valid")
        if expires_at - now > rules.longest_life_s or expires_at <= issued_at:
            raise _Refused("lives too long")
        missing = None if rules.full_profile else ""
        return Claims(
            subject=_text(payload, "sub"),
            client_id=_text(payload, "client_id", missing) or _text(payload, "azp", ""),
            session=_text(payload, "sid", ""),
            token_id=_text(payload, "jti", missing),
            level=_level(payload.get("acr"), rules.default_level),
            roles=_roles(payload.get("roles", [])),
            scopes=_scopes(payload.get("scope", payload.get("scp", ""))),
            policies=_policies(payload.get("policies", [])),
            issued_at=issued_at,
            expires_at=expires_at,
            authenticated_at=_time(payload, "auth_time") if "auth_time" in payload else issued_at,
        )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and payload of a compact JWS in its one canonical spelling; nothing is verified yet."""
    segments = token.split(".")
    if len(segments) != 3:
        raise _Refused("not three segments")
    header, payload, _signature = (_canonical(segment) for segment in segments)
    said = _json_object(header)
    if not isinstance(said.get("alg"), str):
        raise _Refused("alg")
    if not said.keys() <= _HEADERS | _IGNORED_HEADERS:
        raise _Refused("a header that we do not take")  # crit, jku, jwk, x5u, x5c, b64, zip …
    return said, _json_object(payload)


def _canonical(segment: str) -> bytes:
    """RFC 7515 §2: base64url without padding; and only the spelling whose unused bits are zero."""
    if not _SEGMENT.fullmatch(segment):
        raise _Refused("not base64url")
    try:
        raw = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError:
        raise _Refused("not base64url") from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != segment:
        raise _Refused("not canonical base64url")
    return raw


def _json_object(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _Refused("not JSON") from None
    if not isinstance(found, dict):
        raise _Refused("not an object")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """RFC 7515 §4: a name that comes twice is an error."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("a name comes twice")
    return found


def _no_constant(_name: str) -> None:
    raise _Refused("NaN or Infinity")


def _time(payload: Mapping[str, Any], name: str) -> float:
    value = payload.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _Refused(f"{name} is no number")
    try:
        seconds = float(value)
    except OverflowError:
        raise _Refused(f"{name} is not finite") from None
    if not math.isfinite(seconds) or seconds < 0:
        raise _Refused(f"{name} is not finite")
    return seconds


def _text(payload: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = payload.get(name, default)
    if not isinstance(value, str) or (default is None and not value) or len(value) > 2_048:
        raise _Refused(name)
    return value


def _level(acr: object, default: int) -> int:
    return int(acr) if isinstance(acr, str) and acr in {"1", "2", "3"} else default


def _scopes(said: object) -> frozenset[str]:
    """``scope`` with spaces between (RFC 8693 §4.2), or, as some issuers write ``scp``, a list."""
    listed = said.split(" ") if isinstance(said, str) else said
    return frozenset(name for name in _listed(listed, "scope") if name)


def _policies(said: object) -> frozenset[str]:
    return frozenset(_listed(said, "policies"))


def _listed(said: object, claim: str) -> list[str]:
    if not isinstance(said, list) or not all(isinstance(name, str) for name in said):
        raise _Refused(claim)
    return said


def _roles(said: object) -> frozenset[Role]:
    if not isinstance(said, list):
        raise _Refused("roles")
    return frozenset(_ROLES[role] for role in said if isinstance(role, str) and role in _ROLES)
