"""``/oauth/token`` (RFC 6749 §3.2, §5) and ``/oauth/revoke`` (RFC 7009)."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from auth.provider.clients import RegisteredClient
from auth.provider.faults import OAuthError
from auth.provider.forms import read_form
from auth.provider.grants import Redeemed, ReuseFound
from auth.provider.parts import Provider
from auth.revocations import Revoked
from storage.audit import AuditEntry
from tongban.errors import CallerFault

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


async def token(provider: Provider, request: Request) -> Response:
    """A code or a refresh token for tokens."""
    form = await read_form(request)
    client = _client(provider, request, form)
    grant_type = form.get("grant_type")
    try:
        if grant_type == "authorization_code":
            redeemed = await _by_code(provider, client, form)
        elif grant_type == "refresh_token":
            redeemed = await provider.grants.redeem_refresh_token(
                form.get("refresh_token", ""), client.client_id
            )
        else:
            raise OAuthError("unsupported_grant_type", "authorization_code and refresh_token are offered.")
    except ReuseFound as found:
        await provider.audit.record(
            AuditEntry(
                "grant.reused",
                subject=found.account_id,
                object_kind="family",
                object_id=found.family,
                outcome="refused",
                details={"client": client.client_id},
            )
        )
        raise
    return JSONResponse(await _answer(provider, redeemed), headers=NO_STORE)


async def revoke(provider: Provider, request: Request) -> Response:
    """RFC 7009 §2.2: 200 whether or not there was such a token."""
    form = await read_form(request)
    client = _client(provider, request, form)
    text = form.get("token", "")
    if not text:
        raise OAuthError("invalid_request", "token is missing.")
    if not await provider.grants.revoke_refresh_token(text, client.client_id):
        await _revoke_access_token(provider, text, client)
    return Response(status_code=200, headers=NO_STORE)


async def _by_code(provider: Provider, client: RegisteredClient, form: dict[str, str]) -> Redeemed:
    verifier = form.get("code_verifier", "")
    if "code" not in form or "redirect_uri" not in form or not _VERIFIER.fullmatch(verifier):
        raise OAuthError(
            "invalid_request", "code, redirect_uri and code_verifier (43-128 characters) are required."
        )
    return await provider.grants.redeem_code(form["code"], client.client_id, form["redirect_uri"], verifier)


async def _answer(provider: Provider, redeemed: Redeemed) -> dict[str, Any]:
    account = await provider.accounts.get(redeemed.account_id)
    if account is None or account.disabled:
        raise OAuthError("invalid_grant", "The account cannot log in.")
    life_s = provider.settings.access_life_s
    access = provider.tokens.access_token(account, redeemed.grant, life_s)
    answer: dict[str, Any] = {
        "access_token": access.text,
        "token_type": "Bearer",
        "expires_in": life_s,
        "refresh_token": redeemed.refresh_token,
        "scope": redeemed.grant.scope,
    }
    if "openid" in redeemed.grant.scope.split():
        answer["id_token"] = provider.tokens.id_token(account, redeemed.grant, redeemed.nonce, life_s)
    return answer


def _client(provider: Provider, request: Request, form: dict[str, str]) -> RegisteredClient:
    """Public clients name themselves in the body (RFC 6749 §3.2.1); secrets are not taken."""
    client = provider.settings.client(form.get("client_id", ""))
    if client is None or "client_secret" in form or "authorization" in request.headers:
        raise OAuthError("invalid_client", "Send the client_id of a registered public client.", status=401)
    return client


async def _revoke_access_token(provider: Provider, text: str, client: RegisteredClient) -> None:
    try:
        claims = await provider.verifier.verify(text)
    except CallerFault:
        return
    if claims.client_id == client.client_id:
        await provider.revocations.revoke(Revoked.TOKEN, claims.token_id, claims.expires_at)
