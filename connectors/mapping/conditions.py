"""``@skip`` and ``@include`` on the selections of a fetch: literals decided once, variables per run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from federation.conditions import Wanted, conditions_of

Shown = Callable[[Mapping[str, Any]], bool]
"""Whether a selection is part of this run."""


@dataclass(frozen=True, slots=True)
class Selected:
    """The nodes of one response key, merged. ``shown`` None: always."""

    key: str
    name: str
    nodes: tuple[FieldNode, ...]
    shown: Shown | None

    @property
    def selections(self) -> tuple[SelectionSetNode, ...]:
        return tuple(node.selection_set for node in self.nodes if node.selection_set is not None)


def collect(sets: tuple[SelectionSetNode, ...], *type_names: str) -> list[Selected]:
    """The fields selected on a type, inline fragments opened, each response key once; ``type_names``: its own and those of
    its interfaces and unions.
    """
    nodes: dict[str, list[FieldNode]] = {}
    shown: dict[str, list[tuple[Shown, ...]]] = {}
    for selection_set in sets:
        for node, conditions in _fields(selection_set, type_names, ()):
            key = node.alias.value if node.alias else node.name.value
            nodes.setdefault(key, []).append(node)
            shown.setdefault(key, []).append(conditions)
    return [
        Selected(key, found[0].name.value, tuple(found), _any_of(shown[key])) for key, found in nodes.items()
    ]


def _fields(
    selection_set: SelectionSetNode, type_names: tuple[str, ...], outer: tuple[Shown, ...]
) -> Iterator[tuple[FieldNode, tuple[Shown, ...]]]:
    for node in selection_set.selections:
        wanted = conditions_of(node.directives)
        if wanted is None:
            continue
        conditions = tuple(_shown(each) for each in wanted)
        if isinstance(node, FieldNode):
            yield node, (*outer, *conditions)
        elif isinstance(node, InlineFragmentNode) and _fits(node, type_names):
            yield from _fields(node.selection_set, type_names, (*outer, *conditions))


def _fits(node: InlineFragmentNode, type_names: tuple[str, ...]) -> bool:
    return node.type_condition is None or node.type_condition.name.value in type_names


def _shown(wanted: Wanted) -> Shown:
    name, value = wanted
    return lambda variables: bool(variables.get(name)) is value


def _any_of(alternatives: list[tuple[Shown, ...]]) -> Shown | None:
    if any(not conditions for conditions in alternatives):
        return None
    return lambda variables: any(all(shown(variables) for shown in conditions) for conditions in alternatives)
