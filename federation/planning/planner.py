"""Who is asked for what: walks the wanted selections through the subgraphs and drafts the steps.

A field is taken where the parent object already is; what is left at an entity is fetched by its keys, from
the subgraph that answers most of it; what is left then goes up to the parent, which may be asked of another
subgraph too. Wherever there is more than one way on, ``Choices`` decides, the best-looking way first. Fewest
steps first: a step is reused unless that would make it wait for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graphql import OperationType

from federation.planning.acts import acts_of
from federation.planning.contexts import fits, selection, sources, with_arguments
from federation.planning.draft import LIST, Entry, Filled, Node, Step
from federation.planning.faults import Unplannable
from federation.planning.offers import Offers, Tried
from federation.planning.operation import ALWAYS, Conditions
from federation.planning.places import At, Place, Places
from federation.planning.routes import Route
from federation.planning.stands import Name, Stand, answered, below, narrowed, stands_of
from federation.planning.wanted import Selection, Wanted
from federation.supergraph import FieldView


class Planner(Places):
    """Drafts the steps of one operation, once."""

    def draft(self, wanted: Sequence[Wanted]) -> list[Step]:
        """All steps.

        Raises: Unplannable, PlanBudgetExceeded.
        """
        if self._operation.kind is OperationType.MUTATION:
            for number, act in enumerate(acts_of(wanted, self._budget)):
                self._act = number
                self._places.clear()
                self._root_places.clear()
                self._plan_act(act)
        else:
            self._plan_act(wanted)
        return self.steps

    def _plan_act(self, wanted: Sequence[Wanted]) -> None:
        self._roots(wanted)

    # -- root fields

    def _roots(self, wanted: Sequence[Wanted]) -> None:
        root = self._operation.root
        steps = self._root_steps()
        pending = list(wanted)
        offers = self._offers(root, pending, {})
        while pending:
            chosen = self._best_root(root, pending, offers, steps)
            if chosen is None:
                raise Unplannable(f"{root}.{pending[0].name}")
            able = offers.of(chosen).fields
            left: list[Wanted] = []
            for each in pending:
                if each in able:
                    offers.ask(chosen, each)
                    rest = self._descend(self._root_at(steps, chosen, each.conditions), each)
                    left.extend(_noted(offers, each, rest))
                else:
                    left.append(each)
            pending = left

    def _root_steps(self) -> dict[Name, At]:
        """The root steps there are, to be added to."""
        return self._root_places

    def _root_at(self, steps: dict[Name, At], stand: Stand, conditions: Conditions) -> At:
        if stand.name not in steps:
            if steps and self._operation.kind is OperationType.SUBSCRIPTION:
                raise Unplannable(f"{stand.type} of {stand.subgraph}: one subgraph gives the events")
            step = Step(
                stand.subgraph, Node(stand.type), [Entry((), stand.type, stand.type)], True, self._act
            )
            self.steps.append(step)
            steps[stand.name] = At(step, step.node, stand, stand.type, (), ALWAYS)
        steps[stand.name].step.entries[0].because(conditions)
        return steps[stand.name]

    # -- objects

    def _object(self, at: At, wanted: Iterable[Wanted], stuck: Iterable[Wanted] = ()) -> list[Wanted]:
        """Plan fields of an object; what cannot be had here is returned. ``stuck`` was tried here already."""
        rest = list(stuck)
        tried: Tried = {each: {at.stand.name} for each in rest}
        for each in wanted:
            self._budget.spend()
            left: Wanted | None = each
            if answered(self._supergraph, at.stand, each.name) and self._stays(at, each):
                left = self._descend(at, each)
                if left is not None:
                    tried[left] = {at.stand.name}
            if left is not None:
                rest.append(left)
        return self._elsewhere(at, rest, tried) if rest else rest

    def _stays(self, at: At, wanted: Wanted) -> bool:
        """Whether to take a field here that is answered here; another may answer more of what is below it."""
        if wanted.below is None:
            return True
        got, of = self._coverage.of(at.stand, wanted)
        if got == of:
            return True
        place = self._place(at)
        others = {*place.located, *self._ways(place, at)} - {at.stand.name}
        more = any(self._coverage.of(self._stand(place, name), wanted)[0] > got for name in others)
        return self._choices.choose(2 if more else 1) == 0

    def _descend(self, at: At, wanted: Wanted) -> Wanted | None:
        """Choose a field that is answered here, and plan what is below it; what is left below, if anything."""
        if self._view(at.stand).abstract:
            left_over = self._abstract(at, Selection(at.type, [wanted]))
            return left_over.fields[0] if left_over is not None else None
        return self._choose(at, wanted)

    def _choose(self, at: At, wanted: Wanted) -> Wanted | None:
        view = self._view(at.stand).fields[wanted.name]
        conditions = at.conditions | wanted.conditions
        self._note(at.step)
        node = at.node.choose(wanted, conditions, None if view.leaf else view.named)
        if node is None or wanted.below is None:
            return None
        path = (*at.path, wanted.key, *([LIST] * view.depth))
        stand = below(self._supergraph, at.stand, view)
        inside = At(at.step, node, stand, view.named, path, conditions, at, wanted)
        left = self._composite(inside, wanted.below)
        return wanted.with_below(left) if left else None

    def _composite(self, at: At, selection: Selection) -> Selection | None:
        view = self._view(at.stand)
        if view.abstract:
            return self._abstract(at, selection)
        if view.interface_object and selection.type == at.type:
            return self._interface_object(at, selection)
        at.node.typename |= selection.type != at.type
        left = self._object(at, selection.of(at.type))
        return _only(selection.type, at.type, left) if left else None

    # -- abstract types

    def _abstract(self, at: At, selection: Selection) -> Selection | None:
        """A field of all types is asked for once where every type answers it, else of each type apart; whatever
        one type cannot have of it, nobody gets here."""
        at.node.typename = True
        members = self._members(at)
        shared: list[Wanted] = []
        stuck: list[Wanted] = []
        for each in selection.fields:
            if not self._is_common(at, each):
                shared.append(each)
                continue
            left = self._choose(at, each)
            if left is not None:
                stuck.append(left)
        rest = Selection(selection.type, [] if members else shared + stuck)
        common = {(each.key, each.conditions): each for each in shared + stuck}
        for name in members:
            wanted = [*shared, *selection.by_type.get(name, ())]
            if wanted or stuck:
                for each in self._object(self._narrow(at, name), wanted, stuck):
                    whole = common.get((each.key, each.conditions))
                    if whole is None:
                        rest.by_type.setdefault(name, []).append(each)
                    elif whole not in rest.fields:
                        rest.fields.append(whole)
        return rest if rest else None

    def _narrow(self, at: At, object_type: str) -> At:
        if self._view(at.stand).possible == (object_type,) == (at.type,):
            return at
        return replace(
            at,
            node=at.node.fragment(object_type),
            stand=narrowed(at.stand, object_type),
            type=object_type,
            path=(*at.path, frozenset({object_type})),
        )

    def _is_common(self, at: At, wanted: Wanted) -> bool:
        """Whether the subgraph answers the field on the abstract type for every object type it may return."""
        if wanted.name not in self._view(at.stand).fields:
            return False
        if answered(self._supergraph, at.stand, wanted.name) is None:
            return False
        objects = (narrowed(at.stand, name) for name in self._view(at.stand).possible)
        return all(answered(self._supergraph, each, wanted.name) for each in objects)

    def _members(self, at: At) -> Sequence[str]:
        """The object types to tell apart. Of a union those that every subgraph has which might have been asked:
        a member that only some of them know is told by its name alone, as all strong peers do."""
        views = self._supergraph.views
        possible = [name for name in self._view(at.stand).possible if name in views[at.stand.subgraph]]
        if at.above is None or self._supergraph.fields.get(at.type):
            return possible
        for name in self._could_answer(at.above, at.field):
            known_as = next(t for s, t in stands_of(self._supergraph, at.above.type) if s == name)
            inner = views[name].get(views[name][known_as].fields[at.field].named)
            if inner is not None:
                known = set(inner.possible)
                possible = [each for each in possible if each in known]
        return possible

    def _could_answer(self, at: At, name: str) -> set[str]:
        """The subgraphs that might be asked for a field at a place: they hold its objects or can be entered."""
        holders = self._could_answer(at.above, at.field) if at.above is not None else None
        found: set[str] = set()
        for subgraph, known_as in stands_of(self._supergraph, at.type):
            child = self._supergraph.views[subgraph][known_as].fields.get(name)
            if child is None or not child.answers:
                continue
            keys = self._supergraph.keys.get((known_as, subgraph), ())
            if holders is None or subgraph in holders or any(key.resolvable for key in keys):
                found.add(subgraph)
        return found | {at.stand.subgraph}

    def _interface_object(self, at: At, selection: Selection) -> Selection | None:
        """The subgraph knows no object types here: for these the interface is entered where they are known."""
        rest = Selection(selection.type)
        if selection.typename or selection.by_type:
            typed = Selection(selection.type, [], selection.by_type, selection.typename)
            inside = self._where_types_are_known(at, typed)
            rest = typed if inside is None else self._abstract(inside, typed) or rest
        rest.fields = [*rest.fields, *self._object(at, selection.fields)]
        return rest if rest else None

    def _where_types_are_known(self, at: At, typed: Selection) -> At | None:
        place = self._place(at)
        known = self._ways(place, at)
        able = [name for name in known if self._supergraph.views[name[0]][name[1]].abstract]
        able.sort(key=lambda name: (-self._coverage.within(Stand(*name), typed)[0], known[name].cost, name))
        if not able:
            return None
        conditions = [each.conditions for fields in typed.by_type.values() for each in fields]
        common = ALWAYS if typed.typename or not conditions else frozenset.intersection(*conditions)
        route = known[able[self._choices.choose(len(able))]]
        return self._enter(place, at, route, common, set())

    # -- entities

    def _elsewhere(self, at: At, wanted: list[Wanted], tried: Tried) -> list[Wanted]:
        """Fetch fields of an entity from subgraphs that can be entered by a key."""
        place = self._place(at)
        offers = self._offers(at.type, wanted, tried, at.path)
        pending = wanted
        while pending:
            chosen = self._best_elsewhere(place, at, offers)
            if chosen is None:
                break
            able = offers.of(chosen).fields
            left: list[Wanted] = []
            for each in self._plain_first(chosen, pending):
                if each in able:
                    offers.ask(chosen, each)
                    left.extend(_noted(offers, each, self._visit(place, at, chosen, each)))
                else:
                    left.append(each)
            pending = left
        return pending

    def _visit(self, place: Place, at: At, stand: Stand, wanted: Wanted) -> Wanted | None:
        if stand.name in place.located and answered(self._supergraph, stand, wanted.name):
            return self._descend(self._reach(place, at, stand.name, wanted.conditions), wanted)
        view = self._view(stand).fields.get(wanted.name)
        needy = view if view is not None and view.needy else None
        known = place.leaves.get((stand.name, wanted.key, wanted.conditions))
        if needy is not None and known is not None:
            self._note(known)
            return None
        depends: set[Step] = set()
        filled: tuple[Filled, ...] | None = ()
        if needy is not None:
            filled = self._collect(at, stand.subgraph, needy, wanted.conditions, depends)
        if filled is None:
            return wanted
        way = self._ways(place, at).get(stand.name)
        if way is None:
            return wanted
        inside = self._enter(place, at, way, wanted.conditions, depends, needy, filled)
        if needy is None:
            return self._descend(inside, wanted)
        left = self._choose(inside, with_arguments(wanted, filled))
        if wanted.below is None:
            place.leaves[(stand.name, wanted.key, wanted.conditions)] = inside.step
        return replace(left, arguments=wanted.arguments) if left is not None else None

    def _collect(
        self, at: At, subgraph: str, view: FieldView, conditions: Conditions, depends: set[Step]
    ) -> tuple[Filled, ...] | None:
        """Plan what ``@requires`` names (federation spec, @requires) and what contexts give; the steps that give it are
        added to ``depends``. None where it cannot be had."""
        guard = (at.path, f"{at.type}.{view.name}", subgraph)
        self._requiring.add(guard)
        with self._noting(depends):
            left = self._object(at, self._reader.needs(at.type, view.requires, conditions))
            filled = None if left else self._fill(at, view, at.conditions | conditions)
        self._requiring.discard(guard)
        return filled

    def _fill(self, at: At, view: FieldView, conditions: Conditions) -> tuple[Filled, ...] | None:
        """Plan what the field's arguments take from contexts, at the objects above that set them."""
        found: list[Filled] = []
        for argument in view.contextual:
            given = list(sources(self._supergraph, at, argument))
            for above, source in given:
                wanted = selection(self._reader, source, conditions)
                if above.above is None:
                    self._of_root(above, wanted.fields)
                elif self._composite(above, wanted):
                    return None
            if not given:
                return None
            variable = self._reader.variables.name(at.type, view.name, argument.name)
            taken = tuple(source for _, source in given)
            found.append(Filled(argument.name, variable, argument.type, taken))
        return tuple(found)

    def _of_root(self, root: At, wanted: Iterable[Wanted]) -> None:
        """Take root fields from a step that runs anyway, as far as it answers them."""
        left: list[Wanted] = []
        for each in wanted:
            is_answered = answered(self._supergraph, root.stand, each.name) is not None
            rest = self._descend(root, each) if is_answered else each
            if rest is not None:
                left.append(rest)
        self._roots(left)

    def _enter(
        self,
        place: Place,
        at: At,
        way: Route,
        conditions: Conditions,
        depends: set[Step],
        view: FieldView | None = None,
        filled: tuple[Filled, ...] = (),
    ) -> At:
        """A place in a step of the route's subgraph. A step there already is reused, with the key it has, unless
        that would make it wait for itself."""
        usable = [
            (step, way) for step, way in place.entered.get(way.target, ()) if fits(step.entries[0], filled)
        ]
        known = self._reusable(usable, depends, view)
        if known is not None:
            way = known[1]
        self._supply(place, at, way, conditions, depends)
        if known is not None and not any(other.needs(known[0]) for other in depends):
            step = known[0]
        else:
            step = self._new_step(place, at, way)
        step.depends |= depends
        entry = step.entries[0]
        entry.because(at.conditions | conditions)
        entry.filled.update((each.variable, each) for each in filled)
        if view is not None:
            entry.requires.update(dict.fromkeys(view.requires))
        node, stand = step.node.by_type[way.target[1]], Stand(*way.target)
        inside = replace(at, step=step, node=node, stand=stand, apart=False)
        if way.target not in place.located:
            place.located[way.target] = inside
            place.ways[way.target] = way
        return inside

    def _supply(self, place: Place, at: At, way: Route, conditions: Conditions, depends: set[Step]) -> None:
        """Choose the key's fields where the route says."""
        for provider, needs in way.providers:
            source = self._provider(place, at, provider, conditions)
            depends.add(source.step)  # it gives the object itself, even where no key is needed
            with self._noting(depends):
                wanted = self._reader.needs(at.type, needs, conditions)
                if way.deep:
                    entering = (at.path, at.type, way.target)
                    self._entering.add(entering)
                    self._object(source, wanted)
                    self._entering.discard(entering)
                else:
                    for each in wanted:
                        self._descend(source, each)

    def _provider(self, place: Place, at: At, name: Name, conditions: Conditions) -> At:
        """Where parts of a key are taken from."""
        return self._reach(place, at, name, conditions)

    def _reach(self, place: Place, at: At, name: Name, conditions: Conditions) -> At:
        """Where the subgraph holds the objects, entered if need be, so that it is there under these conditions."""
        if name in place.located and name not in place.ways:
            return place.located[name]
        way = place.ways.get(name)
        if way is None:
            way = self._ways(place, at)[name]
        return self._enter(place, at, way, conditions, set())


def _noted(offers: Offers, asked: Wanted, rest: Wanted | None) -> Sequence[Wanted]:
    """What is left of a field that was asked for."""
    if rest is None:
        offers.answered(asked)
        return ()
    offers.left(asked, rest)
    return (rest,)


def _only(selection_type: str, object_type: str, left: list[Wanted]) -> Selection:
    if selection_type == object_type:
        return Selection(selection_type, left)
    return Selection(selection_type, [], {object_type: left})
