"""Refresh tokens: one use each, a short grace for a lost answer, and the whole family gone on reuse."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from auth import Auth
from storage import AuditLog, Database
from tests.auth.conftest import App
from tongban.clock import FakeClock
from tongban.errors import CallerFault


async def test_a_refresh_gives_a_new_pair_and_the_new_one_works(app: App, auth: Auth) -> None:
    first = await app.log_in()
    second = (await app.refresh(first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    await auth.verifier.verify(second["access_token"])
    assert (await app.refresh(second["refresh_token"])).status_code == 200


async def test_reuse_revokes_the_family_and_its_access_tokens(
    app: App, auth: Auth, clock: FakeClock, database: Database
) -> None:
    first = await app.log_in()
    second = (await app.refresh(first["refresh_token"])).json()
    clock.advance(11)
    reused = await app.refresh(first["refresh_token"])
    assert (reused.status_code, reused.json()["error"]) == (400, "invalid_grant")
    assert (await app.refresh(second["refresh_token"])).status_code == 400
    with pytest.raises(CallerFault):
        await auth.verifier.verify(second["access_token"])
    assert "grant.reused" in [entry["action"] async for entry in AuditLog(database, clock).entries()]


async def test_an_answer_that_was_lost_may_be_asked_for_again_within_ten_seconds(
    app: App, clock: FakeClock
) -> None:
    first = await app.log_in()
    await app.refresh(first["refresh_token"])
    clock.advance(9)
    again = await app.refresh(first["refresh_token"])
    assert again.status_code == 200
    assert (await app.refresh(again.json()["refresh_token"])).status_code == 200


async def test_there_is_no_grace_once_the_answer_was_used(app: App) -> None:
    first = await app.log_in()
    second = (await app.refresh(first["refresh_token"])).json()
    third = (await app.refresh(second["refresh_token"])).json()
    assert (await app.refresh(first["refresh_token"])).status_code == 400
    assert (await app.refresh(third["refresh_token"])).status_code == 400


async def test_a_refresh_token_is_bound_to_its_app(app: App, http: httpx.AsyncClient, origin: str) -> None:
    tokens = await app.log_in()
    other = App(http, origin, client_id="tongban-counter")
    assert (await other.refresh(tokens["refresh_token"])).status_code == 400
    assert (await app.refresh(tokens["refresh_token"])).status_code == 200


async def test_two_at_the_same_moment_both_get_an_answer(app: App) -> None:
    tokens = await app.log_in()
    answers = await asyncio.gather(*(app.refresh(tokens["refresh_token"]) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 4


async def test_a_refresh_ends_with_the_session(app: App, clock: FakeClock) -> None:
    tokens = await app.log_in()
    clock.advance(12 * 3600 + 1)
    assert (await app.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_revoking_a_refresh_token_takes_back_its_family(
    app: App, auth: Auth, http: httpx.AsyncClient
) -> None:
    tokens = await app.log_in()
    asked = {"client_id": "tongban-app", "token": tokens["refresh_token"]}
    assert (await http.post("/oauth/revoke", data=asked)).status_code == 200
    assert (await app.refresh(tokens["refresh_token"])).status_code == 400
    with pytest.raises(CallerFault):
        await auth.verifier.verify(tokens["access_token"])


async def test_revoking_an_access_token_takes_back_only_that_one(
    app: App, auth: Auth, http: httpx.AsyncClient
) -> None:
    first = await app.log_in()
    second = (await app.refresh(first["refresh_token"])).json()
    asked = {"client_id": "tongban-app", "token": first["access_token"]}
    assert (await http.post("/oauth/revoke", data=asked)).status_code == 200
    await auth.verifier.verify(second["access_token"])
    with pytest.raises(CallerFault):
        await auth.verifier.verify(first["access_token"])


async def test_revoking_what_is_not_a_token_is_no_error(http: httpx.AsyncClient) -> None:
    asked = {"client_id": "tongban-app", "token": "nonsense"}
    assert (await http.post("/oauth/revoke", data=asked)).status_code == 200
