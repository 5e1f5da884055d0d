"""The room as a whole: following the store, and forgetting what is over."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select, text

from auth import Auth
from auth.tables import codes, refresh_families, refresh_tokens, revocations, sessions
from storage import Database
from tests.auth.conftest import App
from tongban.clock import FakeClock


async def test_following_goes_on_while_the_store_is_away(
    auth: Auth, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def rename(old: str, new: str) -> None:
        async with database.write() as connection:
            await connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    await rename("auth_revisions", "away")
    following = asyncio.create_task(auth.follow(interval_s=0.001))
    async with asyncio.timeout(10):
        while "the store is away" not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0)
    await rename("away", "auth_revisions")
    generation = auth.keys.generation
    async with database.write() as connection:
        await connection.execute(
            text("UPDATE auth_revisions SET revision = revision + 1 WHERE name = 'keys'")
        )
    async with asyncio.timeout(10):
        while auth.keys.generation == generation:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert not following.done()
    following.cancel()
    await asyncio.wait([following])  # within the database's life: its connection is given back


async def test_what_is_over_for_a_day_is_forgotten_and_nothing_else(
    app: App, auth: Auth, database: Database, clock: FakeClock
) -> None:
    async def rows() -> list[int]:
        async with database.read() as connection:
            tables = (codes, refresh_tokens, refresh_families, sessions, revocations)
            counts = [await connection.execute(select(func.count()).select_from(table)) for table in tables]
        return [count.scalar_one() for count in counts]

    tokens = await app.log_in()
    session = await auth.provider.sessions.get((await auth.verifier.verify(tokens["access_token"])).session)
    assert session is not None
    await auth.provider.sessions.end(session)
    await auth.forget_expired()
    assert await rows() == [1, 1, 1, 1, 1]
    clock.advance(3 * 86_400)
    await auth.forget_expired()
    assert await rows() == [0, 0, 0, 0, 0]
