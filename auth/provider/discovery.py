"""What clients and departments read about us: discovery, keys, and (with a token) userinfo."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from auth.keys import ALGORITHM
from auth.provider.parts import Provider
from auth.provider.settings import ProviderSettings
from auth.provider.token import NO_STORE
from tongban.errors import CallerFault

_PUBLIC = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}


def configuration(settings: ProviderSettings) -> dict[str, Any]:
    """OpenID Connect Discovery §3, RFC 8414 §2."""
    issuer = settings.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "end_session_endpoint": f"{issuer}/oauth/logout",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "scopes_supported": ["openid", "profile"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": ["1", "2", "3"],
        "claims_supported": [
            "sub",
            "iss",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "acr",
            "sid",
            "name",
            "roles",
        ],
        "prompt_values_supported": ["none", "login"],
        "ui_locales_supported": ["zh-CN", "en"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
    }


async def discovery(provider: Provider, _request: Request) -> Response:
    return JSONResponse(configuration(provider.settings), headers=_PUBLIC)


async def jwks(provider: Provider, _request: Request) -> Response:
    """RFC 7517 §5."""
    return JSONResponse(provider.keys.jwks(), headers=_PUBLIC, media_type="application/jwk-set+json")


async def userinfo(provider: Provider, request: Request) -> Response:
    """OpenID Connect Core §5.3: the name only under the scope ``profile``."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            return _challenge(None)
        claims = await provider.verifier.verify(text.strip())
    except CallerFault:
        return _challenge("invalid_token")
    account = await provider.accounts.get(claims.subject)
    if account is None or account.disabled:
        return _challenge("invalid_token")
    if "openid" not in claims.scopes:
        return _challenge("insufficient_scope", 403)
    said: dict[str, Any] = {"sub": claims.subject, "acr": str(claims.level)}
    if "profile" in claims.scopes:
        person = await provider.accounts.person(account.person_id) if account.person_id else None
        said["roles"] = sorted(role.value for role in account.roles)
        said |= {"name": person.name} if person is not None else {}
    return JSONResponse(said, headers=NO_STORE)


def _challenge(error: str | None, status: int = 401) -> Response:
    """RFC 6750 §3."""
    said = 'Bearer realm="tongban"' + (f', error="{error}"' if error else "")
    return JSONResponse(
        {"error": error or "invalid_request"}, status, headers=NO_STORE | {"WWW-Authenticate": said}
    )
