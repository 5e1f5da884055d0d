"""The platform's tests run on SQLite and on PostgreSQL, with real sealing keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import schema.tables  # noqa: F401  (declares the table)
from schema.matter_log import MatterLog
from storage.database import Database, metadata, sqlite_url
from storage.sealed import Sealed
from tongban.clock import FakeClock


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def matters(database: Database, clock: FakeClock) -> MatterLog:
    return MatterLog(database, Sealed.fresh(), clock)
