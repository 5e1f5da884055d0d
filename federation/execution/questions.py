"""What an entity fetch asks: the representations found in the data, each once, and the objects that wait for each. It
sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from federation.execution.compiled import ReadyFetch
from federation.execution.contexts import Values, entities_with_values
from federation.execution.failures import Failure, mark
from federation.execution.representations import Entity, EntityReader, identity
from federation.planning.operation import holds
from federation.subgraph import Json


@dataclass(slots=True)
class Question:
    """The entities that a fetch asks for, each once, and the objects that wait for each."""

    ready: ReadyFetch
    values: Values
    """Of the variables that contexts fill."""
    representations: list[Entity] = field(default_factory=list)
    targets: list[list[Entity]] = field(default_factory=list)
    _known: dict[object, int] = field(default_factory=dict)

    def add(self, representation: Entity, entity: Entity) -> None:
        same = identity(representation)
        at = self._known.get(same)
        if at is None:
            self._known[same] = len(self.representations)
            self.representations.append(representation)
            self.targets.append([entity])
        elif not any(entity is other for other in self.targets[at][-1:]):
            self.targets[at].append(entity)


def questions_of(ready: ReadyFetch, variables: Mapping[str, Json], data: Entity) -> Iterable[Question]:
    """Each different representation once, with all objects that wait for its answer; those that take something
    else from a context apart."""
    questions: dict[str, Question] = {}
    for index, reader in enumerate(ready.readers):
        if not has_reason(ready, index, variables):
            continue
        contexts = ready.contexts[index] if ready.contexts else None
        for entity, values in entities_with_values(reader, contexts, data):
            if isinstance(values, Failure):
                _pass_on(ready, reader, entity, values)
                continue
            found = reader.represent(entity)
            if isinstance(found, Failure):
                _pass_on(ready, reader, entity, found)
            elif found is not None and values is not None:
                apart = repr(values) if values else ""
                if apart not in questions:
                    questions[apart] = Question(ready, values)
                questions[apart].add(found, entity)
    return questions.values()


def has_reason(ready: ReadyFetch, index: int, variables: Mapping[str, Json]) -> bool:
    """Whether anything that the client wants takes this input of the fetch."""
    return any(holds(reason, variables) for reason in ready.fetch.inputs[index].reasons)


def _pass_on(ready: ReadyFetch, reader: EntityReader, entity: Entity, failure: Failure) -> None:
    """What an entity needs has failed, so what depends on it has too."""
    mark(ready.fetch.selection, entity, Failure(failure.report), reader.input.type)
