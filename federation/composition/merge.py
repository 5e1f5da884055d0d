"""The subgraphs' types laid over each other: one document for clients, one with what is hidden from them too.

Objects, interfaces and unions are united; arguments and input objects intersected; enums by their use. It
assumes that the rules have passed and objects to nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
    UnionTypeDefinitionNode,
)

from federation.composition.draft import BUILT_IN, ROOTS, Declared, Draft, merge_input, merge_output, named
from federation.composition.source import FieldSource, InputSource, Kind


def merged_document(draft: Draft, *, api: bool) -> DocumentNode:
    """The merged type system; with ``api`` without everything ``@inaccessible``."""
    return DocumentNode(definitions=tuple(_Merge(draft, api).definitions()))


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


class _Merge:
    def __init__(self, draft: Draft, api: bool) -> None:
        self.draft = draft
        self.api = api
        self.hidden = hidden_types(draft) if api else frozenset()
        self.inputs, self.outputs = enum_uses(draft)

    def definitions(self) -> Iterable[DefinitionNode]:
        by_kind: dict[Kind, Callable[[str, list[Declared]], DefinitionNode | None]] = {
            Kind.OBJECT: self._object,
            Kind.INTERFACE: self._interface,
            Kind.UNION: self._union,
            Kind.ENUM: self._enum,
            Kind.INPUT: self._input,
            Kind.SCALAR: self._scalar,
        }
        for name, declared in self.draft.types.items():
            if name not in self.hidden and name not in BUILT_IN:
                definition = by_kind[declared[0].type.kind](name, declared)
                if definition is not None:
                    yield definition

    def _object(self, name: str, declared: list[Declared]) -> DefinitionNode | None:
        fields = tuple(self._fields(declared))
        if not fields and name in ROOTS:
            return None
        return ObjectTypeDefinitionNode(
            name=NameNode(value=name),
            description=_description(d.type.description for d in declared),
            interfaces=self._named(i for d in declared for i in d.type.interfaces),
            directives=(),
            fields=fields,
        )

    def _interface(self, name: str, declared: list[Declared]) -> DefinitionNode:
        return InterfaceTypeDefinitionNode(
            name=NameNode(value=name),
            description=_description(d.type.description for d in declared),
            interfaces=self._named(i for d in declared for i in d.type.interfaces),
            directives=(),
            fields=tuple(self._fields(declared)),
        )

    def _union(self, name: str, declared: list[Declared]) -> DefinitionNode:
        return UnionTypeDefinitionNode(
            name=NameNode(value=name),
            description=_description(d.type.description for d in declared),
            directives=(),
            types=self._named(m for d in declared for m in d.type.members),
        )

    def _enum(self, name: str, declared: list[Declared]) -> DefinitionNode:
        values: dict[str, list[EnumValueDefinitionNode]] = {}
        for each in declared:
            for value in each.type.values.values():
                values.setdefault(value.name.value, []).append(value)
        if name in self.inputs and name not in self.outputs:
            values = {v: found for v, found in values.items() if len(found) == len(declared)}
        hidden = {v for d in declared for v in d.type.hidden_values} if self.api else set()
        return EnumTypeDefinitionNode(
            name=NameNode(value=name),
            description=_description(d.type.description for d in declared),
            directives=(),
            values=tuple(
                EnumValueDefinitionNode(
                    name=NameNode(value=value),
                    description=_description(n.description for n in found),
                    directives=_deprecation(found),
                )
                for value, found in values.items()
                if value not in hidden
            ),
        )

    def _input(self, name: str, declared: list[Declared]) -> DefinitionNode:
        return InputObjectTypeDefinitionNode(
            name=NameNode(value=name),
            description=_description(d.type.description for d in declared),
            directives=(),
            fields=tuple(self._inputs([d.type.inputs for d in declared])),
        )

    def _scalar(self, name: str, declared: list[Declared]) -> DefinitionNode:
        specified = next((d.type.specified_by for d in declared if d.type.specified_by), None)
        return ScalarTypeDefinitionNode(
            name=NameNode(value=name),
            description=_description(d.type.description for d in declared),
            directives=(specified,) if specified else (),
        )

    def _fields(self, declared: list[Declared]) -> Iterable[FieldDefinitionNode]:
        found: dict[str, list[FieldSource]] = {}
        for each in declared:
            for child in each.type.fields.values():
                found.setdefault(child.name, []).append(child)
        for name, children in found.items():
            merged = merge_output(self.draft, [c.type for c in children])
            if merged is None or (self.api and any(c.inaccessible for c in children)):
                continue
            if named(merged) in self.hidden:
                continue
            yield FieldDefinitionNode(
                name=NameNode(value=name),
                description=_description(c.node.description for c in children),
                arguments=tuple(self._inputs([c.arguments for c in children])),
                type=merged,
                directives=_deprecation([c.node for c in children]),
            )

    def _inputs(self, declared: list[dict[str, InputSource]]) -> Iterable[InputValueDefinitionNode]:
        for name in declared[0]:
            given = [inputs[name] for inputs in declared if name in inputs]
            merged = merge_input([g.type for g in given]) if len(given) == len(declared) else None
            if merged is None or (self.api and any(g.inaccessible for g in given)):
                continue
            default = next((g.node.default_value for g in given if g.node.default_value is not None), None)
            yield InputValueDefinitionNode(
                name=NameNode(value=name),
                description=_description(g.node.description for g in given),
                type=merged,
                default_value=default,
                directives=_deprecation([g.node for g in given]),
            )

    def _named(self, names: Iterable[str]) -> tuple[NamedTypeNode, ...]:
        wanted = dict.fromkeys(n for n in names if n not in self.hidden)
        return tuple(NamedTypeNode(name=NameNode(value=name)) for name in wanted)


def _description(nodes: Iterable[StringValueNode | None]) -> StringValueNode | None:
    return next((node for node in nodes if node is not None and node.value.strip()), None)


def _deprecation(
    nodes: Iterable[FieldDefinitionNode | EnumValueDefinitionNode | InputValueDefinitionNode],
) -> tuple[ConstDirectiveNode, ...]:
    for node in nodes:
        for directive in node.directives or ():
            if directive.name.value == "deprecated":
                return (directive,)
    return ()
