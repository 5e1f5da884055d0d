"""Makes applied directives of plain values. It knows no directive."""

from __future__ import annotations

from graphql import (
    BooleanValueNode,
    ConstArgumentNode,
    ConstDirectiveNode,
    ConstListValueNode,
    ConstObjectFieldNode,
    ConstObjectValueNode,
    ConstValueNode,
    EnumValueNode,
    IntValueNode,
    NameNode,
    StringValueNode,
)


class EnumName(str):
    """A string that is written as an enum value."""

    __slots__ = ()


Constant = str | bool | int | list["Constant"] | tuple["Constant", ...] | dict[str, "Constant"] | None


def directive(name: str, /, **arguments: Constant) -> ConstDirectiveNode:
    """The application; arguments that are None are left out, and ``_`` at a name's end too."""
    return ConstDirectiveNode(
        name=NameNode(value=name),
        arguments=tuple(
            ConstArgumentNode(name=NameNode(value=key.rstrip("_")), value=constant(value))
            for key, value in arguments.items()
            if value is not None
        ),
    )


def constant(value: Constant) -> ConstValueNode:
    if isinstance(value, EnumName):
        return EnumValueNode(value=str(value))
    if isinstance(value, str):
        return StringValueNode(value=value)
    if isinstance(value, bool):
        return BooleanValueNode(value=value)
    if isinstance(value, int):
        return IntValueNode(value=str(value))
    if isinstance(value, dict):
        fields = [
            ConstObjectFieldNode(name=NameNode(value=k), value=constant(v))
            for k, v in value.items()
            if v is not None
        ]
        return ConstObjectValueNode(fields=tuple(fields))
    assert value is not None
    return ConstListValueNode(values=tuple(map(constant, value)))
