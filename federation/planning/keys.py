"""Response keys inside the engine: one per field and arguments, whatever the client calls it.

The same field with the same arguments is the same data, so it has one internal key over all fetches;
clients' aliases are the projection's business, and no key field can ever clash with an alias. A key is the
field's own name wherever that is free.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphql import ArgumentNode, print_ast

from federation.supergraph import Supergraph


class ResponseKeys:
    """The keys of one operation; asking twice gives the same answer."""

    def __init__(self, supergraph: Supergraph) -> None:
        self._clashing = supergraph.clashing
        self._taken = set(supergraph.field_names)
        self._reserved = supergraph.reserved
        self._keys: dict[tuple[str, str], str] = {}
        self._given: dict[str, str] = {}

    def key(self, type_name: str, name: str, arguments: Iterable[ArgumentNode]) -> str:
        """The key of a field on an object type (an abstract type has no clashing fields)."""
        base = f"{name}_{type_name}" if f"{type_name}.{name}" in self._clashing else name
        text = ", ".join(sorted(map(print_ast, arguments)))
        found = self._keys.get((base, text))
        if found is None:
            found = self._keys[(base, text)] = self._new(base, name, text)
        return found

    def _new(self, base: str, name: str, text: str) -> str:
        plain_is_free = base not in self._given and (not text or name not in self._reserved)
        if plain_is_free and (base == name or base not in self._taken):
            self._given[base] = text
            return base
        number = 2
        while f"{base}_{number}" in self._taken:
            number += 1
        self._taken.add(f"{base}_{number}")
        return f"{base}_{number}"
