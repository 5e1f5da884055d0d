"""What the province's tests share: one issuer, and a way to ask a running department."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from demo.host import Province
from demo.issuer import LocalIssuer
from demo.world import Citizen, World, build_world

Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def issuer() -> LocalIssuer:
    return LocalIssuer()


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def citizen01(world: World) -> Citizen:
    found = world.citizen(world.logins[0].cid or "")
    assert found is not None
    return found


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        yield client


@pytest.fixture
def ask(web: httpx.AsyncClient, issuer: LocalIssuer) -> Ask:
    """A GraphQL operation at a department, with a token of ``level`` for ``subject`` (None: without any)."""

    async def asking(
        province: Province,
        code: str,
        query: str,
        level: int | None = 3,
        subject: str = "one",
        key: str | None = None,
        **variables: Any,
    ) -> dict[str, Any]:
        headers = {} if level is None else {"Authorization": f"Bearer {issuer.token(code, subject, level)}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        answer = await web.post(
            f"{province[code].url}/graphql",
            json={"query": query, "variables": variables},
            headers=headers,
        )
        told: dict[str, Any] = answer.json()
        return told

    return asking
