"""Whatever is deferred, the parts laid together are the answer of one schema that has it all.

A fixed sample of the worlds of ``test_same_as_one_schema``, with ``@defer`` on fragments by chance.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.federation.deferred_same_as_one import check, check_with_faults, deferred_cases

PARTS = 4
CASES_PER_PART = 75


@pytest.mark.parametrize("part", range(PARTS))
def test_the_parts_together_equal_one_merged_schema(part: int) -> None:
    parts = Counter(check(case) for case in deferred_cases(10_000_000 + part * 1_000_000, CASES_PER_PART))
    assert sum(count for number, count in parts.items() if number) >= CASES_PER_PART * 0.5
    assert any(number > 1 for number in parts), "never more than one part"


@pytest.mark.parametrize("part", range(PARTS))
def test_where_subgraphs_fail_all_that_is_delivered_is_right(part: int) -> None:
    told = [check_with_faults(case) for case in deferred_cases(20_000_000 + part * 1_000_000, 25)]
    assert sum(1 for errors in told if errors) >= 5
