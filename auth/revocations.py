"""Access tokens that must no longer be believed: by session, by family of refresh tokens, or one by one.

Every process holds the live set in memory and reads what is new from the store every second (``refresh``).
Must never: forget a revocation before the last token it concerns has expired.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.tables import revocations
from storage.database import Database
from tongban.clock import Clock

_OVERLAP_S = 30.0
"""Read again: a transaction may commit after a later one."""


class Revoked(StrEnum):
    """What a revocation names."""

    SESSION = "sid"
    FAMILY = "family"
    TOKEN = "jti"  # noqa: S105


class Revocations:
    """The set, and the table behind it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._live: dict[tuple[str, str], float] = {}
        self._read_until = 0.0

    async def revoke(self, kind: Revoked, value: str, until: float) -> None:
        """From now on, everywhere within a second. ``until``: when the last token it concerns has expired
        anyway.
        """
        try:
            async with self._database.write() as connection:
                await self.revoke_within(connection, kind, value, until)
        except IntegrityError:
            pass  # already revoked
        self._live[(kind.value, value)] = until

    async def revoke_within(
        self, connection: AsyncConnection, kind: Revoked, value: str, until: float
    ) -> None:
        """The same as part of a transaction; the caller calls ``refresh`` after the commit."""
        row = {"kind": kind.value, "value": value, "revoked_at": self._clock.epoch_s(), "expires_at": until}
        await connection.execute(insert(revocations), row)

    def revoked(self, session: str, token_id: str) -> bool:
        """Whether a token of this session with this id is revoked. A token id starts with its family."""
        if not self._live:
            return False
        family, _, rest = token_id.partition(".")
        return (
            (Revoked.SESSION.value, session) in self._live
            or (Revoked.TOKEN.value, token_id) in self._live
            or (bool(rest) and (Revoked.FAMILY.value, family) in self._live)
        )

    async def refresh(self) -> None:
        """Reads what is new, and lets go of what has expired."""
        now = self._clock.epoch_s()
        async with self._database.read() as connection:
            wanted = select(revocations).where(
                revocations.c.revoked_at >= self._read_until - _OVERLAP_S, revocations.c.expires_at > now
            )
            for row in (await connection.execute(wanted)).mappings():
                self._live[(row["kind"], row["value"])] = row["expires_at"]
        self._read_until = now
        for key in [key for key, until in self._live.items() if until <= now]:
            del self._live[key]

    async def forget_expired(self) -> None:
        """Housekeeping in the store; rarely needed."""
        async with self._database.write() as connection:
            await connection.execute(
                delete(revocations).where(revocations.c.expires_at <= self._clock.epoch_s())
            )
