"""Personal columns at rest: AES-256-GCM under a key from the data directory, and a blind index for looking
people up.

A token names its key (``v1.<key id>.<nonce and ciphertext>``) and is bound to its column by the associated
data, so that a value moved to another column does not open. Must never: log or show a key or an opened
value, or open anything with a key that it does not name.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_FILE = "sealing.json"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class SealBroken(Exception):
    """A token that is not ours, was changed, or belongs to another column. Says which column, never what
    was in it.
    """


class Sealed:
    """Seals and opens column values.

    ``keys`` are the sealing keys by id, ``active`` the one that seals; ``root`` is never rotated: blind
    indexes and the platform's own secrets (pairwise subjects) are derived from it and must stay what they
    are.
    """

    def __init__(self, keys: Mapping[str, bytes], active: str, root: bytes) -> None:
        if (
            active not in keys
            or len(root) != _KEY_BYTES
            or any(len(key) != _KEY_BYTES for key in keys.values())
        ):
            raise ValueError("sealing keys: 32 bytes each, the active one among them")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._active = active
        self._root = root
        self._blind_key = self.secret("blind-index")

    def __repr__(self) -> str:
        return f"Sealed(active={self._active!r})"

    @classmethod
    def fresh(cls) -> Sealed:
        """New keys that live only in this process (tests)."""
        return cls({"k1": secrets.token_bytes(_KEY_BYTES)}, "k1", secrets.token_bytes(_KEY_BYTES))

    @classmethod
    def open(cls, data_dir: Path) -> Sealed:
        """The keys of a data directory, made at first use (mode 0600). Several processes may start at
        once: one of them makes the file.

        Raises: OSError if the file can be neither read nor made, ValueError if it is not a key file.
        """
        path = data_dir / KEY_FILE
        if not path.exists():
            _make_key_file(path)
        return cls.from_json(path.read_text("ascii"))

    @classmethod
    def from_json(cls, text: str) -> Sealed:
        """Keys from the text of a key file (as an environment variable or a KMS would hand it over)."""
        try:
            found = json.loads(text)
            keys = {key_id: _decode(value) for key_id, value in found["keys"].items()}
            return cls(keys, found["active"], _decode(found["root"]))
        except (KeyError, TypeError, AttributeError, ValueError):
            raise ValueError("not a sealing key file") from None

    def seal(self, column: str, value: str) -> str:
        """A token for ``table.column``; two seals of one value differ."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._active].encrypt(nonce, value.encode(), _bound(self._active, column))
        return f"v1.{self._active}.{_encode(nonce + sealed)}"

    def unseal(self, column: str, token: str) -> str:
        """The value behind a token.

        Raises: SealBroken.
        """
        version, _, rest = token.partition(".")
        key_id, _, body = rest.partition(".")
        cipher = self._ciphers.get(key_id)
        if version != "v1" or cipher is None:
            raise SealBroken(f"{column}: unknown seal")
        try:
            raw = _decode(body)
            return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound(key_id, column)).decode()
        except (InvalidTag, ValueError):
            raise SealBroken(f"{column}: the seal does not fit") from None

    def blind(self, column: str, value: str) -> str:
        """The blind index of a value: equal values of one column look equal, and nothing else can be read
        from it.

        Shape: 64 hex digits.
        """
        message = len(column).to_bytes(2, "big") + column.encode() + value.encode()
        return hmac.new(self._blind_key, message, hashlib.sha256).hexdigest()

    def secret(self, name: str) -> bytes:
        """A secret of the platform for one purpose, the same for ever (32 bytes by HKDF from the root)."""
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"tongban/" + name.encode()).derive(self._root)


def _bound(key_id: str, column: str) -> bytes:
    return f"{key_id}|{column}".encode()


def _make_key_file(path: Path) -> None:
    """Written aside, then linked into place: never half a file, and the first of several processes wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        {
            "active": "k1",
            "keys": {"k1": _encode(secrets.token_bytes(_KEY_BYTES))},
            "root": _encode(secrets.token_bytes(_KEY_BYTES)),
        }
    )
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink(missing_ok=True)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None
    if _encode(raw) != text:
        raise ValueError("not canonical base64url")
    return raw
