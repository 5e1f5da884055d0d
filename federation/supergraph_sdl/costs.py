"""``@cost`` and ``@listSize`` of a supergraph, whoever made it. What makes no sense there is as if it were not said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from math import isfinite
from typing import Any

from graphql import ConstDirectiveNode, DocumentNode, GraphQLObjectType, GraphQLSchema, TypeDefinitionNode

from federation.cost import MOST, Coordinate, Costs, ListSize, Weight
from federation.memo import Memo
from federation.supergraph_sdl.features import Features
from federation.supergraph_sdl.literals import Plain, applied


def costs_of(document: DocumentNode, features: Features, schema: GraphQLSchema, memo: Memo) -> Costs:
    """All weights and sizes."""
    spelled = features.named("cost").local("cost"), _list_size_name(features)
    said = _Said(*spelled)
    for node in document.definitions:
        if isinstance(node, TypeDefinitionNode) and not features.is_machinery(node.name.value):
            said.add(memo.get("costs", (node,), spelled, partial(_said, node, *spelled)))
    for inherited in (said.fields, said.lists):
        _inherit(inherited, schema)
    arguments = dict(said.arguments)
    for (at, name), weight in said.arguments.items():
        for coordinate in _heirs(at, schema):
            arguments.setdefault((coordinate, name), weight)
    return Costs(said.types, said.fields, arguments, said.lists)


def _said(node: TypeDefinitionNode, cost: str, size: str) -> _Said | None:
    """What a type and its parts say; None for nothing."""
    said = _Said(cost, size)
    said.read(node)
    return said if said.types or said.fields or said.arguments or said.lists else None


class _Said:
    """What elements of a document say."""

    def __init__(self, cost: str, size: str) -> None:
        self._cost, self._size = cost, size
        self.types: dict[str, Weight] = {}
        self.fields: dict[Coordinate, Weight] = {}
        self.arguments: dict[tuple[Coordinate, str], Weight] = {}
        self.lists: dict[Coordinate, ListSize] = {}

    def add(self, other: _Said | None) -> None:
        if other is not None:
            self.types |= other.types
            self.fields |= other.fields
            self.arguments |= other.arguments
            self.lists |= other.lists

    def read(self, node: Any) -> None:
        name = node.name.value
        self.types.update((name, weight) for weight in self._weight(node.directives))
        for child in getattr(node, "fields", None) or ():
            at = f"{name}.{child.name.value}"
            self.fields.update((at, weight) for weight in self._weight(child.directives))
            self.lists.update((at, _size(given)) for given in applied(child.directives, self._size))
            for argument in getattr(child, "arguments", None) or ():
                key = (at, argument.name.value)
                self.arguments.update((key, weight) for weight in self._weight(argument.directives))

    def _weight(self, directives: Iterable[ConstDirectiveNode]) -> Iterator[Weight]:
        for given in applied(directives, self._cost):
            weight = _number(given.get("weight"))
            if weight is not None:
                yield weight


def _list_size_name(features: Features) -> str:
    """``@listSize`` belongs to the feature of ``@cost``, and is spelled alone where nothing is linked."""
    feature = features.named("cost")
    return feature.local("listSize") if feature.version else "listSize"


def _number(said: Plain) -> Weight | None:
    """IBM's draft writes weights as strings."""
    if isinstance(said, str):
        try:
            said = float(said)
        except ValueError:
            return None
    if isinstance(said, bool) or not isinstance(said, int | float) or not isfinite(said):
        return None
    return max(-MOST, min(MOST, said))


def _size(given: Mapping[str, Plain]) -> ListSize:
    assumed = given.get("assumedSize")
    return ListSize(
        min(MOST, max(0, assumed)) if isinstance(assumed, int) and not isinstance(assumed, bool) else None,
        tuple(tuple(path.split(".")) for path in _names(given.get("slicingArguments"))),
        frozenset(_names(given.get("sizedFields"))),
        given.get("requireOneSlicingArgument") is not False,
    )


def _names(said: Plain) -> list[str]:
    listed = said if isinstance(said, list) else [said]
    return [name for name in listed if isinstance(name, str)]


def _inherit(found: dict[Coordinate, Any], schema: GraphQLSchema) -> None:
    for at, value in list(found.items()):
        for coordinate in _heirs(at, schema):
            found.setdefault(coordinate, value)


def _heirs(at: Coordinate, schema: GraphQLSchema) -> Iterator[Coordinate]:
    """The same field of the objects that implement an interface."""
    owner, _, name = at.partition(".")
    kind = schema.type_map.get(owner)
    if kind is not None and hasattr(kind, "resolve_type") and not isinstance(kind, GraphQLObjectType):
        for each in schema.get_possible_types(kind):  # type: ignore[arg-type]
            yield f"{each.name}.{name}"
