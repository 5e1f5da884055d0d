"""What a client says of itself, made safe to count by: short, plain, and bounded in number.

A hostile client may send a new name with every request; beyond the caps it is counted as ``other``.
"""

from __future__ import annotations

import re

OTHER = "other"
_PLAIN = re.compile(r"[\w .+/()-]*")


def plain(text: str, longest: int) -> str:
    """The text itself, or ``other`` if it is too long or holds anything unusual."""
    return text if len(text) <= longest and _PLAIN.fullmatch(text) else OTHER


class ClientLabels:
    """The (name, version) pairs admitted so far, by app."""

    def __init__(self, names_per_app: int, versions_per_name: int) -> None:
        self._names_per_app = names_per_app
        self._versions_per_name = versions_per_name
        self._admitted: dict[str, dict[str, set[str]]] = {}

    def admit(self, app: str, name: str, version: str) -> tuple[str, str]:
        names = self._admitted.setdefault(app, {})
        name, version = plain(name, 64), plain(version, 32)
        if name not in names:
            if len(names) >= self._names_per_app:
                return OTHER, OTHER
            names[name] = set()
        versions = names[name]
        if version not in versions:
            if len(versions) >= self._versions_per_name:
                return name, OTHER
            versions.add(version)
        return name, version
