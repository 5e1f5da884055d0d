"""``/oauth/logout``: OpenID Connect RP-Initiated Logout 1.0. An app with its ID token logs out at once;
anybody else is asked first.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping

import jwt
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from auth.keys import ALGORITHM
from auth.provider.cookies import FORM, LOGIN, drop_cookie, read_cookie, set_cookie
from auth.provider.faults import PageError
from auth.provider.forms import read_form, read_query
from auth.provider.parts import Provider
from auth.provider.sessions import Session, token_hash
from storage.audit import AuditEntry
from storage.sealed import SealBroken

_COLUMN = "oauth.logout"


async def logout(provider: Provider, request: Request) -> Response:
    """Ends the login of this browser."""
    said = read_query(request) if request.method == "GET" else await read_form(request)
    session = await provider.sessions.by_cookie(read_cookie(request, provider.settings, LOGIN))
    if request.method == "POST" and "request" in said:
        return await _end(provider, session, _confirmed(provider, request, said["request"]))
    hint = _hint(provider, said.get("id_token_hint", ""))
    back = _return_address(provider, said, hint)
    if hint and (session is None or hint["sid"] == session.session_id):
        # the app may have its own idea of the login after this browser lost its cookie
        return await _end(provider, session or await provider.sessions.get(hint["sid"]), back)
    if session is None:
        return await _end(provider, None, back)
    cookie = read_cookie(request, provider.settings, FORM) or secrets.token_urlsafe(32)
    until = provider.clock.epoch_s() + provider.settings.login_page_life_s
    sealed = provider.sealed.seal(_COLUMN, json.dumps({"b": back, "c": token_hash(cookie), "u": until}))
    page = provider.pages.confirm_logout(sealed, back)
    set_cookie(page, provider.settings, FORM, cookie)
    return page


async def _end(provider: Provider, session: Session | None, back: str) -> Response:
    if session is not None:
        await provider.sessions.end(session)
        await provider.audit.record(
            AuditEntry(
                "login.ended",
                subject=session.account_id,
                object_kind="session",
                object_id=session.session_id,
            )
        )
    response: Response = RedirectResponse(back, 303) if back else provider.pages.logged_out()
    drop_cookie(response, provider.settings, LOGIN)
    return response


def _confirmed(provider: Provider, request: Request, sealed: str) -> str:
    try:
        found = json.loads(provider.sealed.unseal(_COLUMN, sealed))
    except SealBroken:
        raise PageError("invalid_request", "The page is not valid; try again.") from None
    cookie = read_cookie(request, provider.settings, FORM)
    if not hmac.compare_digest(found["c"], token_hash(cookie)) or found["u"] <= provider.clock.epoch_s():
        raise PageError("invalid_request", "The page has expired; try again.")
    back: str = found["b"]
    return back


def _hint(provider: Provider, text: str) -> dict[str, str]:
    """An ID token of ours, expired or not (§2 of the specification); empty if it is none."""
    try:
        kid = jwt.get_unverified_header(text).get("kid", "") if 0 < len(text) <= 8192 else ""
        key = provider.keys.verification_key(kid) if isinstance(kid, str) else None
        if key is None:
            return {}
        said = jwt.decode(
            text,
            key.key,
            [ALGORITHM],
            issuer=provider.settings.issuer,
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False},
        )
    except (jwt.PyJWTError, ValueError):
        return {}
    client, session = said.get("aud"), said.get("sid")
    if (
        not isinstance(client, str)
        or not isinstance(session, str)
        or provider.settings.client(client) is None
    ):
        return {}
    return {"client": client, "sid": session}


def _return_address(provider: Provider, said: Mapping[str, str], hint: Mapping[str, str]) -> str:
    """A registered address of the app that asks, or empty; an address that is not registered is refused."""
    wanted = said.get("post_logout_redirect_uri", "")
    if not wanted:
        return ""
    client = provider.settings.client(hint.get("client") or said.get("client_id", ""))
    if client is None or wanted not in client.after_logout_uris:
        raise PageError("invalid_request", "The app's return address is not registered.")
    state = said.get("state", "")[:512]
    return f"{wanted}?state={state}" if state.isalnum() else wanted
