"""A reviewed revision is tried on a fixed share of sessions, and stops by itself when it is worse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from connectors.revisions import MoveRefused, State
from gateway.docking.dock import Dock
from gateway.docking.policy import Policy
from gateway.docking.submitting import Request
from tests.gateway.docking.library import ASK, FILES, Town, manifest, town

MORE = "isbn: isbn, title: title, shelf: shelf, pages: pages"
PAGES = "query Pages { books { pages } }"
HALF = 50.0


@pytest.fixture
async def half(tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    """The first version is with everybody; the next will be tried on half of the requests."""
    async with town(tmp_path, database_url, review="on", canary_percent=HALF) as found:
        await found.submit(manifest())
        dock = await found.dock()
        await dock.approve("library.books", "operator1")
        await dock.promote("library.books", "operator1")
        await found.caught_up()
        yield found


async def tried(half: Town, text: str, url: str = "", **more: Any) -> int:
    """Submitted and approved: on its way as a canary. Gives the stored revision's id."""
    dock = await half.dock()
    standing = await dock.submit(Request(text, FILES, url or half.department.url, **more), "owner")
    assert standing.passed, standing.results
    standing = await dock.approve("library.books", "operator1")
    await half.caught_up()
    assert standing.revision.state is State.CANARY
    return standing.revision.id


async def test_a_fixed_share_meets_it_until_it_is_promoted(half: Town) -> None:
    await tried(half, manifest("1.1.0", MORE))
    first = ["data" in await half.ask(PAGES, **{"x-request-id": f"request-{n}"}) for n in range(40)]
    again = ["data" in await half.ask(PAGES, **{"x-request-id": f"request-{n}"}) for n in range(40)]
    assert first == again
    assert 8 <= sum(first) <= 32
    assert "pages" not in await half.schema()
    (canary,) = (await half.client.get("/readyz?verbose")).json()["canaries"]
    assert (canary["connector"], canary["version"], canary["percent"]) == ("library.books", "1.1.0", HALF)

    dock = await half.dock()
    with pytest.raises(MoveRefused):
        await dock.promote("library.books", "stranger")
    standing = await dock.promote("library.books", "owner")
    await half.caught_up()
    assert standing.revision.state is State.PUBLISHED
    everybody = [await half.ask(PAGES, **{"x-request-id": f"request-{n}"}) for n in range(40)]
    assert all(answer == {"data": {"books": [{"pages": 320}]}} for answer in everybody)


async def test_one_that_fails_stops_by_itself(half: Town) -> None:
    revision_id = await tried(half, manifest("1.1.0"), "http://127.0.0.1:1")
    failed = 0
    before = half.gateway.current.now
    for number in range(400):
        if not half.gateway.current.trials or half.gateway.current.trials[0].stopped:
            break
        failed += "errors" in await half.ask(ASK, **{"x-request-id": f"request-{number}"})
    assert 20 <= failed <= 60
    async with asyncio.timeout(20):
        await half.gateway.current.in_force.news(before)
    after = [await half.ask(ASK, **{"x-request-id": f"request-{n}"}) for n in range(20)]
    assert not any("errors" in answer for answer in after)
    stopped = await half.gateway.rooms.registry.drafts.get(revision_id)
    assert stopped.state is State.DRAFT
    assert stopped.results[-1]["stage"] == "canary"
    assert "requests failed" in stopped.results[-1]["findings"][0]["message"]
    (entry,) = await half.told("canary_stopped")
    assert (entry["subject"], entry["details"]["to"]) == ("system", "draft")
    with pytest.raises(MoveRefused, match="objected"):
        await (await half.dock()).promote("library.books", "operator1")


async def test_who_does_not_fit_it_is_answered_by_what_is_served(half: Town) -> None:
    await tried(half, manifest("2.0.0", "isbn: isbn, title: title"), accept_breaking="tried on half")
    answers = [await half.ask(ASK, **{"x-request-id": f"request-{n}"}) for n in range(15)]
    assert all(answer["data"]["books"] == [{"title": "论语", "shelf": "A-1"}] for answer in answers)
    assert half.gateway.current.trials[0].canary.errors > 0


async def test_a_newer_submission_ends_it(half: Town) -> None:
    await tried(half, manifest("1.1.0", MORE))
    dock = await half.dock()
    await dock.submit(Request(manifest("1.2.0", MORE), FILES, half.department.url), "owner")
    await half.caught_up()
    assert half.gateway.current.trials == ()


async def test_where_nobody_is_asked_any_more_what_waits_is_published(half: Town) -> None:
    await tried(half, manifest("1.1.0", MORE))
    dock = Dock(half.gateway.rooms, Policy(False, HALF, "the test"))
    standing = await dock.submit(Request(manifest("1.1.0", MORE), FILES, half.department.url), "script")
    await half.caught_up()
    assert standing.revision.state is State.PUBLISHED
    assert await half.ask(PAGES) == {"data": {"books": [{"pages": 320}]}}
