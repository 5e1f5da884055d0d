"""Which documents are valid on a graph: GraphQL's own rules, and those of ``@defer`` that graphql-core 3.2 lacks.

Source: GraphQL specification, working draft of 2025: "Defer Directive Labels Are Unique", "Defer Directives Are Used
On Valid Root Field", "… On Valid Operations".
"""

from __future__ import annotations

from typing import Any

from graphql import (
    ASTValidationRule,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    ValidationContext,
    ValidationRule,
    VariableNode,
    specified_rules,
)
from graphql import validate as validate_by

from federation.defer import NAME, argument_of, is_ours


def validate(
    schema: GraphQLSchema, document: DocumentNode, max_errors: int | None = None
) -> list[GraphQLError]:
    """What is wrong with the document; nothing for a valid one."""
    rules = (*specified_rules, *DEFER_RULES) if is_ours(schema) else specified_rules
    return validate_by(schema, document, rules, max_errors=max_errors)


class UniqueDeferLabels(ASTValidationRule):
    """A label is a literal, and no other fragment has it."""

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self._known: dict[str, DirectiveNode] = {}

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        label = argument_of(node, "label") if node.name.value == NAME else None
        if isinstance(label, VariableNode):
            self.report_error(GraphQLError('The label of "@defer" must not be a variable.', node))
        elif isinstance(label, StringValueNode):
            first = self._known.setdefault(label.value, node)
            if first is not node:
                self.report_error(GraphQLError('The label of "@defer" must be unique.', [first, node]))


class DeferBelowRoot(ValidationRule):
    """Root fields of mutations and subscriptions are not deferred: they run in order, or are the event."""

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        parent = self.context.get_parent_type()
        if node.name.value != NAME or parent is None or is_off(node):
            return
        schema = self.context.schema
        for kind, root in (("mutation", schema.mutation_type), ("subscription", schema.subscription_type)):
            if parent is root:
                told = f'"@defer" cannot be used on root {kind} type "{parent.name}".'
                self.report_error(GraphQLError(told, node))


class NoDeferInSubscriptions(ASTValidationRule):
    """An event is answered in one piece."""

    context: ValidationContext

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self._within: set[str] = set()
        """Fragments that a subscription uses."""
        self._here = False

    def enter_document(self, node: DocumentNode, *_: object) -> None:
        for each in node.definitions:
            if isinstance(each, OperationDefinitionNode) and each.operation is OperationType.SUBSCRIPTION:
                used = self.context.get_recursively_referenced_fragments(each)
                self._within.update(fragment.name.value for fragment in used)

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        self._here = node.operation is OperationType.SUBSCRIPTION

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: object) -> None:
        self._here = node.name.value in self._within

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        if self._here and node.name.value == NAME and not is_off(node, perhaps=True):
            self.report_error(
                GraphQLError('"@defer" is not supported in subscriptions; set its "if" to false.', node)
            )


DEFER_RULES = (UniqueDeferLabels, DeferBelowRoot, NoDeferInSubscriptions)


def is_off(node: DirectiveNode, *, perhaps: bool = False) -> bool:
    """``if: false`` stands there; with ``perhaps`` a variable will do."""
    value = argument_of(node, "if")
    return (isinstance(value, BooleanValueNode) and not value.value) or (
        perhaps and isinstance(value, VariableNode)
    )
