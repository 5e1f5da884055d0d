"""The properties that hold of worlds and operations by chance, each under the name that the long command and kept cases
know it by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from federation import CompiledOperation
from tests.federation.worlds.cases import cases
from tests.federation.worlds.deferred import check_deferred, check_deferred_faulty, deferred_cases
from tests.federation.worlds.faults import check_faulty
from tests.federation.worlds.world import Case, check


@dataclass(frozen=True)
class Property:
    """``cases``: so many from a seed on; ``check`` raises where a case does not hold, and gives what was compiled."""

    cases: Callable[[int, int], Iterator[Case]]
    check: Callable[[Case], CompiledOperation]


PROPERTIES: Mapping[str, Property] = {
    "same": Property(cases, check),
    "faulty": Property(cases, check_faulty),
    "deferred": Property(deferred_cases, lambda case: check_deferred(case).compiled),
    "deferred-faulty": Property(deferred_cases, lambda case: check_deferred_faulty(case).compiled),
}
