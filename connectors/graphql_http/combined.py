"""One subgraph of two parts: what a GraphQL backend gives by itself, and what a manifest maps onto it.

Root fields and fields of entities go to the part that has them; both parts of one fetch run side by side
(mutations one after the other) and are merged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from graphql import (
    DocumentNode,
    FieldNode,
    InlineFragmentNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    print_ast,
)
from graphql.language import visitor

from connectors.graphql_http.definitions import Definitions, read_sdl
from connectors.graphql_http.documents import named
from connectors.graphql_http.links import importing, links_of
from connectors.graphql_http.passing import PassedThrough
from federation.subgraph import (
    EventSource,
    FetchContext,
    FetchResult,
    PlannedFetch,
    PreparedFetch,
    Representation,
    Subgraph,
)

Json = Any
_ROOT_TYPES = {
    OperationType.QUERY: "Query",
    OperationType.MUTATION: "Mutation",
    OperationType.SUBSCRIPTION: "Subscription",
}
_FEDERATION = ("key", "shareable", "inaccessible", "external", "requires", "provides")


class Mapped(Subgraph, Protocol):
    """A mapped part: a subgraph that knows which fields it answers for."""

    def owns(self, type_name: str, field_name: str) -> bool: ...


class Combined:
    """A ``Subgraph`` of a passed-through part, which wins where both have a field, and a mapped one."""

    def __init__(self, passed: PassedThrough, mapped: Mapped) -> None:
        self._passed = passed
        self._mapped = mapped
        self._sdl = merged_sdl(passed.sdl, mapped.sdl)

    @property
    def name(self) -> str:
        return self._passed.name

    @property
    def sdl(self) -> str:
        return self._sdl

    def prepare(self, fetch: PlannedFetch) -> PreparedFetch:
        root = _ROOT_TYPES.get(fetch.kind, "Query")
        if fetch.kind is OperationType.MUTATION and not fetch.entity_types:
            return self._in_order(fetch)
        ours, theirs = self._split(fetch.selection, "" if fetch.entity_types else root)
        if theirs is None:
            return self._passed.prepare(fetch)
        if ours is None:
            return self._mapped.prepare(fetch)
        return _Both(
            (
                self._passed.prepare(_part(fetch, ours)),
                self._mapped.prepare(_part(fetch, theirs)),
            )
        )

    def prepare_events(self, fetch: PlannedFetch) -> EventSource:
        """Mappings make no subscriptions.

        Raises: NotStreaming.
        """
        return self._passed.prepare_events(fetch)

    def _in_order(self, fetch: PlannedFetch) -> PreparedFetch:
        steps: list[PreparedFetch] = []
        for node in fetch.selection.selections:
            part = SelectionSetNode(selections=(node,))
            ours, _ = self._split(part, "Mutation")
            subgraph: Subgraph = self._mapped if ours is None else self._passed
            steps.append(subgraph.prepare(_part(fetch, part)))
        return steps[0] if len(steps) == 1 else _InOrder(tuple(steps))

    def _split(
        self, selection: SelectionSetNode, type_: str
    ) -> tuple[SelectionSetNode | None, SelectionSetNode | None]:
        """The passed-through part and the mapped one; None for a part that nothing is asked of."""
        ours: list[Any] = []
        theirs: list[Any] = []
        for node in selection.selections:
            if isinstance(node, InlineFragmentNode):
                condition = node.type_condition.name.value if node.type_condition is not None else type_
                one, other = self._split(node.selection_set, condition)
                if one is not None:
                    ours.append(named(node, selection_set=one))
                if other is not None:
                    theirs.append(named(node, selection_set=other))
            elif isinstance(node, FieldNode):
                known = self._passed.exposed.names.field(type_, node.name.value) is not None
                is_theirs = not known and self._mapped.owns(type_, node.name.value)
                (theirs if is_theirs else ours).append(node)
        return _selection(ours), _selection(theirs)


class _Both:
    """Two parts of one fetch, side by side."""

    def __init__(self, parts: tuple[PreparedFetch, ...]) -> None:
        self._parts = parts

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        results = await asyncio.gather(
            *(part.run(variables, representations, context) for part in self._parts)
        )
        whole = results[0]
        for other in results[1:]:
            whole = _merged(whole, other)
        return whole


@dataclass(frozen=True, slots=True)
class _InOrder:
    """Mutation fields one after the other (GraphQL specification section 6.2.2)."""

    steps: tuple[PreparedFetch, ...]

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        whole = FetchResult(data={})
        for step in self.steps:
            whole = _merged(whole, await step.run(variables, representations, context))
        return whole


def merged_sdl(passed: str, mapped: str) -> str:
    """One document of both: types merged by field, links of the first kept and completed."""
    first, second = read_sdl(passed), read_sdl(mapped)
    definitions = Definitions(DocumentNode(definitions=(*first.definitions, *second.definitions)))
    links = [node for node in first.definitions if node in definitions.schema] or definitions.schema[:1]
    document = DocumentNode(definitions=(*links, *definitions.types.values()))
    known = links_of(document)
    used = [name for name in _FEDERATION if any(f"@{name}" in text for text in (mapped,)) and known.is_linked]
    return print_ast(importing(document, used) if used else document) + "\n"


def _merged(one: FetchResult, other: FetchResult) -> FetchResult:
    data = one.data
    if other.data is not None:
        data = {**(one.data or {}), **other.data}
    entities = one.entities
    if one.entities is not None and other.entities is not None:
        entities = [
            {**left, **right}
            if left is not None and right is not None
            else (left if left is not None else right)
            for left, right in zip(one.entities, other.entities, strict=True)
        ]
    elif other.entities is not None:
        entities = other.entities
    return FetchResult(data, entities, one.errors + other.errors, one.issued + other.issued)


def _selection(nodes: list[Any]) -> SelectionSetNode | None:
    return SelectionSetNode(selections=tuple(nodes)) if nodes else None


def _part(fetch: PlannedFetch, selection: SelectionSetNode) -> PlannedFetch:
    """The fetch with a part of its selection, and only the variables and entity types that the part speaks
    of.
    """
    used = set(_variables(selection))
    types = tuple(
        node.type_condition.name.value
        for node in selection.selections
        if isinstance(node, InlineFragmentNode) and node.type_condition is not None
    )
    return replace(
        fetch,
        selection=selection,
        entity_types=tuple(name for name in fetch.entity_types if name in types),
        variables=tuple(each for each in fetch.variables if each[0] in used),
    )


def _variables(selection: SelectionSetNode) -> Iterator[str]:
    found: list[str] = []

    class Collecting(visitor.Visitor):
        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            found.append(node.name.value)

    visitor.visit(selection, Collecting())
    yield from found
