"""Drafts and their route: states before publication, approvals, stage results, notices, and the log of what was served when."""

import sqlalchemy as sa
from alembic import op

revision = "0006_revisions"
down_revision = "0005_schema"

_TABLE = "connector_revisions"
_INDEX = "ix_connector_revisions_connector_id_state"
_CHECK = "ck_connector_revisions_state_known"
_STATES = "state IN ('draft', 'in_review', 'canary', 'published', 'disabled', 'superseded', 'retired')"
_OLD = (
    "id, connector_id, version, department, manifest, files, endpoint, content_hash, state, "
    "published_by, published_at_s, revision"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild()
    else:
        op.drop_constraint(op.f(_CHECK), _TABLE, type_="check")
        op.create_check_constraint(op.f(_CHECK), _TABLE, _STATES)
        for column in _added():
            op.add_column(_TABLE, column)
    op.create_table(
        "connector_approvals",
        sa.Column("revision_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.String(26), nullable=False),
        sa.Column("login", sa.String(128), nullable=False),
        sa.Column("need", sa.String(16), nullable=False),
        sa.Column("at_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("revision_id", "account_id", name="pk_connector_approvals"),
    )
    op.create_table(
        "registry_changes",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("connector_id", sa.String(128), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("notice_zh", sa.Text(), nullable=True),
        sa.Column("notice_en", sa.Text(), nullable=True),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("done_by", sa.String(128), nullable=False),
        sa.Column("at_s", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("revision", "connector_id", name="pk_registry_changes"),
    )
    op.create_index(
        "ix_registry_changes_connector_id_revision", "registry_changes", ["connector_id", "revision"]
    )
    op.add_column("registry_revision", sa.Column("review", sa.Boolean(), nullable=True))
    op.execute(
        "INSERT INTO registry_revision (id, revision) "
        "SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM registry_revision)"
    )
    # what is known of the time before the log; a retirement had overwritten when its revision was published
    op.execute(
        "INSERT INTO registry_changes (revision, connector_id, revision_id, action, done_by, at_s) "
        "SELECT revision, connector_id, CASE WHEN state = 'retired' THEN NULL ELSE id END, "
        "CASE WHEN state = 'retired' THEN 'retire' ELSE 'publish' END, published_by, published_at_s "
        "FROM connector_revisions"
    )
    op.execute(f"UPDATE {_TABLE} SET submitted_by = published_by, submitted_at_s = published_at_s")  # noqa: S608


def _added() -> list[sa.Column[object]]:
    return [
        sa.Column("submitted_by", sa.String(128), nullable=False, server_default=sa.text("''")),
        sa.Column("submitter_id", sa.String(26), nullable=False, server_default=sa.text("''")),
        sa.Column("submitted_at_s", sa.Float(), nullable=False, server_default=sa.text("0")),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("needs", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("results", sa.Text(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("accepted_breaking", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("notice_zh", sa.Text(), nullable=True),
        sa.Column("notice_en", sa.Text(), nullable=True),
    ]


def _rebuild() -> None:
    """SQLite can't alter a constraint: a new table takes the rows over."""
    op.drop_index(_INDEX, _TABLE)
    op.rename_table(_TABLE, "connector_revisions_before")
    op.create_table(
        _TABLE,
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
        *_added(),
        sa.PrimaryKeyConstraint("id", name="pk_connector_revisions"),
        sa.CheckConstraint(_STATES, name=op.f(_CHECK)),
    )
    op.execute(f"INSERT INTO {_TABLE} ({_OLD}) SELECT {_OLD} FROM connector_revisions_before")  # noqa: S608
    op.drop_table("connector_revisions_before")
    op.create_index(_INDEX, _TABLE, ["connector_id", "state"])
