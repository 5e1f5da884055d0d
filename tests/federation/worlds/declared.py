"""What subgraph SDLs declare, read without the engine: fields with their federation directives, by subgraph and type.

It is the tests' own reading, so that a mistake of composition cannot hide in the truth it is compared with. Root types
are called ``Query`` and ``Mutation`` here, whatever a subgraph calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldDefinitionNode,
    GraphQLError,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    SelectionSetNode,
    StringValueNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    TypeNode,
    parse,
)


@dataclass(frozen=True)
class Taken:
    """What an argument takes from a context: one leaf of whatever sets it."""

    context: str
    chosen: SelectionSetNode


@dataclass(frozen=True, eq=False)
class DeclaredField:
    """A field in one subgraph."""

    node: FieldDefinitionNode
    external: bool
    requires: SelectionSetNode | None
    provides: SelectionSetNode | None
    override_from: str
    label: str
    inaccessible: bool
    contextual: Mapping[str, Taken]
    """By argument."""

    @property
    def named(self) -> str:
        return named_in(self.node.type)


@dataclass(eq=False)
class DeclaredType:
    """A type in one subgraph, its extensions taken together."""

    kind: str
    """The start of its node's name: ``object``, ``interface``, ``union``, ``enum``, ``input_object`` or ``scalar``."""
    fields: dict[str, DeclaredField] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    values: dict[str, bool] = field(default_factory=dict)
    """Enum value → whether it is inaccessible."""
    members: list[str] = field(default_factory=list)
    interfaces: list[str] = field(default_factory=list)
    keys: list[tuple[SelectionSetNode, bool]] = field(default_factory=list)
    """Field set and whether it is resolvable."""
    interface_object: bool = False
    inaccessible: bool = False
    tags: list[str] = field(default_factory=list)
    contexts: list[str] = field(default_factory=list)
    """Those that it sets."""


Declared = Mapping[str, Mapping[str, DeclaredType]]
"""By subgraph and type."""


def declared(sdls: Mapping[str, str]) -> Declared:
    """All subgraphs."""
    return {name: _subgraph(parse(sdl, no_location=True)) for name, sdl in sdls.items()}


def roots_of(document: DocumentNode) -> dict[str, str]:
    """What a subgraph calls its root types → what they are."""
    found: dict[str, str] = {}
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            for each in node.operation_types:
                found[each.type.name.value] = each.operation.value.title()
    return found


def named_in(node: TypeNode) -> str:
    """The name of the innermost type."""
    while not isinstance(node, NamedTypeNode):
        node = node.type  # type: ignore[attr-defined]
    return node.name.value


def field_set(text: str) -> SelectionSetNode:
    """A field set as a selection set."""
    operation = parse(f"{{ {text} }}", no_location=True).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return operation.selection_set


def _subgraph(document: DocumentNode) -> dict[str, DeclaredType]:
    roots = roots_of(document)
    found: dict[str, DeclaredType] = {}
    for node in document.definitions:
        if not isinstance(node, TypeDefinitionNode | TypeExtensionNode):
            continue
        kind = node.kind.removesuffix("_definition").removesuffix("_extension").removesuffix("_type")
        name = roots.get(node.name.value, node.name.value)
        _add(found.setdefault(name, DeclaredType(kind)), cast(Any, node))
    return found


def _add(into: DeclaredType, node: Any) -> None:
    for directive in node.directives or ():
        name = directive.name.value
        if name == "key":
            into.keys.append((field_set(_text(directive, "fields")), _resolvable(directive)))
        elif name == "tag":
            into.tags.append(_text(directive, "name"))
        elif name == "context":
            into.contexts.append(_text(directive, "name"))
        into.interface_object |= name == "interfaceObject"
        into.inaccessible |= name == "inaccessible"
    into.interfaces += [each.name.value for each in getattr(node, "interfaces", None) or ()]
    into.members += [each.name.value for each in getattr(node, "types", None) or ()]
    for each in getattr(node, "values", None) or ():
        into.values[each.name.value] = "inaccessible" in _names(each)
    for each in getattr(node, "fields", None) or ():
        if into.kind == "input_object":
            into.inputs[each.name.value] = each
        else:
            into.fields[each.name.value] = _field(each)


def _field(node: FieldDefinitionNode) -> DeclaredField:
    by_name = {each.name.value: each for each in node.directives or ()}
    requires, provides, override = (by_name.get(n) for n in ("requires", "provides", "override"))
    return DeclaredField(
        node,
        "external" in by_name,
        field_set(_text(requires, "fields")) if requires else None,
        field_set(_text(provides, "fields")) if provides else None,
        _text(override, "from") if override else "",
        _text(override, "label") if override else "",
        "inaccessible" in by_name,
        {
            argument.name.value: _taken(_text(directive, "field"))
            for argument in node.arguments or ()
            for directive in argument.directives or ()
            if directive.name.value == "fromContext"
        },
    )


def _taken(text: str) -> Taken:
    found = re.fullmatch(r"\s*\$\s*(\w+)\s*(.*)", text, re.DOTALL)
    if found is None:
        raise GraphQLError(f"{text} takes nothing from a context")
    context, said = found.groups()
    return Taken(context, field_set(said[1:-1] if said.startswith("{") else said))


def _names(node: Any) -> Iterator[str]:
    return (each.name.value for each in node.directives or ())


def _text(directive: DirectiveNode, argument: str) -> str:
    found = (each.value for each in directive.arguments if each.name.value == argument)
    value = next(found, None)
    return value.value if isinstance(value, StringValueNode) else ""


def _resolvable(directive: DirectiveNode) -> bool:
    return not any(
        each.name.value == "resolvable" and each.value.value is False  # type: ignore[attr-defined]
        for each in directive.arguments
    )


def answers_anyone(types: Mapping[str, DeclaredType], type_name: str, name: str) -> bool:
    """Whether a subgraph declares a field as its own, its own keys included."""
    child = types[type_name].fields.get(name) if type_name in types else None
    return child is not None and (not child.external or name in key_fields(types[type_name]))


def key_fields(kind: DeclaredType) -> set[str]:
    """Names of the fields at the top of a type's keys."""
    return {
        each.name.value
        for chosen, _ in kind.keys
        for each in chosen.selections
        if hasattr(each, "name") and isinstance(each.name, NameNode)
    }
