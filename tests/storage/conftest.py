"""Every test with ``database`` runs on SQLite and on PostgreSQL, brought up by the migrations."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage import Database, upgrade


@pytest.fixture
async def empty_database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def database(empty_database: Database) -> Database:
    await upgrade(empty_database)
    return empty_database
