"""不同供应商、需人工清洗: a vendor's new version writes sex as M and F instead of 1 and 2. The first answer with it is caught:
mended where a map exists, else held back; the owner sees it by field, and nobody cleans by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from connectors.revisions import State
from gateway.cli.connector import connector
from gateway.docking.submitting import Request
from tests.gateway.docking.library import Town, town

PERSON = {"type": "object", "properties": {"xm": {"type": "string"}, "xb": {"type": "string"}, "sfzh": {"type": "string"}}}  # fmt: skip
DESCRIPTION = {
    "openapi": "3.0.3",
    "info": {"title": "人口", "version": "1"},
    "paths": {
        "/people": {
            "get": {
                "operationId": "listPeople",
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {"schema": {"type": "array", "items": PERSON}}},
                    }
                },
            }
        }
    },
}
FILES = {"people/openapi.json": json.dumps(DESCRIPTION).encode()}
MAP = ', normalise: {M: "1", F: "2"}'
ASK = "query People { people { name sex number } }"
OLD = [{"xm": "甲", "xb": "1", "sfzh": "11010519491231002X"}, {"xm": "乙", "xb": "2", "sfzh": None}]
NEW = [{"xm": "甲", "xb": "M", "sfzh": "11010519491231002X"}, {"xm": "乙", "xb": "F", "sfzh": None}]


def manifest(normalise: str = "") -> str:
    return f"""
apiVersion: tongban/v1
kind: Connector
metadata:
  id: people.register
  version: 1.0.0
  title: {{zh: 人口, en: People}}
  department: {{code: people, name: {{zh: 人口办, en: Population Office}}}}
  owners: [{{name: 甲, role: developer, contact: dev@people.example}}]
  lifecycle: production
backend:
  kind: rest
  describe: {{openapi: ./people/openapi.json}}
  endpoints: {{sandbox: "http://127.0.0.1:1"}}
governance: {{purposes: [people.view], classification: L1, legalBasis: 户口登记条例, responsibleUnit: 户籍科, sharing: conditional}}
services:
  people: {{title: {{zh: 人口, en: People}}, kind: lookup, fields: [Query.people]}}
types:
  Resident:
    description: {{zh: 居民, en: A resident}}
    fields:
      name: xm
      sex: {{type: Sex, from: xb, enum: {{"1": MALE, "2": FEMALE}}, contract: {{codes: ["1", "2"]{normalise}}}}}
      number: {{from: sfzh, contract: {{checksum: GB11643}}}}
  Sex: {{enum: [MALE, FEMALE]}}
query:
  people: {{returns: "[Resident!]", call: {{operation: listPeople}}}}
tests:
  - name: people
    run: '{{ people {{ name sex number }} }}'
    backend: [{{operation: listPeople, body: [{{xm: 测, xb: "1", sfzh: 11010519491231002X}}]}}]
    expect: {{people: [{{name: 测, sex: MALE, number: 11010519491231002X}}]}}
  - {{name: live, live: sandbox, run: '{{ people {{ name sex number }} }}', expectType: true}}
"""


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path / "data", "") as found:
        found.department.answer("GET", "/people", OLD)
        yield found


async def docked(place: Town, text: str) -> None:
    standing = await (await place.dock()).submit(Request(text, FILES, place.department.url), "operator")
    assert standing.revision.state is State.PUBLISHED, standing.results
    await place.caught_up()
    assert await sexes(place) == ["MALE", "FEMALE"]
    assert await reported(place) == []


async def sexes(place: Town) -> list[str | None]:
    answer = await place.ask(ASK)
    assert "errors" not in answer, answer
    assert [each["name"] for each in answer["data"]["people"]] == ["甲", "乙"]
    assert answer["data"]["people"][0]["number"] == "11010519491231002X"
    return [each["sex"] for each in answer["data"]["people"]]


async def reported(place: Town) -> list[dict[str, Any]]:
    """What the gateway tells of values that broke what was said of them."""
    told = (await place.client.get("/readyz?verbose")).json()
    found: list[dict[str, Any]] = told["quality"].get("people.register", [])
    return found


def command(folder: Path, place: Town, *words: str) -> Result:
    (folder / "people").mkdir(exist_ok=True)
    (folder / "people" / "openapi.json").write_bytes(FILES["people/openapi.json"])
    (folder / "people.connector.yaml").write_text(manifest(), "utf-8")
    sent = [words[0], str(folder / "people.connector.yaml"), *words[1:], place.department.url]
    return CliRunner().invoke(connector, [*sent, "--data", str(folder / "none"), "--format", "json"])


async def test_a_value_of_the_new_codes_is_held_back_and_reported_at_the_first_answer(place: Town) -> None:
    await docked(place, manifest())
    place.department.answer("GET", "/people", NEW)
    assert await sexes(place) == [None, None]
    assert await reported(place) == [
        {"coordinate": "Resident.sex", "kind": "quarantined", "rule": "codes", "count": 2}
    ]
    metrics = (await place.client.get("/metrics")).text
    assert 'tongban_data_quality_total{connector="people.register",kind="quarantined"} 2.0' in metrics


async def test_with_a_map_it_is_mended_and_still_reported(place: Town) -> None:
    await docked(place, manifest(MAP))
    place.department.answer("GET", "/people", NEW)
    assert await sexes(place) == ["MALE", "FEMALE"]
    assert await reported(place) == [
        {"coordinate": "Resident.sex", "kind": "normalised", "rule": "codes", "count": 2}
    ]


async def test_a_number_whose_last_sign_is_wrong_is_held_back_alone(place: Town) -> None:
    await docked(place, manifest())
    place.department.answer("GET", "/people", [{**OLD[0], "sfzh": "110105194912310021"}])
    (person,) = (await place.ask(ASK))["data"]["people"]
    assert person == {"name": "甲", "sex": "MALE", "number": None}
    (found,) = await reported(place)
    assert (found["coordinate"], found["rule"]) == ("Resident.number", "checksum")
    assert "110105" not in str(found)


async def test_the_owner_sees_it_before_citizens_do(place: Town, tmp_path: Path) -> None:
    """``lights`` on the sandbox, ``rehearse`` on the vendor's new version."""
    done = await asyncio.to_thread(command, tmp_path, place, "lights", "--endpoint")
    assert (done.exit_code, json.loads(done.stdout)["data"]["colour"]) == (0, "green"), done.output
    place.department.answer("GET", "/people", NEW)
    done = await asyncio.to_thread(command, tmp_path, place, "lights", "--endpoint")
    light = json.loads(done.stdout)["data"]
    assert (done.exit_code, light["colour"]) == (1, "red")
    assert "Resident.sex" in light["evidence"]
    done = await asyncio.to_thread(command, tmp_path, place, "rehearse", "--against")
    assert done.exit_code == 1
    told = {(each["path"], each["kind"]) for each in json.loads(done.stdout)["differences"]}
    assert told == {("[].xb", "format"), ("Resident.sex", "quality")}


async def test_a_recorded_answer_with_the_new_codes_is_refused_at_registration(place: Town) -> None:
    text = manifest().replace('xb: "1"', "xb: M")
    standing = await (await place.dock()).submit(Request(text, FILES, place.department.url), "operator")
    assert standing.revision.state is State.DRAFT
    (error,) = [f for result in standing.results for f in result.findings if f.severity == "error"]
    assert error.code == "contract.differs"
    assert "people[0].sex" in error.message
