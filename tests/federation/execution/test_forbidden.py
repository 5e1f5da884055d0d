"""Whatever the graph demands of whom, wherever: nothing refused is fetched but as a key, and all else is answered as ever.

Over random worlds, with ``@authenticated`` strewn over their supergraphs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from random import Random

import pytest
from graphql import (
    ConstDirectiveNode,
    FieldNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    NameNode,
    SelectionSetNode,
    execute_sync,
    parse,
)

from federation import FetchError, Plan, Supergraph, compile_operation
from federation.fieldsets import Need
from federation.supergraph import SubgraphView
from federation.supergraph_sdl import load_document
from tests.federation.worlds.cases import cases
from tests.federation.worlds.world import Case, run
from tongban.errors import ErrorCode

PARTS = 4
CASES_PER_PART = 40


def strewn(supergraph: Supergraph, dice: Random) -> Supergraph:
    """The same with a login demanded here and there."""
    document = deepcopy(supergraph.document)
    for node in document.definitions:
        name = getattr(getattr(node, "name", None), "value", "")
        if name in supergraph.fields and name not in ("Query", "Mutation"):
            places = [child for child in getattr(node, "fields", ()) if dice.random() < 0.15]
            places += [node] if dice.random() < 0.05 else []
            for place in places:
                said = ConstDirectiveNode(name=NameNode(value="authenticated"), arguments=())
                place.directives = (*place.directives, said)  # type: ignore[attr-defined]
    return load_document(document, "strewn")


def fetched(plan: Plan, supergraph: Supergraph) -> Iterator[str]:
    """Every ``Type.field`` that a plan asks a subgraph for, on the object types that may stand there."""
    for step in plan.steps:
        view = supergraph.views[step.subgraph]
        if step.is_root:
            root = step.inputs[0].type
            yield from _selected(step.selection, root, (root,), view, supergraph)
        for each in step.selection.selections if not step.is_root else ():
            assert isinstance(each, InlineFragmentNode)
            assert each.type_condition is not None
            on = each.type_condition.name.value
            objects = [name for i in step.inputs if i.type == on for name in supergraph.possible[i.of]]
            yield from _selected(each.selection_set, on, objects, view, supergraph)


def _selected(
    selection: SelectionSetNode, on: str, objects: Sequence[str], view: SubgraphView, supergraph: Supergraph
) -> Iterator[str]:
    for each in selection.selections:
        if isinstance(each, InlineFragmentNode):
            inner = each.type_condition.name.value if each.type_condition else on
            narrowed = [name for name in objects if name in supergraph.possible[inner]]
            yield from _selected(each.selection_set, inner, narrowed, view, supergraph)
        elif isinstance(each, FieldNode) and each.name.value != "__typename":
            yield from (f"{name}.{each.name.value}" for name in objects)
            if each.selection_set is not None:
                below = view[on].fields[each.name.value].named
                kind = view[below]
                inside = kind.possible if kind.abstract else supergraph.possible[below]
                yield from _selected(each.selection_set, below, inside, view, supergraph)


def keys(supergraph: Supergraph) -> set[str]:
    """Every ``Type.field`` in a key."""
    found: set[str] = set()

    def read(type_name: str, needs: Sequence[Need]) -> None:
        for need in needs:
            for name in supergraph.possible[type_name]:
                found.add(f"{name}.{need.name}")
            if need.needs:
                read(supergraph.fields[type_name][need.name].named, need.needs)

    for (kind, _), views in supergraph.keys.items():
        for view in views:
            read(kind, view.needs)
    return found


@contextmanager
def refusing(schema: GraphQLSchema, forbidden: Collection[str]) -> Iterator[None]:
    """For a while the one schema fails where a field is refused."""

    def refuse(*_: object, **__: object) -> object:
        raise PermissionError

    fields = {at: _field(schema, at) for at in forbidden}
    before = {at: field.resolve for at, field in fields.items()}
    for field in fields.values():
        field.resolve = refuse
    try:
        yield
    finally:
        for at, field in fields.items():
            field.resolve = before[at]


def _field(schema: GraphQLSchema, coordinate: str) -> GraphQLField:
    owner, _, name = coordinate.partition(".")
    field: GraphQLField = schema.type_map[owner].fields[name]  # type: ignore[attr-defined]
    return field


def check(case: Case) -> bool:
    """Whether anything was refused."""
    world = case.world
    graph = strewn(world.supergraph, Random(case.operation))
    document = parse(case.operation, no_location=True)
    for each in world.subgraphs.values():
        each.active = frozenset(case.labels)
    open_to_all = compile_operation(graph, world.subgraphs, document, active_labels=case.labels)
    named = {*open_to_all.coordinates, *(f"{name}.__typename" for name in open_to_all.typenames)}
    forbidden = {at: FetchError(ErrorCode.FORBIDDEN, "no") for at in named if at in graph.demands}
    ready = compile_operation(
        graph, world.subgraphs, document, forbidden=forbidden, active_labels=case.labels
    )
    taken = set(fetched(ready.plan, graph)) & set(graph.demands)
    assert taken <= keys(graph), (taken - keys(graph), ready.plan.text(), case)
    world.log.clear()
    result = run(case, ready)
    assert {error.code for error in result.errors} <= {ErrorCode.FORBIDDEN}, (ready.plan.text(), case)
    if not any(at.endswith(".__typename") for at in forbidden):  # graphql-core knows no refused type
        with refusing(world.merged, forbidden):
            expected = execute_sync(world.merged, document, [], variable_values=dict(case.variables))
        assert result.data == expected.data, (sorted(forbidden), ready.plan.text(), case)
        assert bool(result.errors) == bool(expected.errors)
    return bool(forbidden)


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_refused_is_fetched_and_all_else_is_answered(part: int) -> None:
    refused = sum(map(check, cases(70_000_000 + part * 1_000_000, CASES_PER_PART)))
    assert refused > CASES_PER_PART // 4
