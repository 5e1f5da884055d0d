from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.backend import BackendHeld
from connectors.manifest.runtime import Rate
from connectors.traffic.rate import RateLimit


@given(
    count=st.integers(1, 5),
    gaps=st.lists(st.floats(0, 2, allow_nan=False, width=16), min_size=1, max_size=60),
)
def test_no_period_ever_has_more_turns_than_the_rate(count: int, gaps: list[float]) -> None:
    limit, now_s, turns = RateLimit(Rate(count, 1.0)), 0.0, []
    for gap in gaps:
        now_s += gap
        turns.append(now_s + limit.turn_s(now_s, float("inf")))
    assert turns == sorted(turns)
    for first, after in zip(turns, turns[count:], strict=False):
        assert after - first >= 1.0 - 1e-6


def test_a_turn_that_would_come_too_late_is_not_given_and_not_used_up() -> None:
    limit = RateLimit(Rate(1, 1.0))
    assert limit.turn_s(10, 20) == 0
    with pytest.raises(BackendHeld) as held:
        limit.turn_s(10.25, 10.5)
    assert (held.value.by, held.value.retry_after_s) == ("rate", 0.75)
    assert limit.turn_s(11, 11.5) == 0
