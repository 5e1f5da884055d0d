"""From a verified token to a Caller: who it is, what they may be, for whom they may act. The one place
where a Caller is made.

Remembered per session for a short time and let go at once when accounts change. Must never: take anything
from the request but the verified claims and the client's own name and version.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from auth.accounts import Accounts
from auth.tokens import Claims
from tongban.caller import Caller, Client
from tongban.clock import Clock
from tongban.errors import CallerFault, ErrorCode

_CACHED = 20_000


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Caller
    until_s: float


class CallerDirectory:
    """``await caller(claims, client)``; ``refresh`` every second hears of changes by other processes."""

    def __init__(self, accounts: Accounts, clock: Clock, *, remember_s: float = 30.0) -> None:
        self._accounts = accounts
        self._clock = clock
        self._remember_s = remember_s
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()
        self._revision = -1

    async def caller(self, claims: Claims, client: Client) -> Caller:
        """The caller behind the claims. Roles and level are never more than the account's own, whatever
        the token says.

        Raises: CallerFault (UNAUTHENTICATED) if the account is gone or disabled.
        """
        base = self._remembered(claims) or await self._made(claims)
        return replace(
            base,
            roles=base.roles & claims.roles,
            level=min(base.level, claims.level),
            client=replace(client, app=claims.client_id),
            token_expires_at=claims.expires_at,
            scopes=claims.scopes,
            policies=claims.policies,
        )

    async def refresh(self) -> None:
        """Lets go of everything if accounts or delegations changed."""
        revision = await self._accounts.revision()
        if revision != self._revision:
            self._known.clear()
            self._revision = revision

    def _remembered(self, claims: Claims) -> Caller | None:
        known = self._known.get((claims.subject, claims.session))
        return known.caller if known is not None and known.until_s > self._clock.monotonic_s() else None

    async def _made(self, claims: Claims) -> Caller:
        account = await self._accounts.get(claims.subject)
        if account is None or account.disabled:
            raise CallerFault(ErrorCode.UNAUTHENTICATED, detail="account gone or disabled")
        wards, enterprises = await self._accounts.acting_for(account.account_id)
        caller = Caller(
            subject=account.account_id,
            session=claims.session,
            roles=account.roles,
            level=account.level,
            person=await self._accounts.person(account.person_id) if account.person_id else None,
            wards=wards,
            enterprises=enterprises,
            department=account.department,
        )
        self._known[(claims.subject, claims.session)] = _Known(
            caller, self._clock.monotonic_s() + self._remember_s
        )
        while len(self._known) > _CACHED:
            self._known.popitem(last=False)
        return caller


def caller_of_foreign_issuer(claims: Claims, client: Client) -> Caller:
    """A caller of an issuer that is not ours (``serve --issuer``): what the token says, no person, nobody
    to act for.
    """
    return Caller(
        subject=claims.subject,
        session=claims.session,
        roles=claims.roles,
        level=claims.level,
        client=replace(client, app=claims.client_id),
        token_expires_at=claims.expires_at,
        scopes=claims.scopes,
        policies=claims.policies,
    )
