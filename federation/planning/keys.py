"""Response keys inside the engine: one per field and arguments, whatever the client calls it.

The same field with the same arguments is the same data, so it has one internal key over all fetches;
clients' aliases are the projection's business, and no key field can ever clash with an alias. A key is the
field's own name wherever that is free.

Only where a client asks for different parts of one object under two names are there two keys: a subgraph that fails to
give what the one wants must not take the other (GraphQL spec, 6.4.4: a null goes up response key by response key).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphql import ArgumentNode, FieldNode, SelectionSetNode, print_ast

from federation.supergraph import Supergraph

Place = tuple[str, ...]
"""The keys that lead to some objects, without lists and types."""


class ResponseKeys:
    """The keys of one operation; asking twice gives the same answer."""

    def __init__(self, supergraph: Supergraph) -> None:
        self._clashing = supergraph.clashing
        self._taken = set(supergraph.field_names)
        self._reserved = supergraph.reserved
        self._keys: dict[tuple[str, str, int], str] = {}
        self._given: dict[str, str] = {}
        self._aliases: dict[tuple[Place, str, str], _Aliases] = {}

    def key(self, type_name: str, name: str, arguments: Iterable[ArgumentNode], turn: int = 0) -> str:
        """The key of a field on an object type (an abstract type has no clashing fields). ``turn``: which of those that
        are told apart."""
        base = f"{name}_{type_name}" if f"{type_name}.{name}" in self._clashing else name
        text = _text(arguments)
        found = self._keys.get((base, text, turn))
        if found is None:
            found = self._keys[base, text, turn] = self._new(base, name, text, turn)
        return found

    def tell_apart(self, place: Place, nodes: Iterable[FieldNode]) -> None:
        """Note all fields that a client wants of the objects at a place, before their keys are asked for."""
        wanted: dict[tuple[str, str, str], list[SelectionSetNode]] = {}
        for node in nodes:
            if node.selection_set is not None:
                called = (node.name.value, _text(node.arguments), response_key(node))
                wanted.setdefault(called, []).append(node.selection_set)
        for (name, text, alias), sets in wanted.items():
            self._aliases.setdefault((place, name, text), _Aliases()).add(alias, sets)

    def of_client(self, place: Place, type_name: str, node: FieldNode) -> str:
        """The key of a field as a client wants it at a place."""
        aliases = self._aliases.get((place, node.name.value, _text(node.arguments)))
        turn = aliases.turns.get(response_key(node), 0) if aliases is not None else 0
        return self.key(type_name, node.name.value, node.arguments, turn)

    def _new(self, base: str, name: str, text: str, turn: int) -> str:
        plain_is_free = not turn and base not in self._given and (not text or name not in self._reserved)
        if plain_is_free and (base == name or base not in self._taken):
            self._given[base] = text
            return base
        number = 2
        while f"{base}_{number}" in self._taken:
            number += 1
        self._taken.add(f"{base}_{number}")
        return f"{base}_{number}"


class _Aliases:
    """What a client calls one field with the same arguments at one place. Who wants the same of it shares a turn."""

    __slots__ = ("_first", "_turn_of", "turns")

    def __init__(self) -> None:
        self.turns: dict[str, int] = {}
        self._first: Sequence[SelectionSetNode] = ()
        self._turn_of: dict[str, int] = {}

    def add(self, alias: str, sets: Sequence[SelectionSetNode]) -> None:
        if alias in self.turns:
            return
        if not self.turns:
            self.turns[alias] = 0
            self._first = sets  # nearly always the only one: not printed before there is another
            return
        if not self._turn_of:
            self._turn_of[_printed(self._first)] = 0
        self.turns[alias] = self._turn_of.setdefault(_printed(sets), len(self._turn_of))


def response_key(node: FieldNode) -> str:
    """What the client calls the field."""
    return node.alias.value if node.alias else node.name.value


def _text(arguments: Iterable[ArgumentNode]) -> str:
    return ", ".join(sorted(map(print_ast, arguments)))


def _printed(sets: Iterable[SelectionSetNode]) -> str:
    return "".join(map(print_ast, sets))
