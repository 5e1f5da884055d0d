"""The audit log takes acts, in order, and never changes or loses one."""

from __future__ import annotations

import asyncio
import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import AuditEntry, AuditLog, Database, sqlite_url, upgrade
from tongban.clock import FakeClock
from tongban.errors import OurFault


@pytest.fixture
def log(database: Database) -> AuditLog:
    return AuditLog(database, FakeClock())


async def test_an_act_is_in_the_store_when_record_returns(log: AuditLog, database: Database) -> None:
    entry = AuditEntry(
        "connector.published", subject="01A", object_kind="connector", object_id="mca.marriage",
        department="mca", purpose="x", request_id="r-1", details={"version": "1.0.0", "n": 1, "ok": True},
    )  # fmt: skip
    await log.record(entry)
    other = AuditLog(database, FakeClock())
    found = [found async for found in other.entries()]
    assert len(found) == 1
    assert found[0]["seq"] == 1
    assert found[0]["at_ms"] == int(FakeClock().epoch_s() * 1000)
    assert found[0]["details"] == {"version": "1.0.0", "n": 1, "ok": True}
    assert found[0]["outcome"] == "ok"


async def test_many_at_once_are_numbered_without_a_gap_in_few_transactions(log: AuditLog) -> None:
    await asyncio.gather(*(log.record(AuditEntry("x.done", details={"n": n})) for n in range(2500)))
    found = [(entry["seq"], entry["details"]["n"]) async for entry in log.entries()]
    assert found == [(n + 1, n) for n in range(2500)]


async def test_several_processes_number_without_gap_or_double(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(3)]
    await upgrade(databases[0])
    logs = [AuditLog(database, FakeClock()) for database in databases]
    for _ in range(10):
        await asyncio.gather(*(log.record(AuditEntry("x.done")) for log in logs for _ in range(5)))
    assert [entry["seq"] async for entry in logs[0].entries()] == list(range(1, 151))
    for database in databases:
        await database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET outcome = 'ok'",
        "DELETE FROM audit_log",
        "UPDATE audit_log SET seq = 5 WHERE seq = 1",
    ],
)
async def test_the_store_itself_refuses_change(log: AuditLog, database: Database, statement: str) -> None:
    await log.record(AuditEntry("x.done", outcome="failed"))
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.write() as connection:
            await connection.execute(text(statement))
    assert [entry["outcome"] async for entry in log.entries()] == ["failed"]


async def test_the_store_refuses_replacement_and_truncation_too(log: AuditLog, database: Database) -> None:
    await log.record(AuditEntry("x.done", outcome="failed"))
    columns = "seq, at_ms, subject, action, object_kind, object_id, department, purpose, request_id, outcome, details"
    replace = f"INSERT OR REPLACE INTO audit_log ({columns}) VALUES (1, 1, '', 'x', '', '', '', '', '', 'ok', '{{}}')"
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.write() as connection:
            await connection.execute(text(replace if database.is_sqlite else "TRUNCATE audit_log"))
    assert [entry["outcome"] async for entry in log.entries()] == ["failed"]


async def test_the_export_is_one_json_document_a_line(log: AuditLog) -> None:
    for n in range(3):
        await log.record(AuditEntry("x.done", details={"部门": "民政厅", "n": n}))
    lines = [line async for line in log.export_ndjson(after_seq=1, until_seq=2)]
    assert len(lines) == 1
    assert lines[0].endswith("\n")
    assert json.loads(lines[0])["details"] == {"部门": "民政厅", "n": 1}


@pytest.mark.parametrize("field", ["object_id", "purpose", "subject", "details"])
async def test_a_citizen_id_is_refused_wherever_it_stands(log: AuditLog, field: str) -> None:
    cid = "990101199001010012"
    digits = [int(digit) for digit in cid[:17]]
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    valid = cid[:17] + "10X98765432"[sum(a * b for a, b in zip(digits, weights, strict=True)) % 11]
    value: object = {"note": f"of {valid}"} if field == "details" else valid
    with pytest.raises(ValueError, match="citizen id") as refused:
        await log.record(AuditEntry("x.done", **{field: value}))  # type: ignore[arg-type]
    assert valid not in str(refused.value)
    assert [entry async for entry in log.entries()] == []


async def test_what_is_too_long_is_refused_and_not_cut(log: AuditLog) -> None:
    with pytest.raises(ValueError, match="longer than"):
        await log.record(AuditEntry("x.done", object_id="y" * 129))
    with pytest.raises(ValueError, match="details over"):
        await log.record(AuditEntry("x.done", details={"text": "y" * 5000}))


async def test_a_store_that_is_away_is_said_to_every_caller_and_the_next_is_written(
    log: AuditLog, database: Database
) -> None:
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE audit_log RENAME TO away"))
    answers = await asyncio.gather(
        *(log.record(AuditEntry("x.done")) for _ in range(5)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [OurFault] * 5
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE away RENAME TO audit_log"))
    await log.record(AuditEntry("x.done"))
    assert [entry["seq"] async for entry in log.entries()] == [1]


async def test_an_entry_of_a_cancelled_request_is_written_all_the_same(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    database = Database(sqlite_url(tmp_path_factory.mktemp("cancelled")))
    await upgrade(database)
    log = AuditLog(database, FakeClock())
    recording = asyncio.create_task(log.record(AuditEntry("x.done")))
    await asyncio.sleep(0)
    recording.cancel()
    await log.close()
    assert [entry["seq"] async for entry in log.entries()] == [1]
    await database.close()
