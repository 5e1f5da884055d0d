"""The ``expose`` block of a backend that brings its own graph: every root field, and the names that must change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.proposing.fields import RootField
from connectors.proposing.names import free
from connectors.proposing.proposal import Exposure, ProposedOperation

_KEPT = frozenset({"Matter", "Receipt", "Citizen", "Enterprise"})
"""Types of the platform: another one of that name would be taken for them."""


def exposed(
    operations: Iterable[ProposedOperation], exposure: Exposure, prefix: str, fallback: str
) -> tuple[list[RootField], dict[str, Any]]:
    """The root fields by their names in the graph, and the block. ``fallback`` stands before names that are kept."""
    listed = list(operations)
    rename: dict[str, str] = {}
    taken = set(exposure.types)
    for name in exposure.types:
        before = prefix[:1].upper() + prefix[1:] if prefix else fallback
        if prefix or (exposure.closed and name in _KEPT):
            rename[name] = free(f"{before}{name}", taken)
            taken.add(rename[name])
    fields = []
    for operation in listed:
        name = operation.name.partition(".")[2]
        if prefix:
            rename[operation.name] = f"{prefix[:1].lower()}{prefix[1:]}{name[:1].upper()}{name[1:]}"
        block = {"returns": exposure.returns[operation.name]}
        fields.append(RootField(rename.get(operation.name, name), operation, block))
    include = [operation.name for operation in listed]
    expose: dict[str, Any] = {"include": include} if include else {}
    if rename:
        expose["rename"] = rename
    return fields, expose
