"""The connector registry: every published version, and one number that every change raises."""

import sqlalchemy as sa
from alembic import op

revision = "0003_connectors"
down_revision = "0002_auth"


def upgrade() -> None:
    op.create_table(
        "connector_revisions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("connector_id", sa.String(128), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("department", sa.String(16), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("published_by", sa.String(128), nullable=False),
        sa.Column("published_at_s", sa.Float(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_connector_revisions"),
        sa.CheckConstraint(
            "state IN ('published', 'superseded', 'retired')", name=op.f("ck_connector_revisions_state_known")
        ),
    )
    op.create_index(
        "ix_connector_revisions_connector_id_state", "connector_revisions", ["connector_id", "state"]
    )
    op.create_table(
        "registry_revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registry_revision"),
        sa.CheckConstraint("id = 1", name=op.f("ck_registry_revision_one_row")),
    )
