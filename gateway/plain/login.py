"""Who may ask a plain gateway: anybody, or who holds a token of one issuer. Fills ``gateway.stages.identify.Login``."""

from __future__ import annotations

from auth import TokenVerifier, caller_of_foreign_issuer
from tongban.caller import Caller, Client
from tongban.errors import CallerFault, ErrorCode


class Anybody:
    """``--anonymous``: whatever stands in the Authorization header is not for us."""

    def stranger(self, client: Client) -> Caller:
        return Caller(client=client)

    async def caller_of(self, token: str, client: Client) -> Caller:
        return Caller(client=client)


class TokenHolders:
    """``--issuer``: no token, no data."""

    def __init__(self, verifier: TokenVerifier) -> None:
        self._verifier = verifier

    def stranger(self, client: Client) -> Caller:
        raise CallerFault(ErrorCode.UNAUTHENTICATED, "Send the token as: Authorization: Bearer TOKEN.")

    async def caller_of(self, token: str, client: Client) -> Caller:
        return caller_of_foreign_issuer(await self._verifier.verify(token), client)
