"""Subgraphs that answer from made data, and the same data as one schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    execute_sync,
    is_abstract_type,
)

from tests.federation.in_memory import InMemorySubgraph
from tests.federation.made.data import MadeData, Refused, Thing
from tests.federation.made.parts import Part, as_json, called, field_set, named_in


class MadeSubgraph(InMemorySubgraph):
    """One subgraph of made data. What it does not answer it refuses: ``@external`` fields where nothing provides
    them, overridden ones, ``@requires`` without what is required, entities by a key that is not resolvable."""

    def __init__(self, name: str, sdl: str, data: MadeData) -> None:
        self._data = data
        self._part: Part = data.parts[name]
        super().__init__(name, sdl, entities=lambda representation: data.find(self._part, representation))
        for kind in self.schema.type_map.values():
            if is_abstract_type(kind):
                kind.resolve_type = self._name_of  # type: ignore[attr-defined]
            elif isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
                for field_name, field in kind.fields.items():
                    if field_name != "_entities":
                        field.resolve = self._resolve

    def _found(self, representation: Mapping[str, Any]) -> Any:
        try:
            return self._find(representation)
        except Refused as refused:
            return refused  # an error of this entity alone

    def _name_of(self, thing: Thing, _info: Any, kind: Any) -> str:
        possible = [each.name for each in self.schema.get_possible_types(kind)]
        return next(name for name in possible if thing.kind in self._data.concrete(self._part, name))

    def _resolve(self, thing: Thing | None, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        kind, name = info.parent_type.name, info.field_name
        if thing is None:
            thing = Thing(self._part.roots[kind], 0)
        provided = [node for node in thing.provided if node.name.value == name]
        if not provided and not self._data.answers(self._part, kind, name):
            raise Refused(f"{kind}.{name} is not answered here")
        found = self._data.value(thing, name, arguments, self._given(thing, kind, name))
        below = [node.selection_set for node in provided if node.selection_set]
        says = self._part.directive(kind, name, "provides")
        if says is not None:
            below.append(field_set(says["fields"]))
        return self._providing(found, below) if below else found

    def _given(self, thing: Thing, kind: str, name: str) -> str | None:
        says = self._part.directive(kind, name, "requires")
        if says is None:
            return None
        fields = field_set(says["fields"])
        if thing.given is not None:
            told = as_json(self._data.told(thing.given, fields, thing.kind))
            return told if self._data.requirement(thing.kind, name) else None
        if {called(node) for node in named_in(fields)} <= {called(node) for node in thing.provided}:
            return None  # what the subgraph provides here it knows itself
        raise Refused(f"{kind}.{name} was not asked of a representation")

    def _providing(self, value: Any, below: list[Any]) -> Any:
        if isinstance(value, list):
            return [self._providing(each, below) for each in value]
        if value is None:
            return None
        provided = tuple(node for each in below for node in self._data.selected(each, value.kind))
        return Thing(value.kind, value.number, provided)


def made_subgraphs(sdls: Mapping[str, str], data: MadeData) -> dict[str, MadeSubgraph]:
    return {name: MadeSubgraph(name, sdl, data) for name, sdl in sdls.items()}


def as_one_schema(
    schema: GraphQLSchema, data: MadeData, document: DocumentNode, variables: Mapping[str, Any]
) -> ExecutionResult:
    """The operation executed over one schema that has everything."""

    def resolve(thing: Thing | None, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        return data.value(thing or Thing(info.parent_type.name, 0), info.field_name, arguments)

    return execute_sync(
        schema,
        document,
        variable_values=dict(variables),
        field_resolver=resolve,
        type_resolver=lambda thing, *_: thing.kind,
    )
