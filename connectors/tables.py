"""The registry's tables. Only migrations create them; only ``registry.py`` writes them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, Index, Integer, String, Table, Text

from storage.database import metadata

connector_revisions = Table(
    "connector_revisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("connector_id", String(128), nullable=False),
    Column("version", String(64), nullable=False),
    Column("department", String(16), nullable=False),
    Column("manifest", Text, nullable=False),
    Column("files", Text, nullable=False),  # JSON: path → base64 of the description file
    Column("endpoint", Text, nullable=True),
    Column("content_hash", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # published | superseded | retired
    Column("published_by", String(128), nullable=False),
    Column("published_at_s", Float, nullable=False),
    Column("revision", Integer, nullable=False),  # the registry's revision that this row's publication made
    CheckConstraint("state IN ('published', 'superseded', 'retired')", name="state_known"),
    Index("ix_connector_revisions_connector_id_state", "connector_id", "state"),
)
"""Every published version of every connector; at most one row a connector is ``published``."""

registry_revision = Table(
    "registry_revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("revision", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""One row: the number that every change of the registry raises."""
