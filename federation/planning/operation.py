"""The operation that a document holds, and walking its selections. It knows documents and conditions, no
plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TypeNode,
)

from federation.conditions import conditions_of
from federation.planning.faults import Budget, NoOperation
from federation.supergraph import Supergraph

Conditions = frozenset[tuple[str, bool]]
"""All of these variables must have these values (``@include``: true, ``@skip``: false)."""

ALWAYS: Conditions = frozenset()

ROOTS = {
    OperationType.QUERY: "Query",
    OperationType.MUTATION: "Mutation",
    OperationType.SUBSCRIPTION: "Subscription",
}

META_FIELDS = frozenset({"__typename", "__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Selected:
    """A field of a selection, with what holds for it. ``types`` None: for every object type of the parent."""

    node: FieldNode
    conditions: Conditions
    types: frozenset[str] | None


Sets = Sequence[tuple[SelectionSetNode, Conditions]]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of a document."""

    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]

    @property
    def kind(self) -> OperationType:
        return self.definition.operation

    @property
    def root(self) -> str:
        return ROOTS[self.kind]

    @property
    def name(self) -> str | None:
        return self.definition.name.value if self.definition.name else None

    @property
    def variables(self) -> dict[str, TypeNode]:
        """Declared variables with their types."""
        return {d.variable.name.value: d.type for d in self.definition.variable_definitions or ()}

    @property
    def sets(self) -> Sets:
        return [(self.definition.selection_set, ALWAYS)]


def find_operation(document: DocumentNode, name: str | None) -> Operation:
    """The operation of that name, or the only one.

    Raises: NoOperation.
    """
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is not None:
        operations = [d for d in operations if d.name is not None and d.name.value == name]
    if len(operations) != 1:
        raise NoOperation
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    return Operation(operations[0], fragments)


class SelectionWalk:
    """Flattens selection sets through fragments (GraphQL spec, CollectFields), conditions and types kept
    symbolic."""

    def __init__(
        self, supergraph: Supergraph, fragments: Mapping[str, FragmentDefinitionNode], budget: Budget
    ) -> None:
        self._possible = supergraph.possible
        self._fragments = fragments
        self._budget = budget

    def fields(self, sets: Sets) -> Iterator[Selected]:
        """Fields in document order; a fragment met again under the same conditions and types is left out."""
        seen: set[tuple[str, Conditions, frozenset[str] | None]] = set()
        for node, conditions in sets:
            yield from self._walk(node, conditions, None, seen)

    def _walk(
        self,
        node: SelectionSetNode,
        conditions: Conditions,
        types: frozenset[str] | None,
        seen: set[tuple[str, Conditions, frozenset[str] | None]],
    ) -> Iterator[Selected]:
        for selection in node.selections:
            self._budget.spend()
            holding = together(conditions, selection.directives)
            if holding is None:
                continue
            if isinstance(selection, FieldNode):
                yield Selected(selection, holding, types)
            elif isinstance(selection, InlineFragmentNode):
                on = selection.type_condition.name.value if selection.type_condition else None
                yield from self._walk(selection.selection_set, holding, self._narrow(types, on), seen)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
                narrowed = self._narrow(types, fragment.type_condition.name.value)
                met = (fragment.name.value, holding, narrowed)
                if met not in seen:
                    seen.add(met)
                    yield from self._walk(fragment.selection_set, holding, narrowed, seen)

    def _narrow(self, types: frozenset[str] | None, on: str | None) -> frozenset[str] | None:
        if on is None:
            return types
        possible = frozenset(self._possible.get(on, ()))
        return possible if types is None else types & possible


def together(conditions: Conditions, directives: Sequence[DirectiveNode]) -> Conditions | None:
    """The conditions with those of ``@skip`` and ``@include`` added; None where they can never hold."""
    found = conditions_of(directives)
    if found is None:
        return None
    for name, wanted in found:
        if (name, not wanted) in conditions:
            return None
        conditions = conditions | {(name, wanted)}
    return conditions


def holds(conditions: Conditions, variables: Mapping[str, object]) -> bool:
    """Whether the conditions are met by these variables."""
    return all(variables.get(name) is wanted for name, wanted in conditions)
