"""Trusted documents: operations known by id, so that an app sends a hash instead of a text.

The id is the SHA-256 of the document's text in lower-case hex, as ``extensions.persistedQuery`` has it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def document_id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class TrustedDocuments:
    """A fixed set, held in memory."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = {document_id(text): text for text in texts}

    @classmethod
    def from_folder(cls, folder: Path) -> TrustedDocuments:
        """Every ``*.graphql`` file of a folder."""
        return cls(path.read_text("utf-8") for path in sorted(folder.glob("*.graphql")))

    def get(self, document_id: str) -> str | None:
        return self._texts.get(document_id.removeprefix("sha256:"))

    def texts(self) -> tuple[str, ...]:
        return tuple(self._texts.values())

    def __len__(self) -> int:
        return len(self._texts)
