"""SATISFIABILITY_ERROR: whatever a client can ask for, some chain of keys reaches.

Walks the API from its roots over states: an object's type, and the places (subgraphs) that may hold it. Keys
lead from places to places; where several subgraphs answer a field, all of them may be asked for it. With
progressive overrides, it holds while every label is active and while none is.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLObjectType

from federation.composition.contexts_above import Filling
from federation.composition.draft import Draft
from federation.composition.objection import Objection, objection
from federation.composition.reach import Reach, State
from federation.supergraph import Supergraph

_MOST_CONTEXTS = 16


def check(draft: Draft, supergraph: Supergraph) -> Iterator[Objection]:
    reported: set[str] = set()
    for active in (False, True) if supergraph.override_labels else (False,):
        yield from _check(draft, supergraph, Reach(supergraph, labels_active=active), reported)


def _check(draft: Draft, supergraph: Supergraph, reach: Reach, reported: set[str]) -> Iterator[Objection]:
    seen = _Known()
    asked = _Known()
    waiting: list[tuple[State, str]] = [(state, state.type) for state in reach.roots()]
    while waiting:
        found, way = waiting.pop()
        api = supergraph.api_schema.type_map.get(found.type)
        if not isinstance(api, GraphQLObjectType):
            continue
        state = seen.new(found)
        if state is None or asked.new(State(state.type, reach.within(state), state.filled)) is None:
            continue
        for field_name in api.fields:
            below = reach.below(state, field_name)
            at = f"{state.type}.{field_name}"
            if below is None and at not in reported:
                reported.add(at)
                yield _unreachable(draft, supergraph, state, field_name, way)
            waiting.extend((each, f"{way}.{field_name}") for each in below or ())


class _Known:
    """States looked at. One is as good as another with fewer contexts set above it. Of a type at its places with very
    many kinds of contexts above it, what all of them have counts."""

    def __init__(self) -> None:
        self._filled: dict[State, list[frozenset[Filling]]] = {}

    def new(self, state: State) -> State | None:
        """What there is to look at; None where it is nothing new."""
        known = self._filled.setdefault(State(state.type, state.places), [])
        if any(filled <= state.filled for filled in known):
            return None
        if len(known) >= _MOST_CONTEXTS:
            state = State(state.type, state.places, state.filled.intersection(*known))
            known.clear()
        known.append(state.filled)
        return state


def _unreachable(draft: Draft, supergraph: Supergraph, state: State, field_name: str, way: str) -> Objection:
    name = state.type
    holders = sorted({place.subgraph for place in state.places})
    owners = supergraph.owners.get(f"{name}.{field_name}", ())
    node = None
    for each in draft.types[name]:
        if each.subgraph.name in owners and field_name in each.type.fields:
            node = each.type.fields[field_name].node
            break
    contexts = _contexts(supergraph, name, field_name)
    if contexts:
        return objection(
            "SATISFIABILITY_ERROR",
            owners,
            node,
            f'"{name}.{field_name}" cannot be filled by way of {way}: nothing above it there sets {contexts} and has what '
            "is taken from it.",
            "Put @context on a type that every way to the field passes.",
        )
    told = ", ".join(holders)
    return objection(
        "SATISFIABILITY_ERROR",
        (*owners, *(h for h in holders if h not in owners)),
        node,
        f'"{name}.{field_name}" cannot be reached by way of {way}: {told} holds "{name}" there, '
        f"but knows no key by which {', '.join(owners) or 'any subgraph'} can be entered.",
        f'Declare a common @key on "{name}", or make the field @shareable where the object is returned.',
    )


def _contexts(supergraph: Supergraph, type_name: str, field_name: str) -> str:
    """The contexts that the field's arguments take from, where all that answer it do."""
    views = [
        view[type_name].fields.get(field_name) for view in supergraph.views.values() if type_name in view
    ]
    answering = [child for child in views if child is not None and child.answers]
    if not all(child.contextual for child in answering):
        return ""
    names = {given.context.partition("__")[2] for child in answering for given in child.contextual}
    return ", ".join(f'the context "{name}"' for name in sorted(names))
