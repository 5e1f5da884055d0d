"""A small issuer of department tokens for tests: the province can be run without the house."""

from __future__ import annotations

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from demo.tokens import JwksVerifier


class LocalIssuer:
    """Signs department tokens with a key of its own."""

    def __init__(self, issuer: str = "https://issuer.example") -> None:
        self.issuer = issuer
        self._key = ECKey.generate_key("P-256", auto_kid=True)

    def token(
        self,
        audience: str,
        subject: str = "pairwise-subject",
        level: int = 3,
        purpose: str = "service",
        expires_in_s: int = 600,
        **more: Any,
    ) -> str:
        now_s = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": audience,
            "sub": subject,
            "purpose": purpose,
            "assurance": level,
            "iat": now_s,
            "exp": now_s + expires_in_s,
        }
        header = {"alg": "ES256", "kid": self._key.kid, "typ": "at+jwt"}
        return jwt.encode(header, claims | more, self._key, algorithms=["ES256"])

    async def jwks(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}

    def verifier(self) -> JwksVerifier:
        return JwksVerifier(self.issuer, self.jwks)
