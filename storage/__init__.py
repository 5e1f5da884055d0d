"""Where state lives: engine, migrations, sealing, the append-only audit log, the bus.

Knows no GraphQL and no room above. ``storage.redis_bus.RedisBus`` is imported only where it is used.
"""

from storage.audit import AuditEntry, AuditLog
from storage.bus import Bus, InProcessBus, Subscription
from storage.database import Database, metadata, sqlite_url
from storage.migrations import upgrade
from storage.sealed import SealBroken, Sealed

__all__ = [
    "AuditEntry",
    "AuditLog",
    "Bus",
    "Database",
    "InProcessBus",
    "SealBroken",
    "Sealed",
    "Subscription",
    "metadata",
    "sqlite_url",
    "upgrade",
]
