"""Values of scalars and enums checked against the API schema (GraphQL spec, 3.5 Result Coercion). One
function a type."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

from graphql import GraphQLEnumType, GraphQLNamedType

from federation.execution.failures import Failure

Check = Callable[[Any], Any]
"""The coerced value, or None where it does not fit the type."""


def check_of(kind: GraphQLNamedType) -> Check:
    """The check of a leaf type; custom scalars are the departments' own affair, as far as they can be written down."""
    if isinstance(kind, GraphQLEnumType):
        values = frozenset(kind.values)
        return lambda value: value if isinstance(value, str) and value in values else None
    return _BUILT_IN.get(kind.name, _any)


_DEEPEST = 64
"""Of a custom scalar's value. Writers of JSON give up at some depth, and the whole answer with them."""


def _any(value: Any) -> Any:
    return value if type(value) is str or _is_shallow(value) else None


def _is_shallow(value: Any) -> bool:
    """Whether it can be written down: not too deep, and no error of a subgraph led into it."""
    level = [value]
    for _ in range(_DEEPEST):
        if any(type(each) is Failure for each in level):
            return False
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return True
    return False


def _string(value: Any) -> Any:
    return value if isinstance(value, str) else None


def _id(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int else None


def _boolean(value: Any) -> Any:
    return value if isinstance(value, bool) else None


def _int(value: Any) -> Any:
    if type(value) is float and value.is_integer():
        value = int(value)
    return value if type(value) is int and -0x80000000 <= value <= 0x7FFFFFFF else None


def _float(value: Any) -> Any:
    if type(value) is int:
        return value
    return value if type(value) is float and isfinite(value) else None


_BUILT_IN: dict[str, Check] = {
    "String": _string,
    "ID": _id,
    "Boolean": _boolean,
    "Int": _int,
    "Float": _float,
}
