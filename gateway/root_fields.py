"""The root fields of a mutation's fetch, each response key once, whatever conditions it stands under.

Source: GraphQL specification §6.3.2 (CollectFields).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import DirectiveNode, FieldNode, InlineFragmentNode, SelectionSetNode

from federation.conditions import Wanted, conditions_of

_Directives = tuple[DirectiveNode, ...]
_Place = tuple[FieldNode, tuple[_Directives, ...]]
"""A field and the conditions around it, the outermost first."""


@dataclass(frozen=True, slots=True)
class RootField:
    """``node`` has all that is selected of it, without conditions of its own. ``reasons``: place → what must hold there."""

    key: str
    node: FieldNode
    reasons: Mapping[int, tuple[Wanted, ...]]

    def place(self, variables: Mapping[str, Any]) -> int | None:
        """Where in the operation it is met first; None where it is not asked for."""
        return next((at for at, reason in self.reasons.items() if _holds(reason, variables)), None)


def root_fields(selection: SelectionSetNode) -> list[RootField]:
    found: dict[str, dict[int, _Place]] = {}
    for at, (node, around) in enumerate(_fields(selection, ())):
        key = node.alias.value if node.alias else node.name.value
        found.setdefault(key, {})[at] = (node, around)
    return [
        RootField(
            key, _merged(list(places.values())), {at: _reason(around) for at, (_, around) in places.items()}
        )
        for key, places in found.items()
    ]


def _fields(selection: SelectionSetNode, around: tuple[_Directives, ...]) -> Iterator[_Place]:
    for node in selection.selections:
        conditions = conditions_of(node.directives)
        if conditions is None:
            continue
        inner = (*around, tuple(node.directives)) if conditions else around
        if isinstance(node, FieldNode):
            yield node, inner
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, inner)


def _reason(around: Iterable[_Directives]) -> tuple[Wanted, ...]:
    return tuple(each for directives in around for each in conditions_of(directives) or ())


def _holds(reason: Iterable[Wanted], variables: Mapping[str, Any]) -> bool:
    return all(bool(variables.get(name)) is value for name, value in reason)


def _merged(places: Sequence[_Place]) -> FieldNode:
    """What is selected at several places comes under the conditions of each."""
    first = places[0][0]
    selection = first.selection_set
    if selection is not None and len(places) > 1:
        pieces = [_within(node.selection_set, around) for node, around in places if node.selection_set]
        selection = SelectionSetNode(selections=tuple(each for piece in pieces for each in piece.selections))
    return FieldNode(
        alias=first.alias,
        name=first.name,
        arguments=first.arguments,
        directives=(),
        selection_set=selection,
    )


def _within(selection: SelectionSetNode, around: tuple[_Directives, ...]) -> SelectionSetNode:
    for directives in reversed(around):
        fragment = InlineFragmentNode(directives=directives, selection_set=selection)
        selection = SelectionSetNode(selections=(fragment,))
    return selection
