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
    """RFC 6750 §2.1: only the Authorization header carries a token."""
    if arrived.authorization is None:
        return Identified(arrived, login.stranger(arrived.client))
    scheme, _, token = arrived.authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise CallerFault(ErrorCode.UNAUTHENTICATED, "Send the token as: Authorization: Bearer TOKEN.")
    try:
        return Identified(arrived, await login.caller_of(token.strip(), arrived.client))
    except CallerFault as error:
        raise TokenRefused(error.code, error.message, detail=error.detail) from None
