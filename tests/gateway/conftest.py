"""The face of /graphql on a real socket, over a small house."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.documents import TrustedDocuments
from gateway.http import GraphQLEndpoint
from gateway.stages.respond import refuse
from tests.gateway.fake_department import FakeDepartment
from tests.gateway.house import House, generation_of, guide
from tests.gateway.serving import served
from tongban.clock import SystemClock
from tongban.settings import Settings

TRUSTED = "query Trusted { hello }"


@pytest.fixture
def department() -> FakeDepartment:
    return FakeDepartment()


@pytest.fixture
def house(department: FakeDepartment) -> House:
    return House(generation_of(guide(), department), documents=TrustedDocuments([TRUSTED]))


@pytest.fixture
def settings() -> Settings:
    return Settings(max_body_bytes=20_000, max_document_bytes=5_000)


@pytest.fixture
async def client(house: House, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    house.settings = settings
    endpoint = GraphQLEndpoint(house.answer, refuse, settings, SystemClock())
    async with served(endpoint) as origin, httpx.AsyncClient(base_url=origin) as client:
        yield client
