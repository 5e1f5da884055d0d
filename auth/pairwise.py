"""Pairwise subjects: one person looks different to every department, and two departments cannot join their
copies by our ids.

Must never: depend on anything that changes (a rotated key, an account's login), or be computable without
the platform's secret.
"""

from __future__ import annotations

import hashlib


class Pairwise:
    """A keyed one-way function of (subject, audience)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("pairwise secret: at least 32 bytes")
        self._secret = secret

    def __repr__(self) -> str:
        return "Pairwise(…)"

    def subject(self, subject: str, audience: str) -> str:
        """Shape: 40 hex digits. The parts are length-prefixed, so that no two pairs run into one."""
        parts = (subject.encode(), audience.encode())
        message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hashlib.blake2b(message, key=self._secret[:64], digest_size=20).hexdigest()
