"""A town on each kind of store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.docking.library import Town, town


@pytest.fixture
async def library(tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    """Publishes at once."""
    async with town(tmp_path, database_url) as found:
        yield found


@pytest.fixture
async def reviewed(tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    """Asks for a review; no canary."""
    async with town(tmp_path, database_url, review="on", canary_percent=0.0) as found:
        yield found
