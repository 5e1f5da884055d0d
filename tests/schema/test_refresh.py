"""Departments are asked for news gently, and one failure stops nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from schema.matter_log import BackOff, MatterLog
from schema.matter_record import MatterRecord
from schema.refresh import MatterRefresh
from schema.states import MatterState
from storage.database import Database
from storage.sealed import Sealed
from tests.schema.people import LI, begun, submitted
from tongban.clock import FakeClock


class LoopbackDepartment:
    """Answers by case number; remembers what it was asked and how many asked at once."""

    def __init__(self, answers: Mapping[str, str | Exception | None]) -> None:
        self.answers = dict(answers)
        self.asked: list[str] = []
        self.most_at_once = 0
        self._at_once = 0

    async def __call__(self, record: MatterRecord) -> str | None:
        assert record.number is not None
        self.asked.append(record.number)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        await asyncio.sleep(0)
        self._at_once -= 1
        answer = self.answers.get(record.number)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def state_of(matters: MatterLog, matter_id: str) -> MatterState:
    record = await matters.get(matter_id)
    assert record is not None
    return record.state


async def test_a_matter_moves_on_until_it_is_delivered(matters: MatterLog, clock: FakeClock) -> None:
    matter_id = await submitted(matters, number="HY-1")
    department = LoopbackDepartment({})
    refresh = MatterRefresh(matters, department, clock)
    for state in (MatterState.ACCEPTED, MatterState.DECIDED, MatterState.DELIVERED):
        clock.advance(6)
        department.answers["HY-1"] = state.value
        assert await refresh.refresh_due() == 1
        assert await state_of(matters, matter_id) is state
    clock.advance(1_000_000)
    assert await refresh.refresh_due() == 0
    assert department.asked == ["HY-1"] * 3


async def test_a_silent_department_is_asked_ever_more_rarely(matters: MatterLog, clock: FakeClock) -> None:
    await submitted(matters)
    department = LoopbackDepartment({})
    refresh = MatterRefresh(matters, department, clock)
    for _ in range(600):
        clock.advance(5)
        await refresh.refresh_due()
    assert 8 <= len(department.asked) <= 11


@pytest.mark.parametrize("nonsense", ["SUBMITTING", "DANCING", RuntimeError("down"), None, "SUBMITTED"])
async def test_failures_and_nonsense_are_no_news(
    matters: MatterLog, clock: FakeClock, nonsense: str | Exception | None
) -> None:
    broken = await submitted(matters, number="HY-1")
    sound = await submitted(matters, number="HY-2")
    clock.advance(6)
    department = LoopbackDepartment({"HY-1": nonsense, "HY-2": "ACCEPTED"})
    assert await MatterRefresh(matters, department, clock).refresh_due() == 1
    assert await state_of(matters, broken) is MatterState.SUBMITTED
    assert await state_of(matters, sound) is MatterState.ACCEPTED


async def test_a_hanging_department_is_given_up_on(matters: MatterLog, clock: FakeClock) -> None:
    await submitted(matters)
    clock.advance(6)
    asked = asyncio.Event()

    async def hang(_record: MatterRecord) -> str | None:
        asked.set()
        await asyncio.Event().wait()
        return None

    assert await MatterRefresh(matters, hang, clock, ask_within_s=0.01).refresh_due() == 0
    assert asked.is_set()


async def test_only_a_few_are_asked_at_a_time(matters: MatterLog, clock: FakeClock) -> None:
    for number in range(12):
        await submitted(matters, number=f"HY-{number}")
    clock.advance(6)
    department = LoopbackDepartment({})
    await MatterRefresh(matters, department, clock, at_a_time=3).refresh_due()
    assert len(department.asked) == 12
    assert department.most_at_once == 3


async def test_two_workers_never_ask_for_the_same_matter(matters: MatterLog, clock: FakeClock) -> None:
    for number in range(6):
        await submitted(matters, number=f"HY-{number}")
    clock.advance(6)
    department = LoopbackDepartment({})
    await asyncio.gather(*(MatterRefresh(matters, department, clock).refresh_due() for _ in range(3)))
    assert sorted(department.asked) == [f"HY-{number}" for number in range(6)]


async def test_what_has_no_number_is_not_asked_about(matters: MatterLog, clock: FakeClock) -> None:
    await begun(matters)
    silent = await begun(matters)
    await matters.finish(silent, None, "{}")
    clock.advance(1_000)
    department = LoopbackDepartment({})
    await MatterRefresh(matters, department, clock).refresh_due()
    assert department.asked == []
    assert len(await matters.of_person(LI.person_id)) == 2


async def test_running_outlives_a_failing_store(
    database: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    rounds, asked = asyncio.Event(), 0

    class AwayLog(MatterLog):
        """A log whose store is away."""

        async def tidy(self, now_s: float) -> None:
            nonlocal asked
            asked += 1
            if asked == 2:
                rounds.set()
            raise ConnectionError

    refresh = MatterRefresh(AwayLog(database, Sealed.fresh(), clock), LoopbackDepartment({}), clock)
    task = asyncio.create_task(refresh.run(interval_s=0))
    await rounds.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "ConnectionError" in caplog.text


def test_waiting_grows_to_an_hour_and_no_further() -> None:
    waits = [BackOff().wait_s(attempts) for attempts in (0, 1, 2, 10, 10_000)]
    assert waits == [5, 10, 20, 3_600, 3_600]
