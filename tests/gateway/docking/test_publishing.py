"""Publishing and rolling back in a running gateway, over real sockets."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from graphql import strip_ignored_characters
from sqlalchemy import event

from connectors.manifest.model import Words
from connectors.revisions import MoveRefused, State
from tests.gateway.docking.library import ASK, BOOKS, FILES, Town, manifest, town

FEWER = "isbn: isbn, title: title, shelf: shelf"
MORE = "isbn: isbn, title: title, shelf: shelf, pages: pages"


async def test_published_under_traffic_without_a_failed_request(library: Town) -> None:
    await library.submit(manifest())
    stop = asyncio.Event()

    async def ask_on() -> int:
        answered = 0
        while not stop.is_set():
            answer = await library.ask()
            assert answer == {"data": {"books": [{"title": "论语", "shelf": "A-1"}]}}
            answered += 1
        return answered

    crowd = [asyncio.create_task(ask_on()) for _ in range(8)]
    for version in range(1, 6):
        standing = await library.submit(manifest(f"1.{version}.0", MORE if version % 2 else FEWER))
        assert standing.revision.state is State.PUBLISHED
        await library.ask()
    stop.set()
    assert all([await each > 0 for each in crowd])


async def test_a_rollback_restores_the_schema_byte_for_byte(library: Town) -> None:
    await library.submit(manifest())
    before = await library.schema()
    await library.submit(manifest("1.1.0", MORE))
    assert "pages" in await library.schema()
    dock = await library.dock()
    standing = await dock.rollback("library.books", "operator1")
    await library.caught_up()
    assert (standing.revision.version, standing.registry_revision) == ("1.0.0", 3)
    assert await library.schema() == before
    assert (await library.ask())["data"]["books"] == [{"title": "论语", "shelf": "A-1"}]


async def test_a_whole_snapshot_comes_back_byte_for_byte(library: Town) -> None:
    await library.submit(manifest())
    await library.submit(manifest(name="archive.files", root="files"))
    then = await library.schema()
    await library.submit(manifest("1.1.0", MORE))
    dock = await library.dock()
    await dock.retire("archive.files", "operator1")
    await library.caught_up()
    assert await library.schema() != then
    revision, items = await dock.rollback_to(2, "operator1")
    await library.caught_up()
    assert revision == 5
    assert [(item.connector_id, item.version) for item in items] == [
        ("archive.files", "1.0.0"), ("library.books", "1.0.0"),
    ]  # fmt: skip
    assert await library.schema() == then
    (entry,) = await library.told("rolled_back")
    assert (entry["object_kind"], entry["object_id"], entry["outcome"]) == ("registry", "2", "ok")


async def test_a_former_version_that_no_longer_composes_is_not_rolled_back_to(library: Town) -> None:
    await library.submit(manifest())
    await library.submit(manifest("2.0.0", root="volumes"), accept_breaking="nobody reads")
    await library.submit(manifest(name="archive.books"))
    dock = await library.dock()
    with pytest.raises(MoveRefused, match="does not compose"):
        await dock.rollback("library.books", "operator1")
    (refused,) = await library.told("rolled_back")
    assert refused["outcome"] == "refused"


async def test_another_gateway_process_sees_it_by_the_store(tmp_path: Path, database_url: str) -> None:
    async with town(tmp_path, database_url) as one, town(tmp_path, database_url) as other:
        before = other.gateway.current.now
        await one.submit(manifest())
        async with asyncio.timeout(20):
            await other.gateway.current.in_force.news(before)
        assert await other.schema() == await one.schema()
        assert (await other.ask())["data"]["books"] == [{"title": "论语", "shelf": "A-1"}]
        before = other.gateway.current.now
        await (await one.dock()).disable("library.books", Words("检修", "Repairs"), "operator1")
        async with asyncio.timeout(20):
            await other.gateway.current.in_force.news(before)
        assert (await other.ask())["errors"][0]["extensions"]["messageZh"] == "检修"


async def test_what_is_in_use_is_planned_before_the_swap(library: Town) -> None:
    await library.submit(manifest())
    await library.ask()
    await library.submit(manifest("1.1.0", MORE))
    now = library.gateway.current.now
    assert now is not None
    assert now.operations.get((strip_ignored_characters(ASK), None)) is not None


async def test_a_set_that_makes_no_generation_is_looked_at_once_and_the_old_one_goes_on(
    library: Town,
) -> None:
    await library.submit(manifest())
    # as an older program would publish it, without stages
    registry = library.gateway.rooms.registry
    await registry.publish(manifest(name="archive.books"), FILES, library.department.url, "dev")
    await library.caught_up()
    read: list[str] = []

    def remember(_c: object, _k: object, statement: str, *_more: object) -> None:
        read.append(statement)

    event.listen(library.gateway.rooms.database.engine.sync_engine, "before_cursor_execute", remember)
    for _ in range(5):
        await library.caught_up()
    assert not [statement for statement in read if "connector_revisions" in statement]
    ready = (await library.client.get("/readyz?verbose")).json()
    assert ready["ready"]
    assert ready["revision"] == 1
    assert "books" in ready["problem"]
    assert (await library.ask())["data"]["books"] == [{"title": BOOKS[0]["title"], "shelf": "A-1"}]
