"""A failing case made as small as it will get: parts of its operation and of its subgraphs are left out while it still
fails in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    Node,
    SchemaExtensionNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from tests.federation.worlds.world import Case, World

Fails = Callable[[Case], bool]
Unit = tuple[str, tuple[tuple[str, int], ...]]
"""A part of a document: its name, and the way to a node through (attribute, index)."""
PARTS = ("definitions", "fields", "directives", "selections", "arguments", "types", "interfaces", "values")
OPERATION = ""


def shrink(case: Case, fails: Fails) -> Case:
    """The smaller case; ``fails`` is asked some hundred times."""
    before = {OPERATION: case.operation, **case.world.sdls}
    after = _once(case, before, fails)
    while sum(map(len, after.values())) < sum(map(len, before.values())):
        before, after = after, _once(case, after, fails)
    return _case(case, after)


def _once(case: Case, whole: dict[str, str], fails: Fails) -> dict[str, str]:
    def is_failing(left_out: Sequence[Unit]) -> bool:
        try:
            return fails(_case(case, _without(whole, left_out)))
        except (GraphQLError, TypeError, KeyError, IndexError):
            return False  # it is no operation or no subgraph any more

    units = [(name, way) for name, text in whole.items() for way in _ways(parse(text))]
    return _without(whole, _reduced(units, is_failing))


def _reduced(units: list[Unit], fails: Callable[[Sequence[Unit]], bool]) -> list[Unit]:
    """What can be left out: in big pieces first, then in ever smaller ones."""
    removed: list[Unit] = []
    size = max(1, len(units) // 2)
    while size:
        at = 0
        while at < len(units):
            piece = units[at : at + size]
            if fails([*removed, *piece]):
                removed += piece
                del units[at : at + size]
            else:
                at += size
        size //= 2
    return removed


def _case(case: Case, whole: dict[str, str]) -> Case:
    sdls = {name: text for name, text in whole.items() if name != OPERATION}
    used = parse(whole[OPERATION])
    names: set[str] = set()
    visit(used, _Names(names))
    variables = {name: value for name, value in case.variables.items() if name in names}
    return Case(World(sdls), whole[OPERATION], variables, case.labels)


class _Names(Visitor):
    def __init__(self, found: set[str]) -> None:
        super().__init__()
        self._found = found

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self._found.add(node.name.value)


def _ways(node: Node, way: tuple[tuple[str, int], ...] = ()) -> Iterator[tuple[tuple[str, int], ...]]:
    """Every part that may be left out, the outermost first."""
    for attribute in PARTS:
        for index, each in enumerate(getattr(node, attribute, None) or ()):
            if isinstance(each, SchemaExtensionNode):
                continue
            here = (*way, (attribute, index))
            yield here
            yield from _ways(each, here)
    chosen = getattr(node, "selection_set", None)
    if chosen is not None:
        yield from _ways(chosen, (*way, ("selection_set", -1)))


def _without(whole: dict[str, str], left_out: Sequence[Unit]) -> dict[str, str]:
    found = dict(whole)
    for name in {name for name, _ in left_out}:
        document = parse(whole[name])
        for way in sorted((way for n, way in left_out if n == name), reverse=True):
            _remove(document, way)
        text = "\n".join(map(print_ast, _tidied(document).definitions))
        found[name] = text
        if all(isinstance(each, SchemaExtensionNode) for each in document.definitions):
            del found[name]
    return found


def _remove(document: Node, way: tuple[tuple[str, int], ...]) -> None:
    node: Any = document
    for attribute, index in way[:-1]:
        node = getattr(node, attribute)
        node = node if index < 0 else node[index]
    attribute, index = way[-1]
    parts = getattr(node, attribute)
    setattr(node, attribute, (*parts[:index], *parts[index + 1 :]))


def _tidied(document: DocumentNode) -> DocumentNode:
    """Without fragments and variables that nothing uses any more."""
    spread: set[str] = set()
    used: set[str] = set()

    class Used(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
            spread.add(node.name.value)

        def enter_variable(self, node: VariableNode, _key: Any, parent: Any, *_: Any) -> None:
            if getattr(parent, "kind", "") != "variable_definition":
                used.add(node.name.value)

    visit(document, Used())
    document.definitions = tuple(
        each
        for each in document.definitions
        if not isinstance(each, FragmentDefinitionNode) or each.name.value in spread
    )
    for each in document.definitions:
        if hasattr(each, "variable_definitions") and each.variable_definitions:
            each.variable_definitions = tuple(
                v for v in each.variable_definitions if v.variable.name.value in used
            )
    return document
