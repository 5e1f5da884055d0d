"""A vendor's upgrade rehearsed: a real new version on loopback beside the answers that the old one recorded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from connectors.judging.rehearsal import Rehearsal, rehearse
from gateway.cli.connector import connector
from tests.connectors.judging.parks import MANIFEST, OPENAPI, altered
from tests.connectors.judging.sandbox import KEY, Sandbox, ground, sandbox

OLD = {"parkName": "中山公园", "area": 9, "openDate": "19990101", "kindCode": "2"}
"""Other values, of the same make as the recorded ones."""


@pytest.fixture
async def upgraded() -> AsyncIterator[Sandbox]:
    """The new version; as long as nobody changes it, it answers as the old one did."""
    async with sandbox() as made:
        made.park = dict(OLD)
        made.department.answer("GET", "/parks/P9", {"code": "1404", "msg": "无此公园"})
        tours = {"list": [{"tourNo": "T8", "guideName": "别人"}]}
        made.department.answer("GET", "/tours", {"code": "0000", "msg": "ok", "data": tours})
        yield made


async def rehearsed(upgraded: Sandbox, text: str = MANIFEST) -> Rehearsal:
    async with ground() as held:
        return await rehearse(upgraded.draft(text), **held)


def told(found: Rehearsal) -> list[tuple[str, str, str, str]]:
    return [(each.operation, each.path, each.kind, each.message) for each in found.differences]


async def test_other_values_of_the_same_make_are_no_difference(upgraded: Sandbox) -> None:
    found = await rehearsed(upgraded)
    assert (found.same, told(found), found.calls) == (True, [], 3)
    assert dict(found.skipped) == {
        "the key is refused": "it recorded a failure that no request brings about",
        "a tour": "it writes",
    }
    assert {seen.method for seen in upgraded.department.seen} == {"GET"}


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        ({"parkName": None, "name": "中山公园"}, ("getPark", "data.name", "added", "is new")),
        ({"area": {"mu": 9}}, ("getPark", "data.area", "kind", "was number, is object")),
        (
            {"openDate": "1999-01-01"},
            ("getPark", "data.openDate", "format", "was written as date yyyyMMdd, is written as date yyyy-MM-dd"),
        ),
        ({"kindCode": "M"}, ("getPark", "data.kindCode", "codes", "has a code that is none of the 2 described")),
        ({"area": "wide"}, ("getPark", "data.area", "kind", "was number, is text")),
    ],
)  # fmt: skip
async def test_a_field_that_changed_is_named(upgraded: Sandbox, changed: Any, difference: Any) -> None:
    upgraded.park |= changed
    assert difference in told(await rehearsed(upgraded))


async def test_a_field_that_is_gone_is_named_and_a_new_one_breaks_nobody(upgraded: Sandbox) -> None:
    upgraded.park["swings"] = 3
    found = await rehearsed(upgraded)
    assert told(found) == [("getPark", "data.swings", "added", "is new")]
    assert found.same
    del upgraded.park["area"]
    found = await rehearsed(upgraded)
    assert ("getPark", "data.area", "gone", "is not there any more") in told(found)
    assert not found.same


async def test_fields_in_a_list_are_compared(upgraded: Sandbox) -> None:
    tours = {"list": [{"number": "T8", "guideName": "别人"}]}
    upgraded.department.answer("GET", "/tours", {"code": "0000", "msg": "ok", "data": tours})
    assert ("listTours", "data.list[].tourNo", "gone", "is not there any more") in told(
        await rehearsed(upgraded)
    )


async def test_other_codes_of_the_envelope_are_another_outcome(upgraded: Sandbox) -> None:
    upgraded.department.answer("GET", "/parks/P9", {"code": "E404", "msg": "无此公园"})
    assert told(await rehearsed(upgraded)) == [
        ("getPark", "", "outcome", "was nothing there, is DEPARTMENT_ERROR")
    ]


async def test_a_value_that_breaks_its_contract_is_named_by_its_field(upgraded: Sandbox) -> None:
    text = altered(
        'enum: {"1": CITY, "2": FOREST}',
        'enum: {"1": CITY, "2": FOREST}\n        contract: {codes: ["1", "2"]}',
    )
    upgraded.park["kindCode"] = "M"
    assert ("", "Park.kind", "quality", "its value is quarantined (codes)") in told(
        await rehearsed(upgraded, text)
    )


async def test_a_version_that_does_not_answer_is_a_difference(upgraded: Sandbox) -> None:
    await upgraded.department.stop()
    found = await rehearsed(upgraded)
    assert {each.kind for each in found.differences} == {"outcome"}
    assert not found.same


def run(folder: Path, upgraded: Sandbox, *more: str) -> Result:
    (folder / "parks").mkdir(exist_ok=True)
    (folder / "parks" / "openapi.json").write_text(json.dumps(OPENAPI), "utf-8")
    (folder / "parks.connector.yaml").write_text(MANIFEST, "utf-8")
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "secrets.json").write_text(json.dumps({"secret://parks/key": KEY}), "utf-8")
    sent = ["rehearse", str(folder / "parks.connector.yaml"), "--against", upgraded.department.url]
    return CliRunner().invoke(connector, [*sent, "--data", str(folder / "data"), *more])


async def test_the_command_names_the_differences_and_no_value(upgraded: Sandbox, tmp_path: Path) -> None:
    done = await asyncio.to_thread(run, tmp_path, upgraded)
    assert (done.exit_code, done.stdout) == (0, "")
    upgraded.park["openDate"] = "1999年1月1日"
    done = await asyncio.to_thread(run, tmp_path, upgraded, "--format", "json")
    assert done.exit_code == 1, done.output
    (difference,) = json.loads(done.stdout)["differences"]
    assert (difference["operation"], difference["path"], difference["kind"]) == (
        "getPark",
        "data.openDate",
        "format",
    )
    assert "1999" not in done.stdout
