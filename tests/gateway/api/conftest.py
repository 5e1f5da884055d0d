"""A town whose connectors are reached with tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.gateway.docking.library import Town, town

Token = Callable[[str], Awaitable[dict[str, str]]]
"""The header of a login's token."""


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


async def token(of: Town, login: str) -> dict[str, str]:
    account = await of.gateway.rooms.auth.accounts.by_login(login)
    assert account is not None
    minted = await of.gateway.rooms.auth.token_without_login(account, "graphiql", 600)
    return {"Authorization": f"Bearer {minted.text}"}
