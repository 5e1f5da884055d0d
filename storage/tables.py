"""The table of this room: the append-only audit log (留痕). Only migrations create it, with the triggers
that refuse every change.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from storage.database import metadata

audit_log = Table(
    "audit_log",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("subject", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object_kind", String(32), nullable=False),
    Column("object_id", String(128), nullable=False),
    Column("department", String(16), nullable=False),
    Column("purpose", String(64), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("details", Text, nullable=False),
    Index("ix_audit_log_subject_seq", "subject", "seq"),
)
"""``seq`` is gapless and in the order of commit: the tamper evidence that comes later builds on that."""
