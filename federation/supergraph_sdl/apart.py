"""A supergraph taken apart again: for each subgraph an SDL that composes with the others to the same graph.

So that something can be composed beside a supergraph that others made. It is what the supergraph still knows of a subgraph, not
what its authors wrote; what was hidden by an override is gone.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, TypeVar

from graphql import (
    BooleanValueNode,
    ConstArgumentNode,
    ConstDirectiveNode,
    ConstValueNode,
    DefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    NameNode,
    Node,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    StringValueNode,
    UnionTypeDefinitionNode,
    parse_type,
    print_ast,
    specified_scalar_types,
)

from federation.fieldsets import field_set_text
from federation.supergraph import ContextualArgument
from federation.supergraph_sdl.contexts import contextual_arguments
from federation.supergraph_sdl.features import Features, read_features
from federation.supergraph_sdl.joins import Graph, JoinedType, graphs_of, joined_types
from federation.supergraph_sdl.literals import Arguments, applied, text

N = TypeVar("N", bound=Node)

_KEPT = {
    "inaccessible": ("inaccessible",),
    "tag": ("tag",),
    "authenticated": ("authenticated",),
    "requiresScopes": ("requiresScopes",),
    "policy": ("policy",),
    "cost": ("cost", "listSize"),
}
"""Features whose directives composition merges over subgraphs so that saying them in each changes nothing."""
_IMPORTED = (
    *(
        "key",
        "shareable",
        "requires",
        "provides",
        "external",
        "override",
        "interfaceObject",
        "context",
        "fromContext",
    ),
    *(name for names in _KEPT.values() for name in names),
)
_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ['
    + ", ".join(f'"@{name}"' for name in _IMPORTED)
    + "])\n\n"
)


def subgraph_sdls(document: DocumentNode) -> dict[str, str]:
    """Subgraph → SDL."""
    features = read_features(document)
    joined = joined_types(document, features)
    return {graph.name: _Part(graph, features, joined).sdl(document) for graph in graphs_of(document)}


class _Part:
    """What one subgraph has."""

    def __init__(self, graph: Graph, features: Features, joined: dict[str, JoinedType]) -> None:
        self._graph = graph
        self._joined = joined
        self._features = features
        self._spelled = {
            features.named(feature).local(name): name for feature, names in _KEPT.items() for name in names
        }
        self._context = features.named("context").local("context")

    def sdl(self, document: DocumentNode) -> str:
        found = [self._definition(node) for node in document.definitions]
        return _LINK + "\n\n".join(print_ast(node) for node in found if node is not None) + "\n"

    def _definition(self, node: DefinitionNode) -> DefinitionNode | None:
        name = getattr(getattr(node, "name", None), "value", "")
        if self._features.is_machinery(name):
            return None
        joined = self._joined.get(name)
        if joined is not None:
            return self._composite(joined)
        if isinstance(node, ScalarTypeDefinitionNode) and self._has(node):
            return None if name in specified_scalar_types else _with(node, directives=self._kept(node))
        if isinstance(node, EnumTypeDefinitionNode) and self._has(node):
            values = [_with(v, directives=self._kept(v)) for v in node.values if self._names(v, "enumValue")]
            return _with(node, directives=self._kept(node), values=tuple(values))
        if isinstance(node, InputObjectTypeDefinitionNode) and self._has(node):
            inputs = [self._input(child) for child in node.fields if self._names(child, "field")]
            return _with(node, directives=self._kept(node), fields=tuple(inputs))
        return None

    def _composite(self, joined: JoinedType) -> DefinitionNode | None:
        types = joined.types.get(self._graph.name)
        if types is None:
            return None
        node = joined.node
        keys = (_key(given) for given in types if text(given, "key"))
        kept = (*self._kept(node), *keys, *self._contexts(node))
        if isinstance(node, UnionTypeDefinitionNode):
            members = tuple(_named_type(name) for name in joined.members.get(self._graph.name, ()))
            return _with(node, directives=kept, types=members) if members else None
        fields = tuple(
            self._field(joined, child, given)
            for child in node.fields
            for subgraph, given in joined.fields[child.name.value]
            if subgraph == self._graph.name
        )
        if not fields:
            return None
        is_object = isinstance(node, ObjectTypeDefinitionNode)
        interfaces = tuple(_named_type(name) for name in joined.implements.get(self._graph.name, ()))
        if any(given.get("isInterfaceObject") is True for given in types):
            kept, is_object, interfaces = (*kept, _directive("interfaceObject")), True, ()
        made = ObjectTypeDefinitionNode if is_object else InterfaceTypeDefinitionNode
        return made(
            description=node.description,
            name=node.name,
            interfaces=interfaces,
            directives=kept,
            fields=fields,
        )

    def _field(self, joined: JoinedType, child: FieldDefinitionNode, given: Arguments) -> FieldDefinitionNode:
        added = [
            _directive(name, fields=text(given, name))
            for name in ("requires", "provides")
            if text(given, name)
        ]
        is_external = given.get("external") is True or given.get("usedOverridden") is True
        is_object = not isinstance(joined.node, InterfaceTypeDefinitionNode)
        if is_external:
            added.append(_directive("external"))
        elif is_object or any(g.get("isInterfaceObject") is True for g in joined.types[self._graph.name]):
            added.append(_directive("shareable"))
        if text(given, "overrideLabel"):
            added.append(
                _directive(
                    "override", **{"from": text(given, "override"), "label": text(given, "overrideLabel")}
                )
            )
        changes: dict[str, Any] = {
            "directives": (*self._kept(child), *added),
            "arguments": (
                *(_with(each, directives=self._kept(each)) for each in child.arguments),
                *(self._contextual(each) for each in contextual_arguments(given)),
            ),
        }
        if text(given, "type"):
            changes["type"] = parse_type(text(given, "type"), no_location=True)
        return _with(child, **changes)

    def _input(self, child: InputValueDefinitionNode) -> InputValueDefinitionNode:
        own = next((g for g in applied(child.directives, "join__field") if self._is_here(g)), {})
        type_ = parse_type(text(own, "type"), no_location=True) if text(own, "type") else child.type
        return _with(child, directives=self._kept(child), type=type_)

    def _has(self, node: Any) -> bool:
        return self._names(node, "type")

    def _names(self, node: Any, what: str) -> bool:
        """Whether ``join__<what>`` names this subgraph; without any, everybody has it."""
        said = list(applied(node.directives, f"join__{what}"))
        return not said or any(self._is_here(given) for given in said)

    def _is_here(self, given: Arguments) -> bool:
        return given.get("graph") == self._graph.value

    def _kept(self, node: Any) -> tuple[ConstDirectiveNode, ...]:
        found = []
        for directive in node.directives:
            name = directive.name.value
            if name in self._spelled:
                found.append(_with(directive, name=NameNode(value=self._spelled[name])))
            elif name in ("deprecated", "specifiedBy", "oneOf"):
                found.append(directive)
        return tuple(found)

    def _contexts(self, node: Any) -> Iterator[ConstDirectiveNode]:
        for given in applied(node.directives, self._context):
            if text(given, "name").startswith(f"{self._graph.name}__"):
                yield _directive("context", name=self._own_name(text(given, "name")))

    def _contextual(self, argument: ContextualArgument) -> InputValueDefinitionNode:
        field = f"${self._own_name(argument.context)} {{ {field_set_text(argument.needs)} }}"
        return InputValueDefinitionNode(
            name=NameNode(value=argument.name),
            type=parse_type(argument.type, no_location=True),
            directives=(_directive("fromContext", field=field),),
        )

    def _own_name(self, context: str) -> str:
        return context.removeprefix(f"{self._graph.name}__")


def _with(node: N, **changes: Any) -> N:
    made = copy.copy(node)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def _named_type(name: str) -> NamedTypeNode:
    return NamedTypeNode(name=NameNode(value=name))


def _key(given: Arguments) -> ConstDirectiveNode:
    if given.get("resolvable") is False:
        return _directive("key", fields=text(given, "key"), resolvable=False)
    return _directive("key", fields=text(given, "key"))


def _directive(name: str, /, **arguments: str | bool) -> ConstDirectiveNode:
    given = tuple(
        ConstArgumentNode(name=NameNode(value=key), value=_constant(value))
        for key, value in arguments.items()
    )
    return ConstDirectiveNode(name=NameNode(value=name), arguments=given)


def _constant(value: str | bool) -> ConstValueNode:
    if isinstance(value, bool):
        return BooleanValueNode(value=value)
    return StringValueNode(value=value)
