"""三难→三通: three lights per connector. Breaking one layer of a department turns exactly that light red, with evidence."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from connectors.judging import Lights, lights
from tests.connectors.judging.parks import MANIFEST, altered
from tests.connectors.judging.sandbox import Sandbox, ground, sandbox


@pytest.fixture
async def department() -> AsyncIterator[Sandbox]:
    async with sandbox() as made:
        yield made


async def seen(department: Sandbox, text: str = MANIFEST) -> Lights:
    async with ground() as held:
        return await lights(department.draft(text), **held, patience_s=2)


def colours(found: Lights) -> tuple[str, str, str]:
    return found.network.colour, found.data.colour, found.business.colour


async def test_all_three_are_green_where_all_is_well(department: Sandbox) -> None:
    assert colours(await seen(department)) == ("green", "green", "green")


async def test_the_network_is_red_when_nobody_answers(department: Sandbox) -> None:
    await department.department.stop()
    found = await seen(department)
    assert colours(found) == ("red", "unknown", "unknown")
    assert "not reached" in found.network.evidence


async def test_the_network_is_red_when_the_backend_says_that_it_is_ill(department: Sandbox) -> None:
    department.health = {"status": "DOWN"}
    found = await seen(department)
    assert colours(found) == ("red", "green", "green")
    assert "status == 'UP'" in found.network.evidence


async def test_data_is_red_when_answers_break_the_contract(department: Sandbox) -> None:
    department.park["area"] = {"value": 12.5, "unit": "亩"}
    found = await seen(department)
    assert colours(found) == ("green", "red", "green")
    assert "data.area" in found.data.evidence


async def test_business_is_red_when_a_matter_cannot_be_opened(department: Sandbox) -> None:
    department.booking = {"code": "3001", "msg": "系统忙"}
    found = await seen(department)
    assert colours(found) == ("green", "green", "red")
    assert "DEPARTMENT_ERROR" in found.business.evidence
    assert "系统忙" not in found.business.evidence


async def test_business_is_red_when_a_matter_has_a_state_that_nobody_knows(department: Sandbox) -> None:
    department.state = "99"
    found = await seen(department)
    assert colours(found) == ("green", "green", "red")


async def test_business_is_unknown_without_a_test_that_opens_a_matter(department: Sandbox) -> None:
    line = next(each for each in MANIFEST.splitlines() if "takes a tour, live" in each)
    found = await seen(department, altered(f"{line}\n", ""))
    assert colours(found) == ("green", "green", "unknown")
