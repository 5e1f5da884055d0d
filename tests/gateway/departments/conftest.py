"""Towns whose people come by browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.departments.town import desk_town
from tests.gateway.docking.library import Town


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Town]:
    """Publishes at once."""
    async with desk_town(tmp_path, "") as found:
        yield found


@pytest.fixture
async def reviewed(tmp_path: Path) -> AsyncIterator[Town]:
    """Asks for a review; no canary."""
    async with desk_town(tmp_path, "", review="on", canary_percent=0.0) as found:
        yield found
