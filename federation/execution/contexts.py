"""What contexts fill: the values that an entity takes from the objects above it, and documents with one ``_entities``
field for each different set of them. Built once per fetch; it sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import NameNode, SelectionSetNode, ValueNode, VariableNode, Visitor, visit

from federation.execution.batches import Batch, prepare_batch
from federation.execution.failures import Failure
from federation.execution.representations import Entity, EntityReader, Part, each_at, parts_of, type_name_of
from federation.fieldsets import Need
from federation.planning.draft import Path, ValueSource
from federation.planning.keys import ResponseKeys
from federation.planning.plan import Fetch, Input
from federation.subgraph import Json, Subgraph
from federation.supergraph import Supergraph

MOST_QUESTIONS = 64
"""``_entities`` fields in one document."""

MOST_DOCUMENTS = 32
"""Documents kept per request of a plan."""

Values = dict[str, Json]
"""By variable."""


_NOTHING: Values = {}


class ContextReader:
    """Reads the values of one input of a fetch."""

    __slots__ = ("_lengths", "_path", "_variables")

    def __init__(self, supergraph: Supergraph, given: Input, keys: ResponseKeys) -> None:
        self._path = given.path
        lengths = {len(source.path) for filled in given.filled for source in filled.sources}
        self._lengths = sorted(lengths)
        at = {length: position for position, length in enumerate(self._lengths)}
        self._variables = [
            (
                filled.variable,
                not filled.type.endswith("!"),
                [_Source.of(supergraph, source, keys, at[len(source.path)]) for source in filled.sources],
            )
            for filled in sorted(given.filled, key=lambda filled: filled.variable)
        ]

    def entities(self, data: Entity) -> Iterator[tuple[Entity, Values | Failure | None]]:
        """All objects at the input's path with their values: None where nothing gives one that must be there, a
        failure where it has failed."""
        for entity, above in _below(data, self._path, self._lengths):
            yield entity, self._values(above)

    def _values(self, above: Sequence[Entity]) -> Values | Failure | None:
        found: dict[str, Json] = {}
        for variable, nullable, sources in self._variables:
            source = next((each for each in sources if each.has(above)), None)
            value = source.read(above) if source is not None else None
            if isinstance(value, Failure):
                return value
            if value is None and (source is None or not nullable):
                return None
            found[variable] = value
        return found


@dataclass(frozen=True, slots=True)
class _Source:
    """One place that may give a value: the object ``position`` among those above, and how each type is read."""

    position: int
    needs: tuple[Need, ...]
    parts: tuple[Part, ...]
    by_type: Mapping[str, tuple[Part, ...]] | None

    @classmethod
    def of(cls, supergraph: Supergraph, source: ValueSource, keys: ResponseKeys, position: int) -> _Source:
        if not source.types:
            alike = parts_of(supergraph, keys, source.of, source.needs, strict=False)
            return cls(position, source.needs, alike, None)
        by_type = {
            name: parts_of(supergraph, keys, name, source.needs, strict=False) for name in source.types
        }
        return cls(position, source.needs, (), by_type)

    def has(self, above: Sequence[Entity]) -> bool:
        """Whether this is where the value comes from."""
        return self.by_type is None or type_name_of(above[self.position]) in self.by_type

    def read(self, above: Sequence[Entity]) -> Any:
        entity = above[self.position]
        parts = self.parts if self.by_type is None else self.by_type[type_name_of(entity)]
        for part in parts:
            value = entity.get(part.key)
            if part.read is not None and not isinstance(value, Failure):
                value = part.read(value)
            inner = [each for need in self.needs if need.name == part.name for each in need.needs]
            return _leaf(value, inner)
        return None


def _leaf(value: Any, needs: Sequence[Need]) -> Any:
    """The one leaf inside; lists stay lists."""
    if isinstance(value, list):
        found = [_leaf(each, needs) for each in value]
        return next((each for each in found if isinstance(each, Failure)), found)
    if not needs or not isinstance(value, dict):
        return value
    need = next((each for each in needs if each.name in value), None)
    return _leaf(value[need.name], need.needs) if need is not None else None


def _below(data: Entity, path: Path, lengths: Sequence[int]) -> Iterator[tuple[Entity, tuple[Any, ...]]]:
    """All objects at a path, each with the values at those lengths of it."""
    level: list[tuple[Any, tuple[Any, ...]]] = [(data, ())]
    for length in range(len(path) + 1):
        if length in lengths:
            level = [(value, (*above, value)) for value, above in level]
        if length < len(path):
            level = [(each, above) for value, above in level for each in each_at([value], path[length])]
    return ((value, above) for value, above in level if type(value) is dict)


def entities_with_values(
    reader: EntityReader, contexts: ContextReader | None, data: Entity
) -> Iterable[tuple[Entity, Values | Failure | None]]:
    """The entities of one input, with what they take from above."""
    if contexts is not None:
        return contexts.entities(data)
    return ((entity, _NOTHING) for entity in reader.entities(data))


class ContextualDocuments:
    """The documents of one request of a plan, one for each number of different values; a subgraph that takes batches
    is asked for all of them at once."""

    def __init__(
        self,
        subgraph: Subgraph,
        fetches: Sequence[Fetch],
        operation_name: str | None,
        defaults: Mapping[str, ValueNode],
    ) -> None:
        self._subgraph = subgraph
        self._fetches = fetches
        self._operation_name = operation_name
        self._defaults = defaults
        self._contextual = [
            {each.variable for given in fetch.inputs for each in given.filled} for fetch in fetches
        ]
        self._taken = {
            name
            for fetch, contextual in zip(fetches, self._contextual, strict=True)
            for name, _ in fetch.variables
            if name not in contextual
        }
        self._known: dict[tuple[int, ...], tuple[Batch, list[dict[str, str]]]] = {}

    def of(self, questions: tuple[int, ...]) -> tuple[Batch, list[dict[str, str]]]:
        """The document for questions, each an index of ``fetches``, and what each calls its variables there."""
        found = self._known.get(questions)
        if found is None:
            found = self._prepare(questions)
            if len(self._known) < MOST_DOCUMENTS:
                self._known[questions] = found
        return found

    def _prepare(self, questions: tuple[int, ...]) -> tuple[Batch, list[dict[str, str]]]:
        names = [self._names(number, index) for number, index in enumerate(questions)]
        fetches = [
            replace(
                self._fetches[index],
                selection=_renamed(self._fetches[index].selection, called),
                variables=tuple((called.get(n, n), kind) for n, kind in self._fetches[index].variables),
            )
            for index, called in zip(questions, names, strict=True)
        ]
        return prepare_batch(self._subgraph, fetches, self._operation_name, self._defaults), names

    def _names(self, number: int, index: int) -> dict[str, str]:
        found: dict[str, str] = {}
        for variable in sorted(self._contextual[index]):
            name = f"{variable}_{number}"
            while name in self._taken:
                name = f"_{name}"
            found[variable] = name
        return found


class _Renaming(Visitor):
    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._names = names

    def enter_variable(self, node: VariableNode, *_: object) -> VariableNode | None:
        called = self._names.get(node.name.value)
        return VariableNode(name=NameNode(value=called)) if called else None


def _renamed(selection: SelectionSetNode, names: Mapping[str, str]) -> SelectionSetNode:
    renamed = visit(selection, _Renaming(names)) if names else selection
    assert isinstance(renamed, SelectionSetNode)
    return renamed


def is_contextual(fetch: Fetch) -> bool:
    return any(given.filled for given in fetch.inputs)
