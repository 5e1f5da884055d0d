"""Plain HTTP clients for the REST departments: each authenticates as its department really asks."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from demo.host import Department, Setup, running
from demo.issuer import LocalIssuer
from demo.secrets import make_secrets
from demo.world import World, build_world

KEY_HEADERS = {"mot": "X-Api-Key", "agri": "X-App-Key", "culture": "apikey", "dpf": "X-Dpf-Key"}
OAUTH = ("hrss", "tax", "moj", "fin")
SIGNED = {"nhsa": ("sm3", "X"), "tax": ("sha256", "X-Tax"), "util": ("sha256", "X")}


class Signing(httpx.Auth):
    """Signs what leaves, as the department's description says."""

    requires_request_body = True

    def __init__(self, secret: str, algorithm: str, prefix: str) -> None:
        self.secret, self.algorithm, self.prefix = secret, algorithm, prefix
        self.nonces = (f"nonce-{number:08d}" for number in itertools.count())
        self.at_s: Callable[[], float] = time.time

    def auth_flow(self, request: httpx.Request) -> Any:
        timestamp, nonce = str(int(self.at_s())), next(self.nonces)
        path, _, query = request.url.raw_path.decode().partition("?")
        digest = hashlib.new(self.algorithm, request.content).hexdigest()
        pairs = "&".join(sorted(filter(None, query.split("&"))))
        canonical = "\n".join((request.method, path, pairs, timestamp, nonce, digest))
        signature = hmac.new(self.secret.encode(), canonical.encode(), self.algorithm).hexdigest()
        request.headers[f"{self.prefix}-Timestamp"] = timestamp
        request.headers[f"{self.prefix}-Nonce"] = nonce
        request.headers[f"{self.prefix}-Sign"] = signature
        yield request


@dataclass
class Line:
    """The platform's line to one department, with its credentials in place."""

    department: Department
    world: World
    issuer: LocalIssuer
    http: httpx.AsyncClient
    signing: Signing | None = None
    subject: str = "pairwise-subject"
    _token: str = field(default="", repr=False)

    @property
    def code(self) -> str:
        return self.department.code

    def secret(self, name: str) -> str:
        return self.department.context.secret(name)

    def citizen_token(self, **more: Any) -> str:
        return self.issuer.token(self.code, **({"subject": self.subject} | more))

    async def ask(
        self,
        method: str,
        path: str,
        *,
        citizen: str | None = "",
        credentials: bool = True,
        headers: dict[str, str] | None = None,
        params: dict[str, Any] | None = None,
        **body: Any,
    ) -> httpx.Response:
        """``citizen``: a token, None for none, empty for a good one."""
        path, _, written = path.partition("?")
        sent, query = dict(headers or {}), dict(httpx.QueryParams(written)) | (params or {})
        if credentials:
            await self._credentials(sent, query)
        if citizen is not None:
            name = "Authorization" if self.code == "nhc" else "X-Citizen-Token"
            token = citizen or self.citizen_token()
            sent.setdefault(name, f"Bearer {token}" if self.code == "nhc" else token)
        auth = self.signing if credentials else None
        return await self.http.request(method, path, headers=sent, params=query, auth=auth, **body)

    async def _credentials(self, headers: dict[str, str], query: dict[str, Any]) -> None:
        if self.code in KEY_HEADERS:
            headers.setdefault(KEY_HEADERS[self.code], self.secret("api-key"))
        elif self.code == "hud":
            query.setdefault("appkey", self.secret("api-key"))
        elif self.code in OAUTH:
            headers.setdefault("Authorization", f"Bearer {await self.access_token()}")

    async def access_token(self) -> str:
        if not self._token:
            form = {"grant_type": "client_credentials"}
            basic = (self.secret("client-id"), self.secret("client-secret"))
            answer = await self.http.post("/oauth2/token", data=form, auth=basic)
            self._token = answer.json()["access_token"]
        return self._token


OpenLine = Callable[..., Any]


@pytest.fixture(scope="session")
def province_secrets() -> dict[str, str]:
    return make_secrets()


@pytest.fixture
async def line_to(province_secrets: dict[str, str]) -> AsyncIterator[OpenLine]:
    """``await line_to("hrss")``: the department runs on a free port; its cases stand still unless told."""
    async with AsyncExitStack() as stack:

        async def open_line(code: str, case_step_s: float = 0) -> Line:
            issuer = LocalIssuer()
            world = build_world(citizens=1000, enterprises=20)
            setup = Setup(case_step_s=case_step_s)
            province = await stack.enter_async_context(
                running(code, world=world, secrets=province_secrets, verifier=issuer.verifier(), setup=setup)
            )
            http = httpx.AsyncClient(base_url=province[code].url, trust_env=False)
            await stack.enter_async_context(http)
            line = Line(province[code], world, issuer, http)
            if code in SIGNED:
                line.signing = Signing(line.secret("hmac-secret"), *SIGNED[code])
            return line

        yield open_line
