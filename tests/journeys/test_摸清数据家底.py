"""摸清数据家底: the catalogue of data comes from the connectors; nothing is exposed without an owner and a class."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from graphql import GraphQLInterfaceType, GraphQLObjectType, ObjectTypeDefinitionNode, get_named_type, parse

from connectors.manifest import ManifestRejected
from connectors.registry import Registry
from connectors.revisions import State
from gateway.cli import cli
from gateway.connector_files import read_connector
from gateway.data_catalogue import data_catalogue
from gateway.platform_sdl import platform_sdl
from storage.database import Database, sqlite_url
from storage.migrations import upgrade
from tests.connectors.whole_graph import MANIFESTS, WholeGraph, open_whole_graph
from tests.gateway.docking.library import Town, manifest, town
from tests.gateway.docking.test_impact import TITLE, used
from tongban.clock import SystemClock


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> WholeGraph:
    return open_whole_graph(tmp_path_factory.mktemp("platform"))


async def publish_everything(data: Path) -> None:
    """A store that serves the whole province."""
    database = Database(sqlite_url(data))
    await upgrade(database)
    registry = Registry(database, SystemClock())
    for path in MANIFESTS:
        text, files = read_connector(path)
        await registry.publish(text, files, "http://127.0.0.1:9", "test")
    await database.close()


def exposed(province: WholeGraph) -> set[str]:
    """What an app sees, without what the platform gives itself."""
    schema = province.supergraph.api_schema
    types = (t for t in schema.type_map.values() if isinstance(t, GraphQLObjectType | GraphQLInterfaceType))
    held = {
        f"{t.name}.{name}"
        for t in types
        for name, field in t.fields.items()
        if not t.name.startswith("__") and get_named_type(field.type).name != "Matter"
    }
    platform = {
        f"{node.name.value}.{field.name.value}"
        for node in parse(platform_sdl()).definitions
        if isinstance(node, ObjectTypeDefinitionNode)
        for field in node.fields
    }
    assert len(held - platform) > 200
    return held - platform


def catalogue(data: Path, output: str = "json") -> str:
    done = CliRunner().invoke(cli, ["connector", "catalogue", "--data", str(data), "--format", output])
    assert done.exit_code == 0, done.output
    return done.stdout


async def test_every_exposed_field_of_the_province_has_an_owner_and_a_class(
    tmp_path: Path, province: WholeGraph
) -> None:
    await publish_everything(tmp_path)
    database = Database(sqlite_url(tmp_path))
    found = (await data_catalogue(Registry(database, SystemClock()), database, 0.0)).to_json()
    await database.close()
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in found["attributes"]:
        told[each["attribute"]].append(each)
    assert exposed(province) - told.keys() == set()
    assert found["unreadable"] == []
    for each in found["attributes"]:
        words = ("department", "department_name", "owners", "units", "legal_bases", "sharing", "freshness")
        assert all(each[word] for word in words), each
        assert each["classification"] in ("L1", "L2", "L3", "L4"), each
    fields = {each["attribute"] for each in found["attributes"]}
    for operation in found["operations"]:
        assert all(operation[word] for word in ("legal_basis", "unit", "promised")), operation
        assert operation["kind"] == "lookup" or operation["legal_days"], operation
        assert set(operation["coordinates"]) <= fields


def test_it_is_a_table_for_people_and_for_spreadsheets(tmp_path: Path, province: WholeGraph) -> None:
    asyncio.run(publish_everything(tmp_path))
    rows = list(csv.DictReader(io.StringIO(catalogue(tmp_path, "csv"))))
    assert exposed(province) <= {row["attribute"] for row in rows}
    by = {row["attribute"]: row for row in rows}
    marriage = by["Citizen.marriage"]
    assert (marriage["department"], marriage["classification"]) == ("mca", "L3")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    lines = catalogue(tmp_path, "text").splitlines()
    assert len(lines) == len(rows)
    assert next(line for line in lines if line.startswith("Citizen.marriage ")).endswith("used by nobody")


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path, "") as found:
        yield found


async def attributes(library: Town) -> dict[str, dict[str, Any]]:
    rooms = library.gateway.rooms
    found = await data_catalogue(rooms.registry, rooms.database, rooms.clock.epoch_s())
    return {each["attribute"]: each for each in found.to_json()["attributes"]}


async def test_each_registration_changes_it(library: Town) -> None:
    assert await attributes(library) == {}
    await library.submit(manifest("1.0.0", "isbn: isbn, title: title"))
    assert (await attributes(library)).keys() == {"Query.books", "Book.isbn", "Book.title"}
    fields = "isbn: isbn, title: title, shelf: {from: shelf, classification: L2}"
    await library.submit(manifest("1.1.0", fields))
    shelf = (await attributes(library))["Book.shelf"]
    assert (shelf["version"], shelf["classification"], shelf["units"]) == ("1.1.0", "L2", ["读者科"])
    await (await library.dock()).retire("library.books", "operator")
    assert await attributes(library) == {}


async def test_it_knows_how_fresh_an_answer_is(library: Town) -> None:
    text = manifest().replace("call: {operation", "cache: {ttl: 10m, scope: public}, call: {operation")
    await library.submit(text)
    found = await attributes(library)
    assert {each["freshness"] for each in found.values()} == {"600s"}


async def test_it_knows_who_uses_what_and_no_small_group_by_number(library: Town) -> None:
    await library.submit(manifest())
    await used(library, TITLE, "2.0", people=7)
    found = await attributes(library)
    users = {(c["app"], c["client_name"], c["client_version"]) for c in found["Book.title"]["consumers"]}
    assert ("tongban-app", "reader", "2.0") in users
    assert found["Book.title"]["people_a_day"] == "<10"
    assert (found["Book.shelf"]["consumers"], found["Book.shelf"]["people_a_day"]) == ([], "0")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("classification: L1, legalBasis", "legalBasis"),
        ("{name: 甲, role: developer, contact: dev@library.example}, {name: 乙, role: data-steward, contact: steward@library.example}", ""),
        ("responsibleUnit: 读者科, ", ""),
        ("name: 甲,", 'name: "",'),
    ],
)  # fmt: skip
async def test_data_without_a_class_or_somebody_who_answers_for_it_is_not_registered(
    library: Town, old: str, new: str
) -> None:
    text = manifest()
    assert old in text
    with contextlib.suppress(ManifestRejected):
        standing = await library.submit(text.replace(old, new).replace("{name: 乙", '{name: " "'))
        assert standing.revision.state is State.DRAFT
    assert await attributes(library) == {}
