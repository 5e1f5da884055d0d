"""Every event reaches the database exactly once, however commits end and however many workers write."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from storage.database import Database, metadata
from tests.usage_metrics.fakes import AT_S, BrokenConnection, UncertainDatabase, an_event
from tongban.clock import FakeClock
from usage_metrics import people
from usage_metrics.events import WHOLE_OPERATION
from usage_metrics.flush import Flusher
from usage_metrics.histogram import Histogram
from usage_metrics.meter import Meter
from usage_metrics.tables import FLUSHES, OPERATIONS, ROLL_UPS


async def counted(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(select(func.sum(ROLL_UPS.c.count)))).scalar() or 0)


def flusher(database: Database, meter: Meter, worker: str = "w1") -> Flusher:
    return Flusher(database, meter, FakeClock(AT_S), worker)


async def test_counts_histograms_and_people_of_several_flushes_add_up(database: Database) -> None:
    meter = Meter()
    writer = flusher(database, meter)
    for round_number in range(3):
        for subject in range(20):
            meter.record(an_event(subject_hash=subject + 10 * round_number, latency_ms=5.0 + subject))
        assert await writer.flush() == 20
    async with database.read() as connection:
        (row,) = (await connection.execute(select(ROLL_UPS))).mappings()
    assert row["count"] == Histogram.from_bytes(row["latency"]).total == 60
    assert people.estimate(row["people"]) in range(38, 43)
    assert (row["service"], row["outcome"], row["day"].isoformat()) == ("mca.marriage", "ok", "2026-09-21")


async def test_nothing_new_writes_nothing(database: Database) -> None:
    assert await flusher(database, Meter()).flush() == 0
    async with database.read() as connection:
        assert (await connection.execute(select(FLUSHES))).all() == []


@pytest.mark.parametrize("ending", ["lost", "unheard"])
async def test_a_flush_with_an_unknown_end_counts_once(
    database: Database, database_url: str, ending: str
) -> None:
    uncertain = UncertainDatabase(database_url, [ending])
    meter = Meter()
    writer = flusher(uncertain, meter)
    meter.record(an_event(service=WHOLE_OPERATION, signature="s"))
    with pytest.raises(BrokenConnection):
        await writer.flush()
    meter.record(an_event())
    assert await writer.flush() == 2
    assert await counted(database) == 2
    async with database.read() as connection:
        assert (await connection.execute(select(OPERATIONS.c.count))).scalars().all() == [1]
    await uncertain.close()


async def test_a_flush_cancelled_in_the_middle_loses_nothing(database: Database) -> None:
    meter = Meter()
    writer = flusher(database, meter)
    meter.record(an_event())
    task = asyncio.create_task(writer.flush())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await writer.flush()
    assert await counted(database) == 1


async def test_workers_that_flush_the_same_cells_at_once_add_up(database: Database) -> None:
    meters = [Meter() for _ in range(4)]
    writers = [flusher(database, meter, f"w{number}") for number, meter in enumerate(meters)]
    for number, meter in enumerate(meters):
        for service in range(12):
            meter.record(an_event(service=f"mca.s{service}", subject_hash=number))
    await asyncio.gather(*(writer.flush() for writer in writers))
    assert await counted(database) == 48
    async with database.read() as connection:
        sketches = (await connection.execute(select(ROLL_UPS.c.people))).scalars().all()
    assert [people.estimate(sketch) for sketch in sketches] == [4] * 12


async def test_a_restarted_worker_is_not_taken_for_its_former_self(database: Database) -> None:
    for _ in range(2):
        meter = Meter()
        meter.record(an_event())
        await flusher(database, meter).flush()
    assert await counted(database) == 2


async def test_the_record_of_flushes_does_not_grow(database: Database) -> None:
    meter = Meter()
    writer = flusher(database, meter)
    for _ in range(5):
        meter.record(an_event())
        await writer.flush()
    async with database.read() as connection:
        assert (await connection.execute(select(FLUSHES.c.seq))).scalars().all() == [5]


async def test_running_flushes_once_more_when_it_is_stopped(database: Database) -> None:
    meter = Meter()
    meter.record(an_event())
    task = asyncio.create_task(flusher(database, meter).run(interval_s=3600))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await counted(database) == 1


async def test_running_outlives_a_failing_store(
    database: Database, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    uncertain = UncertainDatabase(database_url, ["lost", "unheard"])
    meter = Meter()
    meter.record(an_event())
    task = asyncio.create_task(flusher(uncertain, meter).run(interval_s=0))
    await uncertain.heard.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await counted(database) == 1
    assert "BrokenConnection" in caplog.text
    await uncertain.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["ok", "lost", "unheard"])), max_size=8))
def test_any_sequence_of_endings_counts_every_event_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str]]
) -> None:
    asyncio.run(_endings(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('meter') / 'u.db'}", steps))


async def _endings(url: str, steps: list[tuple[int, str]]) -> None:
    database = UncertainDatabase(url, [])
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    meter = Meter()
    writer = flusher(database, meter)
    for events, ending in steps:
        for _ in range(events):
            meter.record(an_event())
        database.script = [ending]
        try:
            await writer.flush()
        except BrokenConnection:
            continue
    database.script = []
    await writer.flush()
    assert await counted(database) == sum(events for events, _ in steps)
    await database.close()
