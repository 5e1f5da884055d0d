"""What a step carries, as merging compares it: entries by place, needs by type, selections by what is in them, and the
shapes of the answer. Each comparison costs what the smaller of two steps holds, not both."""

from __future__ import annotations

from dataclasses import dataclass, field

from federation.fieldsets import Need
from federation.planning.draft import Entry, Node, Path, Step, at_odds
from federation.supergraph import SubgraphView, Supergraph


@dataclass(slots=True)
class Shapes:
    """The response keys of one place with the type of each, composite ones named ``*``, and what is below them."""

    fields: dict[str, str] = field(default_factory=dict)
    below: dict[str, Shapes] = field(default_factory=dict)
    clash: bool = False
    """One key has two types in here (GraphQL spec 5.3.2, SameResponseShape)."""

    def add(self, views: SubgraphView, node: Node) -> None:
        """Take a selection in."""
        for flat in (node, *node.by_type.values()):
            for chosen in flat.fields.values():
                view = views[flat.type].fields[chosen.name]
                shape = view.type if view.leaf else view.type.replace(view.named, "*")
                self.clash |= self.fields.setdefault(chosen.key, shape) != shape
                if chosen.below is not None:
                    below = self.below.setdefault(chosen.key, Shapes())
                    below.add(views, chosen.below)
                    self.clash |= below.clash

    def fit(self, other: Shapes) -> bool:
        """Whether both may stand side by side."""
        if self.clash or other.clash:
            return False
        if any(self.fields.get(key, shape) != shape for key, shape in other.fields.items()):
            return False
        return all(self.below[key].fit(inner) for key, inner in other.below.items() if key in self.below)

    def take(self, other: Shapes) -> None:
        """Put those that fit in as well."""
        self.fields.update(other.fields)
        for key, inner in other.below.items():
            if key in self.below:
                self.below[key].take(inner)
            else:
                self.below[key] = inner


class Load:
    """One step that is no root step, and those that it took in."""

    def __init__(self, supergraph: Supergraph, step: Step) -> None:
        self._views = supergraph.views[step.subgraph]
        self.step = step
        self._entries: dict[tuple[Path, str, str], Entry] = {}
        self._paths: dict[str, set[Path]] = {}
        self._requires: dict[str, set[tuple[Need, ...]]] = {}
        self._selections: dict[str, object] = {}
        self._shapes: Shapes | None = None
        for entry in step.entries:
            self._note(entry)

    def _note(self, entry: Entry) -> None:
        self._entries[entry.path, entry.type, entry.of] = entry
        self._paths.setdefault(entry.type, set()).add(entry.path)
        if entry.requires:
            self._requires.setdefault(entry.of, set()).add(tuple(entry.requires))

    def may_take(self, other: Load) -> bool:
        """Whether the other step's entities can be asked for here, with no more fetched of any."""
        mine, theirs = self.step.node.by_type, other.step.node.by_type
        common = [name for name in theirs if name in mine]
        if not all(self._is_alike(other, name) for name in common) or self._is_at_odds(other):
            return False
        if len(common) == len(mine) == len(theirs) == 1:
            return True
        return self.shapes.fit(other.shapes)

    def take(self, other: Load) -> None:
        """Ask for the other step's entities here."""
        for name, node in other.step.node.by_type.items():
            if name not in self.step.node.by_type or self.selection(name) != other.selection(name):
                self._selections.pop(name, None)
                if self._shapes is not None:
                    self._shapes.take(other.shapes)
                self.step.node.add(Node(self.step.node.type, by_type={name: node}))
        self.step.depends |= other.step.depends
        for entry in other.step.entries:
            same = self._entries.get((entry.path, entry.type, entry.of))
            if same is None:
                same = entry
                self.step.entries.append(entry)
            else:
                same.add(entry)
            self._note(same)

    @property
    def shapes(self) -> Shapes:
        if self._shapes is None:
            self._shapes = Shapes()
            for node in self.step.node.by_type.values():
                self._shapes.add(self._views, node)
        return self._shapes

    def selection(self, name: str) -> object:
        """Equal for equal selections on the type."""
        if name not in self._selections:
            self._selections[name] = _content(self.step.node.by_type[name])
        return self._selections[name]

    def _is_alike(self, other: Load, name: str) -> bool:
        return self._paths.get(name) == other._paths.get(name) or self.selection(name) == other.selection(
            name
        )

    def _is_at_odds(self, other: Load) -> bool:
        return any(
            at_odds(mine, theirs)
            for of, found in other._requires.items()
            for theirs in found
            for mine in self._requires.get(of, ())
            if mine != theirs
        )


class Loads:
    """Steps that go at the same time to the same subgraph, none of which may take another; searched by what they select
    and where, since there may be thousands."""

    def __init__(self) -> None:
        self._loads: list[Load] = []
        self._of_type: dict[str, set[int]] = {}
        self._alike: dict[object, dict[int, None]] = {}

    def join(self, load: Load) -> Load | None:
        """The first that may take the step takes it; if none does, the step stays here for others."""
        found = next((n for n in self._candidates(load) if self._loads[n].may_take(load)), None)
        if found is None:
            self._loads.append(load)
            self._note(len(self._loads) - 1, load)
            return None
        partner = self._loads[found]
        partner.take(load)
        self._note(found, load)
        return partner

    def _note(self, number: int, load: Load) -> None:
        """The step at the number is or has taken the load."""
        for name in load.step.node.by_type:
            self._of_type.setdefault(name, set()).add(number)
            self._alike.setdefault((name, self._loads[number].selection(name)), {})[number] = None
        for entry in load.step.entries:
            self._alike.setdefault((entry.type, entry.path), {})[number] = None

    def _candidates(self, load: Load) -> list[int]:
        """Those that have none of the type, the same of it, or the same objects."""
        names = list(load.step.node.by_type)
        holding = [self._of_type.get(name, set[int]()) for name in names]
        found = set[int]()
        if any(len(numbers) < len(self._loads) for numbers in holding):
            found.update(n for n in range(len(self._loads)) if any(n not in numbers for numbers in holding))
        for name in names:
            found.update(self._alike.get((name, load.selection(name)), ()))
        for entry in load.step.entries:
            found.update(self._alike.get((entry.type, entry.path), ()))
        return sorted(found)


def _content(node: Node) -> object:
    """A response key says which arguments a field has."""
    fields = tuple(
        (key, tuple(sorted(conditions)), None if chosen.below is None else _content(chosen.below))
        for (key, conditions), chosen in node.fields.items()
    )
    by_type = tuple((name, _content(inner)) for name, inner in node.by_type.items())
    return node.typename, fields, by_type
