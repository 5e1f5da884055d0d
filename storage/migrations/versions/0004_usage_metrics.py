"""What the meter keeps: roll-ups, flushes that went in, operations and what they name."""

import sqlalchemy as sa
from alembic import op

revision = "0004_usage_metrics"
down_revision = "0003_connectors"


def upgrade() -> None:
    op.create_table(
        "usage_roll_ups",
        sa.Column("cell", sa.LargeBinary(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("app", sa.String(64), nullable=False),
        sa.Column("service", sa.String(96), nullable=False),
        sa.Column("client_name", sa.String(64), nullable=False),
        sa.Column("client_version", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("who", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("latency", sa.LargeBinary(), nullable=False),
        sa.Column("people", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("cell", name="pk_usage_roll_ups"),
    )
    op.create_index("ix_usage_roll_ups_day_service", "usage_roll_ups", ["day", "service"])
    op.create_index("ix_usage_roll_ups_app_day", "usage_roll_ups", ["app", "day"])
    op.create_table(
        "usage_operations",
        sa.Column("cell", sa.LargeBinary(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("app", sa.String(64), nullable=False),
        sa.Column("client_name", sa.String(64), nullable=False),
        sa.Column("client_version", sa.String(32), nullable=False),
        sa.Column("signature", sa.String(64), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cell", name="pk_usage_operations"),
    )
    op.create_index("ix_usage_operations_signature_day", "usage_operations", ["signature", "day"])
    op.create_table(
        "usage_flushes",
        sa.Column("worker", sa.String(64), nullable=False),
        sa.Column("epoch", sa.String(26), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("flushed_at", sa.Double(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("worker", "epoch", "seq", name="pk_usage_flushes"),
    )
    op.create_table(
        "operation_documents",
        sa.Column("signature", sa.String(64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("signature", name="pk_operation_documents"),
    )
    op.create_table(
        "operation_coordinates",
        sa.Column("signature", sa.String(64), nullable=False),
        sa.Column("coordinate", sa.String(256), nullable=False),
        sa.PrimaryKeyConstraint("signature", "coordinate", name="pk_operation_coordinates"),
    )
    op.create_index("ix_operation_coordinates_coordinate", "operation_coordinates", ["coordinate"])
