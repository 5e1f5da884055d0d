"""A backend's health as its manifest wants it asked, on a real department."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web

from connectors.backend import Answer
from connectors.connector import Connector
from connectors.health import HealthPoller
from connectors.manifest import ManifestRejected, parse_manifest
from connectors.manifest.runtime import Health
from connectors.opening import open_connector
from connectors.transport import Transport
from federation.subgraph import FetchContext
from tests.connectors.conftest import CITIZEN, SECRETS, LoopClock, Opened, StubTokens, fetch
from tests.connectors.department import LoopbackDepartment
from tests.connectors.examples import MANIFEST, OPENAPI, ok

LIMITS = "limits: {timeout: 5s, concurrency: 8}"
UP = """{get: /actuator/health, expect: "status == 'UP'"}"""


def watched(opened: Opened, health: str, *blocks: str) -> tuple[Connector, HealthPoller]:
    text = MANIFEST.replace(LIMITS, "\n  ".join([LIMITS, f"health: {health}", *blocks]))
    connector = opened(text, OPENAPI)
    assert connector.health is not None
    return connector, connector.health


async def test_a_get_is_well_when_what_is_expected_holds(
    opened: Opened, department: LoopbackDepartment, clock: LoopClock
) -> None:
    _, health = watched(opened, UP)
    assert health.result.up is None
    department.answer("GET", "/actuator/health", {"status": "UP"})
    first = await health.look()
    assert (first.up, first.since_s, first.evidence) == (True, clock.epoch, "HTTP status 200")
    assert first.latency_ms > 0
    clock.epoch += 30
    again = await health.look()
    assert (again.since_s, again.looked_at_s) == (clock.epoch - 30, clock.epoch)
    department.answer("GET", "/actuator/health", {"status": "DOWN", "name": "canary"})
    down = await health.look()
    assert (down.up, down.since_s) == (False, clock.epoch)
    assert down.evidence == "HTTP status 200, and this does not hold: status == 'UP'"
    assert department.seen[0].headers["X-Api-Key"] == "canary-api-key", "credentials are looked at too"


async def test_without_an_expectation_a_good_status_is_enough(
    opened: Opened, department: LoopbackDepartment
) -> None:
    async def plain(_: web.Request) -> web.StreamResponse:
        return web.Response(text="OK")

    department.answer("GET", "/ping", plain)
    assert (await watched(opened, "{get: /ping}")[1].look()).up is True
    assert (await watched(opened, "{get: /none}")[1].look()).evidence == "HTTP status 404"


async def test_a_post_and_an_operation_take_a_body(opened: Opened, department: LoopbackDepartment) -> None:
    department.answer("POST", "/ping", {"alive": True})
    _, posting = watched(opened, "{post: /ping, body: {a: 1}, expect: alive}")
    assert (await posting.look()).up is True
    department.answer("POST", "/api/v1/vehicles/batch", ok({"list": []}))
    _, asking = watched(
        opened, """{operation: getVehicles, body: {plateNos: []}, expect: "code == '0000'"}"""
    )
    assert (await asking.look()).up is True
    assert [seen.body for seen in department.seen] == [b'{"a":1}', b'{"plateNos":[]}']


async def test_nobody_there_is_down_with_the_reason(opened: Opened, department: LoopbackDepartment) -> None:
    _, health = watched(opened, UP)
    await department.stop()
    result = await health.look()
    assert (result.up, result.evidence) == (False, "no connection (ClientConnectorError)")


async def test_a_look_is_the_call_that_closes_the_breaker(
    opened: Opened, department: LoopbackDepartment, clock: LoopClock
) -> None:
    department.answer("GET", "/actuator/health", {"status": "UP"})
    connector, health = watched(opened, UP, "breaker: {minCalls: 1, openFor: 5s}")

    async def broken(_: web.Request) -> web.StreamResponse:
        return web.Response(status=500)

    department.answer("GET", "/api/v1/lawyers", broken)
    document = '{ lawyers(name: "x") { name } }'
    await connector.prepare(fetch(connector, document)).run({}, (), FetchContext(caller=CITIZEN))
    assert (await health.look()).evidence == "calls have kept failing; none is sent now"
    clock.ahead_s += 5
    assert (await health.look()).up is True
    assert connector.traffic.counts().breaker == "closed"


async def test_it_looks_again_and_again_until_it_is_stopped(clock: LoopClock) -> None:
    looks, thrice = [0], asyncio.Event()

    async def ask(_: FetchContext) -> Answer:
        looks[0] += 1
        if looks[0] == 3:
            thrice.set()
        return Answer(200, {}, None)

    health = HealthPoller(ask, Health(get="/x", every_s=0.001), clock)
    health.start()
    health.start()
    await thrice.wait()
    await health.stop()
    assert (health.running, health.result.up) == (False, True)
    await health.stop()


async def test_a_closed_connector_is_not_looked_at(opened: Opened, department: LoopbackDepartment) -> None:
    department.answer("GET", "/actuator/health", {"status": "UP"})
    connector, health = watched(opened, UP)
    health.start()
    await connector.close()
    assert not health.running


async def test_a_graphql_backend_is_asked_a_document(
    transport: Transport, clock: LoopClock, department: LoopbackDepartment
) -> None:
    text = MANIFEST[: MANIFEST.index("envelope:")].replace("kind: rest", "kind: graphql")
    text = text.replace("{openapi: ./hrss/openapi.json}", "{sdl: ./a.graphql, federation: 2}")
    text = text.replace(
        LIMITS, LIMITS + '\n  health: {query: "{ __typename }", expect: "__typename == \'Query\'"}'
    )
    connector = open_connector(
        parse_manifest(text + "governance: {classification: L1, sharing: none}\n"),
        {"a.graphql": b"type Query { a: Int }"},
        endpoint=department.url,
        secrets=SECRETS,
        tokens=StubTokens(),
        clock=clock,
        transport=transport,
    )
    assert connector.health is not None
    department.answer("POST", "/graphql", {"data": {"__typename": "Query"}})
    assert (await connector.health.look()).up is True
    department.answer("POST", "/graphql", {"data": None, "errors": [{"message": "canary"}]})
    down = await connector.health.look()
    assert down.up is False
    assert "canary" not in down.evidence
    assert json.loads(department.seen[0].body)["query"] == "{ __typename }"


@pytest.mark.parametrize("health", ["{operation: getNothing}", "{operation: getInsured}"])
def test_an_operation_that_cannot_be_asked_is_named(opened: Opened, health: Any) -> None:
    with pytest.raises(ManifestRejected) as rejected:
        watched(opened, health)
    (found,) = rejected.value.findings
    assert found.code == "backend.health"
    assert found.line > 1
