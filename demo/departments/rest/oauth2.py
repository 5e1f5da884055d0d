"""OAuth2 client credentials (RFC 6749 §4.4) at a department's own token endpoint: opaque tokens that expire.

Tokens live in memory; none is ever written or logged.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.context import Context
from demo.departments.rest.refusal import Refused, Why


@dataclass(slots=True)
class TokenEndpoint:
    """Knows ``secret://<code>/client-id`` and ``client-secret``, as HTTP Basic or in the form (§2.3.1)."""

    context: Context
    lifetime_s: int = 300
    path: str = "/oauth2/token"
    issued: dict[str, float] = field(default_factory=dict)
    now_s: Callable[[], float] = time.time
    """The machine's clock: the department's own may be set by the control address, the caller's not."""

    def route(self) -> Route:
        return Route(self.path, self._token, methods=["POST"], name="token")

    async def guard(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        expires = self.issued.get(token)
        if scheme.lower() != "bearer" or expires is None:
            raise Refused(Why.CREDENTIALS, "访问令牌缺失或无效")
        if expires <= self.now_s():
            raise Refused(Why.CREDENTIALS, "访问令牌已过期")

    async def _token(self, request: Request) -> Response:
        self.context.called("token")
        body = await request.body()
        form = dict(parse_qsl(body.decode("utf-8", "replace")))
        if form.get("grant_type") != "client_credentials":
            return _problem("unsupported_grant_type", 400)
        client_id, client_secret = _basic(request) or (
            form.get("client_id", ""),
            form.get("client_secret", ""),
        )
        known = hmac.compare_digest(client_id.encode(), self.context.secret("client-id").encode())
        proven = hmac.compare_digest(client_secret.encode(), self.context.secret("client-secret").encode())
        if not (known and proven):
            return _problem("invalid_client", 401)
        return self._grant(form.get("scope", ""))

    def _grant(self, scope: str) -> Response:
        now = self.now_s()
        self.issued = {token: expires for token, expires in self.issued.items() if expires > now}
        token = secrets.token_urlsafe(32)
        self.issued[token] = now + self.lifetime_s
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime_s}
        if scope:
            answer["scope"] = scope
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(user), unquote_plus(password)


def _problem(error: str, status: int) -> Response:
    """RFC 6749 §5.2."""
    headers = {"WWW-Authenticate": 'Basic realm="token"'} if status == 401 else {}
    return JSONResponse({"error": error}, status, headers)
