"""The subgraphs' types laid over each other, with the ``join__`` directives that say who has what.

Objects, interfaces and unions are united; arguments and input objects intersected; enums by their use. It
assumes that the rules have passed and objects to nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    NameNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    print_ast,
)

from federation.composition.cache_tags import cache_tags
from federation.composition.draft import BUILT_IN, ROOTS, Declared, Draft, merge_input, merge_output
from federation.composition.gathered import access_from_above, carried_by_field, carried_by_type
from federation.composition.joined_fields import JoinedFields
from federation.composition.merged_elements import common, described
from federation.composition.nodes import EnumName, directive
from federation.composition.source import InputSource, Kind, SubgraphSource
from federation.fieldsets import field_set_text


class MergedTypes:
    """The definitions of one draft's types."""

    def __init__(self, draft: Draft, values: Mapping[str, str]) -> None:
        self.draft = draft
        self.values = values
        self.joined = JoinedFields(draft, dict(values))

    def definition(self, name: str) -> DefinitionNode | None:
        """The merged type; None for a root type without fields, and for built-in scalars."""
        by_kind: dict[Kind, Callable[[str, list[Declared]], DefinitionNode | None]] = {
            Kind.OBJECT: self._composite,
            Kind.INTERFACE: self._composite,
            Kind.UNION: self._union,
            Kind.ENUM: self._enum,
            Kind.INPUT: self._input,
            Kind.SCALAR: self._scalar,
        }
        if name in BUILT_IN:
            return None
        declared = self.draft.types[name]
        return by_kind[declared[0].type.kind](name, declared)

    # -- the kinds

    def _composite(self, name: str, declared: list[Declared]) -> DefinitionNode | None:
        holders = list(self.draft.sources) if name == "Query" else [d.subgraph for d in declared]
        fields = [*self._fields(name, len(holders)), *self._inherited_fields(name, declared)]
        if not fields and name in ROOTS:
            return None
        only_object = all(d.type.interface_object for d in declared)
        is_object = declared[0].type.kind is Kind.OBJECT or only_object
        make = ObjectTypeDefinitionNode if is_object else InterfaceTypeDefinitionNode
        return make(
            name=NameNode(value=name),
            description=described(d.type.description for d in declared),
            interfaces=_named(i for d in declared for i in d.type.interfaces),
            directives=(
                *(
                    directive("join__implements", graph=self._graph(d.subgraph), interface=interface)
                    for d in declared
                    for interface in dict.fromkeys(d.type.interfaces)
                ),
                *self._type_directives(declared, holders),
                *cache_tags((self._graph(d.subgraph), d.type.cache_tags) for d in declared),
                *_contexts(declared),
            ),
            fields=tuple(fields),
        )

    def _union(self, name: str, declared: list[Declared]) -> DefinitionNode:
        return UnionTypeDefinitionNode(
            name=NameNode(value=name),
            description=described(d.type.description for d in declared),
            directives=(
                *self._type_directives(declared),
                *_contexts(declared),
                *(
                    directive("join__unionMember", graph=self._graph(d.subgraph), member=member)
                    for d in declared
                    for member in dict.fromkeys(d.type.members)
                ),
            ),
            types=_named(m for d in declared for m in d.type.members),
        )

    def _enum(self, name: str, declared: list[Declared]) -> DefinitionNode:
        having: dict[str, list[Declared]] = {}
        for each in declared:
            for value in each.type.values:
                having.setdefault(value, []).append(each)
        if name in self.draft.inputs and name not in self.draft.outputs:
            hidden = self.draft.hidden_values(name)
            having = {v: found for v, found in having.items() if len(found) == len(declared) or v in hidden}
        return EnumTypeDefinitionNode(
            name=NameNode(value=name),
            description=described(d.type.description for d in declared),
            directives=self._type_directives(declared),
            values=tuple(self._enum_value(value, found) for value, found in having.items()),
        )

    def _enum_value(self, value: str, found: list[Declared]) -> EnumValueDefinitionNode:
        nodes = [d.type.values[value] for d in found]
        return EnumValueDefinitionNode(
            name=NameNode(value=value),
            description=described(n.description for n in nodes),
            directives=(
                *common(
                    any(value in d.type.hidden_values for d in found),
                    nodes,
                    [d.type.value_carried.get(value, ()) for d in found],
                ),
                *(directive("join__enumValue", graph=self._graph(d.subgraph)) for d in found),
            ),
        )

    def _input(self, name: str, declared: list[Declared]) -> DefinitionNode:
        fields = self._inputs([(d.subgraph, d.type.inputs) for d in declared], joins=True)
        return InputObjectTypeDefinitionNode(
            name=NameNode(value=name),
            description=described(d.type.description for d in declared),
            directives=(
                *self._type_directives(declared),
                *((directive("oneOf"),) if any(d.type.one_of for d in declared) else ()),
            ),
            fields=fields,
        )

    def _scalar(self, name: str, declared: list[Declared]) -> DefinitionNode:
        specified = next((d.type.specified_by for d in declared if d.type.specified_by), None)
        return ScalarTypeDefinitionNode(
            name=NameNode(value=name),
            description=described(d.type.description for d in declared),
            directives=(*self._type_directives(declared), *((specified,) if specified else ())),
        )

    # -- what they have in common

    def _graph(self, source: SubgraphSource) -> EnumName:
        return EnumName(self.values[source.name])

    def _type_directives(
        self, declared: list[Declared], holders: Iterable[SubgraphSource] | None = None
    ) -> tuple[ConstDirectiveNode, ...]:
        by_name = {d.subgraph.name: d for d in declared}
        found: list[ConstDirectiveNode] = []
        for holder in holders or [d.subgraph for d in declared]:
            each = by_name.get(holder.name)
            alone = each is None or all(d.type.interface_object for d in declared)
            interface_object = True if each and each.type.interface_object and not alone else None
            for key in each.type.keys if each else ():
                found.append(
                    directive(
                        "join__type",
                        graph=self._graph(holder),
                        key=field_set_text(key.fields.needs or ()),
                        extension=True if key.extension or (each and each.type.extends) else None,
                        resolvable=None if key.resolvable else False,
                        isInterfaceObject=interface_object,
                    )
                )
            if each is None or not each.type.keys:
                found.append(
                    directive("join__type", graph=self._graph(holder), isInterfaceObject=interface_object)
                )
        carried = carried_by_type(self.draft, declared[0].type.name)
        hidden = any(d.type.inaccessible for d in declared)
        return (*found, *common(hidden, (), carried))

    def _fields(self, name: str, holders: int) -> Iterable[FieldDefinitionNode]:
        above = access_from_above(self.draft, name)
        for field_name, children in self.draft.fields_of(name):
            answering = self.joined.answering(children)
            merged = merge_output(self.draft, [d.field.type for d in answering])
            if merged is not None:
                yield FieldDefinitionNode(
                    name=NameNode(value=field_name),
                    description=described(d.field.node.description for d in children),
                    arguments=self._inputs([(d.subgraph, d.field.arguments) for d in answering]),
                    type=merged,
                    directives=(
                        *common(
                            any(d.field.inaccessible for d in children),
                            [d.field.node for d in answering],
                            carried_by_field(children, above),
                        ),
                        *self.joined.directives(children, merged, holders),
                        *cache_tags((self._graph(d.subgraph), d.field.cache_tags) for d in answering),
                    ),
                )

    def _inherited_fields(self, name: str, declared: list[Declared]) -> Iterable[FieldDefinitionNode]:
        """The fields that an object has by way of interface objects only."""
        if declared[0].type.kind is not Kind.OBJECT:
            return
        own = {field for d in declared for field in d.type.fields}
        for interface in dict.fromkeys(i for d in declared for i in d.type.interfaces):
            if not self.draft.is_interface_object(interface):
                continue
            there = self.draft.types[interface]
            by_object = {f for d in there if d.type.interface_object for f in d.type.fields}
            for node in self._fields(interface, len(there)):
                field_name = node.name.value
                if field_name in by_object and field_name not in own:
                    own.add(field_name)
                    kept = (d for d in node.directives if not d.name.value.startswith("join__"))
                    yield FieldDefinitionNode(
                        name=node.name,
                        description=node.description,
                        arguments=node.arguments,
                        type=node.type,
                        directives=(*kept, directive("join__field")),
                    )

    def _inputs(
        self, declared: list[tuple[SubgraphSource, dict[str, InputSource]]], *, joins: bool = False
    ) -> tuple[InputValueDefinitionNode, ...]:
        found: list[InputValueDefinitionNode] = []
        for name in declared[0][1] if declared else ():
            given = [(source, inputs[name]) for source, inputs in declared if name in inputs]
            merged = merge_input([g.type for _, g in given]) if len(given) == len(declared) else None
            if merged is None:
                continue
            nodes = [g.node for _, g in given]
            found.append(
                InputValueDefinitionNode(
                    name=NameNode(value=name),
                    description=described(n.description for n in nodes),
                    type=merged,
                    default_value=None
                    if any(n.default_value is None for n in nodes)
                    else nodes[0].default_value,
                    directives=(
                        *common(any(g.inaccessible for _, g in given), nodes, [g.carried for _, g in given]),
                        *(self._input_joins(given, merged) if joins else ()),
                    ),
                )
            )
        return tuple(found)

    def _input_joins(
        self, given: list[tuple[SubgraphSource, InputSource]], merged: TypeNode
    ) -> Iterable[ConstDirectiveNode]:
        types = [print_ast(g.type) for _, g in given]
        if set(types) != {print_ast(merged)}:
            for (source, _), written in zip(given, types, strict=True):
                yield directive("join__field", graph=self._graph(source), type=written)


def _contexts(declared: list[Declared]) -> Iterable[ConstDirectiveNode]:
    """``@context`` under names that tell the subgraphs apart."""
    for each in declared:
        for name in dict.fromkeys(each.type.contexts):
            yield directive("context", name=f"{each.subgraph.name}__{name}")


def _named(names: Iterable[str]) -> tuple[NamedTypeNode, ...]:
    return tuple(NamedTypeNode(name=NameNode(value=name)) for name in dict.fromkeys(names))
