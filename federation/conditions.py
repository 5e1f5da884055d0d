"""``@skip`` and ``@include`` (GraphQL section 3.13), read once for all: literals are decided, variables are named."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import BooleanValueNode, DirectiveNode, VariableNode

Wanted = tuple[str, bool]
"""A variable, and the value it must have for the selection to be part of the result."""


def conditions_of(directives: Sequence[DirectiveNode]) -> tuple[Wanted, ...] | None:
    """What must hold for a selection with these directives; None where a literal says never."""
    found: list[Wanted] = []
    for directive in directives:
        if directive.name.value not in ("skip", "include"):
            continue
        wanted = directive.name.value == "include"
        value = directive.arguments[0].value
        if isinstance(value, BooleanValueNode):
            if value.value is not wanted:
                return None
        elif isinstance(value, VariableNode):
            found.append((value.name.value, wanted))
    return tuple(found)
