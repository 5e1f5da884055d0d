"""Several questions about entities in one request: a document with one ``_entities`` field each, for subgraphs that
take it (``takes_batches``). To the subgraph it is a root fetch like any other. It sends nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graphql import (
    ArgumentNode,
    FieldNode,
    NameNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    parse_type,
)

from federation.planning.plan import Fetch
from federation.subgraph import FetchResult, Json, PlannedFetch, PreparedFetch, Representation, Subgraph

_LISTS = parse_type("[_Any!]!", no_location=True)


@dataclass(frozen=True, slots=True)
class Batch:
    """A prepared document; ``names[i]`` is both the response key and the variable of the i-th question."""

    prepared: PreparedFetch
    names: tuple[str, ...]

    def variables(
        self, given: Mapping[str, Json], representations: Sequence[Sequence[Representation]]
    ) -> dict[str, Json]:
        return {**given, **{name: list(each) for name, each in zip(self.names, representations, strict=True)}}

    def apart(self, result: FetchResult) -> list[FetchResult]:
        """The answer of each question."""
        data = result.data if isinstance(result.data, dict) else {}
        everyone = tuple(
            error for error in result.errors if not error.path or error.path[0] not in self.names
        )
        found: list[FetchResult] = []
        for name in self.names:
            own = [replace(e, path=e.path[1:]) for e in result.errors if e.path[:1] == (name,)]
            entities = data.get(name)
            errors = (*own, *(replace(e, path=()) for e in everyone))
            found.append(FetchResult(None, entities if isinstance(entities, list) else None, errors))
        return found


def prepare_batch(
    subgraph: Subgraph,
    fetches: Sequence[Fetch],
    operation_name: str | None,
    defaults: Mapping[str, ValueNode],
) -> Batch:
    """The document of several entity fetches of one subgraph."""
    variables = {name: type_ for fetch in fetches for name, type_ in fetch.variables}
    names = _free_names(len(fetches), variables)
    asked = tuple(_entities(name, fetch.selection) for name, fetch in zip(names, fetches, strict=True))
    planned = PlannedFetch(
        fetches[0].subgraph,
        OperationType.QUERY,
        SelectionSetNode(selections=asked),
        (),
        (*sorted(variables.items()), *((name, _LISTS) for name in names)),
        operation_name,
        defaults,
    )
    return Batch(subgraph.prepare(planned), names)


def _free_names(count: int, taken: Mapping[str, object]) -> tuple[str, ...]:
    mark = "_e"
    while any(name.startswith(mark) for name in taken):
        mark = f"_{mark}"
    return tuple(f"{mark}{number}" for number in range(count))


def _entities(name: str, selection: SelectionSetNode) -> FieldNode:
    variable = VariableNode(name=NameNode(value=name))
    return FieldNode(
        alias=NameNode(value=name),
        name=NameNode(value="_entities"),
        arguments=(ArgumentNode(name=NameNode(value="representations"), value=variable),),
        directives=(),
        selection_set=selection,
    )


def takes_batches(subgraph: Subgraph) -> bool:
    return bool(getattr(subgraph, "takes_batches", False))
