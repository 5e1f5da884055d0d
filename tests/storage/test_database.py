"""The embedded database: its file is for its owner alone."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from storage.database import Database, sqlite_url


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def test_a_new_database_and_its_journals_are_for_their_owner_alone(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path))
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE t (x)"))
        found = modes(tmp_path)
    await database.close()
    assert found == {"tongban.db": 0o600, "tongban.db-shm": 0o600, "tongban.db-wal": 0o600}
