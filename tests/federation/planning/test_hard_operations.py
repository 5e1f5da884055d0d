"""Operations made to be hard: each is planned or refused within the budget of steps."""

from __future__ import annotations

import pytest
from graphql import parse

from bench.adversarial import LINK, Hard, adversarial
from federation import PlanBudgetExceeded, compose, plan
from federation.planning.faults import Budget

NAMES = [name for name, _, _ in adversarial()]


@pytest.mark.parametrize("hard", list(adversarial()), ids=[name.replace(" ", "-") for name in NAMES])
def test_an_operation_made_to_be_hard_has_a_plan(hard: Hard) -> None:
    _, sdls, query = hard
    assert plan(compose({name: LINK + sdl for name, sdl in sdls.items()}), parse(query)).fetches


@pytest.mark.parametrize("length", [12, 40])
def test_requirements_of_requirements_are_planned_once_each(length: int) -> None:
    """Planned anew at every mention they would double with every field."""
    fields = " ".join(f"f{n}" for n in range(length + 1))
    found = plan(compose(each_requires_those_before(length)), parse(f"{{ thing {{ {fields} }} }}"))
    assert (found.fetches, found.waves) == (length + 1, length + 1)


def each_requires_those_before(length: int) -> dict[str, str]:
    """``f0``, and fields of two subgraphs in turn, each with all fields of the other before it as its requirement."""
    sdls = {"root": LINK + 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! f0: Int }'}
    for own in (0, 1):
        fields = ["id: ID!", "f0: Int @external"]
        for n in range(1, length + 1):
            before = " ".join(f"f{each}" for each in range(n) if each % 2 != own or each == 0)
            if n % 2 == own:
                fields.append(f'f{n}: Int @requires(fields: "{before}")')
            elif n < length:
                fields.append(f"f{n}: Int @external")
        sdls[f"s{own}"] = f'{LINK}type Thing @key(fields: "id") {{ {" ".join(fields)} }}'
    return sdls


def test_a_budget_ends() -> None:
    budget = Budget(10)
    budget.spend(10)
    with pytest.raises(PlanBudgetExceeded):
        budget.spend()
