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
from federation.planning.defers import UsageOf, Within
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
    within: Within = None


Sets = Sequence[tuple[SelectionSetNode, Conditions]]
SetsWithin = Sequence[tuple[SelectionSetNode, Within]]


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


@dataclass(frozen=True, slots=True)
class _Around:
    """What holds for all of a fragment."""

    conditions: Conditions
    types: frozenset[str] | None
    within: Within

    def and_wider(self) -> Iterator[_Around]:
        """This, and the same with less deferred: what was met there comes no later."""
        for usage in (*(self.within.chain if self.within is not None else ()), None):
            yield _Around(self.conditions, self.types, usage)


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
        """Fields in document order; a fragment met again under the same conditions and types is left out. Nothing is
        deferred."""
        seen: set[tuple[str, _Around]] = set()
        for node, conditions in sets:
            yield from self._walk(node, _Around(conditions, None, None), None, seen)

    def fields_within(self, sets: SetsWithin, usage_of: UsageOf | None) -> Iterator[Selected]:
        """The same with the deferred fragments that the fields are within; without ``usage_of`` none begins here."""
        seen: set[tuple[str, _Around]] = set()
        for node, within in sets:
            yield from self._walk(node, _Around(ALWAYS, None, within), usage_of, seen)

    def _walk(
        self,
        node: SelectionSetNode,
        around: _Around,
        usage_of: UsageOf | None,
        seen: set[tuple[str, _Around]],
    ) -> Iterator[Selected]:
        for selection in node.selections:
            self._budget.spend()
            holding = together(around.conditions, selection.directives)
            if holding is None:
                continue
            if isinstance(selection, FieldNode):
                yield Selected(selection, holding, around.types, around.within)
                continue
            assert isinstance(selection, InlineFragmentNode | FragmentSpreadNode)
            fragment: InlineFragmentNode | FragmentDefinitionNode
            if isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
            else:
                fragment = selection
            on = fragment.type_condition.name.value if fragment.type_condition else None
            within = usage_of(around.within, selection) if usage_of is not None else around.within
            inner = _Around(holding, self._narrow(around.types, on), within)
            if isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if any((name, each) in seen for each in inner.and_wider()):
                    continue
                seen.add((name, inner))
            yield from self._walk(fragment.selection_set, inner, usage_of, seen)

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
