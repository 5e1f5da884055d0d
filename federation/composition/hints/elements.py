"""What subgraphs declare together within one type: the type, its fields, arguments, values. It compares nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graphql import EnumValueDefinitionNode, FieldDefinitionNode, InputValueDefinitionNode

from federation.composition.draft import DeclaredField, Draft
from federation.composition.source import Kind

Element = FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode
Nodes = list[tuple[str, Element]]
"""Subgraph and where it declares it, in the order of merging."""


def shared_members(draft: Draft, name: str) -> Iterator[tuple[str, Nodes]]:
    """Coordinate → nodes, of what is declared at least twice."""
    declared = draft.types[name]
    if len(declared) == 1:
        return
    for field_name, fields in draft.fields_of(name):
        if len(fields) > 1:
            yield f"{name}.{field_name}", [(d.subgraph.name, d.field.node) for d in fields]
            yield from _arguments(f"{name}.{field_name}", fields)
    kind = declared[0].type.kind
    if kind is Kind.ENUM:
        yield from _several(name, [(d.subgraph.name, d.type.values) for d in declared])
    elif kind is Kind.INPUT:
        nodes = [(d.subgraph.name, {n: i.node for n, i in d.type.inputs.items()}) for d in declared]
        yield from _several(name, nodes)


def _arguments(at: str, fields: list[DeclaredField]) -> Iterator[tuple[str, Nodes]]:
    having = [d for d in fields if d.field.arguments]
    if len(having) > 1:
        given = [(d.subgraph.name, {n: i.node for n, i in d.field.arguments.items()}) for d in having]
        for where, nodes in _several(at, given):
            yield f"{at}({where.rpartition('.')[2]}:)", nodes


def _several(at: str, declared: Sequence[tuple[str, Mapping[str, Element]]]) -> Iterator[tuple[str, Nodes]]:
    for name in dict.fromkeys(each for _, having in declared for each in having):
        nodes = [(subgraph, having[name]) for subgraph, having in declared if name in having]
        if len(nodes) > 1:
            yield f"{at}.{name}", nodes
