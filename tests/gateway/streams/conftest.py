"""A newsroom that is open."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.gateway.streams.newsroom import Newsroom, newsroom, open_to_all


@pytest.fixture
async def room() -> AsyncIterator[Newsroom]:
    room = newsroom()
    async with open_to_all(room):
        yield room
