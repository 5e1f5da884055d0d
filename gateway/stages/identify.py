"""*identify*: a bearer token becomes a Caller. Without a token the caller is a stranger; a bad one is refused, never ignored."""

from __future__ import annotations

from typing import Protocol

from gateway.types import Arrived, Identified
from tongban.caller import Caller, Client
from tongban.errors import CallerFault, ErrorCode, TokenRefused


class Login(Protocol):
    """What auth offers here."""

    def stranger(self, client: Client) -> Caller:
        """The caller without a token. Raises CallerFault(UNAUTHENTICATED) where nobody is served without one."""
        ...

    async def caller_of(self, token: str, client: Client) -> Caller:
        """The caller behind a verified token. Raises CallerFault(UNAUTHENTICATED)."""
        ...


async def identify(arrived: Arrived, login: Login) -> Identified:
    return Identified(arrived, await caller_of(arrived.authorization, arrived.client, login))


async def caller_of(authorization: str | None, client: Client, login: Login) -> Caller:
    """RFC 6750 §2.1: only the Authorization header carries a token (on a WebSocket, its first message may stand for it)."""
    if authorization is None:
        return login.stranger(client)
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise CallerFault(ErrorCode.UNAUTHENTICATED, "Send the token as: Authorization: Bearer TOKEN.")
    try:
        return await login.caller_of(token.strip(), client)
    except CallerFault as error:
        raise TokenRefused(error.code, error.message, detail=error.detail) from None
