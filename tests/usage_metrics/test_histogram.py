"""Histograms merge in any order, survive storage, and are right within a bucket."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage_metrics.histogram import LAST_BUCKET, Histogram, bucket_of

latencies = st.lists(st.floats(min_value=0, max_value=1e9), max_size=60)


def of(values: list[float]) -> Histogram:
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    return histogram


@given(latencies, latencies, latencies)
def test_merging_is_associative_commutative_and_has_a_zero(
    a: list[float], b: list[float], c: list[float]
) -> None:
    one, two, three = of(a), of(b), of(c)
    assert one.merged(two).merged(three) == one.merged(two.merged(three))
    assert one.merged(two) == two.merged(one)
    assert one.merged(Histogram()) == one
    assert one.merged(two) == of(a + b)


@given(latencies)
def test_storing_keeps_every_count(values: list[float]) -> None:
    histogram = of(values)
    assert Histogram.from_bytes(histogram.to_bytes()) == histogram


@given(st.lists(st.floats(min_value=0.01, max_value=1e6), min_size=1, max_size=60), st.floats(0.01, 1))
def test_a_quantile_is_within_a_bucket_of_the_exact_one(values: list[float], share: float) -> None:
    exact = sorted(values)[max(1, math.ceil(share * len(values))) - 1]
    found = of(values).quantile_ms(share)
    assert found is not None
    assert found == pytest.approx(exact, rel=0.05)


@pytest.mark.parametrize("nonsense", [-1.0, 0.0, float("nan"), float("-inf")])
def test_nonsense_falls_into_the_first_bucket(nonsense: float) -> None:
    assert bucket_of(nonsense) == 0


def test_whatever_is_longer_than_a_day_falls_into_the_last_bucket() -> None:
    assert bucket_of(float("inf")) == bucket_of(1e12) == LAST_BUCKET


def test_no_events_have_no_quantile() -> None:
    assert Histogram().quantile_ms(0.5) is None


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format 1"):
        Histogram.from_bytes(b"\x02\x00\x01")


def test_a_busy_histogram_stays_small_at_rest() -> None:
    busy = of([1.02**exponent for exponent in range(700)])
    assert len(busy.to_bytes()) < 500
