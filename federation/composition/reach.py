"""Which fields of an object can be had at all, by the planner's own graph: stands, keys, ``@provides``, ``@requires``,
contexts set above.

It plans nothing: it tells what is possible, not what is cheap. An object is known by its type, all the stands that may
hold it, and which contextual arguments can be filled from above; where several subgraphs answer a field, all of them may
be asked and their answers are laid over each other, as the planner does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from federation.composition.contexts_above import ContextsAbove, Filling
from federation.fieldsets import Need
from federation.planning.enterable import enterable
from federation.planning.stands import Name, Stand, answered, below, narrowed, view_of
from federation.supergraph import Supergraph

_A = TypeVar("_A", bound="_Needy | _Given")


@dataclass(frozen=True, slots=True)
class State:
    """An object of a type (of an interface, where only interface objects hold it), the stands that hold it, and which
    contextual arguments can be filled from above."""

    type: str
    stands: frozenset[Stand]
    filled: frozenset[Filling] = frozenset()


@dataclass(frozen=True, slots=True)
class _Needy:
    """A field with ``@requires`` or contextual arguments at one stand."""

    around: State
    stand: Stand
    field: str


@dataclass(frozen=True, slots=True)
class _Given:
    """What an object gives to contextual arguments below it."""

    around: State
    filling: Filling


_Asked = _Needy | _Given


@dataclass(slots=True)
class _Table:
    """Who answers what about an object: at once, and once what the field needs is there."""

    around: State
    plain: dict[str, list[Stand]]
    needy: dict[str, list[_Needy]]


class Reach:
    """Asks one supergraph whose override labels are decided; every answer is kept."""

    def __init__(self, supergraph: Supergraph) -> None:
        self._supergraph = supergraph
        self._around: dict[State, State] = {}
        self._stands: dict[frozenset[Name], frozenset[Stand]] = {}
        self._tables: dict[State, _Table] = {}
        self._contexts = ContextsAbove(supergraph)
        self._able: dict[_Asked, bool] = {}
        """Whether what is needed can be had, as far as that is settled."""
        self._open: dict[_Asked, None] = {}

    def roots(self) -> Iterator[State]:
        schema = self._supergraph.full_schema
        for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
            if root is not None:
                holders = (n for n, view in self._supergraph.views.items() if root.name in view)
                yield State(root.name, frozenset(Stand(name, root.name) for name in holders))

    def around(self, state: State) -> State:
        """The object with every stand it can be fetched from, those that hold it included."""
        known = self._around.get(state)
        if known is None:
            known = self._around[state] = State(state.type, self._entered(state), state.filled)
        return known

    def below(self, state: State, fields: Iterable[str]) -> Iterator[tuple[str, list[State] | None]]:
        """The objects under each field (none for a leaf); None if nobody can be asked for it."""
        table = self._table(state)
        for field in fields:
            answering = [*table.plain.get(field, ()), *self._served(table, field)]
            yield field, self._under(state, field, answering) if answering else None

    def obtainable(self, state: State, needs: Iterable[Need]) -> bool:
        """Whether a field set can be had whole."""
        return all(self._one(state, need) for need in needs)

    # -- stands

    def _entered(self, state: State) -> frozenset[Stand]:
        """An interface object cannot tell the type: it is left by way of the interface, where that is known."""
        telling = {s for s in state.stands if not view_of(self._supergraph, s).interface_object}
        others = state.stands - telling
        reached = set(state.stands)
        if not telling:
            for interface in sorted({stand.type for stand in others}):
                for name in enterable(self._supergraph, interface, self._sorted(others)):
                    stand = Stand(*name)
                    view = view_of(self._supergraph, stand)
                    if view.interface_object:
                        reached.add(stand)
                    elif state.type in view.possible:
                        telling.add(narrowed(stand, state.type))
        if telling:
            reached |= telling
            found = enterable(self._supergraph, state.type, self._sorted(reached))
            entered = self._stands.get(found)
            if entered is None:
                entered = self._stands[found] = frozenset(Stand(*name) for name in found)
            return entered if reached <= entered else entered | reached
        return frozenset(reached)

    def _sorted(self, stands: Iterable[Stand]) -> list[Stand]:
        return sorted(stands, key=lambda stand: stand.name)

    # -- fields

    def _table(self, state: State) -> _Table:
        around = self.around(state)
        known = self._tables.get(around)
        if known is not None:
            return known
        found = self._tables[around] = _Table(around, {}, {})
        entered: frozenset[Name] | None = None
        for stand in self._sorted(around.stands):
            for name, child in view_of(self._supergraph, stand).fields.items():
                if child.plain or answered(self._supergraph, stand, name) is not None:
                    found.plain.setdefault(name, []).append(stand)
                elif child.answers and child.needy:
                    if entered is None:
                        entered = self._by_key(around)
                    if stand.name in entered:
                        found.needy.setdefault(name, []).append(_Needy(around, stand, name))
        return found

    def _by_key(self, around: State) -> frozenset[Name]:
        """The stands that a key leads to, also back to where the object is."""
        found = enterable(self._supergraph, around.type, self._sorted(around.stands))
        for interface in {s.type for s in around.stands} - {around.type}:
            found |= enterable(self._supergraph, interface, self._sorted(around.stands))
        return found

    def _answering(self, state: State, field: str, *, so_far: bool = False) -> list[Stand]:
        table = self._table(state)
        return [*table.plain.get(field, ()), *self._served(table, field, so_far=so_far)]

    def _served(self, table: _Table, field: str, *, so_far: bool = False) -> list[Stand]:
        """Who answers it with what it needs."""
        needy = table.needy.get(field)
        return [each.stand for each in self._had(needy, so_far)] if needy else []

    def _filled_below(self, state: State, so_far: bool) -> frozenset[Filling]:
        own = self._contexts.set_by(state.type)
        if not own:
            return state.filled
        around = self.around(state)
        had = self._had([_Given(around, filling) for filling in own], so_far)
        return state.filled.difference(own).union(each.filling for each in had)

    def _had(self, asked: list[_A], so_far: bool) -> list[_A]:
        """Those whose needs can be had; ``so_far``: as far as that is known while it is being found out."""
        unknown = [each for each in asked if each not in self._able]
        if unknown and so_far:
            self._open.update(dict.fromkeys(unknown))
        elif unknown:
            self._settle(unknown)
        return [each for each in asked if self._able.get(each)]

    def _settle(self, asked: Iterable[_Asked]) -> None:
        """Finds out which needs can be had: the least fixed point, so that none serves itself."""
        self._open = dict.fromkeys(asked)
        settled: set[_Asked] = set()
        changed = True
        while changed:
            before = len(self._open)
            changed = False
            for each in list(self._open):
                if each not in settled and self._has_needs(each):
                    settled.add(each)
                    self._able[each] = changed = True
            changed |= len(self._open) > before
        self._able.update({each: False for each in self._open if each not in settled})

    def _has_needs(self, asked: _Asked) -> bool:
        if isinstance(asked, _Given):
            return all(self._one(asked.around, need, so_far=True) for need in asked.filling[1])
        child = view_of(self._supergraph, asked.stand).fields[asked.field]
        if any((given.context, given.needs) not in asked.around.filled for given in child.contextual):
            return False
        return all(self._one(asked.around, need, so_far=True) for need in child.requires)

    def _one(self, state: State, need: Need, *, so_far: bool = False) -> bool:
        if need.name == "__typename":
            return True
        if need.on and not self._applies(need.on, state.type):
            return True
        stands = self._answering(state, need.name, so_far=so_far)
        if not stands:
            return False
        return all(
            self._one(child, inner, so_far=so_far)
            for child in (self._under(state, need.name, stands, so_far=so_far) if need.needs else ())
            for inner in need.needs
        )

    def _applies(self, condition: str, type_name: str) -> bool:
        return condition == type_name or type_name in self._supergraph.possible.get(condition, ())

    def _under(
        self, state: State, field: str, answering: Iterable[Stand], *, so_far: bool = False
    ) -> list[State]:
        child = self._supergraph.fields[state.type].get(field)
        if child is None or child.leaf:
            return []
        holders: dict[str, set[Stand]] = {}
        for stand in answering:
            view = view_of(self._supergraph, stand).fields[field]
            inside = below(self._supergraph, stand, view)
            for runtime, held in self._held(inside):
                holders.setdefault(runtime, set()).add(held)
        filled = self._filled_below(state, so_far)
        return [State(runtime, frozenset(found), filled) for runtime, found in sorted(holders.items())]

    def _held(self, inside: Stand) -> Iterator[tuple[str, Stand]]:
        """The objects at a stand: their types, and how the subgraph has them."""
        view = self._supergraph.views[inside.subgraph].get(inside.type)
        if view is None:
            return
        if view.interface_object:
            for name in self._supergraph.possible.get(view.name, ()):
                yield name, inside
            return
        for name in view.possible:
            if name in self._supergraph.views[inside.subgraph]:
                yield name, narrowed(inside, name)
