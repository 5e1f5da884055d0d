"""The case book: numbers in order, states that move with the department's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from demo.cases import Cases


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 3, 8, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def state(cases: Cases, number: str) -> str:
    case = cases.get(number)
    assert case is not None
    return case.state


def test_numbers_are_given_in_order_under_the_departments_code() -> None:
    cases = Cases("mca", SetClock().now)
    assert [cases.open("x", "s").number for _ in range(2)] == ["MCA202611-000001", "MCA202611-000002"]
    assert Cases("moe", SetClock().now, first=77).open("x", "s").number == "MOE202611-000077"


def test_a_case_moves_on_by_a_step_a_second_until_it_is_delivered() -> None:
    clock = SetClock()
    cases = Cases("mca", clock.now)
    number = cases.open("x", "s").number
    seen = []
    for _ in range(5):
        seen.append(state(cases, number))
        clock.wait(1)
    assert seen == ["submitted", "accepted", "decided", "delivered", "delivered"]


def test_a_set_state_is_held_until_it_is_let_go() -> None:
    clock = SetClock()
    cases = Cases("mca", clock.now)
    number = cases.open("x", "s").number
    cases.put(number, "supplement")
    clock.wait(100)
    assert state(cases, number) == "supplement"
    cases.put(number, "auto")
    assert state(cases, number) == "delivered"


def test_an_unknown_state_is_refused_and_an_unknown_case_is_none() -> None:
    cases = Cases("mca", SetClock().now)
    number = cases.open("x", "s").number
    with pytest.raises(ValueError, match="state must be one of"):
        cases.put(number, "finished")
    assert cases.put("MCA202611-999999", "decided") is None
    assert cases.get("MCA202611-999999") is None


def test_an_idempotency_key_gives_the_same_case_to_the_same_subject_only() -> None:
    cases = Cases("mca", SetClock().now)
    first = cases.open("x", "s", key="k")
    assert cases.known("x", "s", "k") is first
    assert cases.open("x", "s", key="k") is first
    assert cases.open("x", "another", key="k") is not first
    assert cases.open("y", "s", key="k") is not first
    assert cases.known("x", "s", None) is None


def test_a_department_may_give_a_number_and_facts_of_its_own() -> None:
    cases = Cases("mee", SetClock().now)
    assert cases.serial() == 1
    case = cases.open("permit", "s", number="PW1", kind="水")
    assert cases.get("PW1") is case
    assert case.facts == {"kind": "水"}
