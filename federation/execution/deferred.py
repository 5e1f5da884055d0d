"""What a deferred fragment leaves to be read later. It knows neither plans nor fetches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from federation.execution.failures import ClientPath
from federation.planning.defers import DeferUsage

Block = frozenset[DeferUsage]
"""The deferred fragments that want the same fields of an object; empty: the first part."""


@dataclass(frozen=True, slots=True, eq=False)
class Later:
    """Fields of the object at ``path`` (of the client) that come with each of the fragments in ``block``. ``read``
    reads them from the data; it takes a ``Reading`` and raises ``Nulled``."""

    block: Block
    path: ClientPath
    read: Callable[[Any], dict[str, Any]]
