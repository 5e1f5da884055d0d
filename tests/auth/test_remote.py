"""An issuer that is not ours, over real HTTP: its keys are found, kept while it is down, and never taken
on trust.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import httpx
import pytest
from aiohttp import web

from auth import Auth, TokenRules, TokenVerifier
from auth.remote import IssuerUnusable, RemoteJwks
from tests.auth.conftest import App
from tongban.clock import FakeClock
from tongban.errors import CallerFault


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_tokens_of_a_remote_issuer_are_judged_by_its_published_keys(
    app: App,
    http: httpx.AsyncClient,
    origin: str,
    session: aiohttp.ClientSession,
    clock: FakeClock,
    auth: Auth,
) -> None:
    keys = RemoteJwks(origin, session)
    await keys.start()
    verifier = TokenVerifier(keys, TokenRules(origin, "tongban"), clock)
    assert (await verifier.verify((await app.log_in())["access_token"])).level == 2
    clock.advance(1)
    await auth.keys.rotate()
    clock.advance(30)
    assert (await verifier.verify((await app.log_in(prompt="login"))["access_token"])).level == 2


async def test_while_the_issuer_is_down_its_known_keys_stay_good(
    app: App, http: httpx.AsyncClient, origin: str, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    keys = RemoteJwks(origin, session)
    await keys.start()
    token = (await app.log_in())["access_token"]
    keys._jwks_uri = "http://127.0.0.1:9/nobody-listens"
    await keys.refresh()
    assert (await TokenVerifier(keys, TokenRules(origin, "tongban"), clock).verify(token)).level == 2


HOSTILE: dict[str, Any] = {
    "another issuer": {"issuer": "https://other.example", "jwks_uri": "{o}/jwks"},
    "no key set": {"issuer": "{o}"},
    "a file": {"issuer": "{o}", "jwks_uri": "file:///etc/passwd"},
    "a list": [],
    "a redirect": "redirect",
    "an endless answer": "endless",
    "html": "html",
    "symmetric keys": {"issuer": "{o}", "jwks_uri": "{o}/symmetric"},
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_issuer_is_refused(name: str, session: aiohttp.ClientSession) -> None:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"

    async def answer(_request: web.Request) -> web.StreamResponse:
        wanted = HOSTILE[name]
        if wanted == "redirect":
            raise web.HTTPFound("/elsewhere")
        if wanted == "endless":
            return web.Response(body=b"[" * 1_000_000)
        if wanted == "html":
            return web.Response(text="<html>")
        if isinstance(wanted, dict):
            wanted = {key: value.format(o=origin) for key, value in wanted.items()}
        return web.json_response(wanted)

    async def symmetric(_request: web.Request) -> web.Response:
        return web.json_response({"keys": [{"kty": "oct", "k": "AAAA", "kid": "1", "alg": "HS256"}]})

    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", answer)
    app.router.add_get("/symmetric", symmetric)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    with pytest.raises(IssuerUnusable):
        await RemoteJwks(origin, session).start()
    await runner.cleanup()


async def test_an_issuer_that_is_not_there_is_said_plainly(session: aiohttp.ClientSession) -> None:
    with pytest.raises(IssuerUnusable, match="ClientConnectorError"):
        await RemoteJwks("http://127.0.0.1:9", session).start()


async def test_a_token_without_a_key_source_is_refused(
    app: App, http: httpx.AsyncClient, origin: str, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    keys = RemoteJwks(origin, session)  # never started
    keys._jwks_uri = "http://127.0.0.1:9/"
    with pytest.raises(CallerFault):
        await TokenVerifier(keys, TokenRules(origin, "tongban"), clock).verify(
            (await app.log_in())["access_token"]
        )
