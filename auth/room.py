"""The whole room, wired once at start: ``open_auth`` gives everything that the gateway needs of it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from auth.accounts import Account, Accounts
from auth.department_tokens import DepartmentTokens
from auth.directory import CallerDirectory
from auth.issue import AccessToken, Grant, TokenIssuer
from auth.keys import Keys
from auth.pairwise import Pairwise
from auth.passwords import Passwords
from auth.provider.grants import Grants
from auth.provider.pages import Pages
from auth.provider.parts import Provider
from auth.provider.sessions import Sessions
from auth.provider.settings import ProviderSettings
from auth.provider.throttle import LoginThrottle
from auth.revocations import Revocations
from auth.tokens import TokenRules, TokenVerifier
from storage.audit import AuditLog
from storage.database import Database
from storage.sealed import Sealed
from tongban.clock import Clock
from tongban.ids import new_id

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Auth:
    """One login, from the key to the caller."""

    keys: Keys
    accounts: Accounts
    verifier: TokenVerifier
    directory: CallerDirectory
    department_tokens: DepartmentTokens
    pairwise: Pairwise
    revocations: Revocations
    provider: Provider

    async def refresh(self) -> None:
        """Reads from the store what other processes changed: keys, revoked tokens, accounts. Three small
        queries.
        """
        await self.keys.refresh()
        await self.revocations.refresh()
        await self.directory.refresh()

    async def follow(self, interval_s: float = 1.0) -> None:
        """Refreshes for ever. What is known stays in force while the store is away."""
        while True:
            await asyncio.sleep(interval_s)
            try:
                await self.refresh()
            except (SQLAlchemyError, OSError) as error:
                _log.warning(
                    "auth: the store is away (%s); going on with what is known", type(error).__name__
                )

    async def forget_expired(self) -> None:
        """Housekeeping, once an hour or so: rows that no login can need any more."""
        await self.provider.grants.forget_expired()
        await self.revocations.forget_expired()

    async def token_without_login(self, account: Account, client_id: str, life_s: int) -> AccessToken:
        """An access token for scripts of the demo, in a session of its own, without a login page. At the
        account's level.
        """
        session, _cookie = await self.provider.sessions.open(account.account_id, account.level, life_s)
        grant = Grant(
            session=session.session_id,
            family=new_id(),
            client_id=client_id,
            scope="openid profile",
            level=account.level,
            authenticated_at=session.authenticated_at,
        )
        return self.provider.tokens.access_token(account, grant, life_s)

    def close(self) -> None:
        """Ends the threads of the password checks."""
        self.accounts.close()


async def open_auth(
    database: Database,
    sealed: Sealed,
    clock: Clock,
    settings: ProviderSettings,
    *,
    audit: AuditLog | None = None,
    passwords: Passwords | None = None,
) -> Auth:
    """Loads the keys (makes the first) and the revoked tokens. The database must be migrated."""
    keys = Keys(database, sealed, clock)
    accounts = Accounts(database, sealed, clock, passwords=passwords)
    revocations = Revocations(database, clock)
    pairwise = Pairwise(sealed.secret("pairwise"))
    await keys.load()
    await revocations.refresh()
    rules = TokenRules(settings.issuer, settings.audience)
    verifier = TokenVerifier(keys, rules, clock, revocations=revocations)
    provider = Provider(
        settings=settings,
        keys=keys,
        accounts=accounts,
        sessions=Sessions(database, revocations, clock),
        grants=Grants(database, revocations, settings, clock),
        tokens=TokenIssuer(keys, settings.issuer, settings.audience, clock),
        verifier=verifier,
        revocations=revocations,
        throttle=LoginThrottle(clock),
        pages=Pages(settings),
        sealed=sealed,
        audit=audit or AuditLog(database, clock),
        clock=clock,
    )
    directory = CallerDirectory(accounts, clock)
    await directory.refresh()
    return Auth(
        keys=keys,
        accounts=accounts,
        verifier=verifier,
        directory=directory,
        department_tokens=DepartmentTokens(keys, settings.issuer, pairwise),
        pairwise=pairwise,
        revocations=revocations,
        provider=provider,
    )
