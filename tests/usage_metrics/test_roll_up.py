"""Roll-ups of any number of workers come to the same, in whatever order they arrive."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from usage_metrics import people
from usage_metrics.histogram import Histogram
from usage_metrics.roll_up import Cell, RollUp, date_of, day_number

subjects = st.lists(st.integers(min_value=0, max_value=2**64 - 1), max_size=80)


def roll_up(hashes: list[int]) -> RollUp:
    sketch, latency = people.new_sketch(), Histogram()
    for each in hashes:
        sketch.update(people.signed_64(each))
        latency.add(each % 1000)
    return RollUp(len(hashes), latency, people.to_bytes(sketch) if hashes else None)


@settings(max_examples=60)
@given(subjects, subjects, subjects)
def test_merging_roll_ups_is_associative_and_commutative(a: list[int], b: list[int], c: list[int]) -> None:
    one, two, three = roll_up(a), roll_up(b), roll_up(c)
    left, right = one.merged(two).merged(three), one.merged(two.merged(three))
    assert (left.count, left.latency) == (right.count, right.latency)
    assert people.estimate(left.people) == people.estimate(right.people)
    assert people.estimate(one.merged(two).people) == people.estimate(two.merged(one).people)
    assert abs(people.estimate(left.people) - len({*a, *b, *c})) <= 0.1 * len({*a, *b, *c})


@given(subjects)
def test_the_same_people_delivered_twice_are_the_same_people(hashes: list[int]) -> None:
    once = roll_up(hashes).people
    assert people.estimate(people.merged((once, once))) == people.estimate(once)


def test_hashes_in_the_upper_half_of_64_bits_are_told_apart() -> None:
    assert people.estimate(roll_up([2**63 + i for i in range(200)]).people) in range(190, 211)


def test_a_saturated_sketch_stays_near_two_kilobytes_and_two_percent() -> None:
    sketch = people.new_sketch()
    for each in range(200_000):
        sketch.update(each)
    stored = people.to_bytes(sketch)
    assert len(stored) < 2_400
    assert abs(people.estimate(stored) - 200_000) < 0.05 * 200_000


def test_small_groups_are_not_shown_as_numbers() -> None:
    assert [people.shown(n) for n in (0, 1, 9, 10)] == ["0", "<10", "<10", "10"]


def test_a_day_is_a_day_of_shanghai() -> None:
    new_year_in_shanghai = 1_767_196_800  # 2025-12-31T16:00:00Z
    assert date_of(day_number(new_year_in_shanghai)) == date(2026, 1, 1)
    assert date_of(day_number(new_year_in_shanghai - 1)) == date(2025, 12, 31)


def test_dimensions_that_only_look_alike_when_joined_have_different_digests() -> None:
    shape = {"channel": "app", "who": "citizen", "kind": "query", "phase": "call", "outcome": "ok"}
    one = Cell(1, "ab", "c", "", "", **shape)
    two = Cell(1, "a", "bc", "", "", **shape)
    assert one.digest != two.digest
    assert len(one.digest) == 16
