"""JMESPath conditions (``success``, ``when``), compiled once. A condition that meets a wrong type is
false, never an error.

``code`` and ``status`` are compared as what they are, then as words, then as numbers: departments write
200 and "200".
Must never: evaluate anything but JMESPath.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

Condition = Callable[[Mapping[str, Any]], bool]

_EQUALS = re.compile(r"([A-Za-z_][A-Za-z0-9_]*) == '([^'\\]*)'")
_TWO_FACED = ("code", "status")


class ConditionError(ValueError):
    """The text is no JMESPath."""


def compile_condition(text: str) -> Condition:
    """Raises: ConditionError."""
    if text.strip() == "true":
        return lambda _: True
    try:
        compiled = jmespath.compile(text)
    except (JMESPathError, ValueError, IndexError) as error:
        raise ConditionError(f"'{text}' is no JMESPath condition ({type(error).__name__})") from None

    def holds(body: Mapping[str, Any]) -> bool:
        return any(_true(compiled, view) for view in _views(body))

    plain = _EQUALS.fullmatch(text.strip())
    if plain is None:
        return holds
    name, word = plain.groups()
    two_faced = name in _TWO_FACED

    def equals(body: Mapping[str, Any]) -> bool:
        value = body.get(name)
        return value == word or (two_faced and _is_number(value) and str(value) == word)

    return equals


def _true(compiled: Any, view: Mapping[str, Any]) -> bool:
    try:
        return compiled.search(view) is True
    except (JMESPathError, TypeError, ValueError, AttributeError, RecursionError):
        return False


def _views(body: Mapping[str, Any]) -> Any:
    yield body
    as_words = {name: str(body[name]) for name in _TWO_FACED if _is_number(body.get(name))}
    if as_words:
        yield {**body, **as_words}
    as_numbers = {name: int(body[name]) for name in _TWO_FACED if _is_digits(body.get(name))}
    if as_numbers:
        yield {**body, **as_numbers}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_digits(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15
