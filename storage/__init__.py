"""Where state lives: engine and sessions, migrations, the append-only audit log. Knows no GraphQL and no room above."""

from storage.database import Database, metadata

__all__ = ["Database", "metadata"]
