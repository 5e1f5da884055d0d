"""The room over a real database, and the identity provider over real HTTP on a port of its own."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import secrets
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from auth import (
    Auth,
    NewAccount,
    NewPerson,
    ProviderSettings,
    default_clients,
    open_auth,
    provider_routes,
)
from auth.passwords import Passwords
from storage import AuditLog, Database, Sealed, sqlite_url, upgrade
from tongban.caller import Role
from tongban.clock import FakeClock

PASSWORD = "Canary-Password-7731"
PERSON = NewPerson(cid="990101199001011233", name="金丝雀", mobile="13900009999")
CANARIES = (PASSWORD, PERSON.cid, PERSON.name, PERSON.mobile)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    folder = tmp_path_factory.mktemp("migrated")

    async def migrate() -> None:
        database = Database(sqlite_url(folder))
        await upgrade(database)
        await database.close()

    asyncio.run(migrate())
    return folder / "tongban.db"


@pytest.fixture
async def database(tmp_path: Path, migrated: Path) -> AsyncIterator[Database]:
    shutil.copy(migrated, tmp_path)
    database = Database(sqlite_url(tmp_path))
    yield database
    await database.close()


@pytest.fixture
def listening() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening


@pytest.fixture
def origin(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def sealed() -> Sealed:
    return Sealed.fresh()


@pytest.fixture
def cheap_passwords() -> Passwords:
    return Passwords(memory_kib=8, passes=1)


@pytest.fixture
async def auth(
    database: Database, sealed: Sealed, clock: FakeClock, origin: str, cheap_passwords: Passwords
) -> AsyncIterator[Auth]:
    settings = ProviderSettings(origin, default_clients(origin), simulated=True)
    auth = await open_auth(
        database, sealed, clock, settings, audit=AuditLog(database, clock), passwords=cheap_passwords
    )
    await auth.accounts.seed(
        [
            NewAccount("citizen", PASSWORD, level=2, person=PERSON),
            NewAccount("auditor", PASSWORD, roles=frozenset({Role.AUDITOR}), level=3, department="mca"),
        ]
    )
    yield auth
    auth.close()


@pytest.fixture
async def http(auth: Auth, listening: socket.socket, origin: str) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=provider_routes(auth.provider))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    async with httpx.AsyncClient(base_url=origin) as client:
        yield client
    server.should_exit = True
    await serving


@dataclass(slots=True)
class App:
    """An app that logs people in by the book."""

    http: httpx.AsyncClient
    origin: str
    client_id: str = "tongban-app"
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = "s-1"
    nonce: str = "n-1"

    @property
    def redirect_uri(self) -> str:
        return f"{self.origin}/callback/{self.client_id}"

    def asking(self, **changed: str | None) -> dict[str, str]:
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        )
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (asked | changed).items() if value is not None}

    async def authorize(self, **changed: str | None) -> httpx.Response:
        return await self.http.get("/oauth/authorize", params=self.asking(**changed))

    async def post_form(self, page: httpx.Response, login: str, password: str) -> httpx.Response:
        found = re.search(r'name="request" value="([^"]+)"', page.text)
        assert found is not None
        return await self.http.post(
            "/oauth/login", data={"request": found.group(1), "login": login, "password": password}
        )

    async def code(self, login: str = "citizen", password: str = PASSWORD, **changed: str | None) -> str:
        answer = await self.authorize(**changed)
        if answer.status_code == 200:
            answer = await self.post_form(answer, login, password)
        said = returned(answer)
        assert said["state"] == self.state
        assert said["iss"] == self.origin
        return said["code"]

    async def exchange(self, code: str, **changed: str) -> httpx.Response:
        data = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "code": code,
            "code_verifier": self.verifier,
        }
        return await self.http.post("/oauth/token", data=data | changed)

    async def log_in(self, login: str = "citizen", **changed: str | None) -> dict[str, Any]:
        answer = await self.exchange(await self.code(login, **changed))
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    async def refresh(self, token: str) -> httpx.Response:
        data = {"grant_type": "refresh_token", "client_id": self.client_id, "refresh_token": token}
        return await self.http.post("/oauth/token", data=data)


@pytest.fixture
def app(http: httpx.AsyncClient, origin: str) -> App:
    return App(http, origin)


def returned(answer: httpx.Response) -> dict[str, str]:
    """What a redirect to the app carries."""
    assert answer.status_code == 303, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
