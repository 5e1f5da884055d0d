"""The search over drafts, apart from what is drafted."""

from __future__ import annotations

import pytest

from federation.planning.choices import PATIENCE, Choices, cheapest
from federation.planning.faults import GIVE_UP_S, Budget, PlanBudgetExceeded, Unplannable


def always() -> bool:
    return True


def test_the_first_draft_is_the_greedy_one_and_ends_the_search_where_nothing_can_be_better() -> None:
    taken: list[int] = []

    def attempt(choices: Choices) -> tuple[int, tuple[int, int]]:
        taken.append(choices.choose(3))
        return taken[-1], (2, 2)

    assert cheapest(attempt, 2, always) == 0
    assert taken == [0]


def test_a_choice_that_looks_worse_wins_where_its_plan_is_cheaper() -> None:
    def attempt(choices: Choices) -> tuple[str, tuple[int, int]]:
        found = (choices.choose(2), choices.choose(2))
        return str(found), (2, 2) if found == (1, 1) else (4, 2)

    assert cheapest(attempt, 1, always) == "(1, 1)"


def test_a_draft_that_leads_nowhere_is_not_the_end() -> None:
    def attempt(choices: Choices) -> tuple[int, tuple[int, int]]:
        option = choices.choose(2)
        if option == 0:
            raise Unplannable("Query.x")
        return option, (1, 1)

    assert cheapest(attempt, 1, always) == 1


def test_out_of_budget_the_best_so_far_is_the_plan() -> None:
    drafts: list[int] = []

    def attempt(choices: Choices) -> tuple[int, tuple[int, int]]:
        drafts.append(choices.choose(4))
        if len(drafts) == 3:
            raise PlanBudgetExceeded
        return drafts[-1], (9, 9 - len(drafts))

    assert cheapest(attempt, 1, always) == 1


def test_without_any_plan_the_first_fault_is_told() -> None:
    def attempt(choices: Choices) -> tuple[int, tuple[int, int]]:
        raise Unplannable(f"Query.{choices.choose(2)}")

    with pytest.raises(Unplannable) as told:
        cheapest(attempt, 1, always)
    assert told.value.detail == "Query.0"


def test_no_operation_is_drafted_without_end() -> None:
    drafts = 0

    def attempt(choices: Choices) -> tuple[int, tuple[int, int]]:
        nonlocal drafts
        drafts += 1
        for _ in range(20):
            choices.choose(4)
        return 0, (9, 9)

    cheapest(attempt, 1, always)
    assert drafts == PATIENCE + 1


def test_gains_add_up_however_many_choices_they_take() -> None:
    """Sixteen choices, each of which alone saves a request: their combinations are more than could be tried."""
    drafts = 0

    def attempt(choices: Choices) -> tuple[int, tuple[int, int]]:
        nonlocal drafts
        drafts += 1
        saved = sum(choices.choose(2) for _ in range(16))
        return saved, (40 - saved, 2)

    assert cheapest(attempt, 1, always) == 16
    assert drafts <= 16 + PATIENCE + 1


def test_where_time_is_up_nothing_is_planned() -> None:
    budget = Budget(1_000_000, lambda: GIVE_UP_S + 1)
    budget.spend(50)
    with pytest.raises(PlanBudgetExceeded):
        budget.spend(50)
