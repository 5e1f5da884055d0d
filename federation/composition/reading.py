"""Reads one subgraph's SDL: what a directive means, under whatever name. It judges nothing but syntax."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from graphql import (
    BooleanValueNode,
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    GraphQLSyntaxError,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ListTypeNode,
    NamedTypeNode,
    NameNode,
    Node,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    OperationType,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    TypeNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
    parse,
)

from federation.composition.links import Links, read_links
from federation.composition.objection import CompositionFailed, Objection, Severity
from federation.composition.source import (
    Carried,
    FieldSet,
    FieldSource,
    InputSource,
    Key,
    Kind,
    SubgraphSource,
    TypeSource,
)
from federation.fieldsets import has_directives, parse_field_set

ROOT_NAMES = {
    OperationType.QUERY: "Query",
    OperationType.MUTATION: "Mutation",
    OperationType.SUBSCRIPTION: "Subscription",
}

CARRIED = frozenset({"tag", "authenticated", "requiresScopes", "policy", "cost", "listSize"})
"""Directives that the supergraph keeps as they are."""


_KINDS: dict[type[Node], Kind] = {
    ObjectTypeDefinitionNode: Kind.OBJECT,
    ObjectTypeExtensionNode: Kind.OBJECT,
    InterfaceTypeDefinitionNode: Kind.INTERFACE,
    InterfaceTypeExtensionNode: Kind.INTERFACE,
    UnionTypeDefinitionNode: Kind.UNION,
    UnionTypeExtensionNode: Kind.UNION,
    EnumTypeDefinitionNode: Kind.ENUM,
    EnumTypeExtensionNode: Kind.ENUM,
    InputObjectTypeDefinitionNode: Kind.INPUT,
    InputObjectTypeExtensionNode: Kind.INPUT,
    ScalarTypeDefinitionNode: Kind.SCALAR,
    ScalarTypeExtensionNode: Kind.SCALAR,
}


def read_subgraph(name: str, sdl: str) -> SubgraphSource:
    """Read one SDL.

    Raises: CompositionFailed with INVALID_GRAPHQL where it does not parse.
    """
    try:
        document = parse(sdl)
    except GraphQLSyntaxError as error:
        at = error.locations[0] if error.locations else None
        line, column = (at.line, at.column) if at else (0, 0)
        raise CompositionFailed(
            [
                Objection(
                    "INVALID_GRAPHQL",
                    Severity.ERROR,
                    (name,),
                    line,
                    column,
                    error.message,
                    "Mend the SDL there.",
                )
            ]
        ) from error
    return _Reader(name, document).read()


class _Reader:
    def __init__(self, name: str, document: DocumentNode) -> None:
        self.name = name
        self.document = document
        self.links: Links = read_links(document)
        self.renamed = _root_names(document)
        self.types: dict[str, TypeSource] = {}
        self.composed = dict(self._composed())

    def read(self) -> SubgraphSource:
        definitions: dict[str, DirectiveDefinitionNode] = {}
        for definition in self.document.definitions:
            kind = _KINDS.get(type(definition))
            if kind is not None and not self.links.hides(definition.name.value):  # type: ignore[attr-defined]
                self._read_type(definition, kind)
            elif isinstance(definition, DirectiveDefinitionNode):
                definitions[definition.name.value] = definition
        for root in ROOT_NAMES.values():
            if root in self.types and not self.types[root].fields:
                del self.types[root]
        return SubgraphSource(
            self.name, self.links.version, self.types, self.document, self.links, self.composed, definitions
        )

    def _composed(self) -> Iterator[tuple[str, ConstDirectiveNode]]:
        for definition in self.document.definitions:
            if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
                for said, directive in self._directives(definition):
                    name = _string(directive, "name") if said == "composeDirective" else None
                    if name:
                        yield name.lstrip("@"), directive

    def _read_type(self, node: Any, kind: Kind) -> None:
        name = self.renamed.get(node.name.value, node.name.value)
        source = self.types.setdefault(name, TypeSource(name, kind, []))
        source.nodes.append(node)
        source.description = source.description or getattr(node, "description", None)
        directives = list(self._directives(node))
        said_here = {said for said, _ in directives}
        extension = type(node).__name__.endswith("ExtensionNode") or "extends" in said_here
        source.extends |= extension
        for said, directive in directives:
            self._type_directive(source, said, directive, extension)
        source.carried += self._carried(node)
        if source.interface_object and source.kind is Kind.OBJECT:
            source.kind = Kind.INTERFACE
        source.interfaces += [n.name.value for n in getattr(node, "interfaces", None) or ()]
        if kind is Kind.UNION:
            source.members += [self.renamed.get(n.name.value, n.name.value) for n in node.types or ()]
        elif kind is Kind.ENUM:
            self._read_values(source, node.values or ())
        elif kind is Kind.INPUT:
            source.inputs.update(self._inputs(node.fields or ()))
        elif kind in (Kind.OBJECT, Kind.INTERFACE):
            for child in node.fields or ():
                if not (name == "Query" and child.name.value in ("_entities", "_service")):
                    source.fields[child.name.value] = self._field(
                        child, "shareable" in said_here, "external" in said_here
                    )

    def _read_values(self, source: TypeSource, nodes: Iterable[EnumValueDefinitionNode]) -> None:
        for value in nodes:
            source.values[value.name.value] = value
            source.value_carried[value.name.value] = self._carried(value)
            if any(said == "inaccessible" for said, _ in self._directives(value)):
                source.hidden_values.add(value.name.value)

    def _type_directive(
        self, source: TypeSource, said: str, directive: ConstDirectiveNode, extension: bool
    ) -> None:
        if said == "key":
            fields = _field_set(directive)
            key = Key(fields, _boolean(directive, "resolvable", True), directive, extension)
            source.keys.append(key)
        elif said == "inaccessible":
            source.inaccessible = True
        elif said == "interfaceObject":
            source.interface_object = True
        elif said == "oneOf":
            source.one_of = True
        elif said == "cacheTag":
            source.cache_tags += (_string(directive, "format") or "",)
        elif said == "context":
            source.contexts.append(_string(directive, "name") or "")
        elif said == "specifiedBy":
            source.specified_by = directive

    def _field(self, node: FieldDefinitionNode, shareable: bool, external: bool) -> FieldSource:
        inputs = self._inputs(node.arguments)
        found = FieldSource(
            node.name.value,
            self._type(node.type),
            {name: given for name, given in inputs.items() if given.from_context is None},
            node,
            shareable=shareable or self.links.version == 1,
            external=external,
            carried=self._carried(node),
            context_arguments={n: given for n, given in inputs.items() if given.from_context is not None},
        )
        for said, directive in self._directives(node):
            if said in ("external", "shareable", "inaccessible"):
                setattr(found, said, True)
            elif said in ("requires", "provides"):
                setattr(found, said, _field_set(directive))
            elif said == "override":
                found.override_from = _string(directive, "from") or ""
                found.override_label = _string(directive, "label")
            elif said == "cacheTag":
                found.cache_tags += (_string(directive, "format") or "",)
        return found

    def _inputs(self, nodes: Iterable[InputValueDefinitionNode]) -> dict[str, InputSource]:
        found: dict[str, InputSource] = {}
        for node in nodes:
            said = dict(self._directives(node))
            context = _string(said["fromContext"], "field") or "" if "fromContext" in said else None
            found[node.name.value] = InputSource(
                node.name.value, node.type, node, "inaccessible" in said, self._carried(node), context
            )
        return found

    def _carried(self, node: Any) -> Carried:
        """Applications that the supergraph keeps, under federation's own names."""
        found: list[ConstDirectiveNode] = []
        for directive in node.directives or ():
            spelled = directive.name.value
            own = self.links.names.get(spelled)
            if own in CARRIED:
                found.append(ConstDirectiveNode(name=NameNode(value=own), arguments=directive.arguments))
            elif spelled in self.composed:
                found.append(directive)
        return tuple(found)

    def _type(self, node: TypeNode) -> TypeNode:
        """The type with renamed root types under their usual names."""
        if not self.renamed:
            return node
        if isinstance(node, NonNullTypeNode):
            return NonNullTypeNode(type=self._type(node.type))
        if isinstance(node, ListTypeNode):
            return ListTypeNode(type=self._type(node.type))
        assert isinstance(node, NamedTypeNode)
        name = self.renamed.get(node.name.value, node.name.value)
        return NamedTypeNode(name=NameNode(value=name))

    def _directives(self, node: Any) -> Iterator[tuple[str, ConstDirectiveNode]]:
        for directive in node.directives or ():
            said = directive.name.value
            if said in ("specifiedBy", "deprecated", "oneOf"):
                yield said, directive
            elif said in self.links.names:
                yield self.links.names[said], directive


def _root_names(document: DocumentNode) -> dict[str, str]:
    renamed: dict[str, str] = {}
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            for operation in definition.operation_types:
                renamed[operation.type.name.value] = ROOT_NAMES[operation.operation]
    return {old: new for old, new in renamed.items() if old != new}


def _string(directive: ConstDirectiveNode, name: str) -> str | None:
    for argument in directive.arguments:
        if argument.name.value == name and isinstance(argument.value, StringValueNode):
            return argument.value.value
    return None


def _boolean(directive: ConstDirectiveNode, name: str, default: bool) -> bool:
    for argument in directive.arguments:
        if argument.name.value == name and isinstance(argument.value, BooleanValueNode):
            return argument.value.value
    return default


def _field_set(directive: ConstDirectiveNode) -> FieldSet:
    text = _string(directive, "fields")
    if text is None:
        return FieldSet("", None, is_string=False)
    try:
        return FieldSet(text, parse_field_set(text), directives="@" in text and has_directives(text))
    except (GraphQLSyntaxError, ValueError, RecursionError):
        return FieldSet(text, None)
