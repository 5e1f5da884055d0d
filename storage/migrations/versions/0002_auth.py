"""Accounts, delegations, signing keys, and the identity provider's memory."""

import sqlalchemy as sa
from alembic import op

revision = "0002_auth"
down_revision = "0001_audit"


def upgrade() -> None:
    _people()
    _keys()
    _provider()


def _people() -> None:
    op.create_table(
        "auth_persons",
        sa.Column("person_id", sa.String(26), nullable=False),
        sa.Column("cid_blind", sa.String(64), nullable=False),
        sa.Column("cid_sealed", sa.Text(), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=False),
        sa.Column("mobile_sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_auth_persons"),
        sa.UniqueConstraint("cid_blind", name="uq_auth_persons_cid_blind"),
    )
    op.create_table(
        "auth_accounts",
        sa.Column("account_id", sa.String(26), nullable=False),
        sa.Column("login", sa.String(128), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(26), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(16), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_auth_accounts"),
        sa.UniqueConstraint("login", name="uq_auth_accounts_login"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["auth_persons.person_id"], name="fk_auth_accounts_person_id_auth_persons"
        ),
    )
    op.create_table(
        "auth_delegations",
        sa.Column("delegation_id", sa.String(26), nullable=False),
        sa.Column("account_id", sa.String(26), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("ward_person_id", sa.String(26), nullable=True),
        sa.Column("credit_code", sa.String(18), nullable=True),
        sa.Column("valid_from", sa.Float(), nullable=False),
        sa.Column("valid_until", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("delegation_id", name="pk_auth_delegations"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["auth_accounts.account_id"], name="fk_auth_delegations_account_id_auth_accounts"
        ),
        sa.ForeignKeyConstraint(
            ["ward_person_id"],
            ["auth_persons.person_id"],
            name="fk_auth_delegations_ward_person_id_auth_persons",
        ),
    )
    op.create_index("ix_auth_delegations_account_id", "auth_delegations", ["account_id"])


def _keys() -> None:
    op.create_table(
        "auth_signing_keys",
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("algorithm", sa.String(16), nullable=False),
        sa.Column("private_sealed", sa.Text(), nullable=False),
        sa.Column("public_jwk", sa.Text(), nullable=False),
        sa.Column("active_from", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_auth_signing_keys"),
    )
    revisions = op.create_table(
        "auth_revisions",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_auth_revisions"),
    )
    op.bulk_insert(revisions, [{"name": "keys", "revision": 0}, {"name": "accounts", "revision": 0}])


def _provider() -> None:
    op.create_table(
        "auth_sessions",
        sa.Column("session_id", sa.String(26), nullable=False),
        sa.Column("account_id", sa.String(26), nullable=False),
        sa.Column("cookie_hash", sa.String(64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("authenticated_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("session_id", name="pk_auth_sessions"),
        sa.UniqueConstraint("cookie_hash", name="uq_auth_sessions_cookie_hash"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["auth_accounts.account_id"], name="fk_auth_sessions_account_id_auth_accounts"
        ),
    )
    op.create_index("ix_auth_sessions_account_id", "auth_sessions", ["account_id"])
    op.create_table(
        "auth_codes",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(26), nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.String(43), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.String(26), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("used_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name="pk_auth_codes"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["auth_sessions.session_id"], name="fk_auth_codes_session_id_auth_sessions"
        ),
    )
    op.create_table(
        "auth_refresh_families",
        sa.Column("family_id", sa.String(26), nullable=False),
        sa.Column("session_id", sa.String(26), nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("revoked_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("family_id", name="pk_auth_refresh_families"),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["auth_sessions.session_id"],
            name="fk_auth_refresh_families_session_id_auth_sessions",
        ),
    )
    op.create_index("ix_auth_refresh_families_session_id", "auth_refresh_families", ["session_id"])
    op.create_table(
        "auth_refresh_tokens",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("family_id", sa.String(26), nullable=False),
        sa.Column("parent_hash", sa.String(64), nullable=True),
        sa.Column("issued_at", sa.Float(), nullable=False),
        sa.Column("used_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_auth_refresh_tokens"),
        sa.ForeignKeyConstraint(
            ["family_id"],
            ["auth_refresh_families.family_id"],
            name="fk_auth_refresh_tokens_family_id_auth_refresh_families",
        ),
    )
    op.create_index("ix_auth_refresh_tokens_family_id", "auth_refresh_tokens", ["family_id"])
    op.create_index("ix_auth_refresh_tokens_parent_hash", "auth_refresh_tokens", ["parent_hash"])
    op.create_table(
        "auth_revocations",
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.Column("revoked_at", sa.Float(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", name="pk_auth_revocations"),
    )
    op.create_index("ix_auth_revocations_revoked_at", "auth_revocations", ["revoked_at"])
