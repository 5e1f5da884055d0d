"""The short-lived token of one department for one citizen (RFC 8693 by idea). Fills
``connectors.ports.TokenExchange``.

One signature per session, department, purpose and level, then from memory until shortly before it expires.
Must never: contain the citizen's own token, its session, the account's id, or anything by which two
departments could join their copies.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from auth.keys import Keys
from auth.pairwise import Pairwise
from tongban.caller import Caller

PLATFORM = "tongban"
"""The actor in every token (RFC 8693 §4.1), and the subject of those for callers who are not logged in."""

_LIFE_S = 300
_SHORTEST_S = 60
_MARGIN_S = 30
_CACHED = 50_000


@dataclass(frozen=True, slots=True)
class _Minted:
    token: str
    expires_at: float

    def __repr__(self) -> str:
        return "_Minted(…)"


class DepartmentTokens:
    """``await token_for(caller, audience, purpose, now_s)``: RS256, ``typ`` JWT, 60-300 seconds, verified
    with our JWKS.
    """

    def __init__(self, keys: Keys, issuer: str, pairwise: Pairwise) -> None:
        self._keys = keys
        self._issuer = issuer
        self._pairwise = pairwise
        self._minted: OrderedDict[tuple[str, str, str, str, int], _Minted] = OrderedDict()

    async def token_for(self, caller: Caller, audience: str, purpose: str, now_s: float) -> str:
        """A signed JWT for ``audience`` (a department's code). ``now_s`` is wall time."""
        key = (caller.subject, caller.session, audience, purpose, caller.level)
        minted = self._minted.get(key)
        if minted is None or minted.expires_at - _MARGIN_S <= now_s:
            minted = self._mint(caller, audience, purpose, int(now_s))
            self._minted[key] = minted
            self._minted.move_to_end(key)
            while len(self._minted) > _CACHED:
                self._minted.popitem(last=False)
        return minted.token

    def subject_for(self, caller: Caller, audience: str) -> str:
        """The pairwise subject: of the person, so that two accounts of one person are one; of the account
        without a person.
        """
        if caller.is_anonymous:
            return PLATFORM
        return self._pairwise.subject(caller.person.person_id if caller.person else caller.subject, audience)

    def _mint(self, caller: Caller, audience: str, purpose: str, now: int) -> _Minted:
        expires_at = now + _LIFE_S
        if caller.token_expires_at > 0:  # not much longer than what it was exchanged for
            expires_at = min(expires_at, max(int(caller.token_expires_at), now + _SHORTEST_S))
        claims = {
            "iss": self._issuer,
            "sub": self.subject_for(caller, audience),
            "aud": audience,
            "client_id": PLATFORM,
            "act": {"sub": PLATFORM},
            "iat": now,
            "exp": expires_at,
            "jti": secrets.token_urlsafe(12),
            "acr": str(caller.level),
            "purpose": purpose,
        }
        return _Minted(self._keys.sign(claims), float(expires_at))
