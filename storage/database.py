"""One database for everything that must survive: SQLite by default, PostgreSQL when one machine is outgrown.

Rooms declare their tables (SQLAlchemy Core) on ``metadata`` in a ``tables.py`` of their own; only
migrations create them.
Must never: hold a transaction across an await on anything but the database, or log a parameter.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

logging.getLogger("aiosqlite").setLevel(logging.INFO)
"""At DEBUG it would log every statement with its parameters."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def sqlite_url(data_dir: Path) -> str:
    """The embedded default: one file in the data directory."""
    return f"sqlite+aiosqlite:///{data_dir.resolve() / 'tongban.db'}"


class Database:
    """An engine with the pragmas it needs. ``url`` is an SQLAlchemy async URL (``sqlite+aiosqlite`` or
    ``postgresql+asyncpg``).
    """

    def __init__(self, url: str) -> None:
        self.url = url
        # parameters may be personal: they enter no exception text and no log
        self.engine: AsyncEngine = create_async_engine(
            url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True
        )
        if url.startswith("sqlite"):
            _make_private(self.engine.url.database)
            event.listen(self.engine.sync_engine, "connect", _sqlite_pragmas)

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed at the end, rolled back on an exception."""
        async with self.engine.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()


def _make_private(path: str | None) -> None:
    """A new database is for its owner's eyes, whatever the folder allows; its journals take over its mode."""
    if path and path != ":memory:" and Path(path).parent.is_dir():
        Path(path).touch(mode=0o600)


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    """WAL lets readers and one writer work side by side; busy_timeout waits for the other processes."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
