"""Data for any set of subgraphs, without a resolver: every object is a type and a number, every value follows from
what it is a value of, whichever subgraph is asked.

A field with ``@requires`` tells in its value what it was given, so that a wrong representation is a wrong answer.
Mutation fields count, so that their order shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)
from graphql.execution.values import get_argument_values

from tests.federation.made.parts import ROOTS, Part, as_json, called, depth_of, field_set, named_in, part_of

NUMBERS = 3
"""Objects of each type."""

_FACT = re.compile(r"(\w+)\.(\w+) (\d+): (.+)")
_UNKNOWN = re.compile(r"(\w+) (\d+) is unknown to (\w+)")

Stand = tuple[Part, str, GraphQLField]
"""A subgraph that declares a field, the type's name there, the field there."""


class Refused(Exception):
    """The subgraph does not answer this."""


@dataclass(frozen=True)
class Thing:
    """An object: its type in the whole graph (never an interface) and its number."""

    kind: str
    number: int
    provided: tuple[FieldNode, ...] = field(default=(), compare=False)
    """What the way to it provides."""
    given: Mapping[str, Any] | None = field(default=None, compare=False)
    """The representation that it was entered by."""


class MadeData:
    """What all subgraphs tell together.

    ``facts``: lines ``Type.field 1: null`` (any JSON) and ``Type 1 is unknown to subgraph``.
    """

    def __init__(self, sdls: Mapping[str, str], facts: str = "") -> None:
        self.parts = {name: part_of(name, sdl) for name, sdl in sdls.items()}
        self.facts = {(m[1], m[2], int(m[3])): json.loads(m[4]) for m in _FACT.finditer(facts)}
        self.unknown = {(m[1], int(m[2]), m[3]) for m in _UNKNOWN.finditer(facts)}
        self.mutations = 0
        self._in_keys = set(self._key_fields())

    # -- who has what

    def concrete(self, part: Part, named: str | None) -> tuple[str, ...]:
        """The object types behind a subgraph's composite type, those that it does not know itself included."""
        kind = part.schema.type_map.get(named or "")
        if kind is None:
            return ()
        if kind.name in part.interface_objects:
            found = {c for each in self.parts.values() for c in each.implementing(kind.name)}
            return tuple(sorted(found)) or (kind.name,)
        if is_abstract_type(kind):
            possible = part.schema.get_possible_types(kind)  # type: ignore[arg-type]
            return tuple(sorted({c for each in possible for c in self.concrete(part, each.name)}))
        return (part.roots.get(kind.name, kind.name),)

    def stands(self, kind: str, name: str) -> Iterator[Stand]:
        """Every subgraph that declares a field of an object type."""
        for part in self.parts.values():
            for known in part.schema.type_map.values():
                if not isinstance(known, GraphQLObjectType) or name not in known.fields:
                    continue
                if kind in self.concrete(part, known.name):
                    yield part, known.name, known.fields[name]

    def answers(self, part: Part, known_as: str, name: str) -> bool:
        """Whether a subgraph answers a field wherever it has the object."""
        keys = part.keys.get(known_as, ())
        if any(node.name.value == name for fields, _ in keys for node in named_in(fields)):
            return True
        taken = [other.directive(known_as, name, "override") for other in self.parts.values()]
        if any(each and each.get("from") == part.name and "label" not in each for each in taken):
            return False
        return part.directive(known_as, name, "external") is None

    def resolving(self, kind: str, name: str) -> list[Stand]:
        """Every subgraph that answers a field of an object type."""
        found = [each for each in self.stands(kind, name) if self.answers(each[0], each[1], name)]
        assert found, f"nobody answers {kind}.{name}"
        return found

    def _key_fields(self) -> Iterator[tuple[str, str]]:
        for part in self.parts.values():
            for kind, keys in part.keys.items():
                for fields, _ in keys:
                    for each in self.concrete(part, kind):
                        yield from self._fields_in(each, fields)

    def _fields_in(self, kind: str, fields: SelectionSetNode) -> Iterator[tuple[str, str]]:
        for node in named_in(fields):
            yield kind, node.name.value
            for part, _, child in self.stands(kind, node.name.value) if node.selection_set else ():
                for each in self.concrete(part, get_named_type(child.type).name):
                    yield from self._fields_in(each, node.selection_set)

    # -- values

    def value(self, thing: Thing, name: str, arguments: Mapping[str, Any], given: str | None = None) -> Any:
        """A field's value in the whole graph; ``given``: what its requirements are said to be (by default what
        they are)."""
        stands = self.resolving(thing.kind, name)
        if thing.kind == "Mutation":
            self.mutations += 1
            thing = Thing(thing.kind, self.mutations)
        if (thing.kind, name, thing.number) in self.facts:
            return self.facts[thing.kind, name, thing.number]
        known = set.intersection(*(_of_clients(child) for _, _, child in stands))
        told = {k: v for k, v in sorted(arguments.items()) if k in known and v is not None}
        inputs = self._inputs(thing, name) if given is None else given
        said = (f" with {as_json(told)}" if told else "") + (f" given {inputs}" if inputs else "")
        seed = crc32(f"{thing.kind}.{name}{said}".encode()) % 1000
        if self._is_null(thing, name):
            return None
        named = get_named_type(stands[0][2].type)
        at = seed + thing.number

        def one(index: int) -> Any:
            if not is_composite_type(named):
                return self._leaf(named, stands, thing, name, said, seed, index)
            possible = self._possible(stands, f"{thing.kind}.{name}")
            kind = possible[(at + index) % len(possible)]
            return Thing(kind, 0 if kind in ROOTS.values() else (at + index) % NUMBERS)

        return _listed(depth_of(stands[0][2].type), one, 0)

    def _is_null(self, thing: Thing, name: str) -> bool:
        if thing.kind in ROOTS.values() or (thing.kind, name) in self._in_keys:
            return False
        never = any(isinstance(child.type, GraphQLNonNull) for _, _, child in self.stands(thing.kind, name))
        return not never and (crc32(f"{thing.kind}.{name}".encode()) + thing.number) % 7 == 6

    def _possible(self, stands: list[Stand], coordinate: str) -> list[str]:
        """The object types that every subgraph which answers the field may return."""
        sets = [set(self.concrete(part, get_named_type(child.type).name)) for part, _, child in stands]
        found = sorted(set.intersection(*sets))
        assert found, f"the subgraphs share no type of {coordinate}"
        return found

    def _leaf(
        self, named: Any, stands: list[Stand], thing: Thing, name: str, said: str, seed: int, index: int
    ) -> Any:
        if isinstance(named, GraphQLEnumType):
            values = self._enum_values(stands)
            return values[(seed + thing.number + index) % len(values)]
        if named.name == "Boolean":
            return (seed + thing.number + index) % 2 == 0
        if named.name in ("Int", "Float"):
            whole = seed * 100 + thing.number * 10 + index
            return whole if named.name == "Int" else whole + 0.5
        which = f" {index}" if depth_of(stands[0][2].type) else ""
        if named.name == "ID":
            return f"{name}{which}-{thing.kind}-{thing.number}"
        return f"{name}{which} of {thing.kind} {thing.number}{said}"

    def _enum_values(self, stands: list[Stand]) -> list[str]:
        """Values that every subgraph which answers the field knows and nobody hides."""
        enums = [get_named_type(child.type) for _, _, child in stands]
        known = set.intersection(*(set(enum.values) for enum in enums))  # type: ignore[union-attr]
        everywhere = [part.schema.type_map.get(enums[0].name) for part in self.parts.values()]
        values = [pair for enum in everywhere for pair in getattr(enum, "values", {}).items()]
        hidden = {
            name
            for name, value in values
            if any(d.name.value == "inaccessible" for d in value.ast_node.directives or ())
        }
        return sorted(known - hidden)

    # -- requirements

    def requirement(self, kind: str, name: str) -> SelectionSetNode | None:
        """The ``@requires`` of a field, if all subgraphs that answer it have the same one."""
        found = {_required(part, known, name) for part, known, _ in self.resolving(kind, name)}
        text = found.pop()
        return None if found or not text else field_set(text)

    def _inputs(self, thing: Thing, name: str) -> str:
        needs = self.requirement(thing.kind, name)
        return as_json(self.read(thing, needs)) if needs else ""

    def read(self, value: Any, fields: SelectionSetNode) -> Any:
        """What a field set selects of a value of the whole graph."""
        if isinstance(value, list):
            return [self.read(each, fields) for each in value]
        if not isinstance(value, Thing):
            return value
        found: dict[str, Any] = {}
        for node in self.selected(fields, value.kind):
            arguments = get_argument_values(self.resolving(value.kind, node.name.value)[0][2], node)
            inner = self.value(value, node.name.value, arguments)
            found[called(node)] = self.read(inner, node.selection_set) if node.selection_set else inner
        return found

    def told(self, given: Any, fields: SelectionSetNode, kind: str | None = None) -> Any:
        """What a field set selects of a representation; what it does not have is null."""
        if isinstance(given, list):
            return [self.told(each, fields) for each in given]
        if given is None:
            return None
        kind = kind or given.get("__typename")
        nodes = (
            self.selected(fields, kind) if kind else [n for n in named_in(fields) if n.name.value in given]
        )
        found: dict[str, Any] = {}
        for node in nodes:
            inner = given.get(node.name.value)
            found[called(node)] = self.told(inner, node.selection_set) if node.selection_set else inner
        return found

    def selected(self, fields: SelectionSetNode, kind: str) -> Iterator[FieldNode]:
        """The fields that a field set selects of an object type."""
        for node in fields.selections:
            if isinstance(node, FieldNode):
                if node.name.value != "__typename":
                    yield node
            elif isinstance(node, InlineFragmentNode):
                on = node.type_condition.name.value if node.type_condition else kind
                if on == kind or any(kind in self.concrete(part, on) for part in self.parts.values()):
                    yield from self.selected(node.selection_set, kind)

    # -- entities

    def find(self, part: Part, representation: Mapping[str, Any]) -> Thing | None:
        """The entity that a representation means in a subgraph.

        Raises: Refused, where it has no key by which the subgraph can be entered.
        """
        kind = str(representation["__typename"])
        keys = [f for f, resolvable in part.keys.get(kind, ()) if resolvable and _holds(representation, f)]
        if not keys:
            raise Refused(f"{kind} cannot be entered by {sorted(representation)}")
        for name in self.concrete(part, kind):
            for number in range(NUMBERS):
                thing = Thing(name, number, (), representation)
                if all(self.read(thing, key) == self.told(representation, key, name) for key in keys):
                    return None if (name, number, part.name) in self.unknown else thing
        return None


def _of_clients(child: GraphQLField) -> set[str]:
    """The arguments that no context fills: one schema that has it all knows no others."""
    return {
        name
        for name, given in child.args.items()
        if given.ast_node is None or all(d.name.value != "fromContext" for d in given.ast_node.directives)
    }


def _listed(depth: int, one: Callable[[int], Any], start: int) -> Any:
    if depth == 0:
        return one(start)
    return [_listed(depth - 1, one, start + i) for i in range(3)]


def _holds(value: Any, fields: SelectionSetNode) -> bool:
    """Whether a representation has every part of a key."""
    if isinstance(value, list):
        return all(_holds(each, fields) for each in value)
    if not isinstance(value, Mapping):
        return False
    return all(
        value.get(node.name.value) is not None
        and (node.selection_set is None or _holds(value[node.name.value], node.selection_set))
        for node in named_in(fields)
    )


def _required(part: Part, known_as: str, name: str) -> str:
    return str((part.directive(known_as, name, "requires") or {}).get("fields", ""))
