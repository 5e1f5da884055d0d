"""Retries, breaker, queue and rate of a connector on a real department."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from connectors.connector import Connector
from federation.subgraph import FetchContext, FetchResult
from tests.connectors.conftest import CITIZEN, LoopClock, Opened, fetch
from tests.connectors.department import LoopbackDepartment
from tests.connectors.examples import MANIFEST, OPENAPI, ok
from tongban.errors import ErrorCode

LIMITS = "limits: {timeout: 5s, concurrency: 8}"
PATH = "/api/v1/lawyers"
QUERY = '{ lawyers(name: "x") { name } }'
MUTATION = 'mutation { registerEmployer(creditCode: "91990000000000001X", enterpriseName: "x") { number } }'
RETRY = "retry: {on: [connect, reset, 503], attempts: 3, backoff: 1ms}"


def limited(opened: Opened, *blocks: str, endpoint: str | None = None) -> Connector:
    return opened(MANIFEST.replace(LIMITS, "\n  ".join(blocks)), OPENAPI, endpoint)


async def asked(connector: Connector, document: str = QUERY, **context: Any) -> FetchResult:
    found = FetchContext(caller=CITIZEN, request_id="r-1", idempotency_key="k-1", **context)
    return await connector.prepare(fetch(connector, document)).run({}, (), found)


def one_error(result: FetchResult) -> tuple[ErrorCode, float | None, bool]:
    (error,) = result.errors
    return error.code, error.retry_after_s, error.not_sent


def failing(department: LoopbackDepartment, times: int, status: int = 503, **headers: str) -> None:
    """The department fails so often, then it is well."""
    left = [times]

    async def answer(_: web.Request) -> web.StreamResponse:
        left[0] -= 1
        if left[0] >= 0:
            return web.json_response({}, status=status, headers=headers)
        return web.json_response(ok({"list": [{"name": "well"}], "employerNo": "E1"}))

    department.answer("GET", PATH, answer)
    department.answer("POST", "/api/v1/employers", answer)


async def test_a_read_is_sent_again_until_it_succeeds(opened: Opened, department: LoopbackDepartment) -> None:
    failing(department, 2)
    connector = limited(opened, LIMITS, RETRY)
    result = await asked(connector)
    assert (result.errors, result.data) == ((), {"lawyers": [{"name": "well"}]})
    counts = connector.traffic.counts()
    assert (counts.sent, counts.repeated, counts.failed) == (3, 2, 2)


async def test_it_is_not_sent_more_often_than_the_manifest_says(
    opened: Opened, department: LoopbackDepartment
) -> None:
    failing(department, 9)
    result = await asked(limited(opened, LIMITS, RETRY))
    assert (department.calls(PATH), one_error(result)[0]) == (3, ErrorCode.DEPARTMENT_ERROR)


async def test_without_the_block_and_for_other_statuses_it_is_sent_once(
    opened: Opened, department: LoopbackDepartment
) -> None:
    failing(department, 9)
    await asked(limited(opened, LIMITS))
    assert department.calls(PATH) == 1
    failing(department, 9, status=500)
    await asked(limited(opened, LIMITS, RETRY))
    assert department.calls(PATH) == 2


async def test_a_write_is_sent_again_only_with_an_idempotency_key(
    opened: Opened, department: LoopbackDepartment
) -> None:
    failing(department, 1)
    result = await asked(limited(opened, LIMITS, RETRY), MUTATION)
    assert [issued.number for issued in result.issued] == ["E1"]
    assert {seen.headers["Idempotency-Key"] for seen in department.seen} == {"k-1"}
    failing(department, 1)
    text = MANIFEST.replace(LIMITS, f"{LIMITS}\n  {RETRY}")
    bare = opened(text.replace("idempotency: {header: Idempotency-Key}", "idempotency: none"), OPENAPI)
    result = await asked(bare, MUTATION)
    assert (len(result.errors), department.calls("/api/v1/employers")) == (1, 3)


async def test_a_broken_connection_is_reason_enough(opened: Opened, department: LoopbackDepartment) -> None:
    broken = [2]

    async def answer(request: web.Request) -> web.StreamResponse:
        broken[0] -= 1
        if broken[0] >= 0:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(ok({"list": []}))

    department.answer("GET", PATH, answer)
    assert (await asked(limited(opened, LIMITS, RETRY))).errors == ()


async def test_nobody_listening_is_asked_again_and_then_told_as_not_sent(
    opened: Opened, department: LoopbackDepartment
) -> None:
    await department.stop()
    connector = limited(opened, LIMITS, RETRY)
    assert one_error(await asked(connector)) == (ErrorCode.DEPARTMENT_UNAVAILABLE, None, True)
    assert connector.traffic.counts().sent == 3


async def test_a_wait_longer_than_the_deadline_is_not_waited(
    opened: Opened, department: LoopbackDepartment
) -> None:
    failing(department, 1, **{"Retry-After": "30"})
    result = await asked(limited(opened, LIMITS, RETRY))
    assert (department.calls(PATH), one_error(result)[1]) == (1, 30)
    failing(department, 1, **{"Retry-After": "30"})
    careless = RETRY.replace("backoff", "respectRetryAfter: false, backoff")
    assert (await asked(limited(opened, LIMITS, careless))).errors == ()


async def test_retries_run_out_when_everything_fails(opened: Opened, department: LoopbackDepartment) -> None:
    failing(department, 1000)
    connector = limited(opened, LIMITS, RETRY, "breaker: off")
    for _ in range(20):
        await asked(connector)
    counts = connector.traffic.counts()
    assert counts.sent == 20 + counts.repeated
    assert counts.repeated <= 12, "ten in hand, and one for ten calls"


async def test_after_many_failures_nothing_is_sent_until_a_probe_goes_well(
    opened: Opened, department: LoopbackDepartment, clock: LoopClock
) -> None:
    failing(department, 4)
    connector = limited(opened, LIMITS, "breaker: {failures: 50%, window: 10s, minCalls: 4, openFor: 5s}")
    for _ in range(4):
        await asked(connector)
    code, retry_after_s, not_sent = one_error(await asked(connector))
    assert (code, not_sent, department.calls(PATH)) == (ErrorCode.DEPARTMENT_UNAVAILABLE, True, 4)
    assert retry_after_s is not None
    assert 0 < retry_after_s <= 5
    clock.ahead_s += 5
    assert (await asked(connector)).errors == ()
    counts = connector.traffic.counts()
    assert (counts.breaker, counts.opened, counts.held_by_breaker) == ("closed", 1, 1)


async def test_who_refuses_the_caller_is_not_down(opened: Opened, department: LoopbackDepartment) -> None:
    failing(department, 50, status=404)
    connector = limited(opened, LIMITS, "breaker: {minCalls: 2}")
    for _ in range(5):
        await asked(connector)
    assert (department.calls(PATH), connector.traffic.counts().breaker) == (5, "closed")


async def test_no_more_than_the_concurrency_is_under_way_and_who_finds_the_queue_full_is_told(
    opened: Opened, department: LoopbackDepartment
) -> None:
    arrived, free = asyncio.Event(), asyncio.Event()
    under_way: list[int] = [0, 0]

    async def answer(_: web.Request) -> web.StreamResponse:
        under_way[0] += 1
        under_way[1] = max(under_way)
        arrived.set()
        await free.wait()
        under_way[0] -= 1
        return web.json_response(ok({"list": []}))

    department.answer("GET", PATH, answer)
    connector = limited(opened, "limits: {timeout: 5s, concurrency: 1, queue: 1}")
    first = asyncio.create_task(asked(connector))
    await arrived.wait()
    second = asyncio.create_task(asked(connector))
    while connector.traffic.counts().waiting == 0:  # noqa: ASYNC110  nothing tells of it
        await asyncio.sleep(0)
    third = await asked(connector)
    assert one_error(third) == (ErrorCode.DEPARTMENT_UNAVAILABLE, 1.0, True)
    free.set()
    assert [(await task).errors for task in (first, second)] == [(), ()]
    assert (under_way[1], connector.traffic.counts().held_by_queue) == (1, 1)


async def test_above_the_rate_the_caller_is_told_when_to_come_back(
    opened: Opened, department: LoopbackDepartment
) -> None:
    failing(department, 0)
    connector = limited(opened, "limits: {timeout: 5s, rate: 2/m}")
    for _ in range(2):
        assert (await asked(connector)).errors == ()
    code, retry_after_s, not_sent = one_error(await asked(connector))
    assert (code, not_sent, department.calls(PATH)) == (ErrorCode.RATE_LIMITED, True, 2)
    assert retry_after_s is not None
    assert 50 < retry_after_s <= 60


async def test_a_short_wait_for_the_rate_is_waited(opened: Opened, department: LoopbackDepartment) -> None:
    failing(department, 0)
    connector = limited(opened, "limits: {timeout: 5s, rate: 4/s}")
    results = await asyncio.gather(*(asked(connector) for _ in range(6)))
    assert [result.errors for result in results] == [()] * 6


@pytest.mark.parametrize("kept", [True, False])
async def test_a_soap_fault_is_an_answer_and_an_html_page_is_a_failure(
    opened: Opened, department: LoopbackDepartment, kept: bool
) -> None:
    media = "text/xml" if kept else "text/html"

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=500, text="<a/>", content_type=media)

    department.answer("GET", PATH, answer)
    connector = limited(opened, LIMITS, "breaker: {minCalls: 2}")
    for _ in range(3):
        await asked(connector)
    assert connector.traffic.counts().breaker == ("closed" if kept else "open")
