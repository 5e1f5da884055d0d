"""Disabled with a notice: the schema stays, the department is left in peace, citizens are told why."""

from __future__ import annotations

import pytest

from connectors.manifest.model import Words
from connectors.revisions import MoveRefused, State
from gateway.docking.notice import notice_of
from tests.gateway.docking.library import Town, manifest

NOTICE = Words("系统升级，周一恢复", "Closed for an upgrade until Monday")


async def test_fields_are_null_with_the_notice_until_it_is_enabled(library: Town) -> None:
    await library.submit(manifest())
    schema = await library.schema()
    dock = await library.dock()
    standing = await dock.disable("library.books", NOTICE, "operator1")
    await library.caught_up()
    assert standing.revision.state is State.DISABLED
    assert await library.schema() == schema
    asked = len(library.department.seen)
    answer = await library.ask("{ books { title } services { id } }")
    assert answer["data"]["books"] is None
    assert answer["data"]["services"] == [{"id": "library.books"}]
    (error,) = answer["errors"]
    assert (error["path"], error["message"]) == (["books"], "Closed for an upgrade until Monday")
    assert error["extensions"] | {"requestId": ""} == {
        "code": "DEPARTMENT_MAINTENANCE",
        "messageZh": "系统升级，周一恢复",
        "department": "library",
        "requestId": "",
    }
    assert len(library.department.seen) == asked
    await dock.enable("library.books", "operator1")
    await library.caught_up()
    assert (await library.ask())["data"]["books"][0]["title"] == "论语"
    assert [
        (e["action"], e["details"]["from"], e["details"]["to"])
        for e in await library.told("disabled", "enabled")
    ] == [
        ("connector.disabled", "published", "disabled"),
        ("connector.enabled", "disabled", "published"),
    ]


async def test_a_notice_is_asked_for_and_holds_nobodys_number(library: Town) -> None:
    await library.submit(manifest())
    dock = await library.dock()
    for notice in (Words(), Words("请找 990101199001011230"), Words("长" * 501)):
        with pytest.raises(MoveRefused):
            await dock.disable("library.books", notice, "operator1")
    assert [entry["outcome"] for entry in await library.told("disabled")] == ["refused"] * 3
    assert all("990101" not in str(entry["details"]) for entry in await library.told())


async def test_a_retired_connector_is_out_and_comes_back(library: Town) -> None:
    await library.submit(manifest())
    dock = await library.dock()
    await dock.retire("library.books", "operator1")
    await library.caught_up()
    assert "errors" in await library.ask()
    await dock.rollback("library.books", "operator1")
    await library.caught_up()
    assert (await library.ask())["data"]["books"][0]["title"] == "论语"


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("检修 / Repairs", Words("检修", "Repairs")),
        ("检修", Words(zh="检修")),
        ("Repairs", Words(en="Repairs")),
        ("A/B / C", Words("A/B", "C")),
    ],
)
def test_a_notice_is_written_on_one_line(text: str, notice: Words) -> None:
    assert notice_of(text) == notice
