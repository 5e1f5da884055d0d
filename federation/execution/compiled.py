"""Everything that is done once per operation: plan, prepared fetches, entity readers, projection, coercion
of variables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    OperationType,
    ValueNode,
    VariableDefinitionNode,
    print_ast,
)

from federation.conditions import conditions_of
from federation.defer import Deferring
from federation.execution.batches import Batch, prepare_batch, takes_batches
from federation.execution.contexts import ContextReader, ContextualDocuments, is_contextual
from federation.execution.coordinates import named_in, root_fields_of
from federation.execution.failures import ResponseError
from federation.execution.introspection import Introspection
from federation.execution.projection import ProjectionCompiler
from federation.execution.reading import Complete
from federation.execution.representations import EntityReader
from federation.execution.root_again import RootAgain
from federation.execution.variables import coerce_variables
from federation.planning.build import BUDGET_STEPS, Planned, plan_operation
from federation.planning.defers import Within
from federation.planning.faults import Budget, Stopwatch, no_watch
from federation.planning.operation import find_operation
from federation.planning.plan import Fetch, Plan
from federation.subgraph import (
    EventSource,
    FetchError,
    Json,
    PlannedFetch,
    PreparedFetch,
    Subgraph,
    department_of,
    events_of,
)
from federation.supergraph import Coordinate, Supergraph

MOST_VARIANTS = 64
"""Projections kept per operation, one for each assignment of its ``@skip``/``@include`` variables."""


@dataclass(frozen=True, slots=True)
class ReadyFetch:
    """A planned fetch with what it takes to run it."""

    fetch: Fetch
    prepared: PreparedFetch
    readers: tuple[EntityReader, ...]
    department: str
    contexts: tuple[ContextReader | None, ...] = ()
    """By reader: what its entities take from above."""
    apart: bool = False
    """Objects that wait for the same entity get an answer each: what is below them may depend on what is above."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadyRequest:
    """One fetch, or several of one wave that travel together as ``batch``; ``documents``: where contexts decide how
    many questions there are, and one request may hold several."""

    fetches: tuple[ReadyFetch, ...]
    batch: Batch | None = None
    documents: ContextualDocuments | None = None

    @property
    def depends(self) -> set[int]:
        return {number for ready in self.fetches for number in ready.fetch.depends}

    @property
    def defer(self) -> Within:
        """The deferred fragment that it is for."""
        return self.fetches[0].fetch.defer


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Where a subscription's events come from. Without ``fetch`` and ``events`` its root field is forbidden: nobody is
    asked, and the one answer says so."""

    fetch: Fetch | None = None
    events: EventSource | None = None
    department: str = ""

    @property
    def question(self) -> tuple[str, str] | None:
        """Equal for two compiled operations (of different generations) of which either can read the other's events."""
        return (self.fetch.subgraph, print_ast(self.fetch.selection)) if self.fetch is not None else None


@dataclass(frozen=True, eq=False)
class CompiledOperation:
    """An operation ready to be run any number of times, by any caller."""

    supergraph: Supergraph
    plan: Plan
    kind: OperationType
    name: str | None
    coordinates: tuple[Coordinate, ...]
    """The API fields it names, on object types (``Citizen.marriage``)."""
    typenames: tuple[str, ...]
    """The object types whose ``__typename`` it asks for."""
    variables: tuple[VariableDefinitionNode, ...]
    root_fields: tuple[str, ...]
    acts: tuple[tuple[ReadyRequest, ...], ...]
    """Requests that may run side by side as far as their dependencies allow; act after act for mutations."""
    introspection: Introspection
    condition_variables: tuple[str, ...]
    project_for: Callable[[Mapping[str, object]], Complete] = field(repr=False)
    source: Source | None = None
    """Not None: a subscription; ``acts`` then run for each event."""
    later: tuple[ReadyRequest, ...] = ()
    """What deferred fragments take after the acts."""
    deferred: bool = False
    """It has deferred fragments: run it by ``execute_in_parts``."""
    _projections: dict[tuple[object, ...], Complete] = field(default_factory=dict, repr=False)

    def coerce(self, variables: Mapping[str, Json]) -> tuple[dict[str, Json], tuple[ResponseError, ...]]:
        """Request variables by their declared types (GraphQL spec, 6.1.2), defaults filled in; or what is
        wrong with them."""
        return coerce_variables(self.supergraph.api_schema, self.variables, variables)

    def projection(self, variables: Mapping[str, object]) -> Complete:
        """The projection under these variables. Raises: PlanBudgetExceeded."""
        assigned = tuple(variables.get(name) for name in self.condition_variables)
        found = self._projections.get(assigned)
        if found is None:
            found = self.project_for(dict(zip(self.condition_variables, assigned, strict=True)))
            if len(self._projections) < MOST_VARIANTS:
                self._projections[assigned] = found
        return found


def compile_operation(
    supergraph: Supergraph,
    subgraphs: Mapping[str, Subgraph],
    document: DocumentNode,
    operation_name: str | None = None,
    forbidden: Mapping[Coordinate, FetchError] | None = None,
    active_labels: Collection[str] = (),
    deferring: Deferring | None = None,
    elapsed_s: Stopwatch = no_watch,
) -> CompiledOperation:
    """Do once what can be done once for a validated document.

    Fields in ``forbidden`` (``Type.field`` on object types) are not fetched: each is null with its error,
    and the rest stands; ``Type.__typename`` is not told, which makes the object null. ``active_labels``: of
    progressive ``@override``. ``deferring``: the value of each variable in ``@defer(if:)``; None: ``@defer`` is
    ignored, and the answer comes in one piece. Keep the result by document, operation name, supergraph hash, the set
    of forbidden coordinates, the active labels and ``deferring``. ``elapsed_s`` bounds the time that planning takes.

    Raises: NoOperation, InvalidSubscription, NotStreaming, PlanBudgetExceeded, Unplannable.
    """
    operation = find_operation(document, operation_name)
    budget = Budget(BUDGET_STEPS, elapsed_s)
    forbidden = forbidden or {}
    planned = plan_operation(supergraph, operation, forbidden, budget, active_labels, deferring)

    departments = {name: department_of(subgraph) for name, subgraph in subgraphs.items()}

    def project_for(conditions: Mapping[str, object]) -> Complete:
        return ProjectionCompiler(
            supergraph, operation, planned.keys, forbidden, conditions, departments, planned.defers
        ).root()

    acts, later = _acts(supergraph, subgraphs, planned)
    named = named_in(supergraph, operation, budget)
    compiled = CompiledOperation(
        supergraph=supergraph,
        plan=planned.plan,
        kind=operation.kind,
        name=operation.name,
        coordinates=named.coordinates,
        typenames=named.typenames,
        variables=tuple(operation.definition.variable_definitions or ()),
        root_fields=root_fields_of(supergraph, operation, budget),
        acts=acts,
        introspection=Introspection(supergraph, operation),
        condition_variables=_condition_variables(document),
        project_for=project_for,
        source=_source(subgraphs, planned) if operation.kind is OperationType.SUBSCRIPTION else None,
        later=later,
        deferred=bool(planned.defers.met),
    )
    if not compiled.condition_variables:
        compiled.projection({})  # the only one: made wherever the plan is, not at the first request
    return compiled


def _acts(
    supergraph: Supergraph, subgraphs: Mapping[str, Subgraph], planned: Planned
) -> tuple[tuple[tuple[ReadyRequest, ...], ...], tuple[ReadyRequest, ...]]:
    """The acts, and what comes after them."""
    operation = planned.operation
    defaults = _defaults(planned)
    acts: dict[int, dict[int, list[ReadyFetch]]] = {}
    later: dict[int, list[ReadyFetch]] = {}
    apart = any(map(is_contextual, planned.plan.steps))
    for fetch in planned.plan.steps:
        if fetch.kind is OperationType.SUBSCRIPTION:
            continue
        subgraph = subgraphs[fetch.subgraph]
        ready = ReadyFetch(
            fetch,
            _prepared(subgraph, fetch, operation.name, defaults),
            _readers(supergraph, planned, fetch),
            department_of(subgraph),
            _contexts(supergraph, planned, fetch),
            apart,
        )
        at = fetch.batch if takes_batches(subgraph) else fetch.number
        wave = acts.setdefault(fetch.act, {}) if fetch.defer is None else later
        wave.setdefault(at, []).append(ready)

    def request(fetches: list[ReadyFetch]) -> ReadyRequest:
        subgraph = subgraphs[fetches[0].fetch.subgraph]
        planned_fetches = [each.fetch for each in fetches]
        if takes_batches(subgraph) and any(map(is_contextual, planned_fetches)):
            documents = ContextualDocuments(subgraph, planned_fetches, operation.name, defaults)
            return ReadyRequest(tuple(fetches), None, documents)
        if len(fetches) == 1:
            return ReadyRequest((fetches[0],))
        batch = prepare_batch(subgraph, planned_fetches, operation.name, defaults)
        return ReadyRequest(tuple(fetches), batch)

    return tuple(tuple(map(request, acts[act].values())) for act in sorted(acts)), tuple(
        map(request, later.values())
    )


def _defaults(planned: Planned) -> dict[str, ValueNode]:
    return {
        definition.variable.name.value: definition.default_value
        for definition in planned.operation.definition.variable_definitions or ()
        if definition.default_value is not None
    }


def _source(subgraphs: Mapping[str, Subgraph], planned: Planned) -> Source:
    fetch = next((each for each in planned.plan.steps if each.kind is OperationType.SUBSCRIPTION), None)
    if fetch is None:
        return Source()
    subgraph = subgraphs[fetch.subgraph]
    asked = _planned_fetch(fetch, planned.operation.name, _defaults(planned))
    return Source(fetch, events_of(subgraph, asked), department_of(subgraph))


def _prepared(
    subgraph: Subgraph, fetch: Fetch, name: str | None, defaults: Mapping[str, ValueNode]
) -> PreparedFetch:
    prepared = subgraph.prepare(_planned_fetch(fetch, name, defaults))
    return RootAgain(prepared) if fetch.is_rooted else prepared


def _planned_fetch(fetch: Fetch, name: str | None, defaults: Mapping[str, ValueNode]) -> PlannedFetch:
    return PlannedFetch(
        fetch.subgraph, fetch.kind, fetch.selection, fetch.entity_types, fetch.variables, name, defaults
    )


def _readers(supergraph: Supergraph, planned: Planned, fetch: Fetch) -> tuple[EntityReader, ...]:
    if fetch.is_root:
        return ()
    return tuple(EntityReader(supergraph, given, planned.keys) for given in fetch.inputs)


def _contexts(supergraph: Supergraph, planned: Planned, fetch: Fetch) -> tuple[ContextReader | None, ...]:
    if not is_contextual(fetch):
        return ()
    return tuple(
        ContextReader(supergraph, given, planned.keys) if given.filled else None for given in fetch.inputs
    )


def _condition_variables(document: DocumentNode) -> tuple[str, ...]:
    """Variables that any ``@skip`` or ``@include`` of the document tests."""
    found: dict[str, None] = {}
    waiting: list[Any] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        for directive in getattr(node, "directives", None) or ():
            for name, _ in conditions_of((directive,)) or ():
                found[name] = None
        chosen = getattr(node, "selection_set", None)
        if chosen is not None:
            waiting.extend(chosen.selections)
    return tuple(sorted(found))
