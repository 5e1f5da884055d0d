"""Whether a literal is a value of a type (GraphQL specification, 3.10 and 5.6.1), by one subgraph's declarations."""

from __future__ import annotations

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    TypeNode,
    ValueNode,
)

from federation.composition.draft import is_required
from federation.composition.source import Kind, SubgraphSource, TypeSource

_SCALARS: dict[str, tuple[type[ValueNode], ...]] = {
    "Int": (IntValueNode,),
    "Float": (IntValueNode, FloatValueNode),
    "String": (StringValueNode,),
    "Boolean": (BooleanValueNode,),
    "ID": (StringValueNode, IntValueNode),
}


def fits(value: ValueNode, type_: TypeNode, source: SubgraphSource) -> bool:
    """Custom scalars take anything; so does what the subgraph does not define."""
    if isinstance(type_, NonNullTypeNode):
        return not isinstance(value, NullValueNode) and fits(value, type_.type, source)
    if isinstance(value, NullValueNode):
        return True
    if isinstance(type_, ListTypeNode):
        values = value.values if isinstance(value, ListValueNode) else (value,)
        return all(fits(each, type_.type, source) for each in values)
    assert isinstance(type_, NamedTypeNode)
    name = type_.name.value
    if name in _SCALARS:
        return isinstance(value, _SCALARS[name])
    declared = source.types.get(name)
    if declared is None or declared.kind not in (Kind.ENUM, Kind.INPUT):
        return True
    if declared.kind is Kind.ENUM:
        return isinstance(value, EnumValueNode) and value.value in declared.values
    return isinstance(value, ObjectValueNode) and _object_fits(value, declared, source)


def _object_fits(value: ObjectValueNode, declared: TypeSource, source: SubgraphSource) -> bool:
    given = {each.name.value: each.value for each in value.fields}
    if any(is_required(each) and name not in given for name, each in declared.inputs.items()):
        return False
    return all(
        name in declared.inputs and fits(each, declared.inputs[name].type, source)
        for name, each in given.items()
    )
