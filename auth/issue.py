"""Making access tokens (RFC 9068) and ID tokens (OpenID Connect Core §2). Must never: hold a name, a
number or anything else personal.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from auth.accounts import Account
from auth.keys import Keys
from tongban.clock import Clock


@dataclass(frozen=True, slots=True)
class Grant:
    """What a login gave to one client. ``family`` is the family of refresh tokens (and of access tokens:
    it begins their ids).
    """

    session: str
    family: str
    client_id: str
    scope: str
    level: int
    authenticated_at: float


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A minted token. Its repr does not show it."""

    text: str
    token_id: str
    expires_at: float

    def __repr__(self) -> str:
        return f"AccessToken(expires_at={self.expires_at})"


class TokenIssuer:
    """Signs tokens for accounts."""

    def __init__(self, keys: Keys, issuer: str, audience: str, clock: Clock) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._clock = clock

    def access_token(self, account: Account, grant: Grant, life_s: int) -> AccessToken:
        """An access token for the platform. The level is never above the account's own."""
        now = int(self._clock.epoch_s())
        token_id = f"{grant.family}.{secrets.token_urlsafe(12)}"
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": account.account_id,
            "client_id": grant.client_id,
            "iat": now,
            "exp": now + life_s,
            "jti": token_id,
            "sid": grant.session,
            "auth_time": int(grant.authenticated_at),
            "acr": str(min(grant.level, account.level)),
            "roles": sorted(role.value for role in account.roles),
            "scope": grant.scope,
        }
        return AccessToken(self._keys.sign(claims, kind="at+jwt"), token_id, float(now + life_s))

    def id_token(self, account: Account, grant: Grant, nonce: str, life_s: int) -> str:
        """An ID token for the client."""
        now = int(self._clock.epoch_s())
        claims = {
            "iss": self._issuer,
            "aud": grant.client_id,
            "sub": account.account_id,
            "iat": now,
            "exp": now + life_s,
            "sid": grant.session,
            "auth_time": int(grant.authenticated_at),
            "acr": str(min(grant.level, account.level)),
        }
        return self._keys.sign(claims | ({"nonce": nonce} if nonce else {}))
