"""The subgraphs' types laid over each other: the supergraph's document, in which ``join__`` directives say who
has what.

Objects, interfaces and unions are united; arguments and input objects intersected; enums by their use. It
assumes that the rules have passed and objects to nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DocumentNode,
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
    StringValueNode,
    TypeNode,
    UnionTypeDefinitionNode,
    print_ast,
)

from federation.composition.carried import merge_access, merge_carried
from federation.composition.custom_directives import composed_directives, executable_directives
from federation.composition.draft import (
    BUILT_IN,
    ROOTS,
    Declared,
    DeclaredField,
    Draft,
    merge_input,
    merge_output,
    named,
)
from federation.composition.joined_fields import JoinedFields
from federation.composition.machinery import FEATURES, graph_values, graphs, machinery
from federation.composition.nodes import EnumName, directive
from federation.composition.source import Carried, InputSource, Kind, SubgraphSource
from federation.fieldsets import field_set_text
from federation.supergraph_sdl.api import plain_document
from federation.supergraph_sdl.features import read_features


def supergraph_document(draft: Draft, urls: Mapping[str, str] | None = None) -> DocumentNode:
    """The whole supergraph SDL, parsed."""
    values = graph_values([source.name for source in draft.sources])
    types = tuple(_Merge(draft, values).definitions())
    known = {definition.name.value for definition in types}  # type: ignore[attr-defined]
    links, customs = composed_directives(draft.sources)
    definitions = (
        *machinery(
            _join_version(draft),
            _features(types),
            links,
            (r for r in ("Query", "Mutation", "Subscription") if r in known),
        ),
        *customs,
        *executable_directives(draft.sources),
        graphs(values, dict(urls or {})),
        *types,
    )
    return DocumentNode(definitions=definitions)


def merged_document(draft: Draft, *, api: bool) -> DocumentNode:
    """The merged type system alone; with ``api`` without everything ``@inaccessible``."""
    document = supergraph_document(draft)
    return plain_document(document, read_features(document), api=api)


def hidden_types(draft: Draft) -> frozenset[str]:
    """Types that some subgraph declares inaccessible."""
    return frozenset(name for name, found in draft.types.items() if any(d.type.inaccessible for d in found))


def enum_uses(draft: Draft) -> tuple[set[str], set[str]]:
    """Names of the types used in input and in output positions."""
    inputs: set[str] = set()
    outputs: set[str] = set()
    for found in draft.types.values():
        for declared in found:
            for child in declared.type.fields.values():
                outputs.add(named(child.type))
                inputs.update(named(a.type) for a in child.arguments.values())
            inputs.update(named(i.type) for i in declared.type.inputs.values())
    return inputs, outputs


def _join_version(draft: Draft) -> str:
    children = [d.field for _, _, declared in draft.fields() for d in declared]
    if any(child.context_arguments for child in children):
        return "v0.5"
    return "v0.4" if any(child.override_label for child in children) else "v0.3"


def _features(types: Iterable[DefinitionNode]) -> set[str]:
    """The features whose directives the types carry."""
    said: set[str] = set()

    def look(node: object) -> None:
        said.update(d.name.value for d in getattr(node, "directives", None) or ())
        for part in ("fields", "arguments", "values"):
            for child in getattr(node, part, None) or ():
                look(child)

    for definition in types:
        look(definition)
    return {name for name in FEATURES if name in said} | ({"cost"} if "listSize" in said else set())


class _Merge:
    def __init__(self, draft: Draft, values: dict[str, str]) -> None:
        self.draft = draft
        self.values = values
        self.inputs, self.outputs = enum_uses(draft)
        self.joined = JoinedFields(draft, values)

    def definitions(self) -> Iterable[DefinitionNode]:
        by_kind: dict[Kind, Callable[[str, list[Declared]], DefinitionNode | None]] = {
            Kind.OBJECT: self._composite,
            Kind.INTERFACE: self._composite,
            Kind.UNION: self._union,
            Kind.ENUM: self._enum,
            Kind.INPUT: self._input,
            Kind.SCALAR: self._scalar,
        }
        for name, declared in self.draft.types.items():
            if name not in BUILT_IN:
                definition = by_kind[declared[0].type.kind](name, declared)
                if definition is not None:
                    yield definition

    # -- the kinds

    def _composite(self, name: str, declared: list[Declared]) -> DefinitionNode | None:
        holders = list(self.draft.sources) if name == "Query" else [d.subgraph for d in declared]
        fields = [*self._fields(name, declared, len(holders)), *self._inherited_fields(name, declared)]
        if not fields and name in ROOTS:
            return None
        only_object = all(d.type.interface_object for d in declared)
        is_object = declared[0].type.kind is Kind.OBJECT or only_object
        make = ObjectTypeDefinitionNode if is_object else InterfaceTypeDefinitionNode
        return make(
            name=NameNode(value=name),
            description=_description(d.type.description for d in declared),
            interfaces=_named(i for d in declared for i in d.type.interfaces),
            directives=(
                *(
                    directive("join__implements", graph=self._graph(d.subgraph), interface=interface)
                    for d in declared
                    for interface in dict.fromkeys(d.type.interfaces)
                ),
                *self._type_directives(declared, holders),
                *_contexts(declared),
            ),
            fields=tuple(fields),
        )

    def _union(self, name: str, declared: list[Declared]) -> DefinitionNode:
        return UnionTypeDefinitionNode(
            name=NameNode(value=name),
            description=_description(d.type.description for d in declared),
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
        if name in self.inputs and name not in self.outputs:
            having = {v: found for v, found in having.items() if len(found) == len(declared)}
        return EnumTypeDefinitionNode(
            name=NameNode(value=name),
            description=_description(d.type.description for d in declared),
            directives=self._type_directives(declared),
            values=tuple(self._enum_value(value, found) for value, found in having.items()),
        )

    def _enum_value(self, value: str, found: list[Declared]) -> EnumValueDefinitionNode:
        nodes = [d.type.values[value] for d in found]
        return EnumValueDefinitionNode(
            name=NameNode(value=value),
            description=_description(n.description for n in nodes),
            directives=(
                *_common(
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
            description=_description(d.type.description for d in declared),
            directives=self._type_directives(declared),
            fields=fields,
        )

    def _scalar(self, name: str, declared: list[Declared]) -> DefinitionNode:
        specified = next((d.type.specified_by for d in declared if d.type.specified_by), None)
        return ScalarTypeDefinitionNode(
            name=NameNode(value=name),
            description=_description(d.type.description for d in declared),
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
        carried = [d.type.carried for d in declared]
        if declared[0].type.kind is Kind.INTERFACE:
            objects = self.draft.implementations(declared[0].type.name)
            carried += [merge_access(d.type.carried for name in objects for d in self.draft.types[name])]
        hidden = any(d.type.inaccessible for d in declared)
        return (*found, *_common(hidden, (), carried))

    def _fields(self, name: str, declared: list[Declared], holders: int) -> Iterable[FieldDefinitionNode]:
        found: dict[str, list[DeclaredField]] = {}
        for each in declared:
            for child in each.type.fields.values():
                found.setdefault(child.name, []).append(DeclaredField(each.subgraph, each.type, child))
        for field_name, children in found.items():
            answering = self.joined.answering(children)
            merged = merge_output(self.draft, [d.field.type for d in answering])
            if merged is not None:
                yield FieldDefinitionNode(
                    name=NameNode(value=field_name),
                    description=_description(d.field.node.description for d in children),
                    arguments=self._inputs([(d.subgraph, d.field.arguments) for d in answering]),
                    type=merged,
                    directives=(
                        *_common(
                            any(d.field.inaccessible for d in children),
                            [d.field.node for d in answering],
                            [
                                *(d.field.carried for d in children),
                                *self._access_from_above(name, field_name, declared),
                            ],
                        ),
                        *self.joined.directives(children, merged, holders),
                    ),
                )

    def _access_from_above(self, name: str, field_name: str, declared: list[Declared]) -> Iterable[Carried]:
        """What implementations demand of an interface's field, and interface objects of an implementation's."""
        if declared[0].type.kind is Kind.INTERFACE:
            for implementation in self.draft.implementations(name):
                for each in self.draft.types[implementation]:
                    if field_name in each.type.fields:
                        yield merge_access([each.type.fields[field_name].carried])
            return
        for interface in dict.fromkeys(i for d in declared for i in d.type.interfaces):
            for each in self.draft.types.get(interface, ()):
                if each.type.interface_object and field_name in each.type.fields:
                    yield merge_access([each.type.fields[field_name].carried])

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
            for node in self._fields(interface, there, len(there)):
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
                    description=_description(n.description for n in nodes),
                    type=merged,
                    default_value=next((n.default_value for n in nodes if n.default_value is not None), None),
                    directives=(
                        *_common(any(g.inaccessible for _, g in given), nodes, [g.carried for _, g in given]),
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


def _common(
    hidden: bool,
    nodes: Iterable[FieldDefinitionNode | EnumValueDefinitionNode | InputValueDefinitionNode],
    carried: Iterable[Carried],
) -> tuple[ConstDirectiveNode, ...]:
    """What any element may carry: inaccessibility, deprecation, and what the supergraph keeps."""
    concealed = (directive("inaccessible"),) if hidden else ()
    return (*concealed, *_deprecation(nodes), *merge_carried(carried))


def _contexts(declared: list[Declared]) -> Iterable[ConstDirectiveNode]:
    """``@context`` under names that tell the subgraphs apart."""
    for each in declared:
        for name in dict.fromkeys(each.type.contexts):
            yield directive("context", name=f"{each.subgraph.name}__{name}")


def _named(names: Iterable[str]) -> tuple[NamedTypeNode, ...]:
    return tuple(NamedTypeNode(name=NameNode(value=name)) for name in dict.fromkeys(names))


def _description(nodes: Iterable[StringValueNode | None]) -> StringValueNode | None:
    said = [node for node in nodes if node is not None]
    return next((node for node in said if node.value.strip()), said[0] if said else None)


def _deprecation(
    nodes: Iterable[FieldDefinitionNode | EnumValueDefinitionNode | InputValueDefinitionNode],
) -> tuple[ConstDirectiveNode, ...]:
    for node in nodes:
        for applied in node.directives or ():
            if applied.name.value == "deprecated":
                return (applied,)
    return ()
