"""What is true in a world: the value of every field of every object, computed from names alone.

There are ``COUNT`` objects of every type. A field's value follows from its coordinate, its arguments and the object's
number; that of a field with ``@requires`` from what it requires. So a world needs nothing but its subgraphs' SDLs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zlib import crc32

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    is_leaf_type,
)
from graphql.execution.values import get_argument_values

from tests.federation.worlds.declared import Declared, DeclaredType, Taken, answers_anyone, key_fields
from tests.federation.worlds.merged import Merger

COUNT = 3
MISSES = "misses-"
"""A tag ``misses-2`` on a type: the subgraph does not know the third object of it."""


@dataclass(frozen=True)
class Thing:
    """An object as a subgraph holds it. ``given``: its representation; ``provided``: field sets that lead here;
    ``above``: in the one schema, the object that it was reached from."""

    type: str
    number: int
    known_as: str = ""
    given: Mapping[str, Any] | None = field(default=None, compare=False)
    provided: tuple[SelectionSetNode, ...] = field(default=(), compare=False)
    above: Thing | None = field(default=None, compare=False)


@dataclass(eq=False)
class Facts:
    """The truth of a world."""

    declared: Declared

    @cached_property
    def merger(self) -> Merger:
        return Merger(self.declared, api=False)

    @cached_property
    def schema(self) -> GraphQLSchema:
        """With what is inaccessible."""
        return self.merger.schema()

    @cached_property
    def possible(self) -> dict[str, tuple[str, ...]]:
        return {name: self.merger.possible(name) for name in self.merger.names}

    @cached_property
    def _key_fields(self) -> set[tuple[str, str]]:
        return {
            (each, name)
            for types in self.declared.values()
            for type_name, kind in types.items()
            for name in key_fields(kind)
            for each in self.possible[type_name]
        }

    def field(self, type_name: str, name: str) -> GraphQLField:
        found: GraphQLField = self.schema.type_map[type_name].fields[name]  # type: ignore[attr-defined]
        return found

    # -- values

    def value(self, thing: Thing, name: str, arguments: Mapping[str, Any], salt: str = "") -> Any:
        """Leaves as they are written, objects as things. ``salt``: whatever else the value follows from."""
        child = self.field(thing.type, name)
        told = {key: arguments[key] for key in sorted(arguments) if key in child.args}
        text = f"{name}({json.dumps(told, sort_keys=True)[1:-1]})" if told else name
        required = self.requirement(thing.type, name)
        if required is not None:
            salt += json.dumps(self.needed(thing, required), sort_keys=True)
        is_key = (thing.type, name) in self._key_fields
        if not isinstance(child.type, GraphQLNonNull) and not (
            is_key and not self._may_be_null(thing.type, name)
        ):
            if _crc(f"{thing.type}{thing.number}.{text}?") % 5 == 0:
                return None
            if not is_key and self._is_left_out(thing, name):
                return None
        return self._of(child.type, thing, name, text + salt)

    def computed(
        self, thing: Thing, name: str, arguments: Mapping[str, Any], given: Any, salt: str = ""
    ) -> Any:
        """As ``value``, where what is required is what a subgraph was given."""
        mine = self.needed(thing, self.requirement(thing.type, name))
        if given != mine:
            raise AssertionError(f"{name} was given {given} instead of {mine}")
        return self.value(thing, name, arguments, salt)

    def _of(self, kind: Any, thing: Thing, name: str, text: str) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._of(kind.of_type, thing, name, text)
        seed = _crc(f"{thing.type}.{text}")
        if isinstance(kind, GraphQLList):
            items = [
                self._of(kind.of_type, thing, name, f"{text}[{n}]") for n in range((seed + thing.number) % 4)
            ]
            loose = not isinstance(kind.of_type, GraphQLNonNull)
            return [None if loose and (seed + n) % 6 == 5 else each for n, each in enumerate(items)]
        if is_leaf_type(kind):
            return self._leaf(kind, thing, name, text)
        able = self.able(thing.type, name)
        if not able:
            return None
        at = seed + thing.number
        return Thing(able[at % len(able)], at % COUNT)

    def _leaf(self, kind: Any, thing: Thing, name: str, text: str) -> Any:
        seed = _crc(f"{thing.type}.{text}")
        if isinstance(kind, GraphQLEnumType):
            values = self._values(thing.type, name, kind)
            return values[(seed + thing.number) % len(values)]
        whole = f"{thing.type}{thing.number}.{text}"
        return {
            "Int": seed % 100_000 * COUNT + thing.number,
            "Float": seed % 1000 + thing.number / 4,
            "Boolean": (seed + thing.number) % 2 == 0,
        }.get(kind.name, {"of": [whole, {"no": thing.number}]} if kind.name == "Json" else whole)

    def _values(self, type_name: str, name: str, kind: GraphQLEnumType) -> list[str]:
        """Values that everybody knows who answers the field, the hidden ones left out."""
        found = set(kind.values)
        for types in self.declared.values():
            if answers_anyone(types, type_name, name):
                own = types[kind.name].values
                found &= {value for value, hidden in own.items() if not hidden}
        return sorted(found)

    def able(self, type_name: str, name: str) -> list[str]:
        """The object types that a field may return: those that everybody knows there who answers it.

        So no member of a union is returned that only some know (it would be told by its name alone).
        """
        return self._able.setdefault((type_name, name), self._find_able(type_name, name))

    @cached_property
    def _able(self) -> dict[tuple[str, str], list[str]]:
        return {}

    def _find_able(self, type_name: str, name: str) -> list[str]:
        returned = get_named_type(self.field(type_name, name).type)
        found = set(self.possible[returned.name])
        for types in self.declared.values():
            for known_as in (type_name, *self.merger.interfaces(type_name)):
                if answers_anyone(types, known_as, name) and (
                    known_as == type_name or types[known_as].interface_object
                ):
                    child = types[known_as].fields[name].named
                    found &= set(self._possible_in(types, child))
        return sorted(found)

    def _possible_in(self, types: Any, name: str) -> tuple[str, ...]:
        kind = types[name]
        if kind.interface_object:
            return self.possible[name]
        if kind.kind == "union":
            return tuple(kind.members)
        if kind.kind == "interface":
            return tuple(n for n, each in types.items() if name in each.interfaces and each.kind == "object")
        return (name,)

    # -- what is not there

    def _may_be_null(self, type_name: str, name: str) -> bool:
        return not isinstance(self.field(type_name, name).type, GraphQLNonNull)

    def _is_left_out(self, thing: Thing, name: str) -> bool:
        """Whether one that answers the field does not know the object, or cannot be asked for it by any key."""
        return any(
            self.misses(types, thing) or not self._can_be_asked(types, thing)
            for types in self.declared.values()
            if answers_anyone(types, thing.type, name)
        )

    def misses(self, types: Any, thing: Thing) -> bool:
        return thing.type in types and f"{MISSES}{thing.number}" in types[thing.type].tags

    def _can_be_asked(self, types: Any, thing: Thing) -> bool:
        keys = [chosen for chosen, resolvable in types[thing.type].keys if resolvable]
        return not keys or any(_is_whole(self.needed(thing, chosen)) for chosen in keys)

    # -- contexts

    def brought(self, thing: Thing, name: str) -> str:
        """What contexts bring to a field, as a salt: each from the nearest object above that sets it."""
        taken, setters = self.contextual(thing.type, name)
        values = {each: self._from_above(thing.above, taken[each], setters) for each in taken}
        return self.salted(values)

    def salted(self, values: Mapping[str, Any]) -> str:
        """The values of contextual arguments as a salt."""
        return json.dumps(values, sort_keys=True) if values else ""

    def contextual(
        self, type_name: str, name: str
    ) -> tuple[Mapping[str, Taken], Mapping[str, frozenset[str]]]:
        """A field's contextual arguments, and the object types that set each context there."""
        return self._contextual.get((type_name, name), ({}, {}))

    @cached_property
    def _contextual(self) -> dict[tuple[str, str], tuple[Mapping[str, Taken], Mapping[str, frozenset[str]]]]:
        return {
            (type_name, name): (child.contextual, self._setters(types))
            for types in self.declared.values()
            for type_name, kind in types.items()
            for name, child in kind.fields.items()
            if child.contextual
        }

    def _setters(self, types: Mapping[str, DeclaredType]) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for type_name, kind in types.items():
            for each in kind.contexts:
                found[each] = found.get(each, frozenset()) | frozenset(self._possible_in(types, type_name))
        return found

    def _from_above(self, above: Thing | None, taken: Taken, setters: Mapping[str, frozenset[str]]) -> Any:
        while above is not None and above.type not in setters[taken.context]:
            above = above.above
        return _leaf_in(self.needed(above, taken.chosen)) if above is not None else None

    # -- requirements

    def requirement(self, type_name: str, name: str) -> SelectionSetNode | None:
        """What a field requires, wherever it is declared with ``@requires``."""
        asked = (type_name, name)
        if asked not in self._requirements:
            known_as = (type_name, *self.merger.interfaces(type_name))
            self._requirements[asked] = next(
                (
                    types[each].fields[name].requires
                    for types in self.declared.values()
                    for each in known_as
                    if each in types and name in types[each].fields and types[each].fields[name].requires
                ),
                None,
            )
        return self._requirements[asked]

    @cached_property
    def _requirements(self) -> dict[tuple[str, str], SelectionSetNode | None]:
        return {}

    def needed(self, thing: Thing, chosen: SelectionSetNode | None) -> dict[str, Any]:
        """The values of a field set."""
        found: dict[str, Any] = {}
        for selection in chosen.selections if chosen is not None else ():
            if isinstance(selection, InlineFragmentNode):
                on = selection.type_condition
                if on is None or thing.type in self.possible[on.name.value]:
                    found.update(self.needed(thing, selection.selection_set))
            elif isinstance(selection, FieldNode) and selection.name.value != "__typename":
                name = selection.name.value
                arguments = get_argument_values(self.field(thing.type, name), selection, {})
                found[name] = self._below(self.value(thing, name, arguments), selection.selection_set)
        return found

    def _below(self, value: Any, chosen: SelectionSetNode | None) -> Any:
        if isinstance(value, list):
            return [self._below(each, chosen) for each in value]
        return self.needed(value, chosen) if isinstance(value, Thing) else value

    def is_composite(self, type_name: str, name: str) -> bool:
        return is_composite_type(get_named_type(self.field(type_name, name).type))


def _leaf_in(value: Any) -> Any:
    """The one leaf of a selection's values; lists stay lists."""
    if isinstance(value, list):
        return [_leaf_in(each) for each in value]
    return _leaf_in(next(iter(value.values()), None)) if isinstance(value, dict) else value


def _is_whole(value: Any) -> bool:
    """Whether no part of a key is null."""
    if isinstance(value, dict):
        return all(map(_is_whole, value.values()))
    return all(map(_is_whole, value)) if isinstance(value, list) else value is not None


def _crc(text: str) -> int:
    return crc32(text.encode())
