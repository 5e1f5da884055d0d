"""A matter is begun once, finished once, and never sent again silently."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from schema.matter_log import MatterLog
from schema.matter_record import Begun, Replayed
from schema.states import Failure, MatterState, failure_of
from schema.tables import MATTERS
from storage.database import Database
from tests.schema.people import BOOKING, LI, MOTHER, OFFICER, OTHER, STRANGER, begun, submitted
from tongban.caller import ANONYMOUS
from tongban.clock import FakeClock
from tongban.errors import CallerFault, ErrorCode

DAY_S = 86_400


async def refused(awaitable: object) -> CallerFault:
    with pytest.raises(CallerFault) as caught:
        await awaitable  # type: ignore[misc]
    return caught.value


async def test_a_matter_is_there_before_the_department_is_called(
    matters: MatterLog, clock: FakeClock
) -> None:
    matter_id = await begun(matters)
    record = await matters.get(matter_id)
    assert record is not None
    assert (record.state, record.is_confirmed, record.number) == (MatterState.SUBMITTING, False, None)
    assert record.due_at_s == clock.epoch_s() + 30 * 60


async def test_a_finished_request_is_answered_with_the_same_answer(matters: MatterLog) -> None:
    matter_id = await begun(matters, key="k")
    await matters.finish(matter_id, "HY-1", '{"number":"HY-1"}')
    met = await matters.begin(MOTHER, BOOKING, "mca", "k", "f", 30, "")
    assert met == Replayed(matter_id, '{"number":"HY-1"}')


async def test_the_answer_is_forgotten_after_a_day_and_still_not_sent_again(
    matters: MatterLog, clock: FakeClock, database: Database
) -> None:
    matter_id = await begun(matters, key="k")
    await matters.finish(matter_id, "HY-1", "{}")
    clock.advance(DAY_S)
    assert (await refused(begun(matters, key="k"))).code is ErrorCode.CONFLICT
    await matters.tidy(clock.epoch_s())
    async with database.read() as connection:
        assert (await connection.execute(select(MATTERS.c.result_sealed))).scalars().all() == [None]
    assert (await refused(begun(matters, key="k"))).code is ErrorCode.CONFLICT


async def test_a_key_used_for_another_request_is_a_conflict(matters: MatterLog) -> None:
    await begun(matters, key="k", fingerprint="one")
    assert (await refused(begun(matters, key="k", fingerprint="two"))).code is ErrorCode.CONFLICT


async def test_a_request_still_running_asks_to_come_back(matters: MatterLog) -> None:
    await begun(matters, key="k")
    fault = await refused(begun(matters, key="k"))
    assert fault.code is ErrorCode.CONFLICT
    assert fault.retry_after_s is not None


async def test_of_many_at_once_only_one_begins(matters: MatterLog) -> None:
    outcomes = await asyncio.gather(*(begun(matters, key="k") for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert all(isinstance(outcome, str | CallerFault) for outcome in outcomes)


async def test_keys_belong_to_the_account(matters: MatterLog) -> None:
    assert await begun(matters, MOTHER, key="k") != await begun(matters, OTHER, key="k")


async def test_without_a_key_every_request_is_its_own(matters: MatterLog) -> None:
    assert await begun(matters) != await begun(matters)


async def test_nobody_begins_without_a_login(matters: MatterLog) -> None:
    assert (await refused(begun(matters, ANONYMOUS))).code is ErrorCode.UNAUTHENTICATED


@pytest.mark.parametrize("failure", [Failure.REFUSED, Failure.NOT_SENT])
async def test_what_took_no_effect_leaves_nothing_and_frees_its_key(
    matters: MatterLog, failure: Failure
) -> None:
    matter_id = await begun(matters, key="k")
    await matters.fail(matter_id, failure)
    assert await matters.get(matter_id) is None
    assert await begun(matters, key="k", fingerprint="mended") != matter_id


async def test_an_unknown_outcome_is_kept_and_not_sent_again(matters: MatterLog, clock: FakeClock) -> None:
    matter_id = await begun(matters, key="k")
    await matters.fail(matter_id, Failure.UNKNOWN)
    clock.advance(DAY_S)
    fault = await refused(begun(matters, key="k"))
    assert (fault.code, fault.retry_after_s) == (ErrorCode.CONFLICT, None)
    (record,) = await matters.of_person(LI.person_id)
    assert (record.id, record.is_confirmed) == (matter_id, False)


async def test_a_department_that_takes_keys_may_be_asked_again_when_the_client_asks(
    matters: MatterLog,
) -> None:
    matter_id = await begun(matters, key="k")
    await matters.fail(matter_id, Failure.UNKNOWN)
    met = await matters.begin(MOTHER, BOOKING, "mca", "k", "f", 30, "", repeatable=True)
    assert met == Begun(matter_id, is_repeat=True)
    assert (await refused(begun(matters, key="k", repeatable=True))).retry_after_s is not None
    await matters.finish(matter_id, "HY-1", "{}")
    assert isinstance(await matters.begin(MOTHER, BOOKING, "mca", "k", "f", 30, ""), Replayed)


@pytest.mark.parametrize("failure", list(Failure))
async def test_a_failed_repeat_says_nothing_of_the_first_call(matters: MatterLog, failure: Failure) -> None:
    matter_id = await begun(matters, key="k")
    await matters.fail(matter_id, Failure.UNKNOWN)
    await begun(matters, key="k", repeatable=True)
    await matters.fail(matter_id, failure)
    record = await matters.get(matter_id)
    assert record is not None
    assert record.state is MatterState.UNKNOWN


async def test_a_call_that_died_with_its_process_becomes_unknown(
    matters: MatterLog, clock: FakeClock
) -> None:
    matter_id = await begun(matters, key="k")
    clock.advance(61)
    assert (await refused(begun(matters, key="k"))).retry_after_s is None
    await matters.tidy(clock.epoch_s())
    record = await matters.get(matter_id)
    assert record is not None
    assert record.state is MatterState.UNKNOWN


async def test_nothing_personal_is_stored_in_the_clear(matters: MatterLog, database: Database) -> None:
    matter_id = await begun(matters, key="my key 990101198001011234")
    await matters.finish(matter_id, "HY-SECRET", '{"number":"HY-SECRET"}')
    await matters.set_state(matter_id, MatterState.DECIDED)
    await matters.rate(matter_id, MOTHER, 5, "办得好")
    async with database.read() as connection:
        stored = str((await connection.execute(select(MATTERS))).mappings().one())
    assert not any(secret in stored for secret in ("HY-SECRET", "办得好", "990101", LI.name))
    record = await matters.get(matter_id)
    assert record is not None
    assert record.number == "HY-SECRET"
    assert "HY-SECRET" not in repr(record)


async def test_matters_of_a_person_are_the_latest_first_and_by_shown_state(
    matters: MatterLog, clock: FakeClock
) -> None:
    first = await submitted(matters)
    clock.advance(1)
    second = await begun(matters)
    clock.advance(1)
    third = await submitted(matters)
    await matters.set_state(third, MatterState.ACCEPTED)
    await submitted(matters, OTHER)
    assert [each.id for each in await matters.of_person(LI.person_id)] == [third, second, first]
    assert [each.id for each in await matters.of_person(LI.person_id, first=1)] == [third]
    of_state = await matters.of_person(LI.person_id, state=MatterState.SUBMITTED)
    assert [each.id for each in of_state] == [second, first]
    assert len(await matters.of_person(STRANGER.person_id)) == 1


async def test_states_only_move_as_the_table_allows(matters: MatterLog) -> None:
    matter_id = await submitted(matters)
    assert await matters.set_state(matter_id, MatterState.SUPPLEMENT)
    assert await matters.set_state(matter_id, MatterState.ACCEPTED)
    assert await matters.set_state(matter_id, MatterState.DECIDED)
    assert not await matters.set_state(matter_id, MatterState.ACCEPTED)
    assert not await matters.set_state(matter_id, MatterState.DECIDED)
    assert await matters.set_state(matter_id, MatterState.DELIVERED)
    unconfirmed = await begun(matters)
    assert not await matters.set_state(unconfirmed, MatterState.SUBMITTED)


async def test_a_matter_of_staff_belongs_to_the_account(matters: MatterLog) -> None:
    record = await matters.get(await submitted(matters, OFFICER))
    assert record is not None
    assert record.belongs_to(OFFICER)
    assert not record.belongs_to(OTHER)
    assert not record.visible_to(ANONYMOUS)


async def test_one_rating_by_the_owner_once_finished(matters: MatterLog) -> None:
    matter_id = await submitted(matters)
    assert (await refused(matters.rate(matter_id, MOTHER, 5))).code is ErrorCode.CONFLICT
    await matters.set_state(matter_id, MatterState.DELIVERED)
    assert (await refused(matters.rate(matter_id, MOTHER, 6))).code is ErrorCode.BAD_USER_INPUT
    assert (await refused(matters.rate(matter_id, MOTHER, 5, "好" * 1001))).code is ErrorCode.BAD_USER_INPUT
    assert (await refused(matters.rate(matter_id, OTHER, 5))).code is ErrorCode.FORBIDDEN
    assert (await refused(matters.rate("0" * 26, MOTHER, 5))).code is ErrorCode.FORBIDDEN
    assert (await refused(matters.rate(matter_id, ANONYMOUS, 5))).code is ErrorCode.UNAUTHENTICATED
    assert (await matters.rate(matter_id, MOTHER, 4)).rating == 4
    assert (await refused(matters.rate(matter_id, MOTHER, 1))).code is ErrorCode.CONFLICT


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (ErrorCode.BAD_USER_INPUT, Failure.REFUSED),
        (ErrorCode.FORBIDDEN, Failure.REFUSED),
        (ErrorCode.DEPARTMENT_MAINTENANCE, Failure.REFUSED),
        (ErrorCode.DEPARTMENT_TIMEOUT, Failure.UNKNOWN),
        (ErrorCode.DEPARTMENT_UNAVAILABLE, Failure.UNKNOWN),
        (ErrorCode.INTERNAL_ERROR, Failure.UNKNOWN),
    ],
)
def test_an_error_that_leaves_doubt_is_an_unknown_outcome(code: ErrorCode, failure: Failure) -> None:
    assert failure_of(code) is failure
