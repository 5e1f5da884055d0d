"""A drafted selection as GraphQL AST, conditions as ``@skip`` and ``@include``."""

from __future__ import annotations

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

from federation.planning.draft import Chosen, Node
from federation.planning.operation import ALWAYS, Conditions


def selection_set(node: Node, implied: Conditions) -> SelectionSetNode:
    """The selection of a node; conditions in ``implied`` hold whenever it is sent and are left out."""
    found: list[SelectionNode] = []
    if node.typename or not (node.fields or node.by_type):
        found.append(FieldNode(name=NameNode(value="__typename"), arguments=(), directives=()))
    found.extend(_conditional(chosen, implied) for chosen in node.fields.values())
    for name, inner in node.by_type.items():
        if inner.fields or inner.by_type or inner.typename:
            found.append(
                InlineFragmentNode(
                    type_condition=NamedTypeNode(name=NameNode(value=name)),
                    directives=(),
                    selection_set=selection_set(inner, implied),
                )
            )
    return SelectionSetNode(selections=tuple(found))


def _conditional(chosen: Chosen, implied: Conditions) -> SelectionNode:
    """A directive stands once at a place (GraphQL spec, 5.7.3): where a field has several conditions of one sort, each
    further one is on a fragment around it."""
    waiting = sorted(chosen.conditions - implied)
    found: SelectionNode = _field(chosen, _once_each(waiting))
    while waiting:
        found = InlineFragmentNode(
            directives=_once_each(waiting), selection_set=SelectionSetNode(selections=(found,))
        )
    return found


def _field(chosen: Chosen, directives: tuple[DirectiveNode, ...]) -> FieldNode:
    return FieldNode(
        alias=NameNode(value=chosen.key) if chosen.key != chosen.name else None,
        name=NameNode(value=chosen.name),
        arguments=chosen.arguments,
        directives=directives,
        selection_set=selection_set(chosen.below, ALWAYS) if chosen.below is not None else None,
    )


def _once_each(waiting: list[tuple[str, bool]]) -> tuple[DirectiveNode, ...]:
    """Takes one ``@include`` and one ``@skip`` out of the list, as far as there are."""
    taken = {wanted: (name, wanted) for name, wanted in reversed(waiting)}
    for each in taken.values():
        waiting.remove(each)
    return tuple(_directive(*each) for each in sorted(taken.values()))


def _directive(name: str, wanted: bool) -> DirectiveNode:
    value = VariableNode(name=NameNode(value=name))
    return DirectiveNode(
        name=NameNode(value="include" if wanted else "skip"),
        arguments=(ArgumentNode(name=NameNode(value="if"), value=value),),
    )


def variables_in(node: object) -> set[str]:
    """Names of the variables used anywhere in an AST node."""
    found = set[str]()
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, VariableNode):
            found.add(each.name.value)
        elif isinstance(each, FieldNode):
            waiting.extend((each.arguments, each.directives, each.selection_set))
        elif isinstance(each, tuple | list):
            waiting.extend(each)
        elif each is not None and hasattr(each, "keys"):
            waiting.extend(getattr(each, key) for key in each.keys if key != "loc")
    return found
