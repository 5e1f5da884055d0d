"""What the meter keeps. Size grows with services x apps x days, never with traffic.

Must never: hold a column that could tell a person (no subject, no session, no value of a request).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Double, Index, LargeBinary, String, Table, Text

from storage.database import metadata

ROLL_UPS = Table(
    "usage_roll_ups",
    metadata,
    Column("cell", LargeBinary(16), primary_key=True),  # digest of the dimensions below (roll_up.py)
    Column("day", Date, nullable=False),  # Asia/Shanghai
    Column("app", String(64), nullable=False),
    Column("service", String(96), nullable=False),
    Column("client_name", String(64), nullable=False),
    Column("client_version", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("who", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("phase", String(16), nullable=False),
    Column("outcome", String(24), nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("latency", LargeBinary, nullable=False),  # histogram.py
    Column("people", LargeBinary, nullable=True),  # HyperLogLog of pairwise hashes, lg 12; null: nobody known
    Index("ix_usage_roll_ups_day_service", "day", "service"),
    Index("ix_usage_roll_ups_app_day", "app", "day"),
)
"""One row a day and cell."""

OPERATIONS = Table(
    "usage_operations",
    metadata,
    Column("cell", LargeBinary(16), primary_key=True),
    Column("day", Date, nullable=False),
    Column("app", String(64), nullable=False),
    Column("client_name", String(64), nullable=False),
    Column("client_version", String(32), nullable=False),
    Column("signature", String(64), nullable=False),
    Column("count", BigInteger, nullable=False),
    Index("ix_usage_operations_signature_day", "signature", "day"),
)
"""How often each client version sent each operation, a day."""

FLUSHES = Table(
    "usage_flushes",
    metadata,
    Column("worker", String(64), primary_key=True),
    Column("epoch", String(26), primary_key=True),  # ULID of the worker's start
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("flushed_at", Double, nullable=False),  # epoch s
    Column("events", BigInteger, nullable=False),
)
"""Which deltas are in: written in the transaction that merges them, so that a retry adds nothing."""

OPERATION_DOCUMENTS = Table(
    "operation_documents",
    metadata,
    Column("signature", String(64), primary_key=True),
    Column("document", Text, nullable=False),  # normalised, no literals
    Column("first_seen_at", Double, nullable=False),  # epoch s
)
"""What a signature stands for."""

OPERATION_COORDINATES = Table(
    "operation_coordinates",
    metadata,
    Column("signature", String(64), primary_key=True),
    Column("coordinate", String(256), primary_key=True),  # Type.field, Type.field(arg:), Enum.VALUE
    Index("ix_operation_coordinates_coordinate", "coordinate"),
)
"""The schema coordinates that an operation names."""
