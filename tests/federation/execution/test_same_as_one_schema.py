"""Whatever the cut into subgraphs, the answer is that of one schema that has it all.

A fixed sample here; any number by ``python -m tests.long.same_as_one_schema``, which also keeps what fails.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.federation.kept import kept_cases
from tests.federation.same_as_one import Case, cases, check, told

PARTS = 4
CASES_PER_PART = 75
LEAST_OF_TWO_WAVES = 0.3


@pytest.mark.parametrize("part", range(PARTS))
def test_plan_and_execution_equal_one_merged_schema(part: int) -> None:
    waves = Counter(check(case) for case in cases(part * 1_000_000, CASES_PER_PART))
    print(told(waves))
    assert sum(n for wave, n in waves.items() if wave >= 2) >= LEAST_OF_TWO_WAVES * sum(waves.values())


@pytest.mark.parametrize("case", kept_cases(), ids=lambda case: str(case.seed))
def test_what_once_failed_stays_right(case: Case) -> None:
    check(case)
