"""A department's values as the graph's: scalars, enums, truth, scaled decimals, dates; compiled once a field.

Lenient: what doesn't fit its type is null and counted; the answer is never lost. Must never: raise on
data, keep a value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from graphql import ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode

from connectors.expressions.dates import read_date, read_datetime

Convert = Callable[[Any], Any]

_INT = re.compile(r"[-+]?[0-9]{1,20}")
_NUMBER = re.compile(r"[-+]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][-+]?[0-9]{1,2})?")
_TRUTH = {"true": True, "false": False, "1": True, "0": False}


class UnfitError(ValueError):
    """The value breaks its type. Holds no value."""


class KnownUnfitError(UnfitError):
    """The same, and it has been told of already."""


@dataclass(frozen=True, slots=True)
class ValueOptions:
    """What a manifest says of one field's values."""

    format: str | None = None
    enum: Mapping[str, str] | None = None
    otherwise: str | None = None
    truthy: Collection[str] | None = None
    scale: float | int | None = None


def compile_value(
    type_node: TypeNode,
    options: ValueOptions,
    names: Collection[str] | None,
    unfit: Callable[[], None],
    before: Convert | None = None,
) -> Convert:
    """``names``: the values of the enum that ``type_node`` names, or None for a scalar; ``unfit`` is
    told of every null made. ``before`` sees each value first; what it raises KnownUnfitError for is null, untold.
    """
    if isinstance(type_node, NonNullTypeNode):
        return compile_value(type_node.type, options, names, unfit, before)
    if isinstance(type_node, ListTypeNode):
        return _listed(type_node, compile_value(type_node.type, options, names, unfit, before))
    assert isinstance(type_node, NamedTypeNode)
    convert = _converter(type_node.name.value, options, names)

    def read(raw: Any) -> Any:
        if raw is None or raw == "":
            return None
        try:
            return convert(raw if before is None else before(raw))
        except KnownUnfitError:
            return None
        except (ValueError, ArithmeticError):
            unfit()
            return None

    return read


def _listed(type_node: ListTypeNode, item: Convert) -> Convert:
    drop_nulls = isinstance(type_node.type, NonNullTypeNode)

    def read(raw: Any) -> Any:
        if raw is None or raw == "":
            return None
        values = [item(value) for value in raw] if isinstance(raw, list) else [item(raw)]
        return [value for value in values if value is not None] if drop_nulls else values

    return read


def _converter(name: str, options: ValueOptions, names: Collection[str] | None) -> Convert:
    if names is not None or options.enum is not None:
        return _enum(options, names)
    if options.truthy is not None:
        truthy = frozenset(options.truthy)
        return lambda raw: word(raw) in truthy
    if name == "Date":
        return lambda raw: read_date(raw, options.format)
    if name == "DateTime":
        return lambda raw: read_datetime(raw, options.format)
    if name == "Decimal":
        divisor = None if options.scale is None else Decimal(str(options.scale))
        return lambda raw: _decimal(raw, divisor)
    return _SCALARS.get(name, _anything)


def _enum(options: ValueOptions, names: Collection[str] | None) -> Convert:
    known = dict(options.enum) if options.enum is not None else {name: name for name in names or ()}
    otherwise = options.otherwise

    def convert(raw: Any) -> str:
        found = known.get(word(raw), otherwise)
        if found is None:
            raise UnfitError
        return found

    return convert


def word(raw: Any) -> str:
    """A scalar as the department would write it.

    Raises: UnfitError.
    """
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, int | float):
        return str(raw)
    raise UnfitError


def _string(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    return word(raw)


def _id(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    raise UnfitError


def _int(raw: Any) -> int:
    if isinstance(raw, str) and _INT.fullmatch(raw.strip()):
        raw = int(raw)
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or not -(2**31) <= raw < 2**31:
        raise UnfitError
    return raw


def _float(raw: Any) -> float:
    if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        raw = float(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise UnfitError
    return float(raw)


def _boolean(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    found = _TRUTH.get(word(raw).lower())
    if found is None:
        raise UnfitError
    return found


def _decimal(raw: Any, divisor: Decimal | None) -> str:
    text = word(raw)
    if isinstance(raw, bool) or not _NUMBER.fullmatch(text):
        raise UnfitError
    value = Decimal(text)
    return format(value if divisor is None else value / divisor, "f")


def _never(_raw: Any) -> Any:
    raise UnfitError


def _anything(raw: Any) -> Any:
    return raw


_SCALARS: Mapping[str, Convert] = {
    "String": _string,
    "Secret": _never,
    "ID": _id,
    "Int": _int,
    "Float": _float,
    "Boolean": _boolean,
}
