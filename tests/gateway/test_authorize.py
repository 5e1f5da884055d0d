"""*authorize*: each coordinate by its service's level and roles; only a missing login refuses the whole request."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.stages.authorize import authorize
from gateway.stages.plan import plan
from gateway.types import Authorized
from tests.gateway.house import BASIC, CITIZEN, OFFICER, generation_of, guide, prepared, service
from tongban.caller import ANONYMOUS, Caller, Role
from tongban.errors import CallerFault, ErrorCode

GENERATION = generation_of(guide())


def authorized(document: str, caller: Caller) -> Authorized:
    return authorize(prepared(GENERATION, document, caller=caller))


def refusals(document: str, caller: Caller) -> dict[str, ErrorCode]:
    return {coordinate: error.code for coordinate, error in authorized(document, caller).refusals.items()}


@pytest.mark.parametrize("caller", [ANONYMOUS, BASIC, CITIZEN, OFFICER])
def test_public_data_is_for_everybody(caller: Caller) -> None:
    assert refusals("{ hello offices { name head { name } } wide __typename }", caller) == {}


@pytest.mark.parametrize("document", ["{ marriage { number } }", "{ hello cases }"])
def test_without_a_login_more_than_public_data_is_refused_whole(document: str) -> None:
    with pytest.raises(CallerFault) as caught:
        authorized(document, ANONYMOUS)
    assert caught.value.code is ErrorCode.UNAUTHENTICATED


def test_a_level_too_low_refuses_that_coordinate_only() -> None:
    found = authorized("{ hello marriage { number } }", BASIC).refusals
    assert list(found) == ["Query.marriage"]
    error = found["Query.marriage"]
    assert (error.code, error.department) == (ErrorCode.STEP_UP_REQUIRED, "guide")
    assert str(error) == "Query.marriage needs assurance level 2; log in again at that level."


@pytest.mark.parametrize("level", [2, 3])
def test_a_level_high_enough_passes(level: int) -> None:
    assert refusals("{ marriage { number } }", replace(CITIZEN, level=level)) == {}


def test_another_role_is_refused() -> None:
    assert refusals("{ cases }", CITIZEN) == {"Query.cases": ErrorCode.FORBIDDEN}


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR])
def test_one_of_the_roles_is_enough(role: Role) -> None:
    assert refusals("{ cases }", replace(CITIZEN, roles=frozenset({Role.CITIZEN, role}))) == {}


def test_a_role_does_not_make_up_for_a_level() -> None:
    assert refusals("{ cases }", replace(OFFICER, level=0)) == {"Query.cases": ErrorCode.STEP_UP_REQUIRED}


def test_a_field_below_the_root_is_judged_too() -> None:
    sealed = service("guide.heads", "Office.head", assurance=3)
    generation = generation_of(guide(), services=(sealed,))
    document = "{ offices { name } office(number: 1) { ...F } } fragment F on Office { head { name } }"
    assert set(authorize(prepared(generation, document, caller=CITIZEN)).refusals) == {"Office.head"}


def test_what_is_refused_is_not_in_the_plan() -> None:
    document = "{ hello marriage { number } }"
    assert "marriage" in plan(authorized(document, CITIZEN)).compiled.plan.text()
    assert "marriage" not in plan(authorized(document, BASIC)).compiled.plan.text()


def test_a_plan_is_made_once_for_each_set_of_refusals() -> None:
    document = "{ hello marriage { number } cases }"
    first = plan(authorized(document, BASIC)).compiled
    assert plan(authorized(document, replace(BASIC, subject="a-other"))).compiled is first
    assert plan(authorized(document, CITIZEN)).compiled is not first
    assert len(authorized(document, BASIC).prepared.operation.plans) == 3
