"""The two cookies of the login: who is logged in, and which browser was shown a form. HttpOnly,
SameSite=Lax, Secure under https.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from auth.provider.settings import ProviderSettings


def _name(settings: ProviderSettings, name: str) -> str:
    # RFC 6265bis §4.1.3.2: the prefix holds the cookie to this host; browsers take it only with Secure
    return f"__Host-{name}" if settings.is_secure else name


def read_cookie(request: Request, settings: ProviderSettings, name: str) -> str:
    return request.cookies.get(_name(settings, name), "")


def set_cookie(
    response: Response, settings: ProviderSettings, name: str, value: str, life_s: int | None = None
) -> None:
    response.set_cookie(
        _name(settings, name),
        value,
        max_age=life_s,
        path="/",
        secure=settings.is_secure,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, settings: ProviderSettings, name: str) -> None:
    response.delete_cookie(
        _name(settings, name), path="/", secure=settings.is_secure, httponly=True, samesite="lax"
    )


LOGIN = "tongban_login"
FORM = "tongban_form"
