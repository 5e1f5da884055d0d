"""``/oauth/authorize`` and the login form (RFC 6749 §4.1, OpenID Connect Core §3.1.2)."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from auth.accounts import Account
from auth.provider.cookies import FORM, LOGIN, read_cookie, set_cookie
from auth.provider.faults import PageError
from auth.provider.forms import read_form, read_query
from auth.provider.grants import CodeRequest
from auth.provider.parts import Provider
from auth.provider.requests import (
    AuthorizationRequest,
    RedirectError,
    read_authorization_request,
    seal_request,
    unseal_request,
)
from auth.provider.sessions import Session
from storage.audit import AuditEntry

WRONG = ("登录名或密码不正确。", "The login or the password is wrong.")
WAIT = ("尝试次数过多，请一分钟后再试。", "Too many attempts; try again in a minute.")


async def authorize(provider: Provider, request: Request) -> Response:
    """A live login is enough for the next app; else the form."""
    said = read_query(request) if request.method == "GET" else await read_form(request)
    wanted, client = read_authorization_request(said, provider.settings)
    session = await provider.sessions.by_cookie(read_cookie(request, provider.settings, LOGIN))
    account = await provider.accounts.get(session.account_id) if session is not None else None
    if session is not None and account is not None and _is_enough(provider, wanted, session, account):
        return await _back_to_client(provider, wanted, session)
    if "none" in wanted.prompt:
        raise RedirectError("login_required", "Nobody is logged in.", wanted.redirect_uri, wanted.state)
    cookie = read_cookie(request, provider.settings, FORM) or secrets.token_urlsafe(32)
    until = provider.clock.epoch_s() + provider.settings.login_page_life_s
    page = provider.pages.login(
        client, seal_request(provider.sealed, wanted, cookie, until), wanted.redirect_uri
    )
    set_cookie(page, provider.settings, FORM, cookie)
    return page


async def login(provider: Provider, request: Request) -> Response:
    """The form comes back: check the password, open the session, and return to the app."""
    form = await read_form(request)
    cookie = read_cookie(request, provider.settings, FORM)
    sealed = form.get("request", "")
    wanted = unseal_request(provider.sealed, sealed, cookie, provider.clock.epoch_s())
    client = provider.settings.client(wanted.client_id)
    if client is None:
        raise PageError("invalid_client", "This app is not registered any more.")
    name, password = form.get("login", "").strip(), form.get("password", "")
    wait_s = provider.throttle.wait_s(name)
    if wait_s > 0:
        await provider.audit.record(AuditEntry("login.throttled", outcome="refused"))
        page = provider.pages.login(client, sealed, wanted.redirect_uri, problem=WAIT, status=429)
        page.headers["Retry-After"] = str(int(wait_s) + 1)
        return page
    account = await provider.accounts.verify_password(name, password)
    if account is None:
        provider.throttle.failed(name)
        await provider.audit.record(await _failure(provider, name, wanted))
        return provider.pages.login(client, sealed, wanted.redirect_uri, problem=WRONG, status=401)
    provider.throttle.succeeded(name)
    return await _logged_in(provider, wanted, account)


async def _logged_in(provider: Provider, wanted: AuthorizationRequest, account: Account) -> Response:
    level = wanted.level_for(account.level)
    life_s = provider.settings.session_life_s
    session, cookie = await provider.sessions.open(account.account_id, level, life_s)
    await provider.audit.record(
        AuditEntry(
            "login.succeeded",
            subject=account.account_id,
            object_kind="session",
            object_id=session.session_id,
            details={"client": wanted.client_id, "level": level},
        )
    )
    response = await _back_to_client(provider, wanted, session)
    set_cookie(response, provider.settings, LOGIN, cookie, life_s)
    return response


async def _back_to_client(provider: Provider, wanted: AuthorizationRequest, session: Session) -> Response:
    code = await provider.grants.new_code(
        session,
        CodeRequest(
            client_id=wanted.client_id,
            redirect_uri=wanted.redirect_uri,
            code_challenge=wanted.code_challenge,
            scope=wanted.scope,
            nonce=wanted.nonce,
            level=session.level,
        ),
    )
    return redirect_back(provider, wanted.redirect_uri, wanted.state, {"code": code})


def redirect_back(provider: Provider, redirect_uri: str, state: str, said: dict[str, str]) -> Response:
    """To a registered address, with ``state`` and ``iss`` (RFC 9207)."""
    query = said | ({"state": state} if state else {}) | {"iss": provider.settings.issuer}
    joint = "&" if "?" in redirect_uri else "?"
    address = f"{redirect_uri}{joint}{urlencode(query)}"
    return RedirectResponse(
        address, 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )


def _is_enough(provider: Provider, wanted: AuthorizationRequest, session: Session, account: Account) -> bool:
    if account.disabled or {"login", "select_account"} & set(wanted.prompt):
        return False
    if wanted.max_age_s is not None:
        age_s = provider.clock.epoch_s() - session.authenticated_at
        if age_s > wanted.max_age_s:
            return False
    return not wanted.levels or session.level >= wanted.level_for(account.level)


async def _failure(provider: Provider, name: str, wanted: AuthorizationRequest) -> AuditEntry:
    """Names the account if there is one, never what was typed."""
    account = await provider.accounts.by_login(name)
    return AuditEntry(
        "login.failed",
        object_kind="account" if account is not None else "",
        object_id=account.account_id if account is not None else "",
        outcome="refused",
        details={"client": wanted.client_id},
    )
