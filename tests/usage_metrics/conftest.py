"""The meter's tests run on SQLite and on PostgreSQL, with the tables of the metadata."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import usage_metrics.tables  # noqa: F401  (declares the tables)
from storage.database import Database, metadata, sqlite_url


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
