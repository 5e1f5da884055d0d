"""Completing values (GraphQL spec, 6.4.3): the plain functions that a projection is made of, one for each kind of type.
No future, task or resolver per field."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from federation.execution.deferred import Block, Later
from federation.execution.failures import ClientPath, Failure, PathKey
from federation.execution.leaves import Check
from federation.execution.reading import (
    MOST_ITEMS,
    MOST_OBJECTS,
    Complete,
    Names,
    Nulled,
    Reading,
    Way,
    client_path,
)
from federation.subgraph import FetchError
from tongban.errors import ErrorCode

_DEFERRED_ITEMS = 10
"""A deferred fragment at one object takes the work of so many items."""

_TOO_LARGE = FetchError(ErrorCode.COST_EXCEEDED, "The answer has too many objects.")

Entry = tuple[str, str, Complete]
"""Response key, key in the data, how to complete the value."""


def completes_nullable(inner: Complete) -> Complete:
    def nullable(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if value is None:
            return None
        before = len(reading.later)
        try:
            return inner(value, way, key, reading)
        except Nulled:
            del reading.later[before:]
            return None

    return nullable


def completes_non_null(inner: Complete, at: str, department: str | None) -> Complete:
    error = FetchError(
        ErrorCode.DEPARTMENT_ERROR,
        f'Cannot return null for non-nullable field "{at}".',
        department=department,
    )

    def non_null(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if value is None:
            reading.fault(error, way, key)
            raise Nulled
        return inner(value, way, key, reading)

    return non_null


def completes_leaf(check: Check, wrong: FetchError) -> Complete:
    def leaf(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if type(value) is Failure:
            reading.met(value, way, key, _no_names)
            raise Nulled
        checked = check(value)
        if checked is None:
            reading.fault(wrong, way, key)
            raise Nulled
        return checked

    return leaf


def completes_nullable_leaf(check: Check, wrong: FetchError) -> Complete:
    """As ``_nullable(completes_leaf(…))``, in one call: most values of an answer pass here."""

    def nullable_leaf(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if value is None:
            return None
        if type(value) is Failure:
            reading.met(value, way, key, _no_names)
            return None
        checked = check(value)
        if checked is None:
            reading.fault(wrong, way, key)
        return checked

    return nullable_leaf


def completes_object(entries: list[Entry], wrong: FetchError, names: Names) -> Complete:
    def complete_object(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if type(value) is not dict:
            _spoiled(value, way, key, reading, wrong, names)
        reading.objects += 1
        if reading.objects > MOST_OBJECTS:
            reading.fault(_TOO_LARGE, way, key)
            raise Nulled
        here = (way, key)
        get = value.get
        return {
            response_key: complete(get(data_key), here, response_key, reading)
            for response_key, data_key, complete in entries
        }

    return complete_object


def completes_later(now: Complete, blocks: list[tuple[Block, Complete]], wrong: FetchError) -> Complete:
    """The object now, and notes of what is to come for it."""
    count = _DEFERRED_ITEMS * sum(len(block) for block, _ in blocks)

    def complete_object(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        reading.items += count
        if reading.items > MOST_ITEMS:
            reading.fault(wrong, way, key)
            raise Nulled
        found = now(value, way, key, reading)
        path = client_path(way, key)
        for block, complete in blocks:
            reading.later.append(Later(block, path, partial(complete, value, way, key)))
        return found

    return complete_object


def completes_untyped(complete: Complete, data_keys: list[str]) -> Complete:
    """An object whose own type is not known: where that is so because of a failure, what was not even asked for has
    failed with it."""

    def untyped(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        failure = value.get("__typename") if type(value) is dict else None
        if type(failure) is Failure:
            value = {**dict.fromkeys(data_keys, failure), **value}
        return complete(value, way, key, reading)

    return untyped


def completes_abstract(
    compiled: dict[str, Complete],
    complete_of: Callable[[object], Complete | None],
    wrong: FetchError,
    names: Names,
) -> Complete:
    def abstract(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if type(value) is not dict:
            _spoiled(value, way, key, reading, wrong, names)
        name = value.get("__typename")
        # a department may say anything here, a list as well
        complete = (compiled.get(name) if type(name) is str else None) or complete_of(name)
        if complete is None:
            _spoiled(name, way, key, reading, wrong, names)
        return complete(value, way, key, reading)

    return abstract


def completes_list(item: Complete, wrong: FetchError, names: Names) -> Complete:
    def complete_list(value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        if type(value) is not list:
            _spoiled(value, way, key, reading, wrong, names)
        reading.items += len(value)
        if reading.items > MOST_ITEMS:
            reading.fault(wrong, way, key)
            raise Nulled
        here = (way, key)
        return [item(each, here, index, reading) for index, each in enumerate(value)]

    return complete_list


def _spoiled(
    value: Any, way: Way, key: PathKey, reading: Reading, wrong: FetchError, names: Names
) -> NoReturn:
    if type(value) is Failure:
        reading.met(value, way, key, names)
    else:
        reading.fault(wrong, way, key)
    raise Nulled


def gives_constant(said: str) -> Complete:
    def constant(_value: Any, _way: Way, _key: PathKey, _reading: Reading) -> Any:
        return said

    return constant


def gives_introspection(_value: Any, _way: Way, key: PathKey, reading: Reading) -> Any:
    return reading.introspection.get(str(key))


def fails_as_forbidden(complete: Complete, error: FetchError) -> Complete:
    """The field as if it had failed: null propagation is the same."""

    def forbidden(_value: Any, way: Way, key: PathKey, reading: Reading) -> Any:
        return complete(Failure(reading.refusal(error)), way, key, reading)

    return forbidden


def _no_names(tail: tuple[PathKey, ...]) -> ClientPath:
    return tail
