"""Migrations, from the first table on: one file a room in ``versions/``, written by hand, named by its own
revision id.

``versions/NNNN_<room>.py`` has ``revision = "NNNN_<room>"`` and ``down_revision`` the file before it: one
straight line, so the newest file is the head. A migration imports no room (rooms change, history does not)
and only adds, so that the old and the new program can run side by side.
Must never: run half. All pending migrations are one transaction, and of several processes that start at
once one does it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database

_HERE = Path(__file__).parent
_LOCK = 0x746F6E68


def head() -> str:
    """The newest revision in the package."""
    return max(path.stem for path in (_HERE / "versions").glob("[0-9]*.py"))


async def current(database: Database) -> str | None:
    """The revision a database is at; None before the first migration."""
    try:
        async with database.read() as connection:
            found = await connection.execute(text("SELECT version_num FROM alembic_version"))
            revision: str | None = found.scalar_one_or_none()
            return revision
    except DBAPIError:
        return None


async def upgrade(database: Database) -> None:
    """Brings a database to the newest revision; a database that is there already costs one query.

    Raises: sqlalchemy.exc.SQLAlchemyError or OSError if the database cannot be reached or refuses.
    """
    if await current(database) == head():
        return
    async with database.engine.connect() as connection:
        # pysqlite opens no transaction for DDL by itself, so SQLite is told to, and takes the one writer's
        # lock with it
        if database.is_sqlite:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        try:
            await connection.run_sync(_upgrade)
        except BaseException:
            await connection.rollback()
            raise
        await connection.commit()


def _upgrade(connection: Connection) -> None:
    # Alembic is 0.2 s of imports that a start on a current database does without
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)

    def to_head(revision: object, _context: object) -> list[object]:
        return list(scripts._upgrade_revs("head", revision))  # type: ignore[arg-type]

    with EnvironmentContext(config, scripts, fn=to_head) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()
