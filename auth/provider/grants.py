"""Codes and refresh tokens: each works once; a second use takes back everything that came from the first.

Whether a token was used is decided by one conditional UPDATE, so that of two at the same moment, in
whatever process, one wins.
Must never: store a code or a token itself, or let a code be tried twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.issue import Grant
from auth.provider.faults import OAuthError
from auth.provider.sessions import Session, token_hash
from auth.provider.settings import ProviderSettings
from auth.revocations import Revocations, Revoked
from auth.tables import codes, refresh_families, refresh_tokens, sessions
from storage.database import Database
from tongban.clock import Clock
from tongban.ids import new_id


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """What a client asked for at the authorization endpoint, checked."""

    client_id: str
    redirect_uri: str
    code_challenge: str
    scope: str
    nonce: str
    level: int


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a code or a refresh token gives."""

    grant: Grant
    account_id: str
    nonce: str
    refresh_token: str

    def __repr__(self) -> str:
        return "Redeemed(…)"


class ReuseFound(OAuthError):
    """A code or refresh token came a second time; its family is revoked."""

    def __init__(self, account_id: str, family: str) -> None:
        super().__init__(
            "invalid_grant", "The grant was used before; everything that came from it is revoked."
        )
        self.account_id = account_id
        self.family = family


class Grants:
    """Codes and refresh tokens of the store."""

    def __init__(
        self, database: Database, revocations: Revocations, settings: ProviderSettings, clock: Clock
    ) -> None:
        self._database = database
        self._revocations = revocations
        self._settings = settings
        self._clock = clock

    async def new_code(self, session: Session, request: CodeRequest) -> str:
        """A code for the redirect: one use, one minute."""
        code = secrets.token_urlsafe(32)
        now = self._clock.epoch_s()
        row = {
            "code_hash": token_hash(code),
            "session_id": session.session_id,
            "client_id": request.client_id,
            "redirect_uri": request.redirect_uri,
            "code_challenge": request.code_challenge,
            "scope": request.scope,
            "nonce": request.nonce,
            "level": request.level,
            "family_id": new_id(now),
            "expires_at": now + self._settings.code_life_s,
            "used_at": None,
        }
        async with self._database.write() as connection:
            await connection.execute(insert(codes), row)
        return code

    async def redeem_code(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> Redeemed:
        """RFC 6749 §4.1.3, RFC 7636 §4.6.

        Raises: OAuthError (invalid_grant).
        """
        now = self._clock.epoch_s()
        key = token_hash(code)
        async with self._database.write() as connection:
            used = await connection.execute(
                update(codes).where(codes.c.code_hash == key, codes.c.used_at.is_(None)).values(used_at=now)
            )
            row = await _one(
                connection, select(codes, sessions).join(sessions).where(codes.c.code_hash == key)
            )
            if row is not None and used.rowcount == 1:
                fits = (
                    row["client_id"] == client_id
                    and row[codes.c.redirect_uri] == redirect_uri
                    and row[codes.c.expires_at] > now
                    and hmac.compare_digest(challenge_of(verifier), row["code_challenge"])
                    and _session_is_live(row, now)
                )
                if fits:
                    return await self._begin_family(connection, row, now)
        if row is not None and used.rowcount == 0:
            # RFC 6749 §4.1.2: a code used twice takes back the tokens of the first use
            await self.revoke_family(row["family_id"])
            raise ReuseFound(row["account_id"], row["family_id"])
        raise OAuthError("invalid_grant", "The code is not valid.")

    async def redeem_refresh_token(self, token: str, client_id: str) -> Redeemed:
        """Rotation (RFC 9700 §4.14.2): a new token for the old one; the old one again revokes the family,
        after a short grace.

        Raises: OAuthError (invalid_grant).
        """
        now = self._clock.epoch_s()
        key = token_hash(token)
        async with self._database.write() as connection:
            used = await connection.execute(
                update(refresh_tokens)
                .where(refresh_tokens.c.token_hash == key, refresh_tokens.c.used_at.is_(None))
                .values(used_at=now)
            )
            row = await _one(connection, _refresh_row(key))
            if row is None or row["client_id"] != client_id or row["revoked_at"] is not None:
                raise OAuthError("invalid_grant", "The refresh token is not valid.")
            if row[refresh_families.c.expires_at] <= now or not _session_is_live(row, now):
                raise OAuthError("invalid_grant", "The login has ended.")
            if used.rowcount == 1 or await self._may_be_lost_answer(connection, row, now):
                return await self._continue_family(connection, row, now)
        family = row[refresh_families.c.family_id]
        await self.revoke_family(family)
        raise ReuseFound(row["account_id"], family)

    async def revoke_refresh_token(self, token: str, client_id: str) -> bool:
        """RFC 7009 §2.1: the token and all of its family."""
        async with self._database.read() as connection:
            row = await _one(connection, _refresh_row(token_hash(token)))
        if row is None or row["client_id"] != client_id:
            return False
        await self.revoke_family(row[refresh_families.c.family_id])
        return True

    async def revoke_family(self, family: str) -> None:
        """No refresh token of it works any more, and within a second no access token either."""
        now = self._clock.epoch_s()
        table = refresh_families.c
        try:
            async with self._database.write() as connection:
                await connection.execute(
                    update(refresh_families)
                    .where(table.family_id == family, table.revoked_at.is_(None))
                    .values(revoked_at=now)
                )
                await self._revocations.revoke_within(
                    connection, Revoked.FAMILY, family, now + self._settings.session_life_s + 3600
                )
        except IntegrityError:
            pass  # revoked before
        await self._revocations.refresh()

    async def forget_expired(self) -> None:
        """Deletes codes, refresh tokens and logins a day after their end."""
        before = self._clock.epoch_s() - 86_400
        ended = select(sessions.c.session_id).where(sessions.c.expires_at < before)
        families = select(refresh_families.c.family_id).where(refresh_families.c.session_id.in_(ended))
        async with self._database.write() as connection:  # children before parents
            await connection.execute(delete(codes).where(codes.c.session_id.in_(ended)))
            await connection.execute(delete(codes).where(codes.c.expires_at < before))
            await connection.execute(delete(refresh_tokens).where(refresh_tokens.c.family_id.in_(families)))
            await connection.execute(delete(refresh_families).where(refresh_families.c.session_id.in_(ended)))
            await connection.execute(delete(sessions).where(sessions.c.expires_at < before))

    async def _begin_family(self, connection: AsyncConnection, row: RowMapping, now: float) -> Redeemed:
        family = {
            "family_id": row["family_id"],
            "session_id": row[sessions.c.session_id],
            "client_id": row["client_id"],
            "scope": row["scope"],
            "level": row[codes.c.level],
            "expires_at": row[sessions.c.expires_at],
            "revoked_at": None,
        }
        await connection.execute(insert(refresh_families), family)
        return Redeemed(
            grant=_grant(row, row["family_id"], row[codes.c.level]),
            account_id=row["account_id"],
            nonce=row["nonce"],
            refresh_token=await _new_refresh_token(connection, row["family_id"], now, parent=None),
        )

    async def _continue_family(self, connection: AsyncConnection, row: RowMapping, now: float) -> Redeemed:
        family = row[refresh_families.c.family_id]
        return Redeemed(
            grant=_grant(row, family, row[refresh_families.c.level]),
            account_id=row["account_id"],
            nonce="",
            refresh_token=await _new_refresh_token(connection, family, now, parent=row["token_hash"]),
        )

    async def _may_be_lost_answer(self, connection: AsyncConnection, row: RowMapping, now: float) -> bool:
        """Used a moment ago, and nothing that came from it was used since: then the client never got the
        answer.
        """
        if now - row[refresh_tokens.c.used_at] > self._settings.reuse_grace_s:
            return False
        later = select(refresh_tokens.c.token_hash).where(
            refresh_tokens.c.parent_hash == row["token_hash"], refresh_tokens.c.used_at.is_not(None)
        )
        return (await connection.execute(later)).first() is None


def challenge_of(verifier: str) -> str:
    """RFC 7636 §4.2, S256."""
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _refresh_row(key: str) -> Any:
    return (
        select(refresh_tokens, refresh_families, sessions)
        .join(refresh_families, refresh_families.c.family_id == refresh_tokens.c.family_id)
        .join(sessions, sessions.c.session_id == refresh_families.c.session_id)
        .where(refresh_tokens.c.token_hash == key)
    )


async def _one(connection: AsyncConnection, wanted: Any) -> RowMapping | None:
    return (await connection.execute(wanted)).mappings().first()


def _session_is_live(row: RowMapping, now: float) -> bool:
    return row[sessions.c.ended_at] is None and row[sessions.c.expires_at] > now


def _grant(row: RowMapping, family: str, level: int) -> Grant:
    return Grant(
        session=row[sessions.c.session_id],
        family=family,
        client_id=row["client_id"],
        scope=row["scope"],
        level=level,
        authenticated_at=row["authenticated_at"],
    )


async def _new_refresh_token(
    connection: AsyncConnection, family: str, now: float, *, parent: str | None
) -> str:
    token = secrets.token_urlsafe(32)
    row = {
        "token_hash": token_hash(token),
        "family_id": family,
        "parent_hash": parent,
        "issued_at": now,
        "used_at": None,
    }
    await connection.execute(insert(refresh_tokens), row)
    return token
