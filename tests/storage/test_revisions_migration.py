"""What was published before there were drafts is served after the upgrade, and its log begins with it."""

from __future__ import annotations

import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import storage.migrations
from connectors.registry import Registry
from connectors.revisions import State
from storage import Database, upgrade
from tongban.clock import FakeClock

OLD = """
INSERT INTO connector_revisions (id, connector_id, version, department, manifest, files, endpoint, content_hash, state,
  published_by, published_at_s, revision)
VALUES (:id, :connector, :version, 'mca', 'text', '{}', NULL, 'hash', :state, 'dev', 5.0, :revision)
"""


def _to_0005(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", storage.migrations.__path__[0])
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)

    def steps(revision: object, _context: object) -> list[object]:
        return list(scripts._upgrade_revs("0005_schema", revision))  # type: ignore[arg-type]

    with EnvironmentContext(config, scripts, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()


@pytest.fixture
async def registry(empty_database: Database) -> Registry:
    async with empty_database.engine.begin() as connection:
        await connection.run_sync(_to_0005)
        rows = [
            ("a.a", "1.0.0", "superseded", 1), ("a.a", "1.1.0", "published", 2), ("b.b", "1.0.0", "retired", 3)
        ]  # fmt: skip
        for at, (connector, version, state, revision) in enumerate(rows, 1):
            values = {
                "id": at,
                "connector": connector,
                "version": version,
                "state": state,
                "revision": revision,
            }
            await connection.execute(text(OLD), values)
        await connection.execute(text("INSERT INTO registry_revision (id, revision) VALUES (1, 3)"))
    await upgrade(empty_database)
    return Registry(empty_database, FakeClock(9.0))


async def test_nothing_is_lost_and_rollbacks_reach_back(registry: Registry) -> None:
    current = await registry.current()
    assert current.revision == 3
    assert [(i.connector_id, i.version, i.state, i.manifest) for i in current.items] == [
        ("a.a", "1.1.0", State.PUBLISHED, "text")
    ]
    assert [(i.connector_id, i.version) for i in await registry.served_at(1)] == [("a.a", "1.0.0")]
    assert await registry.rollback("a.a", "ops") == 4
    assert await registry.rollback_to(3, "ops") == 5
    assert [item.version for item in (await registry.current()).items] == ["1.1.0"]
