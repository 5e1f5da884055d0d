"""Subgraphs that answer wrongly at random, and what must hold of the answer all the same.

Never a crash; data that fit the API schema; whatever is not null is what one schema with it all answers; errors lead to
places of the answer; and where faults come with errors, every null that should not be there is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any
from zlib import crc32

from federation import (
    CompiledOperation,
    FetchContext,
    FetchError,
    FetchResult,
    Json,
    PlannedFetch,
    PreparedFetch,
    Representation,
    Subgraph,
)
from tests.federation.worlds.fitting import misfits
from tests.federation.worlds.served import Served
from tests.federation.worlds.world import Case, compiled, run, whole
from tongban.errors import ErrorCode

SHARE = 0.4
"""Of fetches that something happens to."""
ODD = {"odd": 1}
"""In place of a value of any type."""

Path = tuple[Any, ...]
Fault = Callable[[Random, FetchResult], FetchResult]


class FaultyServed:
    """Implements ``Subgraph``: an honest one whose answers are spoiled on the way."""

    takes_batches = True

    def __init__(self, honest: Served, dice: Random, faults: Sequence[Fault]) -> None:
        self.name = honest.name
        self.sdl = honest.sdl
        self._honest = honest
        self._dice = dice
        self._faults = faults

    def prepare(self, fetch: PlannedFetch) -> FaultyFetch:
        return FaultyFetch(self._honest.prepare(fetch), self._dice, self._faults)


class FaultyFetch:
    """Implements ``PreparedFetch``."""

    def __init__(self, honest: PreparedFetch, dice: Random, faults: Sequence[Fault]) -> None:
        self._honest = honest
        self._dice = dice
        self._faults = faults

    async def run(
        self, variables: Mapping[str, Json], representations: Sequence[Representation], context: FetchContext
    ) -> FetchResult:
        result = await self._honest.run(variables, representations, context)
        if self._dice.random() < SHARE:
            return self._dice.choice(self._faults)(self._dice, deepcopy(result))
        return result


# -- faults that a subgraph tells


def fails(_dice: Random, _result: FetchResult) -> FetchResult:
    return FetchResult(errors=(_error(()),))


def breaks(_dice: Random, _result: FetchResult) -> FetchResult:
    raise ConnectionError("broken off")


def fails_somewhere(dice: Random, result: FetchResult) -> FetchResult:
    """A null with its error, in whatever place."""
    place = _place(dice, result)
    if place is None:
        return result
    holder, key, path = place
    holder[key] = None
    return replace(result, errors=(*result.errors, _error(path)))


# -- faults that it does not tell


def is_null(dice: Random, result: FetchResult) -> FetchResult:
    return _put(dice, result, None)


def is_odd(dice: Random, result: FetchResult) -> FetchResult:
    return _put(dice, result, dict(ODD))


def leaves_out(dice: Random, result: FetchResult) -> FetchResult:
    place = _place(dice, result)
    if place is not None and isinstance(place[0], dict):
        del place[0][place[1]]
    return result


def cuts_short(dice: Random, result: FetchResult) -> FetchResult:
    lists = [v for v in _values(result) if isinstance(v, list) and v]
    if lists:
        del dice.choice(lists)[-1:]
    return result


def names_nobody(dice: Random, result: FetchResult) -> FetchResult:
    named = [value for value in _values(result) if isinstance(value, dict) and "__typename" in value]
    if named:
        dice.choice(named)["__typename"] = dice.choice(("Nobody", None, 7, ["Ant"]))
    return result


TOLD: tuple[Fault, ...] = (fails, breaks, fails_somewhere)
UNTOLD: tuple[Fault, ...] = (is_null, is_odd, leaves_out, cuts_short, names_nobody)


def _error(path: Path) -> FetchError:
    return FetchError(ErrorCode.DEPARTMENT_ERROR, "it failed", path)


def _put(dice: Random, result: FetchResult, value: Any) -> FetchResult:
    place = _place(dice, result)
    if place is not None:
        place[0][place[1]] = value
    return result


def _place(dice: Random, result: FetchResult) -> tuple[Any, Any, Path] | None:
    """Something in the answer: what holds it, its key there, and the path to it."""
    found = [each for each in _places(_root(result), ()) if each[1] != "__typename"]
    return dice.choice(found) if found else None


def _places(value: Any, path: Path) -> Iterator[tuple[Any, Any, Path]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in parts:
        yield value, key, (*path, key)
        yield from _places(inner, (*path, key))


def _values(result: FetchResult) -> list[Any]:
    return [_root(result), *(holder[key] for holder, key, _ in _places(_root(result), ()))]


def _root(result: FetchResult) -> Any:
    return result.data if result.data is not None else result.entities


# -- what must hold


def check_faulty(case: Case) -> CompiledOperation:
    """What was compiled.

    Raises: AssertionError; NotValid.
    """
    dice = Random(crc32(case.operation.encode()))
    expected, _ = whole(case)
    is_told = dice.random() < 0.5
    faults = TOLD if is_told else TOLD + UNTOLD
    served = case.world.subgraphs
    subgraphs: dict[str, Subgraph] = {name: FaultyServed(each, dice, faults) for name, each in served.items()}
    ready = compiled(case, subgraphs)
    result = run(case, ready)
    told = [error.path for error in result.errors if error.path is not None]
    said = (result.data, result.errors, ready.plan.text(), case)
    wrong = misfits(case.world.merged, case.operation, case.variables, result.data)
    assert not wrong, (wrong, *said)
    nulls = list(_nulls(expected.data, result.data, ()))
    for path in told:
        assert _leads_somewhere(path, result.data) or _leads_somewhere(path, expected.data), (path, *said)
    if is_told and not any(error.omitted for error in result.errors):
        for null in nulls:
            assert any(_touch(null, path) for path in told), (null, *said)
    return ready


def _touch(one: Path, other: Path) -> bool:
    """Whether one path is the beginning of the other."""
    short = min(len(one), len(other))
    return one[:short] == other[:short]


def _nulls(expected: Any, got: Any, path: Path) -> Iterator[Path]:
    """Where null stands in place of a value; everything else must be as expected."""
    if got is None:
        if expected is not None:
            yield path
    elif isinstance(got, dict) and isinstance(expected, dict) and got != ODD:
        assert list(got) == list(expected), path
        for key in got:
            yield from _nulls(expected[key], got[key], (*path, key))
    elif isinstance(got, list) and isinstance(expected, list):
        assert len(got) <= len(expected), path
        for index, (wanted, each) in enumerate(zip(expected, got, strict=False)):
            yield from _nulls(wanted, each, (*path, index))
    else:
        assert got in (expected, ODD), (path, expected, got)


def _leads_somewhere(path: Path, data: Any) -> bool:
    """Whether the path is in the data, as far as nothing is null on the way."""
    for step in path:
        if data is None:
            return True
        fits = step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data))
        if not fits:
            return False
        data = data[step]
    return True
