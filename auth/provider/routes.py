"""The addresses of the identity provider, one row each; and what an error looks like on a page, in JSON,
or as a redirect.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth.provider.authorize import authorize, login, redirect_back
from auth.provider.discovery import discovery, jwks, userinfo
from auth.provider.faults import OAuthError
from auth.provider.logout import logout
from auth.provider.parts import Provider
from auth.provider.requests import RedirectError
from auth.provider.token import NO_STORE, revoke, token
from tongban.errors import TongbanError

Endpoint = Callable[[Provider, Request], Awaitable[Response]]
_PAGES = frozenset({"/oauth/authorize", "/oauth/login", "/oauth/logout"})

_TABLE: tuple[tuple[str, list[str], Endpoint], ...] = (
    ("/.well-known/openid-configuration", ["GET"], discovery),
    ("/.well-known/oauth-authorization-server", ["GET"], discovery),
    ("/oauth/jwks", ["GET"], jwks),
    ("/oauth/authorize", ["GET", "POST"], authorize),
    ("/oauth/login", ["POST"], login),
    ("/oauth/token", ["POST"], token),
    ("/oauth/revoke", ["POST"], revoke),
    ("/oauth/userinfo", ["GET", "POST"], userinfo),
    ("/oauth/logout", ["GET", "POST"], logout),
)


def provider_routes(provider: Provider) -> list[Route]:
    """For the gateway's app."""

    async def style(_request: Request) -> Response:
        return provider.pages.style()

    async def icon(_request: Request) -> Response:
        return provider.pages.icon()

    return [
        *(
            Route(path, _guarded(provider, path, endpoint), methods=methods)
            for path, methods, endpoint in _TABLE
        ),
        Route("/oauth/style.css", style, methods=["GET"]),
        Route("/oauth/icon.svg", icon, methods=["GET"]),
    ]


def _guarded(provider: Provider, path: str, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(provider, request)
        except RedirectError as error:
            said = {"error": error.error, "error_description": error.description}
            return redirect_back(provider, error.redirect_uri, error.state, said)
        except OAuthError as error:
            return _refusal(provider, path, error)
        except TongbanError as error:
            refused = OAuthError(
                "temporarily_unavailable",
                error.message,
                status=error.status,
                retry_after_s=error.retry_after_s,
            )
            return _refusal(provider, path, refused)

    return answer


def _refusal(provider: Provider, path: str, error: OAuthError) -> Response:
    response: Response
    if path in _PAGES:
        response = provider.pages.problem(_ZH.get(error.error, "请求有误。"), error.description, error.status)
    else:
        said = {"error": error.error, "error_description": error.description}
        response = JSONResponse(said, error.status, headers=NO_STORE)
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(int(error.retry_after_s) + 1)
    return response


_ZH = {
    "invalid_client": "该应用未登记。",
    "invalid_request": "登录请求有误或已过期，请从应用重新开始。",
    "temporarily_unavailable": "系统繁忙，请稍后再试。",
}
