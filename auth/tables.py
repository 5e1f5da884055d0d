"""Accounts, delegations, keys, and what the identity provider must remember. Only migrations create them;
only this room writes them.

Personal columns end in ``_sealed`` (storage.sealed, bound to ``table.column``) or ``_blind`` (look-up
without opening). Tokens, codes and cookies are kept as SHA-256 only: a copy of the database logs nobody
in. Times are epoch seconds.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from storage.database import metadata

persons = Table(
    "auth_persons",
    metadata,
    Column("person_id", String(26), primary_key=True),
    Column("cid_blind", String(64), nullable=False, unique=True),
    Column("cid_sealed", Text, nullable=False),
    Column("name_sealed", Text, nullable=False),
    Column("mobile_sealed", Text, nullable=False),
)
"""People known to the platform: account holders, and wards who may have no account."""

accounts = Table(
    "auth_accounts",
    metadata,
    Column("account_id", String(26), primary_key=True),
    Column("login", String(128), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("person_id", String(26), ForeignKey("auth_persons.person_id"), nullable=True),
    Column("roles", Text, nullable=False),  # space separated
    Column("level", Integer, nullable=False),  # the highest assurance level that a login can reach
    Column("department", String(16), nullable=True),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
)

delegations = Table(
    "auth_delegations",
    metadata,
    Column("delegation_id", String(26), primary_key=True),
    Column("account_id", String(26), ForeignKey("auth_accounts.account_id"), nullable=False),
    Column("kind", String(32), nullable=False),  # parent | helper | legal_representative | clerk
    Column("ward_person_id", String(26), ForeignKey("auth_persons.person_id"), nullable=True),
    Column("credit_code", String(18), nullable=True),
    Column("valid_from", Float, nullable=False),
    Column("valid_until", Float, nullable=True),
    Index("ix_auth_delegations_account_id", "account_id"),
)
"""Who may act for whom: a person or an enterprise, from when until when."""

signing_keys = Table(
    "auth_signing_keys",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("algorithm", String(16), nullable=False),
    Column("private_sealed", Text, nullable=False),
    Column("public_jwk", Text, nullable=False),
    Column("active_from", Float, nullable=False),
)

revisions = Table(
    "auth_revisions",
    metadata,
    Column("name", String(16), primary_key=True),  # keys | accounts
    Column("revision", Integer, nullable=False),
)
"""What other processes watch: raised with every change of keys, or of accounts and delegations."""

sessions = Table(
    "auth_sessions",
    metadata,
    Column("session_id", String(26), primary_key=True),
    Column("account_id", String(26), ForeignKey("auth_accounts.account_id"), nullable=False),
    Column("cookie_hash", String(64), nullable=False, unique=True),
    Column("level", Integer, nullable=False),
    Column("authenticated_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("ended_at", Float, nullable=True),
    Index("ix_auth_sessions_account_id", "account_id"),
)
"""A login in one browser; ``sid`` of every token that came from it."""

codes = Table(
    "auth_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("session_id", String(26), ForeignKey("auth_sessions.session_id"), nullable=False),
    Column("client_id", String(64), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", String(43), nullable=False),
    Column("scope", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("family_id", String(26), nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float, nullable=True),
)

refresh_families = Table(
    "auth_refresh_families",
    metadata,
    Column("family_id", String(26), primary_key=True),
    Column("session_id", String(26), ForeignKey("auth_sessions.session_id"), nullable=False),
    Column("client_id", String(64), nullable=False),
    Column("scope", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("revoked_at", Float, nullable=True),
    Index("ix_auth_refresh_families_session_id", "session_id"),
)
"""All refresh tokens that descend from one code; revoked together."""

refresh_tokens = Table(
    "auth_refresh_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("family_id", String(26), ForeignKey("auth_refresh_families.family_id"), nullable=False),
    Column("parent_hash", String(64), nullable=True),
    Column("issued_at", Float, nullable=False),
    Column("used_at", Float, nullable=True),
    Index("ix_auth_refresh_tokens_family_id", "family_id"),
    Index("ix_auth_refresh_tokens_parent_hash", "parent_hash"),
)

revocations = Table(
    "auth_revocations",
    metadata,
    Column("kind", String(8), primary_key=True),  # sid | jti | family
    Column("value", String(64), primary_key=True),
    Column("revoked_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Index("ix_auth_revocations_revoked_at", "revoked_at"),
)
"""Access tokens that must no longer be believed, kept until the last of them would have expired anyway."""
