"""Where matters are kept. What is personal (number, answer, words of a rating) is sealed before it gets here.

Must never: hold a citizen's id, name, or an unsealed number.
"""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, Integer, String, Table, Text, UniqueConstraint

from storage.database import metadata

MATTERS = Table(
    "matters",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("subject", String(64), nullable=False),  # the account that started it
    Column("person_id", String(26), nullable=True),  # whose matter it is; null: staff without a person
    Column("department", String(16), nullable=False),
    Column("service", String(96), nullable=False),
    Column("idempotency_key", String(64), nullable=False),  # a digest, never the client's own text
    Column("fingerprint", String(64), nullable=False),  # a digest of what was asked
    Column("state", String(16), nullable=False),  # states.py
    Column("responsible_unit", String(200), nullable=False),
    Column("promised_minutes", Integer, nullable=True),
    Column("opened_at", Double, nullable=False),  # epoch s, like all moments here
    Column("updated_at", Double, nullable=False),
    Column("due_at", Double, nullable=True),
    Column("confirmed_at", Double, nullable=True),  # when the department's number came
    Column("number_sealed", Text, nullable=True),
    Column("result_sealed", Text, nullable=True),  # the answer to replay
    Column("result_until", Double, nullable=True),  # when it is forgotten
    Column("next_refresh_at", Double, nullable=True),  # null: nothing to ask
    Column(
        "refresh_attempts", Integer, nullable=False, default=0, server_default="0"
    ),  # since the last change
    Column("rating", Integer, nullable=True),  # 1-5
    Column("rating_text_sealed", Text, nullable=True),
    Column("rated_at", Double, nullable=True),
    UniqueConstraint("subject", "service", "idempotency_key", name="uq_matters_idempotency"),
    Index("ix_matters_person_id_opened_at", "person_id", "opened_at"),
    Index("ix_matters_next_refresh_at", "next_refresh_at"),
    Index("ix_matters_result_until", "result_until"),
)
"""One row a transaction that was started through the gateway, written before the department is called."""
