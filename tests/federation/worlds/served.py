"""Subgraphs of a world, served in memory: each answers what its SDL says it answers, and refuses everything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLObjectType,
    InlineFragmentNode,
    SelectionSetNode,
    is_abstract_type,
    parse,
)

from tests.federation.in_memory import InMemorySubgraph
from tests.federation.worlds.declared import DeclaredField, key_fields, roots_of
from tests.federation.worlds.facts import COUNT, Facts, Thing, _is_whole

ROOTS = ("Query", "Mutation")


class Served(InMemorySubgraph):
    """One subgraph. ``active``: the override labels of the operation that runs; ``log``: the mutations of the world."""

    def __init__(self, name: str, sdl: str, facts: Facts, log: list[str]) -> None:
        super().__init__(name, sdl, entities=self._entity, root=Thing("Query", 0))
        self.active: frozenset[str] = frozenset()
        self._facts = facts
        self._types = facts.declared[name]
        self._log = log
        roots = roots_of(parse(sdl))
        for kind in self.schema.type_map.values():
            if is_abstract_type(kind):
                kind.resolve_type = self._type_of  # type: ignore[attr-defined]
            elif isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
                self._serve(kind, roots.get(kind.name, kind.name))

    def _serve(self, kind: GraphQLObjectType, known_as: str) -> None:
        for name, child in kind.fields.items():
            if name not in ("_entities", "_nothing"):
                child.resolve = self._resolver(known_as, name)

    def _resolver(self, known_as: str, name: str) -> Any:
        declared = self._types[known_as].fields[name]
        is_key = name in key_fields(self._types[known_as])

        def resolve(source: Thing, _info: Any, **arguments: Any) -> Any:
            thing = Thing(known_as, 0) if known_as in ROOTS else source
            assert self._answers(known_as, declared, is_key, thing), f"{known_as}.{name} is not answered here"
            salt = self._facts.salted({each: arguments.get(each) for each in declared.contextual})
            if known_as == "Mutation":
                value = act(self._facts, self._log, name, arguments)
            elif declared.requires is not None:
                static = self._types[known_as].fields[name]
                given = self._given(thing.given or {}, known_as, static.requires)
                value = self._facts.computed(thing, name, arguments, given, salt)
            else:
                value = self._facts.value(thing, name, arguments, salt)
            return self._handed_out(value, thing, declared)

        return resolve

    def _answers(self, known_as: str, child: DeclaredField, is_key: bool, thing: Thing) -> bool:
        name = child.node.name.value
        if child.override_from and child.label and child.label not in self.active:
            return False
        for types in self._facts.declared.values():
            taken = types[known_as].fields.get(name) if known_as in types else None
            if taken is not None and taken.override_from == self.name:
                return bool(taken.label) and taken.label not in self.active
        if not child.external or is_key:
            return True
        return any(self._chosen(each, name, known_as) is not None for each in thing.provided)

    def _handed_out(self, value: Any, parent: Thing, child: DeclaredField) -> Any:
        if isinstance(value, list):
            return [self._handed_out(each, parent, child) for each in value]
        if not isinstance(value, Thing):
            return value
        name = child.node.name.value
        inner = [self._chosen(each, name, parent.type) for each in parent.provided]
        provided = (*(each for each in inner if each), *([child.provides] if child.provides else []))
        return Thing(value.type, value.number, self._known_as(value.type, child.named), None, provided)

    def _known_as(self, type_name: str, declared: str) -> str:
        return declared if self._types[declared].interface_object else type_name

    def _chosen(self, sets: SelectionSetNode, name: str, type_name: str) -> SelectionSetNode | None:
        """What a field set says below a field; an empty set for a leaf, None where it does not name the field."""
        for each in sets.selections:
            if isinstance(each, InlineFragmentNode):
                on = each.type_condition
                if on is None or type_name in self._facts.possible[on.name.value]:
                    found = self._chosen(each.selection_set, name, type_name)
                    if found is not None:
                        return found
            elif isinstance(each, FieldNode) and each.name.value == name:
                return each.selection_set or SelectionSetNode(selections=())
        return None

    # -- entities

    def _type_of(self, thing: Thing, *_: Any) -> str:
        return thing.known_as or thing.type

    def _entity(self, representation: Mapping[str, Any]) -> Any:
        known_as = representation["__typename"]
        kind = self._types[known_as]
        for chosen, resolvable in kind.keys:
            given = self._given(representation, known_as, chosen) if resolvable else {}
            if not resolvable or not _is_whole(given) or not self._has(representation, chosen):
                continue
            for type_name in self._facts.possible[known_as]:
                for number in range(COUNT):
                    thing = Thing(type_name, number)
                    if self._facts.needed(thing, chosen) == given and not self._facts.misses(
                        self._types, thing
                    ):
                        told = known_as if kind.interface_object else type_name
                        return Thing(type_name, number, told, representation)
        return None

    def _has(self, representation: Mapping[str, Any], chosen: SelectionSetNode) -> bool:
        return all(
            each.name.value in representation for each in chosen.selections if isinstance(each, FieldNode)
        )

    def _given(self, value: Any, type_name: str, chosen: SelectionSetNode | None) -> Any:
        """What of a representation a field set names."""
        if isinstance(value, list):
            return [self._given(each, type_name, chosen) for each in value]
        if not isinstance(value, Mapping):
            return value
        found: dict[str, Any] = {}
        runtime = value.get("__typename", type_name)
        for each in chosen.selections if chosen is not None else ():
            if isinstance(each, InlineFragmentNode):
                on = each.type_condition
                if on is None or runtime in self._facts.possible[on.name.value]:
                    found.update(self._given(value, runtime, each.selection_set))
            elif isinstance(each, FieldNode) and each.name.value != "__typename":
                name = each.name.value
                inner = value.get(name)
                if each.selection_set is not None:
                    types = self._types if runtime in self._types else {}
                    declared = types[runtime].fields.get(name) if types else None
                    below = declared.named if declared is not None else type_name
                    inner = self._given(inner, below, each.selection_set)
                found[name] = inner
        return found


def act(facts: Facts, log: list[str], name: str, arguments: Mapping[str, Any]) -> Any:
    """A mutation: it is written down, and what it answers follows from how many there were before."""
    log.append(f"{name}{sorted(arguments.items())}")
    return facts.value(Thing("Mutation", 0), name, arguments, f"#{len(log)}")
