"""Whatever the graph demands of whom, wherever: nothing refused is fetched but as a key, and all else is answered as ever.

Over the small random worlds of ``generated``, with ``@authenticated`` strewn over their supergraphs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from copy import deepcopy
from random import Random

import pytest
from graphql import (
    ConstDirectiveNode,
    FieldNode,
    InlineFragmentNode,
    NameNode,
    SelectionSetNode,
    execute_sync,
    parse,
    validate,
)

from federation import FetchContext, FetchError, Plan, Supergraph, compile_operation, execute
from federation.supergraph import SubgraphView
from federation.supergraph_sdl import load_document
from tests.federation.generated import World, world_of
from tests.federation.same_as_one import Case, cases, composed
from tongban.errors import ErrorCode

PARTS = 4
CASES_PER_PART = 40


def strewn(supergraph: Supergraph, dice: Random) -> Supergraph:
    """The same with a login demanded here and there."""
    document = deepcopy(supergraph.document)
    for node in document.definitions:
        name = getattr(getattr(node, "name", None), "value", "")
        if name in supergraph.fields and name != "Query":
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
            yield from _selected(step.selection, "Query", ("Query",), view, supergraph)
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
    return {
        f"{name}.{need.name}"
        for (kind, _), found in supergraph.keys.items()
        for name in supergraph.possible[kind]
        for key in found
        for need in key.needs
    }


def refusing(world: World, forbidden: set[str]) -> World:
    """The world's one schema fails where a field is refused."""

    def refuse(*_: object, **__: object) -> object:
        raise PermissionError

    for coordinate in forbidden:
        owner, _, name = coordinate.partition(".")
        fields = getattr(world.merged.type_map.get(owner), "fields", {})
        if name in fields:
            fields[name].resolve = refuse
    return world


def check(case: Case) -> bool:
    """Whether anything was refused."""
    _, supergraph = composed(case.seed)
    assert supergraph is not None
    world = world_of(Random(case.seed))
    document = parse(case.operation)
    if validate(world.merged, document):
        return False
    graph = strewn(supergraph, Random(case.operation))
    whole = compile_operation(graph, world.subgraphs, document)
    named = {*whole.coordinates, *(f"{name}.__typename" for name in whole.typenames)}
    forbidden = {at: FetchError(ErrorCode.FORBIDDEN, "no") for at in named if at in graph.demands}
    compiled = compile_operation(graph, world.subgraphs, document, forbidden=forbidden)
    taken = set(fetched(compiled.plan, graph)) & set(graph.demands)
    assert taken <= keys(graph), (taken, compiled.plan.text())
    variables = {"on": case.on}
    result = asyncio.run(execute(compiled, variables, FetchContext()))
    assert {error.code for error in result.errors} <= {ErrorCode.FORBIDDEN}, compiled.plan.text()
    if not any(at.endswith(".__typename") for at in forbidden):  # graphql-core knows no refused type
        refused = refusing(world, set(forbidden))
        expected = execute_sync(refused.merged, document, world.root, variable_values=variables)
        assert result.data == expected.data, (sorted(forbidden), compiled.plan.text())
        assert bool(result.errors) == bool(expected.errors)
    return bool(forbidden)


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_refused_is_fetched_and_all_else_is_answered(part: int) -> None:
    refused = sum(map(check, cases(7_000_000 + part * 1_000_000, CASES_PER_PART)))
    assert refused > CASES_PER_PART // 3
