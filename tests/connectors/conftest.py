"""What the tests of connectors share: a clock of the loop, a transport that may reach loopback, secrets, tokens."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import OperationDefinitionNode, OperationType, parse, parse_type

from connectors.channel import Channel
from connectors.connector import Connector
from connectors.egress import LOOPBACK
from connectors.manifest import parse_manifest
from connectors.opening import open_connector
from connectors.secrets import HeldSecrets
from connectors.transport import Transport
from federation.subgraph import PlannedFetch
from tests.connectors.department import LoopbackDepartment
from tests.connectors.whole_graph import WholeGraph, open_whole_graph
from tongban.caller import Caller, Person
from tongban.clock import SystemClock


class LoopClock:
    """Monotonic time of the running loop; wall time moved by hand."""

    def __init__(self) -> None:
        self.epoch = 1_790_000_000.0
        self.ahead_s = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.epoch, UTC)

    def epoch_s(self) -> float:
        return self.epoch

    def monotonic_s(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead_s


class StubTokens:
    """Department tokens that say whose they are; counts how many were minted."""

    def __init__(self) -> None:
        self.minted = 0

    async def token_for(self, caller: Caller, audience: str, purpose: str, now_s: float) -> str:
        self.minted += 1
        claims = {"sub": caller.subject or "platform", "aud": audience, "exp": now_s + 120, "n": self.minted}
        payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        return f"e30.{payload}.c2ln"


PERSON = Person("01PERSON", "990101199001011238", "测试人甲", "13900000000")
CITIZEN = Caller(subject="sub-1", session="s-1", level=2, person=PERSON, enterprises=("91990000000000001X",))

SECRETS = HeldSecrets(
    {
        "secret://hrss/key": "canary-api-key",
        "secret://hrss/user": "canary-user",
        "secret://hrss/password": "canary-password",
        "secret://hrss/client-id": "canary-client",
        "secret://hrss/client-secret": "canary-client-secret",
        "secret://hrss/hmac": "canary-hmac",
    }
)


@pytest.fixture
def clock() -> LoopClock:
    return LoopClock()


@pytest.fixture
def tokens() -> StubTokens:
    return StubTokens()


@pytest.fixture
async def transport(clock: LoopClock) -> AsyncIterator[Transport]:
    made = Transport(clock=clock, egress_allow=LOOPBACK)
    yield made
    await made.close()


@pytest.fixture
async def channel_to() -> AsyncIterator[Callable[..., Channel]]:
    """``channel_to(url)``: a channel in real time, closed with the test."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:

        def open_channel(url: str, **options: Any) -> Channel:
            transport = Transport(clock=clock, egress_allow=LOOPBACK)
            stack.push_async_callback(transport.close)
            return Channel(transport, url, clock=clock, **options)

        yield open_channel


@pytest.fixture
async def department() -> AsyncIterator[LoopbackDepartment]:
    made = LoopbackDepartment()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture(scope="session")
def whole_graph(tmp_path_factory: pytest.TempPathFactory) -> WholeGraph:
    return open_whole_graph(tmp_path_factory.mktemp("platform"))


Opened = Callable[..., Connector]


@pytest.fixture
def opened(
    transport: Transport, clock: LoopClock, tokens: StubTokens, department: LoopbackDepartment
) -> Opened:
    """``opened(manifest_text, openapi)`` → a connector on the loopback department."""

    def make(text: str, description: Mapping[str, Any], endpoint: str | None = None) -> Connector:
        return open_connector(
            parse_manifest(text, file="hrss.connector.yaml"),
            {"hrss/openapi.json": json.dumps(description).encode()},
            endpoint=endpoint or department.url,
            secrets=SECRETS,
            tokens=tokens,
            clock=clock,
            transport=transport,
        )

    return make


def fetch(connector: Connector, document: str, *, entity: str = "", **variable_types: str) -> PlannedFetch:
    """A planned fetch from a document: root fields, or with ``entity`` the fields of that type."""
    operation = parse(document, no_location=True).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    selection = operation.selection_set
    if entity:
        wrapped = parse(f"{{ ... on {entity} {{ __typename }} }}", no_location=True).definitions[0]
        assert isinstance(wrapped, OperationDefinitionNode)
        wrapped.selection_set.selections[0].selection_set = selection  # type: ignore[union-attr]
        selection = wrapped.selection_set
    variables = tuple((d.variable.name.value, d.type) for d in operation.variable_definitions)
    variables += tuple((name, parse_type(text)) for name, text in variable_types.items())
    kind = OperationType.QUERY if entity else operation.operation
    return PlannedFetch(connector.name, kind, selection, (entity,) if entity else (), variables)
