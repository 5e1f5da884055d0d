"""Migrations make exactly the tables that the rooms declare."""

from __future__ import annotations

import ast
import asyncio
import importlib
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, event, inspect

import storage.migrations
from storage import Database, metadata, upgrade
from storage.migrations import current, head

TABLES = ("auth.tables", "connectors.tables", "schema.tables", "storage.tables", "usage_metrics.tables")
VERSIONS = Path(storage.migrations.__file__).parent / "versions"


def _differences(connection: Connection) -> list[object]:
    for name in TABLES:
        importlib.import_module(name)
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, metadata))


def _check_constraints(connection: Connection) -> set[str | None]:
    inspector = inspect(connection)
    return {
        check["name"]
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }


async def test_a_migrated_database_is_exactly_what_the_rooms_declare(database: Database) -> None:
    async with database.read() as connection:
        assert await connection.run_sync(_differences) == []
        found = await connection.run_sync(_check_constraints)
    declared = {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint) and constraint.name
    }
    assert declared == found


def test_every_room_that_declares_tables_is_looked_at() -> None:
    root = Path(storage.__file__).parents[1]
    found = {f"{path.parent.name}.tables" for path in root.glob("*/tables.py")}
    assert found == set(TABLES)


async def test_upgrading_twice_changes_nothing(database: Database) -> None:
    assert await current(database) == head()
    await upgrade(database)
    assert await current(database) == head()


async def test_several_processes_may_upgrade_at_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    await asyncio.gather(*(upgrade(database) for database in databases))
    assert [await current(database) for database in databases] == [head()] * 4
    for database in databases:
        await database.close()


async def test_an_empty_database_has_no_revision(empty_database: Database) -> None:
    assert await current(empty_database) is None


async def test_a_current_database_is_upgraded_with_one_query(database: Database) -> None:
    queries: list[str] = []

    def count(_c: object, _k: object, statement: str, *_more: object) -> None:
        queries.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", count)
    await upgrade(database)
    assert queries == ["SELECT version_num FROM alembic_version"]


def test_the_migrations_are_one_straight_line_of_files_named_by_their_revision() -> None:
    before: str | None = None
    for path in sorted(VERSIONS.glob("[0-9]*.py")):
        said = {
            target.id: ast.literal_eval(node.value)
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in {"revision", "down_revision"}
        }
        assert said == {"revision": path.stem, "down_revision": before}
        before = path.stem
    assert before == head()


def test_a_migration_imports_no_room() -> None:
    for path in VERSIONS.glob("[0-9]*.py"):
        imported = [
            name
            for node in ast.walk(ast.parse(path.read_text()))
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        ]
        assert set(imported) <= {"sqlalchemy", "alembic", "__future__"}, path.name
