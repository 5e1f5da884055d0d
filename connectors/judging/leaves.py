"""The values of a test's result, each with what of the backend's answers it is read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)

from connectors.backend import CallSpec
from connectors.expressions import slots_in
from connectors.expressions.paths import names, parse_path
from connectors.manifest.model import Entity, Field, Manifest

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """``operations``: whose answers it, or anything around it, comes from. ``steps``: the names of members on the ways
    to them. ``coordinate``: ``Type.field``."""

    path: Path
    coordinate: str
    value: Any
    operations: frozenset[str]
    steps: frozenset[str]


def leaves(manifest: Manifest, schema: GraphQLSchema, document: DocumentNode, data: Any) -> tuple[Leaf, ...]:
    """Every scalar of ``data``, and every null or empty list in place of an object."""
    operation = next(n for n in document.definitions if isinstance(n, OperationDefinitionNode))
    root = schema.get_root_type(operation.operation)
    fragments = {n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)}
    if root is None or not isinstance(data, dict):
        return ()
    walk = _Walk(manifest, schema, fragments)
    return tuple(walk.object(root.name, operation.selection_set, data, (), frozenset(), frozenset()))


class _Walk:
    def __init__(
        self, manifest: Manifest, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        self._manifest = manifest
        self._schema = schema
        self._fragments = fragments

    def object(
        self,
        owner: str,
        selection: SelectionSetNode,
        data: Mapping[str, Any],
        path: Path,
        operations: frozenset[str],
        steps: frozenset[str],
    ) -> Iterator[Leaf]:
        for node in selection.selections:
            if isinstance(node, FieldNode):
                yield from self._field(owner, node, data, path, operations, steps)
                continue
            inner = self._fragments.get(node.name.value) if isinstance(node, FragmentSpreadNode) else node
            if isinstance(inner, InlineFragmentNode | FragmentDefinitionNode):
                on = inner.type_condition.name.value if inner.type_condition else owner
                yield from self.object(on, inner.selection_set, data, path, operations, steps)

    def _field(
        self,
        owner: str,
        node: FieldNode,
        data: Mapping[str, Any],
        path: Path,
        operations: frozenset[str],
        steps: frozenset[str],
    ) -> Iterator[Leaf]:
        key = node.alias.value if node.alias else node.name.value
        declared = self._schema.get_type(owner)
        if key not in data or not isinstance(declared, GraphQLObjectType) or node.name.value == "__typename":
            return
        found = _sources(self._manifest, owner, node.name.value)
        operations, steps = operations | found.operations, steps | found.steps
        type_name = get_named_type(declared.fields[node.name.value].type).name
        coordinate = f"{owner}.{node.name.value}"
        yield from self._value(
            type_name, coordinate, node.selection_set, data[key], (*path, key), operations, steps
        )

    def _value(
        self,
        type_name: str,
        coordinate: str,
        selection: SelectionSetNode | None,
        value: Any,
        path: Path,
        operations: frozenset[str],
        steps: frozenset[str],
    ) -> Iterator[Leaf]:
        if isinstance(value, list) and value:
            for index, each in enumerate(value):
                yield from self._value(
                    type_name, coordinate, selection, each, (*path, index), operations, steps
                )
        elif isinstance(value, dict) and selection is not None:
            yield from self.object(type_name, selection, value, path, operations, steps)
        else:
            yield Leaf(path, coordinate, value, operations, steps)


@dataclass(frozen=True, slots=True)
class _Sources:
    operations: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()


def _sources(manifest: Manifest, owner: str, name: str) -> _Sources:
    """What one field adds: calls of its own, the entity's calls for its own fields, the steps of its paths."""
    roots = {"Query": manifest.query, "Mutation": manifest.mutation}
    entity = manifest.entities.get(owner)
    declared = manifest.types.get(owner)
    spec = roots.get(owner, {}).get(name)
    if spec is None and entity is not None:
        spec = entity.fields.get(name)
    calls: list[CallSpec] = []
    steps: set[str] = set()
    if spec is None and declared is not None:
        spec = declared.fields.get(name)
        if entity is not None:
            calls, steps = _entity(entity)
    if spec is None:
        return _Sources(frozenset(call.operation for call in calls), frozenset(steps | {name}))
    calls += [call for call in (spec.call, spec.many.call if spec.many else None) if call is not None]
    steps |= _steps(spec) | _needs(manifest, owner, calls)
    return _Sources(frozenset(call.operation for call in calls), frozenset(steps))


def _entity(entity: Entity) -> tuple[list[CallSpec], set[str]]:
    calls = [entity.one] if entity.one is not None else []
    steps = _names(entity.one_items)
    if entity.many is not None:
        calls.append(entity.many.call)
        steps |= _names(entity.many.items, entity.many.at, *entity.many.match.values())
    return calls, steps


def _steps(spec: Field) -> set[str]:
    texts = [spec.source or "@", spec.items, spec.number or "@", *(spec.reference or {}).values()]
    if spec.many is not None:
        texts += [spec.many.items, spec.many.at, *spec.many.match.values()]
    return _names(*texts)


def _needs(manifest: Manifest, owner: str, calls: list[CallSpec]) -> set[str]:
    """Members of the parent that the calls take: without them there is nothing to ask by."""
    declared = manifest.types.get(owner)
    wanted = {
        slot.path[0]
        for call in calls
        for tree in (call.params, call.body, call.headers)
        for slot in slots_in(tree)
        if slot.scope in ("key", "keys", "parent") and slot.path
    }
    sources = [declared.fields[name].source for name in wanted if declared and name in declared.fields]
    return wanted | _names(*(source or "@" for source in sources))


def _names(*texts: str) -> set[str]:
    return {step for text in texts for step in names(parse_path(text))}
