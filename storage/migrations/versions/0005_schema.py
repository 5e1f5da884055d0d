"""Matters: every transaction that a citizen started here."""

import sqlalchemy as sa
from alembic import op

revision = "0005_schema"
down_revision = "0004_usage_metrics"


def upgrade() -> None:
    op.create_table(
        "matters",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(26), nullable=True),
        sa.Column("department", sa.String(16), nullable=False),
        sa.Column("service", sa.String(96), nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("responsible_unit", sa.String(200), nullable=False),
        sa.Column("promised_minutes", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=True),
        sa.Column("confirmed_at", sa.Double(), nullable=True),
        sa.Column("number_sealed", sa.Text(), nullable=True),
        sa.Column("result_sealed", sa.Text(), nullable=True),
        sa.Column("result_until", sa.Double(), nullable=True),
        sa.Column("next_refresh_at", sa.Double(), nullable=True),
        sa.Column("refresh_attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("rating_text_sealed", sa.Text(), nullable=True),
        sa.Column("rated_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_matters"),
        sa.UniqueConstraint("subject", "service", "idempotency_key", name="uq_matters_idempotency"),
    )
    op.create_index("ix_matters_person_id_opened_at", "matters", ["person_id", "opened_at"])
    op.create_index("ix_matters_next_refresh_at", "matters", ["next_refresh_at"])
    op.create_index("ix_matters_result_until", "matters", ["result_until"])
