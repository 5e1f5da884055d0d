"""What any element of the graph carries, merged over its declarations: description, deprecation, inaccessibility and what the
supergraph keeps. It knows no kinds of types."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import (
    ConstDirectiveNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    StringValueNode,
)

from federation.composition.carried import merge_carried
from federation.composition.nodes import directive
from federation.composition.source import Carried


def common(
    hidden: bool,
    nodes: Iterable[FieldDefinitionNode | EnumValueDefinitionNode | InputValueDefinitionNode],
    carried: Iterable[Carried],
) -> tuple[ConstDirectiveNode, ...]:
    """What any element may carry: inaccessibility, deprecation, and what the supergraph keeps."""
    concealed = (directive("inaccessible"),) if hidden else ()
    return (*concealed, *_deprecation(nodes), *merge_carried(carried))


def described(nodes: Iterable[StringValueNode | None]) -> StringValueNode | None:
    """The first that says something."""
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
