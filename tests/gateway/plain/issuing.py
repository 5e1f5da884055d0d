"""An issuer on loopback, and tokens that it might have signed."""

from __future__ import annotations

import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

AUDIENCE = "our-graph"
KEY = ec.generate_private_key(ec.SECP256R1())


def issuer_app() -> Starlette:
    """Discovery and key set, as OpenID Connect Discovery §4 has them."""

    async def discovery(request: Request) -> JSONResponse:
        origin = f"http://{request.headers['host']}"
        return JSONResponse({"issuer": origin, "jwks_uri": f"{origin}/jwks"})

    async def jwks(_request: Request) -> JSONResponse:
        key: dict[str, Any] = jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        return JSONResponse({"keys": [{**key, "kid": "one", "use": "sig", "alg": "ES256"}]})

    return Starlette(routes=[Route("/.well-known/openid-configuration", discovery), Route("/jwks", jwks)])


def token(issuer: str, key: Any = KEY, **changed: Any) -> str:
    now = int(time.time())
    claims = {"iss": issuer, "aud": AUDIENCE, "sub": "somebody", "iat": now, "exp": now + 60, **changed}
    return jwt.encode(claims, key, "ES256", headers={"kid": "one", "typ": "at+jwt"})
