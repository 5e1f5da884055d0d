"""Logins in a browser: a cookie on one side, a row on the other, and everything that ends with it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import IntegrityError

from auth.revocations import Revocations, Revoked
from auth.tables import refresh_families, sessions
from storage.database import Database
from tongban.clock import Clock
from tongban.ids import new_id


@dataclass(frozen=True, slots=True)
class Session:
    """A live login."""

    session_id: str
    account_id: str
    level: int
    authenticated_at: float
    expires_at: float


class Sessions:
    """The sessions of the store."""

    def __init__(self, database: Database, revocations: Revocations, clock: Clock) -> None:
        self._database = database
        self._revocations = revocations
        self._clock = clock

    async def open(self, account_id: str, level: int, life_s: float) -> tuple[Session, str]:
        """A new login, and its cookie."""
        now = self._clock.epoch_s()
        cookie = secrets.token_urlsafe(32)
        session = Session(new_id(now), account_id, level, now, now + life_s)
        row = {
            "session_id": session.session_id,
            "account_id": account_id,
            "cookie_hash": token_hash(cookie),
            "level": level,
            "authenticated_at": now,
            "expires_at": session.expires_at,
            "ended_at": None,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(sessions), row)
        return session, cookie

    async def by_cookie(self, cookie: str) -> Session | None:
        """The live login behind a cookie."""
        return await self._find(sessions.c.cookie_hash == token_hash(cookie)) if cookie else None

    async def get(self, session_id: str) -> Session | None:
        """A live login by id."""
        return await self._find(sessions.c.session_id == session_id)

    async def end(self, session: Session) -> None:
        """Log-out: no refresh token of this login works any more; within a second no access token either."""
        now = self._clock.epoch_s()
        families = refresh_families.c
        try:
            async with self._database.write() as connection:
                await connection.execute(
                    update(sessions).where(sessions.c.session_id == session.session_id).values(ended_at=now)
                )
                await connection.execute(
                    update(refresh_families)
                    .where(families.session_id == session.session_id, families.revoked_at.is_(None))
                    .values(revoked_at=now)
                )
                await self._revocations.revoke_within(
                    connection, Revoked.SESSION, session.session_id, session.expires_at + 3600
                )
        except IntegrityError:
            pass  # ended twice at once
        await self._revocations.refresh()

    async def _find(self, condition: ColumnElement[bool]) -> Session | None:
        wanted = select(sessions).where(
            condition,
            sessions.c.ended_at.is_(None),
            sessions.c.expires_at > self._clock.epoch_s(),
        )
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        if row is None:
            return None
        return Session(
            row["session_id"], row["account_id"], row["level"], row["authenticated_at"], row["expires_at"]
        )


def token_hash(token: str) -> str:
    """What is kept of a random token: 256 bits of entropy need no salt and no stretching."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
