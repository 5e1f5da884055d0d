"""Federation's own directives: since which version, where they may stand, with which arguments. Facts of the public
specification, no rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    Node,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
)

NEWEST = (2, 14)
"""The newest version of federation that is described publicly."""


@dataclass(frozen=True, slots=True)
class Shape:
    """``arguments``: name → whether it must be given."""

    locations: frozenset[str]
    arguments: Mapping[str, bool]
    repeatable: bool = False
    since: tuple[int, int] = (2, 0)


def _shape(
    locations: str, arguments: str = "", *, repeatable: bool = False, since: tuple[int, int] = (2, 0)
) -> Shape:
    """Arguments by name, with a mark of exclamation where they must be given."""
    given = {name.rstrip("!"): name.endswith("!") for name in arguments.split()}
    return Shape(frozenset(locations.split()), given, repeatable, since)


_MOST = "OBJECT INTERFACE UNION SCALAR ENUM ENUM_VALUE INPUT_OBJECT INPUT_FIELD_DEFINITION FIELD_DEFINITION ARGUMENT_DEFINITION"
_ACCESS = "FIELD_DEFINITION OBJECT INTERFACE SCALAR ENUM"
SHAPES: Mapping[str, Shape] = {
    "key": _shape("OBJECT INTERFACE", "fields! resolvable", repeatable=True),
    "requires": _shape("FIELD_DEFINITION", "fields!"),
    "provides": _shape("FIELD_DEFINITION", "fields!"),
    "external": _shape("OBJECT FIELD_DEFINITION", "reason"),
    "tag": _shape(f"{_MOST} SCHEMA", "name!", repeatable=True),
    "extends": _shape("OBJECT INTERFACE"),
    "shareable": _shape("OBJECT FIELD_DEFINITION", repeatable=True),
    "inaccessible": _shape(_MOST),
    "override": _shape("FIELD_DEFINITION", "from! label"),
    "composeDirective": _shape("SCHEMA", "name", repeatable=True, since=(2, 1)),
    "interfaceObject": _shape("OBJECT", since=(2, 3)),
    "authenticated": _shape(_ACCESS, since=(2, 5)),
    "requiresScopes": _shape(_ACCESS, "scopes!", since=(2, 5)),
    "policy": _shape(_ACCESS, "policies!", since=(2, 6)),
    "context": _shape("INTERFACE OBJECT UNION", "name!", repeatable=True, since=(2, 8)),
    "fromContext": _shape("ARGUMENT_DEFINITION", "field", since=(2, 8)),
    "cost": _shape(
        "ARGUMENT_DEFINITION ENUM FIELD_DEFINITION INPUT_FIELD_DEFINITION OBJECT SCALAR",
        "weight!",
        since=(2, 9),
    ),
    "listSize": _shape(
        "FIELD_DEFINITION",
        "assumedSize slicingArguments sizedFields requireOneSlicingArgument",
        since=(2, 9),
    ),
    "cacheTag": _shape("OBJECT FIELD_DEFINITION", "format!", repeatable=True, since=(2, 12)),
}
TYPES_SINCE = {"FieldSet": (2, 0), "Scope": (2, 5), "Policy": (2, 6), "ContextFieldValue": (2, 8)}
VERSION_1 = frozenset({"key", "requires", "provides", "external", "extends", "tag", "inaccessible"})
"""What a subgraph without a link may use."""

_LOCATIONS: Mapping[type[Node], str] = {
    SchemaDefinitionNode: "SCHEMA",
    SchemaExtensionNode: "SCHEMA",
    ScalarTypeDefinitionNode: "SCALAR",
    ScalarTypeExtensionNode: "SCALAR",
    ObjectTypeDefinitionNode: "OBJECT",
    ObjectTypeExtensionNode: "OBJECT",
    InterfaceTypeDefinitionNode: "INTERFACE",
    InterfaceTypeExtensionNode: "INTERFACE",
    UnionTypeDefinitionNode: "UNION",
    UnionTypeExtensionNode: "UNION",
    EnumTypeDefinitionNode: "ENUM",
    EnumTypeExtensionNode: "ENUM",
    InputObjectTypeDefinitionNode: "INPUT_OBJECT",
    InputObjectTypeExtensionNode: "INPUT_OBJECT",
    EnumValueDefinitionNode: "ENUM_VALUE",
    FieldDefinitionNode: "FIELD_DEFINITION",
}

Applied = tuple[str, tuple[ConstDirectiveNode, ...]]
"""A location, and all directives that stand at one element there."""


def applications(document: DocumentNode) -> Iterator[Applied]:
    """Every element that carries directives."""
    for definition in document.definitions:
        yield from _on(definition, _LOCATIONS.get(type(definition), ""))


def _on(node: Node, location: str) -> Iterator[Applied]:
    given = getattr(node, "directives", None)
    if given:
        yield location, tuple(given)
    inputs = "INPUT_FIELD_DEFINITION" if location == "INPUT_OBJECT" else "ARGUMENT_DEFINITION"
    for part in ("fields", "values", "arguments"):
        for child in getattr(node, part, None) or ():
            if isinstance(child, Node):
                yield from _on(child, _LOCATIONS.get(type(child), inputs))


def shape_of(definition: DirectiveDefinitionNode) -> Shape:
    """Of a directive that a subgraph defines itself."""
    required = {
        given.name.value: isinstance(given.type, NonNullTypeNode) and given.default_value is None
        for given in definition.arguments
    }
    return Shape(
        frozenset(location.value for location in definition.locations), required, definition.repeatable
    )
