"""SATISFIABILITY_ERROR: whatever a client can ask for, some chain of keys reaches.

Walks the API from its roots over states (subgraphs that may hold the object, its type), with the planner's
own routes. Where several subgraphs answer a field, all of them may be asked for it, and so all of them hold
what is below.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLObjectType

from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection
from federation.fieldsets import Need
from federation.planning.routes import routes
from federation.supergraph import Supergraph

State = tuple[frozenset[str], str]


def check(draft: Draft, supergraph: Supergraph) -> Iterator[Objection]:
    seen: set[State] = set()
    reported: set[str] = set()
    waiting: list[tuple[State, str]] = []
    for root in ("Query", "Mutation", "Subscription"):
        if root in supergraph.possible:
            holders = frozenset(n for n, view in supergraph.views.items() if root in view)
            waiting.append(((holders, root), root))
    while waiting:
        state, way = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        for field_name, below in _fields(supergraph, state):
            at = f"{state[1]}.{field_name}"
            if below is None and at not in reported:
                reported.add(at)
                yield _unreachable(draft, supergraph, state, field_name, way)
            waiting.extend((next_state, f"{way}.{field_name}") for next_state in below or ())


def _fields(supergraph: Supergraph, state: State) -> Iterator[tuple[str, list[State] | None]]:
    """The fields that clients see, each with the states below it; None: unreachable."""
    holders, name = state
    api = supergraph.api_schema.type_map.get(name)
    if not isinstance(api, GraphQLObjectType):
        return
    within = holders | frozenset(routes(supergraph, name, tuple(sorted(holders))))
    for field_name in api.fields:
        answering = frozenset(s for s in within if _answers(supergraph, s, within, name, field_name))
        if not answering:
            yield field_name, None
            continue
        child = supergraph.fields[name][field_name]
        yield field_name, [] if child.leaf else _below(supergraph, answering, name, field_name)


def _below(supergraph: Supergraph, answering: frozenset[str], name: str, field_name: str) -> list[State]:
    holders: dict[str, set[str]] = {}
    for subgraph in answering:
        view = supergraph.views[subgraph]
        kind = view.get(view[name].fields[field_name].named)
        for possible in kind.possible if kind else ():
            holders.setdefault(possible, set()).add(subgraph)
    return [(frozenset(found), possible) for possible, found in sorted(holders.items())]


def _answers(
    supergraph: Supergraph, subgraph: str, within: frozenset[str], name: str, field_name: str
) -> bool:
    kind = supergraph.views[subgraph].get(name)
    child = kind.fields.get(field_name) if kind else None
    if child is None or not child.answers:
        return False
    if not child.requires:
        return True
    enterable = any(key.resolvable for key in supergraph.keys.get((name, subgraph), ()))
    return enterable and all(_obtainable(supergraph, within, name, need) for need in child.requires)


def _obtainable(supergraph: Supergraph, within: frozenset[str], name: str, need: Need) -> bool:
    name = need.on or name
    for subgraph in within:
        kind = supergraph.views[subgraph].get(name)
        child = kind.fields.get(need.name) if kind else None
        if child is not None and child.answers:
            return True
    return need.name == "__typename"


def _unreachable(draft: Draft, supergraph: Supergraph, state: State, field_name: str, way: str) -> Objection:
    holders, name = state
    owners = supergraph.owners.get(f"{name}.{field_name}", ())
    node = None
    for each in draft.types[name]:
        if each.subgraph.name in owners and field_name in each.type.fields:
            node = each.type.fields[field_name].node
            break
    told = ", ".join(sorted(holders))
    return objection(
        "SATISFIABILITY_ERROR",
        (*owners, *(h for h in sorted(holders) if h not in owners)),
        node,
        f'"{name}.{field_name}" cannot be reached by way of {way}: {told} holds "{name}" there, '
        f"but knows no key by which {', '.join(owners) or 'any subgraph'} can be entered.",
        f'Declare a common @key on "{name}", or make the field @shareable where the object is returned.',
    )
