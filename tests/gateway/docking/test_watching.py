"""What a gateway sees of the backends behind it: their health, and figures of their traffic."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.connectors.department import LoopbackDepartment
from tests.gateway.docking.library import ASK, Town, manifest

LIMITS = "  limits: {timeout: 3s, concurrency: 50}\n"
HEALTH = "  health: {get: /well, expect: \"status == 'UP'\", every: 1h}\n"


def watched(version: str = "1.0.0") -> str:
    return manifest(version, "isbn: isbn, title: title, shelf: {type: Int, from: shelf}").replace(
        LIMITS, LIMITS + HEALTH
    )


async def looked_at(library: Town, up: bool) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while True:
            shown: dict[str, Any] = (await library.client.get("/readyz?verbose")).json()["health"]
            if shown.get("library.books", {}).get("up") is up:
                return dict(shown["library.books"])
            await asyncio.sleep(0)


async def figures(library: Town) -> dict[str, float]:
    lines = (await library.client.get("/metrics")).text.splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if 'connector="library.books"' in line)
    return {name: float(value) for name, value in pairs}


@pytest.mark.parametrize(("status", "up"), [("UP", True), ("DOWN", False)])
async def test_the_health_of_what_is_published_is_looked_after(library: Town, status: str, up: bool) -> None:
    library.department.answer("GET", "/well", {"status": status})
    await library.submit(watched())
    shown = await looked_at(library, up)
    assert shown.keys() == {"up", "since", "latency_ms", "evidence"}
    assert (await figures(library))['tongban_backend_up{connector="library.books"}'] == float(up)


async def test_a_version_that_is_replaced_is_not_looked_after_any_more(library: Town) -> None:
    library.department.answer("GET", "/well", {"status": "UP"})
    await library.submit(watched())
    await looked_at(library, True)
    now = library.gateway.current.now
    assert now is not None
    old = now.snapshot.connectors["library.books"].health
    assert old is not None
    await library.submit(manifest("1.1.0"))
    assert (await library.client.get("/readyz?verbose")).json()["health"] == {}
    await library.gateway.current.close()
    assert not old.running


async def test_traffic_and_broken_values_are_counted_by_connector(library: Town) -> None:
    department: LoopbackDepartment = library.department
    department.answer("GET", "/well", {"status": "UP"})
    await library.submit(watched())
    await looked_at(library, True)
    before = await figures(library)
    await library.ask(ASK)
    after = await figures(library)
    sent = 'tongban_backend_requests_total{connector="library.books",outcome="sent"}'
    assert after[sent] - before[sent] == 1
    assert after['tongban_data_quality_total{connector="library.books",kind="unfit"}'] == 1
    assert after['tongban_backend_breaker_open{connector="library.books"}'] == 0
    assert after['tongban_backend_held_total{by="queue",connector="library.books"}'] == 0


async def test_the_figures_grow_with_connectors_and_not_with_requests(library: Town) -> None:
    await library.submit(watched())
    before = (await figures(library)).keys()
    for name in "abc":
        await library.ask(f"query {name} {{ books {{ title {name}: shelf }} }}")
    assert (await figures(library)).keys() - before <= {
        'tongban_backend_up{connector="library.books"}',
        'tongban_backend_health_seconds{connector="library.books"}',
    }
