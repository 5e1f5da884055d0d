"""The platform's tests run on SQLite and on PostgreSQL, with real sealing keys."""

from __future__ import annotations

import pytest

import schema.tables  # noqa: F401  (declares the table)
from schema.matter_log import MatterLog
from storage.database import Database
from storage.sealed import Sealed
from tongban.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def matters(database: Database, clock: FakeClock) -> MatterLog:
    return MatterLog(database, Sealed.fresh(), clock)
