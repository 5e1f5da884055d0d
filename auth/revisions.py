"""How one process learns that another changed keys or accounts: a number in the store that every change
raises.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.tables import revisions

KEYS = "keys"
ACCOUNTS = "accounts"


async def raise_revision(connection: AsyncConnection, name: str) -> None:
    """In the transaction that makes the change."""
    await connection.execute(
        update(revisions).where(revisions.c.name == name).values(revision=revisions.c.revision + 1)
    )


async def read_revision(connection: AsyncConnection, name: str) -> int:
    """Read before the data it stands for, so that a change in between is seen again next time."""
    found = await connection.execute(select(revisions.c.revision).where(revisions.c.name == name))
    revision: int = found.scalar_one()
    return revision
