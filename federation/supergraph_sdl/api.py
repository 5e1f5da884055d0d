"""The supergraph's document without machinery: for the engine with all types, for clients without what is
``@inaccessible``. It checks nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TypeVar

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
)

from federation.memo import Memo
from federation.supergraph_sdl.features import Features, is_for_clients

_STANDARD = frozenset({"deprecated", "specifiedBy", "oneOf"})
Element = TypeVar("Element", FieldDefinitionNode, InputValueDefinitionNode, EnumValueDefinitionNode)


def hides_anything(document: DocumentNode, features: Features, memo: Memo) -> bool:
    """Whether clients see less than there is."""
    spelled = features.named("inaccessible").local("inaccessible")
    kinds = (each for each in document.definitions if isinstance(each, TypeDefinitionNode))
    found = {memo.get("hides", (each,), spelled, partial(_hides, each, spelled)) for each in kinds}
    return True in found


def _hides(definition: TypeDefinitionNode, spelled: str) -> bool:
    return any(_is_hidden(element, spelled) for element in _elements(definition))


def plain_document(document: DocumentNode, features: Features, memo: Memo, *, api: bool) -> DocumentNode:
    """Types and directives as the specification of GraphQL has them; with ``api`` what clients may see."""
    return DocumentNode(definitions=tuple(_Stripper(document, features, memo, api).definitions()))


class _Stripper:
    def __init__(self, document: DocumentNode, features: Features, memo: Memo, api: bool) -> None:
        self.document = document
        self.memo = memo
        self.features = features
        self.spelled = features.named("inaccessible").local("inaccessible") if api else ""
        hidden = frozenset(
            definition.name.value
            for definition in document.definitions
            if isinstance(definition, TypeDefinitionNode) and _is_hidden(definition, self.spelled)
        )
        self.hidden = memo.get("hidden", (), (self.spelled, hidden), lambda: hidden)

    def definitions(self) -> Iterator[DefinitionNode]:
        linked = {f.alias for f in self.features.found} | {
            s for f in self.features.found for _, s in f.imports
        }
        for node in self.document.definitions:
            if isinstance(node, SchemaDefinitionNode):
                roots = self._roots(node)
                if roots:
                    yield SchemaDefinitionNode(
                        description=node.description, directives=(), operation_types=roots
                    )
            elif isinstance(node, DirectiveDefinitionNode):
                name = node.name.value
                if is_for_clients(node) and name not in linked and not self.features.is_machinery(name):
                    yield node
            elif isinstance(node, TypeDefinitionNode):
                name = node.name.value
                if name not in self.hidden and not self.features.is_machinery(name):
                    yield self.memo.get("plain", (node, self.hidden), self.spelled, partial(self._type, node))

    def _roots(self, node: SchemaDefinitionNode) -> tuple[object, ...]:
        return tuple(r for r in node.operation_types if r.type.name.value not in self.hidden)

    def _type(self, node: TypeDefinitionNode) -> TypeDefinitionNode:
        common = {
            "name": node.name,
            "description": node.description,
            "directives": _standard(node.directives),
        }
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            return type(node)(
                **common,
                interfaces=self._named(node.interfaces),
                fields=tuple(map(self._field, self._seen(node.fields))),
            )
        if isinstance(node, UnionTypeDefinitionNode):
            return UnionTypeDefinitionNode(**common, types=self._named(node.types))
        if isinstance(node, EnumTypeDefinitionNode):
            values = [
                EnumValueDefinitionNode(
                    name=v.name, description=v.description, directives=_standard(v.directives)
                )
                for v in self._seen(node.values)
            ]
            return EnumTypeDefinitionNode(**common, values=tuple(values))
        if isinstance(node, InputObjectTypeDefinitionNode):
            return InputObjectTypeDefinitionNode(**common, fields=self._inputs(node.fields))
        return ScalarTypeDefinitionNode(**common)

    def _field(self, node: FieldDefinitionNode) -> FieldDefinitionNode:
        return FieldDefinitionNode(
            name=node.name,
            description=node.description,
            arguments=self._inputs(node.arguments),
            type=node.type,
            directives=_standard(node.directives),
        )

    def _inputs(self, nodes: Iterable[InputValueDefinitionNode]) -> tuple[InputValueDefinitionNode, ...]:
        return tuple(
            InputValueDefinitionNode(
                name=node.name,
                description=node.description,
                type=node.type,
                default_value=node.default_value,
                directives=_standard(node.directives),
            )
            for node in self._seen(nodes)
        )

    def _seen(self, nodes: Iterable[Element]) -> Iterator[Element]:
        for node in nodes or ():
            if (
                not _is_hidden(node, self.spelled)
                and _type_name(getattr(node, "type", None)) not in self.hidden
            ):
                yield node

    def _named(self, nodes: Iterable[NamedTypeNode]) -> tuple[NamedTypeNode, ...]:
        return tuple(node for node in nodes if node.name.value not in self.hidden)


def _elements(node: TypeDefinitionNode) -> Iterator[object]:
    yield node
    for child in (*(getattr(node, "fields", None) or ()), *(getattr(node, "values", None) or ())):
        yield child
        yield from getattr(child, "arguments", None) or ()


def _is_hidden(node: object, spelled: str) -> bool:
    return bool(spelled) and any(d.name.value == spelled for d in getattr(node, "directives", None) or ())


def _type_name(node: TypeNode | None) -> str:
    while node is not None and not isinstance(node, NamedTypeNode):
        node = node.type  # type: ignore[attr-defined]
    return node.name.value if node is not None else ""


def _standard(directives: Iterable[DirectiveNode]) -> tuple[DirectiveNode, ...]:
    return tuple(d for d in directives or () if d.name.value in _STANDARD)
