"""From which subgraphs one gets to which for an object: by keys, through interface objects, within what
``@provides`` gives, below what sets a context. It plans nothing: it tells what is possible, not what is cheap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from federation.composition.contexts_above import ContextsAbove, Filling
from federation.fieldsets import Need
from federation.supergraph import FieldView, Supergraph, TypeView

_DEEPEST = 12
"""Nested requirements beyond this depth count as not obtainable."""


@dataclass(frozen=True, slots=True)
class Place:
    """A subgraph that may hold the object, the type that it has there (an interface, for an interface
    object), and what ``@provides`` adds to it."""

    subgraph: str
    type: str
    provided: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """An object of a type, all the places it may be at, and which contextual arguments can be filled from above."""

    type: str
    places: frozenset[Place]
    filled: frozenset[Filling] = frozenset()


class Reach:
    """Asks one supergraph; every answer is kept."""

    def __init__(self, supergraph: Supergraph, *, labels_active: bool) -> None:
        self._supergraph = supergraph
        self._labels_active = labels_active
        self._within: dict[State, frozenset[Place]] = {}
        self._asking: set[tuple[State, str, str]] = set()
        self._interfaces = _interfaces(supergraph)
        self._having = _having(supergraph)
        self._contexts = ContextsAbove(supergraph)
        self._filled: dict[State, frozenset[Filling]] = {}

    def roots(self) -> Iterable[State]:
        for root in (
            self._supergraph.full_schema.query_type,
            self._supergraph.full_schema.mutation_type,
            self._supergraph.full_schema.subscription_type,
        ):
            if root is not None:
                holders = (n for n, view in self._supergraph.views.items() if root.name in view)
                yield State(root.name, frozenset(Place(name, root.name) for name in holders))

    def below(self, state: State, field_name: str) -> list[State] | None:
        """The states under a field of the object (none for a leaf); None if nobody can be asked for it."""
        places = [
            p
            for p in self._candidates(state.type, self.within(state), field_name)
            if self._answers(state, p, field_name)
        ]
        if not places:
            return None
        child = self._supergraph.fields[state.type][field_name]
        if child.leaf:
            return []
        holders: dict[str, set[Place]] = {}
        for place in places:
            for runtime, held in self._held(place, state.type, field_name):
                holders.setdefault(runtime, set()).add(held)
        filled = self._filled_below(state)
        return [State(runtime, frozenset(found), filled) for runtime, found in sorted(holders.items())]

    def within(self, state: State) -> frozenset[Place]:
        """Every place that the object can be fetched from, those it is at included."""
        known = self._within.get(state)
        if known is not None:
            return known
        reached = set(state.places)
        candidates = self._entrances(state.type)
        changed = True
        while changed:
            changed = False
            for entrance in list(candidates):
                view = self._supergraph.views[entrance.subgraph][entrance.type]
                if entrance in reached:
                    candidates.remove(entrance)
                elif self._may_enter(state, frozenset(reached), view, entrance):
                    reached.add(entrance)
                    candidates.remove(entrance)
                    changed = True
        self._within[state] = frozenset(reached)
        return self._within[state]

    # -- keys

    def _entrances(self, type_name: str) -> list[Place]:
        found: list[Place] = []
        for subgraph in self._supergraph.names:
            view = self._supergraph.views[subgraph]
            for name in (type_name, *self._interfaces.get(type_name, ())):
                kind = view.get(name)
                if kind is None or not any(key.resolvable for key in kind.keys):
                    continue
                if (
                    name == type_name
                    or kind.interface_object
                    or (type_name in kind.possible and type_name in view)
                ):
                    found.append(Place(subgraph, name))
        return found

    def _may_enter(self, state: State, reached: frozenset[Place], view: TypeView, to: Place) -> bool:
        if to.type == state.type and not any(self._tells_type(place) for place in reached):
            return False
        state = State(state.type, reached, state.filled)
        return any(
            key.resolvable and all(self._obtainable(state, reached, need, _DEEPEST) for need in key.needs)
            for key in view.keys
        )

    def _tells_type(self, place: Place) -> bool:
        """Whether ``__typename`` is known there; an interface object knows it not."""
        return not self._supergraph.views[place.subgraph][place.type].interface_object

    def _obtainable(self, state: State, within: frozenset[Place], need: Need, depth: int) -> bool:
        if need.name == "__typename" or depth == 0:
            return depth > 0
        if need.on and need.on != state.type and state.type not in self._supergraph.possible.get(need.on, ()):
            return True
        answering = (
            place
            for place in self._candidates(state.type, within, need.name)
            if self._answers(state, place, need.name, within)
        )
        if not need.needs:
            return any(answering)
        places = list(answering)
        if not places:
            return False
        holders: dict[str, set[Place]] = {}
        for place in places:
            for runtime, held in self._held(place, state.type, need.name):
                holders.setdefault(runtime, set()).add(held)
        for runtime, found in holders.items():
            child = State(runtime, frozenset(found), self._filled_below(state))
            around = self.within(child) if depth > 1 else child.places
            if not all(self._obtainable(child, around, inner, depth - 1) for inner in need.needs):
                return False
        return True

    # -- contexts

    def _filled_below(self, state: State) -> frozenset[Filling]:
        found = self._filled.get(state)
        if found is None:
            self._filled[state] = state.filled  # while it is being found out
            obtainable = partial(self._may_obtain, state)
            found = self._filled[state] = self._contexts.below(state.type, state.filled, obtainable)
        return found

    def _may_obtain(self, state: State, need: Need) -> bool:
        return self._obtainable(state, self.within(state), need, _DEEPEST)

    # -- fields

    def _candidates(self, type_name: str, within: frozenset[Place], field_name: str) -> Iterable[Place]:
        names = (type_name, *self._interfaces.get(type_name, ()))
        having = [found for n in names if (found := self._having.get((n, field_name)))]
        return (place for place in within if any(place.subgraph in found for found in having))

    def _child(self, place: Place, runtime: str, field_name: str) -> FieldView | None:
        """The field at the place: of the object's own type where the subgraph has that."""
        view = self._supergraph.views[place.subgraph]
        if not self._tells_type(place) or runtime not in view:
            return view[place.type].fields.get(field_name)
        return view[runtime].fields.get(field_name)

    def _answers(
        self, state: State, place: Place, field_name: str, around: frozenset[Place] | None = None
    ) -> bool:
        child = self._child(place, state.type, field_name)
        if child is None:
            return False
        if not child.answers:
            return any(n.name == field_name and self._applies(n, state.type) for n in place.provided)
        if child.guard is not None and child.guard.active is not self._labels_active:
            return False
        if not child.needy:
            return True
        if any((given.context, given.needs) not in state.filled for given in child.contextual):
            return False
        asked = (state, field_name, place.subgraph)
        if asked in self._asking:
            return False
        self._asking.add(asked)
        try:
            within = around if around is not None else self.within(state)
            return self._is_entity(place, state.type) and all(
                self._obtainable(state, within, need, _DEEPEST) for need in child.requires
            )
        finally:
            self._asking.discard(asked)

    def _is_entity(self, place: Place, runtime: str) -> bool:
        view = self._supergraph.views[place.subgraph]
        names = (place.type, runtime, *self._interfaces.get(runtime, ()))
        return any(key.resolvable for name in names if name in view for key in view[name].keys)

    def _applies(self, need: Need, runtime: str) -> bool:
        return not need.on or need.on == runtime or runtime in self._supergraph.possible.get(need.on, ())

    def _held(self, place: Place, runtime: str, field_name: str) -> Iterable[tuple[str, Place]]:
        """The objects that the field gives at the place: their type, and how the subgraph has them."""
        child = self._child(place, runtime, field_name)
        kind = self._supergraph.views[place.subgraph].get(child.named) if child else None
        if child is None or kind is None:
            return
        below = (n for n in place.provided if n.name == field_name and self._applies(n, runtime))
        provided = (*child.provides, *(inner for need in below for inner in need.needs))
        if kind.interface_object:
            for name in self._supergraph.possible.get(kind.name, ()):
                yield name, Place(place.subgraph, kind.name, provided)
            return
        for name in kind.possible:
            yield name, Place(place.subgraph, name, provided)


def _interfaces(supergraph: Supergraph) -> dict[str, tuple[str, ...]]:
    """By object type: its interfaces in the whole graph."""
    found: dict[str, list[str]] = {}
    for name, kind in supergraph.full_schema.type_map.items():
        interfaces = getattr(kind, "interfaces", ())
        if interfaces and name in supergraph.possible:
            found[name] = sorted(interface.name for interface in interfaces)
    return {name: tuple(interfaces) for name, interfaces in found.items()}


def _having(supergraph: Supergraph) -> dict[tuple[str, str], set[str]]:
    """By type and field: the subgraphs that declare it."""
    found: dict[tuple[str, str], set[str]] = {}
    for subgraph, view in supergraph.views.items():
        for kind in view.values():
            for name in kind.fields:
                found.setdefault((kind.name, name), set()).add(subgraph)
    return found
