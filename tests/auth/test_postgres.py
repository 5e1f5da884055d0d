"""The same login on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from auth import Auth
from storage import Database, upgrade
from tests.auth.conftest import App
from tongban.clock import FakeClock
from tongban.errors import CallerFault


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    await upgrade(database)
    yield database
    await database.close()


async def test_login_refresh_reuse_and_log_out(app: App, auth: Auth, clock: FakeClock) -> None:
    first = await app.log_in()
    await auth.verifier.verify(first["access_token"])
    answers = await asyncio.gather(*(app.refresh(first["refresh_token"]) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    clock.advance(11)
    assert (await app.refresh(first["refresh_token"])).status_code == 400
    assert (await app.refresh(answers[0].json()["refresh_token"])).status_code == 400
    with pytest.raises(CallerFault):
        await auth.verifier.verify(answers[0].json()["access_token"])


async def test_of_many_uses_of_one_code_at_once_none_keeps_what_it_got(app: App) -> None:
    code = await app.code()
    answers = await asyncio.gather(*(app.exchange(code) for _ in range(5)))
    good = [answer for answer in answers if answer.status_code == 200]
    assert len(good) == 1
    assert (await app.refresh(good[0].json()["refresh_token"])).status_code == 400
