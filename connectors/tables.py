"""The registry's tables. Only migrations create them; only ``registry.py`` and ``drafts.py`` write them."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Float, Index, Integer, String, Table, Text, text

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
    Column("state", String(16), nullable=False),  # connectors.revisions.State
    Column("published_by", String(128), nullable=False),  # empty before its first publication
    Column("published_at_s", Float, nullable=False),
    Column("revision", Integer, nullable=False),  # the registry's at its first publication; 0 before
    Column("submitted_by", String(128), nullable=False, server_default=text("''")),
    Column("submitter_id", String(26), nullable=False, server_default=text("''")),
    Column("submitted_at_s", Float, nullable=False, server_default=text("0")),
    Column("base", Integer, nullable=True),  # id of the revision that was served when this one was judged
    Column("needs", Text, nullable=False, server_default=text("''")),  # space separated: whose words it needs
    Column("results", Text, nullable=False, server_default=text("'[]'")),  # JSON, an object a stage
    Column("accepted_breaking", Text, nullable=False, server_default=text("''")),
    Column("notice_zh", Text, nullable=True),
    Column("notice_en", Text, nullable=True),
    CheckConstraint(
        "state IN ('draft', 'in_review', 'canary', 'published', 'disabled', 'superseded', 'retired')",
        name="state_known",
    ),
    Index("ix_connector_revisions_connector_id_state", "connector_id", "state"),
)
"""Every revision of every connector; at most one row a connector is served, and at most one on its way."""

connector_approvals = Table(
    "connector_approvals",
    metadata,
    Column("revision_id", Integer, primary_key=True, autoincrement=False),
    Column("account_id", String(26), primary_key=True),
    Column("login", String(128), nullable=False),
    Column("need", String(16), nullable=False),
    Column("at_s", Float, nullable=False),
)
"""Who gave a word for a revision; one row a person."""

registry_changes = Table(
    "registry_changes",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("connector_id", String(128), primary_key=True),
    Column("revision_id", Integer, nullable=True),  # what serves from then on; null: nothing
    Column("notice_zh", Text, nullable=True),
    Column("notice_en", Text, nullable=True),
    Column("action", String(16), nullable=False),  # publish | rollback | disable | enable | retire
    Column("done_by", String(128), nullable=False),
    Column("at_s", Float, nullable=False),
    Index("ix_registry_changes_connector_id_revision", "connector_id", "revision"),
)
"""Append-only: what was served when. The set at a registry revision is each connector's newest row up to it."""

registry_revision = Table(
    "registry_revision",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("revision", Integer, nullable=False),
    Column("review", Boolean, nullable=True),  # the store's own policy; null: the default
    CheckConstraint("id = 1", name="one_row"),
)
"""One row: the number that every change of what is served raises, and the lock of every change."""
