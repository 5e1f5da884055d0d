"""Secrets from a JSON file: ``{"secret://mca/user": "…"}``. The values enter no repr, no error, no log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import orjson


class UnknownSecret(KeyError):
    """The reference names nothing. Shows the reference, never a value."""


class HeldSecrets:
    """Secrets in memory; fills ``connectors.ports.Secrets``."""

    __slots__ = ("_held",)

    def __init__(self, held: Mapping[str, str]) -> None:
        self._held = dict(held)

    def get(self, reference: str) -> str:
        """Raises: UnknownSecret."""
        try:
            return self._held[reference]
        except KeyError:
            raise UnknownSecret(reference) from None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._held)} secrets)"


class FileSecrets(HeldSecrets):
    """Secrets read once from a JSON file."""

    def __init__(self, path: Path) -> None:
        """Raises: ValueError for a file of another shape, OSError if it can't be read."""
        try:
            held = orjson.loads(path.read_bytes())
        except orjson.JSONDecodeError:
            raise ValueError(f"{path.name} is not JSON") from None
        if not isinstance(held, dict) or not all(isinstance(value, str) for value in held.values()):
            raise ValueError(f"{path.name} must map secret:// references to texts")
        super().__init__(held)
