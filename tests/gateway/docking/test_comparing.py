"""When a canary is worse than what it is to replace."""

from __future__ import annotations

from gateway.docking.comparing import LEAST_REQUESTS, Counts, worse


def counts(requests: int, *, failed: int = 0, nulls: int = 0, latency_s: float = 0.01) -> Counts:
    found = Counts()
    for number in range(requests):
        found.add(latency_s, failed=number < failed, values=10, nulls=nulls)
    return found


def test_as_good_as_before_goes_on() -> None:
    assert worse(counts(100, failed=3, nulls=2), counts(100, failed=5, nulls=2)) == ""
    assert worse(counts(100, latency_s=0.010), counts(100, latency_s=0.030)) == ""


def test_nothing_is_judged_by_a_few_requests() -> None:
    few = LEAST_REQUESTS - 1
    assert worse(counts(100), counts(few, failed=few)) == ""
    assert worse(counts(100), counts(LEAST_REQUESTS, failed=LEAST_REQUESTS)) != ""


def test_more_errors_nulls_or_time_stop_it_with_the_figures() -> None:
    assert worse(counts(100, failed=1), counts(50, failed=5)) == "10.0 % of its requests failed, 1.0 % before"
    assert worse(counts(100, nulls=1), counts(50, nulls=3)) == "30.0 % of its values are null, 10.0 % before"
    assert "1.50 s, 0.20 s before" in worse(counts(100, latency_s=0.2), counts(50, latency_s=1.5))


def test_alone_it_stops_when_half_of_it_fails() -> None:
    assert worse(Counts(), counts(40, failed=10)) == ""
    assert worse(Counts(), counts(40, failed=30)) == "75.0 % of its requests failed"
