"""Whatever the cut into subgraphs, the answer is that of one schema that has it all.

A fixed sample here; any number by ``python -m tests.long.same_as_one_schema``, which also keeps what fails.
"""

from __future__ import annotations

import pytest

from tests.federation.worlds.cases import cases
from tests.federation.worlds.histogram import Histogram
from tests.federation.worlds.kept import kept_cases
from tests.federation.worlds.properties import PROPERTIES
from tests.federation.worlds.world import Case, check

PARTS = 8
CASES_PER_PART = 250
LEAST_OF_TWO_WAVES = 0.3
RARE = {
    "context of the root",
    "context through a link",
    "context with a requirement",
    "missing entities",
    "nullable key",
    "override",
    "override with a label",
    "provides on an abstract type",
    "provides two links deep",
    "requires on an interface object",
    "requires with fragments",
    "several contexts",
    "Federation v1",
}
"""Features that a part may be without; the long form sees to them all."""
KEPT = kept_cases()


@pytest.mark.parametrize("part", range(PARTS))
def test_plan_and_execution_equal_one_merged_schema(part: int) -> None:
    histogram = Histogram()
    for case in cases(part * 1_000_000, CASES_PER_PART):
        histogram.add(case, check(case))
    print(histogram)
    assert histogram.total == CASES_PER_PART
    assert histogram.share_of_waves(2) >= LEAST_OF_TWO_WAVES
    assert {name for name, count in histogram.features.items() if not count} <= RARE


@pytest.mark.parametrize(("name", "case"), KEPT.values(), ids=KEPT.keys())
def test_what_once_failed_stays_right(name: str, case: Case) -> None:
    PROPERTIES[name].check(case)
