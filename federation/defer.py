"""``@defer`` as clients write it: its definition, and what an operation says with it. It plans nothing.

Source: GraphQL specification, working draft of 2025, "Incremental Delivery" (``@defer``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    BooleanValueNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    parse,
    value_from_ast_untyped,
)

Deferring = frozenset[tuple[str, bool]]
"""The value of each variable in ``@defer(if:)``."""

NAME = "defer"

_DEFINITION = parse(
    '''
    """Deliver the fields of this fragment after the rest of the answer, where the client can take an answer in parts."""
    directive @defer(
      "false: the fragment comes with the rest."
      if: Boolean! = true
      "Unique in the document; told with the parts."
      label: String
    ) on FRAGMENT_SPREAD | INLINE_FRAGMENT
    ''',
    no_location=True,
).definitions[0]
assert isinstance(_DEFINITION, DirectiveDefinitionNode)
DEFINITION: DirectiveDefinitionNode = _DEFINITION


def with_defer(document: DocumentNode) -> DocumentNode:
    """The schema document with the directive, unless it defines one of that name itself."""
    for node in document.definitions:
        if isinstance(node, DirectiveDefinitionNode) and node.name.value == NAME:
            return document
    return DocumentNode(definitions=(*document.definitions, DEFINITION))


def is_ours(schema: GraphQLSchema) -> bool:
    """Whether ``@defer`` of the schema means what the specification says; another one of that name is ignored."""
    directive = schema.get_directive(NAME)
    if directive is None:
        return False
    # older drafts had "if" nullable
    arguments = {name: str(argument.type).removesuffix("!") for name, argument in directive.args.items()}
    return arguments == {"if": "Boolean", "label": "String"}


def directive_of(directives: Sequence[DirectiveNode] | None) -> DirectiveNode | None:
    return next((each for each in directives or () if each.name.value == NAME), None)


def argument_of(directive: DirectiveNode, name: str) -> ValueNode | None:
    return next((each.value for each in directive.arguments or () if each.name.value == name), None)


def label_of(directive: DirectiveNode) -> str | None:
    value = argument_of(directive, "label")
    return value.value if isinstance(value, StringValueNode) else None


def holds(directive: DirectiveNode, deferring: Mapping[str, bool]) -> bool:
    """Whether the fragment is deferred under these values of variables."""
    value = argument_of(directive, "if")
    if isinstance(value, VariableNode):
        return deferring.get(value.name.value, True)
    return not isinstance(value, BooleanValueNode) or value.value


def defer_variables(schema: GraphQLSchema, document: DocumentNode) -> tuple[str, ...] | None:
    """The variables in ``@defer(if:)`` of the document; None where nothing can be deferred."""
    if not is_ours(schema):
        return None
    found: set[str] = set()
    deferred = False
    for directive in _directives(document):
        value = argument_of(directive, "if")
        if isinstance(value, VariableNode):
            found.add(value.name.value)
        deferred |= not isinstance(value, BooleanValueNode) or value.value
    return tuple(sorted(found)) if deferred else None


def deferring_of(
    definition: OperationDefinitionNode, names: Sequence[str], variables: Mapping[str, Any]
) -> Deferring:
    """What the variables say in this request, defaults of the operation and of the directive filled in."""
    values = {
        each.variable.name.value: value_from_ast_untyped(each.default_value)
        for each in definition.variable_definitions or ()
        if each.default_value is not None
    }
    values.update(variables)
    return frozenset((name, values.get(name) is not False) for name in names)


def _directives(document: DocumentNode) -> Iterator[DirectiveNode]:
    waiting: list[Any] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        directive = directive_of(getattr(node, "directives", None))
        if directive is not None:
            yield directive
        chosen = getattr(node, "selection_set", None)
        if chosen is not None:
            waiting.extend(chosen.selections)
