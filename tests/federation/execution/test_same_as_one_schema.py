"""Whatever the cut into subgraphs, the answer is that of one schema that has it all.

A fixed sample here; any number by ``python -m tests.long.same_as_one_schema``, which also keeps what fails.
"""

from __future__ import annotations

import pytest

from tests.federation.kept import kept_cases
from tests.federation.worlds.cases import cases
from tests.federation.worlds.histogram import Histogram
from tests.federation.worlds.world import Case, check

PARTS = 16
CASES_PER_PART = 125
LEAST_OF_TWO_WAVES = 0.3
KEPT = kept_cases()


@pytest.mark.parametrize("part", range(PARTS))
def test_plan_and_execution_equal_one_merged_schema(part: int) -> None:
    histogram = Histogram()
    for case in cases(part * 1_000_000, CASES_PER_PART):
        histogram.add(case, check(case))
    print(histogram)
    assert histogram.total == CASES_PER_PART
    assert histogram.share_of_waves(2) >= LEAST_OF_TWO_WAVES


@pytest.mark.parametrize("case", KEPT.values(), ids=KEPT.keys())
def test_what_once_failed_stays_right(case: Case) -> None:
    check(case)
