"""Where values come from: the same field may mean something else although its type stayed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connectors.judging.governance_changes import declared
from connectors.judging.model import Change
from connectors.manifest.model import Field, Manifest, Words

_FIX = "run the recorded tests of both versions against each other"


def mapping_changes(old: Manifest, new: Manifest) -> Iterator[Change]:
    """Fields that both versions have, read or sent in another way."""
    before, after = declared(old), declared(new)
    for coordinate in before.keys() & after.keys():
        was, now = _meaning(before[coordinate]), _meaning(after[coordinate])
        if was != now:
            how = _how(was, now)
            yield Change("dangerous", coordinate, f"{coordinate} {how}", _FIX)
    if old.envelope != new.envelope:
        message = "success, data or errors of the answers are judged in another way"
        yield Change("dangerous", "envelope", message, _FIX)


def _how(was: Field, now: Field) -> str:
    calls = [each.call.operation if each.call else None for each in (was, now)]
    if calls[0] != calls[1]:
        return f"called {calls[0]} and calls {calls[1]}"
    if was.source != now.source or was.items != now.items:
        return f"was read from '{_path(was)}' and is read from '{_path(now)}'"
    return "is made of the answer in another way"


def _path(field: Field) -> str:
    return field.items if field.has_call else field.source


def _meaning(field: Field) -> Field:
    """Without what other comparisons tell, and without places."""
    many = None if field.many is None else replace(field.many, place=())
    return replace(
        field, type=None, description=Words(), classification=None, mask=None, args=(), many=many, place=(),
        assurance=None, purposes=(), unmask_for=(), cache=None,
    )  # fmt: skip
