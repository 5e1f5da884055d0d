"""The selection of a ``@fromContext``, held against the types that set the context: one leaf of each, of the
argument's own type. It yields sentences, not objections."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    SelectionNode,
    SelectionSetNode,
    TypeNode,
    print_ast,
)

from federation.composition.draft import named
from federation.composition.source import Kind, SubgraphSource, TypeSource
from federation.contextual import Reference, selection_node
from federation.fieldsets import Need

_COMPOSITE = (Kind.OBJECT, Kind.INTERFACE, Kind.UNION)


def fault(
    source: SubgraphSource, setters: Iterable[TypeSource], reference: Reference, expected: TypeNode
) -> str | None:
    """What is wrong with the selection, if anything."""
    try:
        node = selection_node(reference.selection)
        _check_shape(node)
        used: set[str] = set()
        for setter in setters:
            _check_setter(source, setter, node, expected, used)
        unused = [on for each in node.selections if (on := _condition(each)) and on not in used]
        if unused:
            raise ValueError(f'"{unused[0]}" never sets the context')
    except ValueError as error:
        return str(error)
    return None


def setter_needs(
    source: SubgraphSource, reference: Reference
) -> Iterable[tuple[TypeSource, tuple[Need, ...]]]:
    """Every type of the subgraph that sets the context, with what is named of it."""
    for declared in source.types.values():
        if reference.context in declared.contexts:
            yield declared, reference.needs


def _check_shape(node: SelectionSetNode) -> None:
    if isinstance(node.selections[0], FieldNode):
        if len(node.selections) > 1:
            raise ValueError("more than one field is selected")
        return
    conditions = [_condition(each) for each in node.selections]
    if not all(conditions):
        raise ValueError("beside fragments on object types there is something else")
    if len(set(conditions)) < len(conditions):
        raise ValueError("two fragments are on the same type")


def _check_setter(
    source: SubgraphSource, setter: TypeSource, node: SelectionSetNode, expected: TypeNode, used: set[str]
) -> None:
    if isinstance(node.selections[0], FieldNode):
        _check_type(_leaf_type(source, setter, node), expected)
        return
    possible = _possible(source, setter)
    applying = [each for each in node.selections if _condition(each) in possible]
    if not applying:
        raise ValueError(f'no fragment is on "{setter.name}", which sets the context')
    for each in applying:
        assert isinstance(each, InlineFragmentNode)
        on = source.types[_condition(each)]
        used.add(on.name)
        if each.directives:
            raise ValueError("a directive stands in it")
        _check_type(_leaf_type(source, on, each.selection_set), expected)


def _leaf_type(source: SubgraphSource, on: TypeSource, node: SelectionSetNode) -> TypeNode:
    """The type of the one leaf that is selected: lists as deep as those on the way, nothing non-null."""
    if on.interface_object:
        raise ValueError(f'"{on.name}" is an @interfaceObject')
    if len(node.selections) > 1:
        raise ValueError(f'more than one field of "{on.name}" is selected')
    each = node.selections[0]
    if isinstance(each, FragmentSpreadNode | InlineFragmentNode):
        raise ValueError("a fragment stands in an inner selection")
    assert isinstance(each, FieldNode)
    if each.alias is not None:
        raise ValueError("a field has an alias")
    if each.directives:
        raise ValueError("a directive stands in it")
    child = on.fields.get(each.name.value)
    if child is None:
        raise ValueError(f'"{on.name}" has no field "{each.name.value}"')
    inner = source.types.get(named(child.type))
    composite = inner is not None and inner.kind in _COMPOSITE
    if composite != (each.selection_set is not None):
        raise ValueError(f'"{on.name}.{child.name}" is {"no leaf" if composite else "a leaf"}')
    if inner is None or each.selection_set is None:
        return _nullable(child.type, NamedTypeNode(name=_innermost(child.type).name))
    return _nullable(child.type, _leaf_type(source, inner, each.selection_set))


def _nullable(around: TypeNode, inner: TypeNode) -> TypeNode:
    """The lists of one type around another."""
    if isinstance(around, NonNullTypeNode):
        return _nullable(around.type, inner)
    if isinstance(around, ListTypeNode):
        return ListTypeNode(type=_nullable(around.type, inner))
    return inner


def _innermost(node: TypeNode) -> NamedTypeNode:
    while not isinstance(node, NamedTypeNode):
        assert isinstance(node, ListTypeNode | NonNullTypeNode)
        node = node.type
    return node


def _check_type(found: TypeNode, expected: TypeNode) -> None:
    """Any value may be null on its way, so the argument is nullable throughout (as in Apollo's composition)."""
    if print_ast(found) != print_ast(expected):
        raise ValueError(f"it selects {print_ast(found)}, but the argument is {print_ast(expected)}")


def _possible(source: SubgraphSource, setter: TypeSource) -> set[str]:
    """The object types that a value of the type may have in the subgraph."""
    if setter.kind is Kind.UNION:
        return {*setter.members}
    if setter.kind is Kind.INTERFACE:
        return {
            t.name for t in source.types.values() if setter.name in t.interfaces and t.kind is Kind.OBJECT
        }
    return {setter.name}


def _condition(node: SelectionNode) -> str:
    """The type of an inline fragment; empty for anything else."""
    if not isinstance(node, InlineFragmentNode) or node.type_condition is None:
        return ""
    return node.type_condition.name.value
