"""How a browser logs in to the pages: the code flow of a client of our own, then a cookie that no script can read (docs/adr/0013).

The flow ends in this process: the code is redeemed beside the provider that gave it. Must never: send the browser to an address
that was not ours, or let a cookie outlive the login it came from.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from auth.provider.cookies import drop_cookie, read_cookie, set_cookie
from auth.provider.faults import OAuthError
from auth.provider.forms import read_query
from auth.provider.grants import challenge_of
from gateway.api.visitor import Visitor
from gateway.rooms import Rooms
from storage.sealed import SealBroken

HOME = "/departments/"
CLIENT = "departments"
CALLBACK = "/departments/callback"
SESSION, BEGUN = "tongban_departments", "tongban_departments_begun"
BEGUN_S = 900
"""For somebody to type a password."""
_SESSION_COLUMN, _BEGUN_COLUMN = "departments.session", "departments.begun"


@dataclass(frozen=True, slots=True)
class Seat:
    """Who is logged in in this browser. ``csrf`` stands in every form of theirs."""

    visitor: Visitor
    csrf: str


class BadReturn(Exception):
    """The browser came back with something else than what it was sent for."""


class Login:
    """Of one house."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._provider = rooms.auth.provider
        self._csrf_key = self._provider.sealed.secret("departments/csrf")

    async def seat(self, request: Request) -> Seat | None:
        """None where nobody is logged in, or the login has ended somewhere."""
        cookie = read_cookie(request, self._provider.settings, SESSION)
        try:
            session_id = self._provider.sealed.unseal(_SESSION_COLUMN, cookie)
        except SealBroken:
            return None
        session = await self._provider.sessions.get(session_id)
        account = await self._provider.accounts.get(session.account_id) if session is not None else None
        if account is None or account.disabled:
            return None
        csrf = hmac.new(self._csrf_key, session_id.encode(), hashlib.sha256).hexdigest()
        return Seat(Visitor(account, account.roles), csrf)

    def begin(self, back: str) -> Response:
        """To the login page. ``back``: the page that was asked for."""
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        until = self._rooms.clock.epoch_s() + BEGUN_S
        begun = json.dumps({"s": state, "v": verifier, "b": _ours(back), "u": until})
        settings = self._provider.settings
        query = {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": settings.issuer + CALLBACK,
            "scope": "openid",
            "state": state,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        response = RedirectResponse(f"{settings.issuer}/oauth/authorize?{urlencode(query)}", 303, _QUIET)
        set_cookie(response, settings, BEGUN, self._provider.sealed.seal(_BEGUN_COLUMN, begun), BEGUN_S)
        return response

    async def finish(self, request: Request) -> Response:
        """The browser is back with a code. Raises: BadReturn."""
        settings = self._provider.settings
        try:
            said = read_query(request)
            begun = json.loads(
                self._provider.sealed.unseal(_BEGUN_COLUMN, read_cookie(request, settings, BEGUN))
            )
            known = hmac.compare_digest(begun["s"].encode(), said.get("state", "").encode())
            late = begun["u"] <= self._rooms.clock.epoch_s()
            if not known or late or said.get("iss") != settings.issuer or "code" not in said:
                raise BadReturn
            redeemed = await self._provider.grants.redeem_code(
                said["code"], CLIENT, settings.issuer + CALLBACK, begun["v"]
            )
        except (SealBroken, OAuthError):
            raise BadReturn from None
        response = RedirectResponse(begun["b"], 303, _QUIET)
        sealed = self._provider.sealed.seal(_SESSION_COLUMN, redeemed.grant.session)
        set_cookie(response, settings, SESSION, sealed)
        drop_cookie(response, settings, BEGUN)
        return response

    def leave(self) -> Response:
        """The cookie goes at once; the provider then asks whether the login is to end everywhere."""
        settings = self._provider.settings
        query = {"client_id": CLIENT, "post_logout_redirect_uri": f"{settings.issuer}/"}
        response = RedirectResponse(f"{settings.issuer}/oauth/logout?{urlencode(query)}", 303, _QUIET)
        drop_cookie(response, settings, SESSION)
        return response


_QUIET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def _ours(path: str) -> str:
    """A page of ours, else the first one."""
    plain = path.startswith(HOME) and path.isascii() and path.isprintable() and "\\" not in path
    return path if plain and len(path) < 200 else HOME
