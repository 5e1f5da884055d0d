"""SATISFIABILITY_ERROR: whatever a client can ask for, some chain of keys reaches.

Walks the API from its roots over states: an object's type, and the places (subgraphs) that may hold it. Keys
lead from places to places; where several subgraphs answer a field, all of them may be asked for it. With
progressive overrides, it holds while every label is active and while none is.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLObjectType

from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection
from federation.composition.reach import Reach, State
from federation.supergraph import Supergraph


def check(draft: Draft, supergraph: Supergraph) -> Iterator[Objection]:
    reported: set[str] = set()
    for active in (False, True) if supergraph.override_labels else (False,):
        yield from _check(draft, supergraph, Reach(supergraph, labels_active=active), reported)


def _check(draft: Draft, supergraph: Supergraph, reach: Reach, reported: set[str]) -> Iterator[Objection]:
    seen: set[State] = set()
    asked: set[State] = set()
    waiting: list[tuple[State, str]] = [(state, state.type) for state in reach.roots()]
    while waiting:
        state, way = waiting.pop()
        api = supergraph.api_schema.type_map.get(state.type)
        if state in seen or not isinstance(api, GraphQLObjectType):
            continue
        seen.add(state)
        around = State(state.type, reach.within(state))
        if around in asked:
            continue
        asked.add(around)
        for field_name in api.fields:
            below = reach.below(state, field_name)
            at = f"{state.type}.{field_name}"
            if below is None and at not in reported:
                reported.add(at)
                yield _unreachable(draft, supergraph, state, field_name, way)
            waiting.extend((each, f"{way}.{field_name}") for each in below or ())


def _unreachable(draft: Draft, supergraph: Supergraph, state: State, field_name: str, way: str) -> Objection:
    name = state.type
    holders = sorted({place.subgraph for place in state.places})
    owners = supergraph.owners.get(f"{name}.{field_name}", ())
    node = None
    for each in draft.types[name]:
        if each.subgraph.name in owners and field_name in each.type.fields:
            node = each.type.fields[field_name].node
            break
    told = ", ".join(holders)
    return objection(
        "SATISFIABILITY_ERROR",
        (*owners, *(h for h in holders if h not in owners)),
        node,
        f'"{name}.{field_name}" cannot be reached by way of {way}: {told} holds "{name}" there, '
        f"but knows no key by which {', '.join(owners) or 'any subgraph'} can be entered.",
        f'Declare a common @key on "{name}", or make the field @shareable where the object is returned.',
    )
