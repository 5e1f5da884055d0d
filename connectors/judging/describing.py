"""What of a description could not be read, for those who read a description only as far as they need it."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.backend import Backend, Described
from connectors.manifest import Finding
from connectors.openapi.backend import RestBackend

MOST_NODES = 50_000
"""Described values that are looked at: types lead back to themselves."""


def description_findings(backend: Backend) -> tuple[Finding, ...]:
    """Of REST: every operation is read to its leaves first. Other kinds tell everything when they are opened."""
    if isinstance(backend, RestBackend):
        operations = backend.operations()
        _look(each.answer for each in operations)
        _look(described for each in operations for described in each.inputs.values())
    return backend.findings


def _look(roots: Iterable[Described]) -> None:
    waiting = list(roots)
    seen: dict[int, Described] = {}
    while waiting and len(seen) < MOST_NODES:
        described = waiting.pop()
        if id(described) in seen:
            continue
        seen[id(described)] = described
        if described.item is not None:
            waiting.append(described.item)
        if described.shape == "object":
            waiting.extend((*described.fields.values(), *described.choices.values()))
