"""The platform's signing keys: RS256 (docs/adr/0006), sealed in the store, rotated with overlap, published
as a JWKS.

A new key is the active one from its ``active_from``; the one before it stays published until every token
that it signed has expired.
Must never: let a private key leave this module, or verify a token with another algorithm than the key's own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import RowMapping, insert, select

from auth.revisions import KEYS, raise_revision, read_revision
from auth.tables import signing_keys
from storage.database import Database
from storage.sealed import Sealed
from tongban.clock import Clock
from tongban.errors import ErrorCode, OurFault
from tongban.ids import new_id

ALGORITHM = "RS256"
KEEP_S = 48 * 3600.0
"""How long a superseded key stays published: longer than any token lives."""

_COLUMN = "auth_signing_keys.private"
_BITS = 2048


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key and the one algorithm it is for."""

    kid: str
    algorithm: str
    key: Any


@dataclass(frozen=True, slots=True)
class _SigningKey:
    kid: str
    private: RSAPrivateKey
    public: VerificationKey
    jwk: dict[str, Any]
    active_from: float

    def __repr__(self) -> str:
        return f"_SigningKey({self.kid})"


class Keys:
    """The keys of the store as this process knows them. ``load`` first."""

    refetch_s = 1.0
    """The verifier asks for a refresh on an unknown ``kid`` at most this often: it costs one query of our
    own store.
    """

    def __init__(self, database: Database, sealed: Sealed, clock: Clock) -> None:
        self._database = database
        self._sealed = sealed
        self._clock = clock
        self._keys: dict[str, _SigningKey] = {}
        self._revision = -1
        self.generation = 0

    async def load(self) -> None:
        """Reads the keys; makes the first one of a new store."""
        await self.refresh()
        if not self._keys:
            await self.rotate()

    async def refresh(self) -> None:
        """Learns of keys that another process made; one query if there are none."""
        async with self._database.read() as connection:
            revision = await read_revision(connection, KEYS)
            if revision == self._revision:
                return
            rows = (await connection.execute(select(signing_keys))).mappings().all()
        keys = {row["kid"]: self._keys.get(row["kid"]) or self._opened(row) for row in rows}
        self._keys, self._revision = keys, revision
        self.generation += 1

    async def rotate(self, *, lead_s: float = 0.0) -> str:
        """A new key, active in ``lead_s`` seconds (published at once); gives its ``kid``."""
        private = await asyncio.to_thread(generate_private_key, 65537, _BITS)
        now = self._clock.epoch_s()
        kid = new_id(now)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        row = {
            "kid": kid,
            "algorithm": ALGORITHM,
            "private_sealed": self._sealed.seal(_COLUMN, pem),
            "public_jwk": json.dumps(_jwk(kid, private.public_key())),
            "active_from": now + lead_s,
        }
        async with self._database.write() as connection:
            await raise_revision(connection, KEYS)
            await connection.execute(insert(signing_keys), row)
        await self.refresh()
        return kid

    def sign(self, claims: Mapping[str, Any], *, kind: str = "JWT") -> str:
        """A JWT by the active key; ``kind`` becomes its ``typ``.

        Raises: OurFault (NOT_READY) before ``load``.
        """
        key = self._active()
        return jwt.encode(
            dict(claims), key.private, algorithm=ALGORITHM, headers={"kid": key.kid, "typ": kind}
        )

    def verification_key(self, kid: str) -> VerificationKey | None:
        """The public key of that name, while it is published."""
        key = self._keys.get(kid)
        return key.public if key is not None and key in self._published() else None

    def jwks(self) -> dict[str, Any]:
        """RFC 7517 §5."""
        return {"keys": [key.jwk for key in self._published()]}

    def _active(self) -> _SigningKey:
        now = self._clock.epoch_s()
        ready = [key for key in self._keys.values() if key.active_from <= now]
        # right after the very first key, or with a clock set back: the oldest there is
        chosen = max(ready, key=_age) if ready else min(self._keys.values(), key=_age, default=None)
        if chosen is None:
            raise OurFault(ErrorCode.NOT_READY, detail="no signing key is loaded")
        return chosen

    def _published(self) -> list[_SigningKey]:
        """Newest first: keys to come, the active one, and those superseded not too long ago."""
        newest_first = sorted(self._keys.values(), key=_age, reverse=True)
        now = self._clock.epoch_s()
        return [
            key
            for index, key in enumerate(newest_first)
            if index == 0 or now < newest_first[index - 1].active_from + KEEP_S
        ]

    def _opened(self, row: RowMapping) -> _SigningKey:
        pem = self._sealed.unseal(_COLUMN, row["private_sealed"])
        private = load_pem_private_key(pem.encode(), None)
        if row["algorithm"] != ALGORITHM or not isinstance(private, RSAPrivateKey):
            raise OurFault(ErrorCode.NOT_READY, detail=f"signing key {row['kid']}: not {ALGORITHM}")
        public = VerificationKey(row["kid"], ALGORITHM, private.public_key())
        return _SigningKey(row["kid"], private, public, json.loads(row["public_jwk"]), row["active_from"])


def _age(key: _SigningKey) -> tuple[float, str]:
    return key.active_from, key.kid


def _jwk(kid: str, public: RSAPublicKey) -> dict[str, Any]:
    numbers = RSAAlgorithm.to_jwk(public, as_dict=True)
    return {"kty": "RSA", "kid": kid, "use": "sig", "alg": ALGORITHM, "n": numbers["n"], "e": numbers["e"]}
