"""SATISFIABILITY_ERROR: whatever a client can ask for, some plan answers.

Walks the API from its roots over objects and the stands that may hold them, by the planner's own graph (``reach.py``). What
the walk cannot have is asked of the planner itself, as the shortest operation that needs it: only what has no plan is
objected to, and the operation goes with the objection. With progressive overrides it holds for every set of active labels.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from graphql import GraphQLObjectType, Node, parse

from federation.composition.contexts_above import Filling
from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection
from federation.composition.reach import Reach, State
from federation.composition.witness import witness
from federation.planning import PlanBudgetExceeded, Unplannable, find_operation, plan_operation
from federation.planning.faults import Budget
from federation.planning.labels import decided
from federation.planning.stands import Stand
from federation.supergraph import Supergraph

MOST_LABELS = 4
"""Up to so many override labels every set of them is looked at; of more, none, each alone, all but each, and all."""

MOST_OBJECTIONS = 100
"""The walk ends there: so many are enough to mend."""

MOST_CONTEXTS = 16
"""Of a type at its stands with more kinds of contexts above it, what all of them have counts."""

WITNESS_STEPS = 1_000
"""Steps of planning for one witness: it asks for one field."""

MOST_WITNESSES = 20
"""So many are tried; where there are more, the walk is believed."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A state, and how it was come to."""

    state: State
    field: str = ""
    above: _Found | None = None

    def way(self, field: str) -> list[tuple[str, str]]:
        """(type, field) from the root to a field of this state."""
        steps = [(self.state.type, field)]
        at = self
        while at.above is not None:
            steps.append((at.above.state.type, at.field))
            at = at.above
        return steps[::-1]


def check(draft: Draft, supergraph: Supergraph) -> Iterator[Objection]:
    reported: set[str] = set()
    for labels in label_sets(supergraph.override_labels):
        graph = decided(supergraph, labels) if supergraph.override_labels else supergraph
        for found in _Walk(graph, reported).objections(draft):
            yield found if not labels else _with_labels(found, labels)
            if len(reported) >= MOST_OBJECTIONS:
                return


def label_sets(labels: Iterable[str]) -> list[frozenset[str]]:
    """The sets of active labels for which the graph must hold, the empty one first."""
    names = sorted(labels)
    sizes = range(len(names) + 1) if len(names) <= MOST_LABELS else (0, 1, len(names) - 1, len(names))
    return [frozenset(chosen) for size in sizes for chosen in combinations(names, size)]


def _with_labels(found: Objection, labels: frozenset[str]) -> Objection:
    active = ", ".join(sorted(labels))
    return replace(found, message=f"{found.message} (While the override label {active} is active.)")


class _Seen:
    """States looked at. One is as good as another with fewer contexts set above it."""

    def __init__(self) -> None:
        self._filled: dict[tuple[str, frozenset[Stand]], list[frozenset[Filling]]] = {}

    def __contains__(self, state: State) -> bool:
        known = self._filled.get((state.type, state.stands), ())
        return any(filled <= state.filled for filled in known)

    def new(self, state: State) -> State | None:
        """What there is to look at; None where it is nothing new."""
        if state in self:
            return None
        known = self._filled.setdefault((state.type, state.stands), [])
        if len(known) >= MOST_CONTEXTS:
            state = replace(state, filled=state.filled.intersection(*known))
        known[:] = [filled for filled in known if not state.filled <= filled]
        known.append(state.filled)
        return state


class _Walk:
    """Through one graph."""

    def __init__(self, graph: Supergraph, reported: set[str]) -> None:
        self._graph = graph
        self._reach = Reach(graph)
        self._reported = reported
        self._seen = _Seen()

    def objections(self, draft: Draft) -> Iterator[Objection]:
        waiting = deque(_Found(state) for state in self._reach.roots())
        while waiting:
            found = waiting.popleft()
            kind = self._graph.api_schema.type_map.get(found.state.type)
            state = self._to_look_at(found.state) if isinstance(kind, GraphQLObjectType) else None
            if state is None or not isinstance(kind, GraphQLObjectType):
                continue
            for field, below in self._reach.below(state, kind.fields):
                if below is None:
                    yield from self._objection(draft, found, field)
                waiting.extend(_Found(each, field, found) for each in below or () if each not in self._seen)

    def _to_look_at(self, found: State) -> State | None:
        """None where it is nothing new."""
        state = self._seen.new(found)
        if state is None:
            return None
        around = self._reach.around(state)
        return state if around == state else self._seen.new(around)

    def _objection(self, draft: Draft, found: _Found, field: str) -> Iterator[Objection]:
        at = f"{found.state.type}.{field}"
        if at in self._reported:
            return
        operation = witness(self._graph.api_schema, found.way(field))
        if len(self._reported) >= MOST_WITNESSES or not self._has_plan(operation):
            self._reported.add(at)
            yield _told(draft, self._graph, found, field, operation)

    def _has_plan(self, operation: str) -> bool:
        try:
            asked = find_operation(parse(operation, no_location=True), None)
            plan_operation(self._graph, asked, budget=Budget(WITNESS_STEPS))
        except (Unplannable, PlanBudgetExceeded):
            return False
        return True


def _told(draft: Draft, graph: Supergraph, found: _Found, field: str, operation: str) -> Objection:
    name = found.state.type
    holders = sorted({stand.subgraph for stand in found.state.stands})
    owners = graph.owners.get(f"{name}.{field}", ())
    held = f'"{name}.{field}" cannot be reached by {operation}: {", ".join(holders)} holds "{name}" there'
    cause, fix = _cause(graph, name, field, owners)
    where = _declaration(draft, name, field, owners)
    made = objection(
        "SATISFIABILITY_ERROR",
        (*owners, *(h for h in holders if h not in owners)),
        where,
        f"{held}, {cause}.",
        fix,
    )
    return replace(made, query=operation)


def _cause(graph: Supergraph, name: str, field: str, owners: tuple[str, ...]) -> tuple[str, str]:
    contexts = _contexts(graph, name, field)
    if contexts:
        return (
            f"and nothing above it there sets {contexts} and has what is taken from it",
            "Put @context on a type that every way to the field passes.",
        )
    keys = {owner: [k for k in graph.keys.get((name, owner), ()) if k.resolvable] for owner in owners}
    needy = [o for o in owners if (o, f"{name}.{field}") in graph.requires]
    if needy and any(keys[owner] for owner in needy):
        return (
            f"but what {', '.join(needy)} @requires for it, or a key to go there, cannot be had",
            f'Let what it @requires be reached from where "{name}" is returned.',
        )
    if any(keys.values()):
        told = ", ".join(f'"{key}" of {owner}' for owner, found in keys.items() for key in found)
        return (
            f"but knows not all of any @key by which to enter ({told})",
            f'Declare a common @key on "{name}", or make the field @shareable where the object is returned.',
        )
    return (
        f"and {', '.join(owners) or 'no subgraph'}, which answers the field, has no resolvable @key on it",
        f'Give "{name}" a @key in {", ".join(owners) or "the subgraph that answers it"}, or make the field '
        "@shareable where the object is returned.",
    )


def _contexts(graph: Supergraph, type_name: str, field: str) -> str:
    """The contexts that the field's arguments take from, where all that answer it do."""
    views = [view[type_name].fields.get(field) for view in graph.views.values() if type_name in view]
    answering = [child for child in views if child is not None and child.answers]
    if not all(child.contextual for child in answering):
        return ""
    names = {given.context.partition("__")[2] for child in answering for given in child.contextual}
    return ", ".join(f'the context "{name}"' for name in sorted(names))


def _declaration(draft: Draft, name: str, field: str, owners: tuple[str, ...]) -> Node | None:
    for each in draft.types[name]:
        if each.subgraph.name in owners and field in each.type.fields:
            return each.type.fields[field].node
    return None
