"""Answers laid into the data: deep, by position in lists; a null never overwrites a value."""

from __future__ import annotations

from typing import Any

from federation.execution.failures import Failure


def merge(into: dict[str, Any], answer: dict[str, Any]) -> None:
    """Merge an object's answer. ``answer`` is taken over and must not be used again."""
    for key, value in answer.items():
        old = into.get(key)
        if old is None:
            if value is not None or key not in into:
                into[key] = value
        elif value is None or old is value:
            continue
        elif isinstance(old, dict) and isinstance(value, dict):
            merge(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            _merge_lists(old, value)
        elif isinstance(old, Failure) or not isinstance(value, Failure):
            into[key] = value


def copied(value: Any) -> Any:
    """The same with objects and lists of its own; failures stay themselves."""
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    return [copied(each) for each in value] if isinstance(value, list) else value


def _merge_lists(into: list[Any], answer: list[Any]) -> None:
    for index, value in enumerate(answer[: len(into)]):
        old = into[index]
        if isinstance(old, dict) and isinstance(value, dict):
            merge(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            _merge_lists(old, value)
        elif old is None:
            into[index] = value
