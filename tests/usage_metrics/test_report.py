"""The report starts from the registry, shows no small group, and lines up in Chinese."""

from __future__ import annotations

from datetime import date, timedelta

import orjson
import pytest

from storage.database import Database
from tests.usage_metrics.fakes import AT_S, an_event
from tongban.clock import FakeClock
from usage_metrics.events import WHOLE_OPERATION, UsageEvent
from usage_metrics.flush import Flusher
from usage_metrics.meter import Meter
from usage_metrics.report import UsageRow, as_json, as_text, display_width, totals, usage_report

TODAY = date(2026, 9, 21)
SERVICES = {"mca.marriage": "婚姻登记查询", "mca.bookMarriage": "婚姻登记预约", "vets.veteran": "优待证"}


async def written(database: Database, events: list[UsageEvent]) -> None:
    meter = Meter()
    for event in events:
        meter.record(event)
    await Flusher(database, meter, FakeClock(AT_S), "w1").flush()


async def report(database: Database, since: date = TODAY, until: date = TODAY) -> list[UsageRow]:
    return await usage_report(database, SERVICES, since, until)


def row_of(rows: list[UsageRow], service: str) -> UsageRow:
    (row,) = [row for row in rows if row.service == service]
    return row


async def test_services_that_nobody_called_are_listed(database: Database) -> None:
    await written(database, [an_event()])
    rows = await report(database)
    assert [row.service for row in rows] == [WHOLE_OPERATION, *SERVICES]
    assert row_of(rows, "vets.veteran").calls == 0
    assert totals(rows) == {"services": 3, "called": 1, "never_called": 2}


async def test_outcomes_latencies_people_and_finished_transactions_are_told(database: Database) -> None:
    booking = {"service": "mca.bookMarriage", "kind": "transaction"}
    await written(
        database,
        [an_event(**booking, phase="complete", subject_hash=n, latency_ms=10 + n) for n in range(20)]
        + [an_event(**booking, phase="start", outcome="timeout", latency_ms=3000.0)]
        + [an_event(**booking, phase="start", outcome="caller_error", subject_hash=500)] * 2,
    )
    row = row_of(await report(database), "mca.bookMarriage")
    assert (row.app, row.client, row.calls, row.ok, row.finished) == ("tongban-app", "ios", 23, 20, 20)
    assert row.errors == {"caller_error": 2, "timeout": 1}
    assert row.people in (21, 22)
    assert row.p50_ms == pytest.approx(18, rel=0.1)
    assert row.p95_ms == pytest.approx(28, rel=0.1)


async def test_the_versions_of_a_client_are_one_row(database: Database) -> None:
    await written(database, [an_event(client_version=version) for version in ("1.0", "1.1", "2.0")])
    assert row_of(await report(database), "mca.marriage").calls == 3


async def test_probes_and_ratings_are_no_use(database: Database) -> None:
    await written(database, [an_event(who="probe"), an_event(who="test"), an_event(kind="feedback")])
    assert row_of(await report(database), "mca.marriage").calls == 0


async def test_only_the_days_asked_for_are_counted(database: Database) -> None:
    await written(database, [an_event(at_s=AT_S + days * 86_400) for days in (-2, -1, 0)])
    assert row_of(await report(database), "mca.marriage").calls == 1
    assert row_of(await report(database, since=TODAY - timedelta(days=1)), "mca.marriage").calls == 2


async def test_a_service_that_left_the_registry_is_still_told(database: Database) -> None:
    await written(database, [an_event(service="old.gone")])
    assert row_of(await report(database), "old.gone").title == ""


async def test_groups_under_ten_are_suppressed_in_both_forms(database: Database) -> None:
    await written(database, [an_event(subject_hash=n) for n in range(7)])
    rows = await report(database)
    assert row_of(rows, "mca.marriage").people_shown == "<10"
    told = orjson.loads(as_json(rows, TODAY, TODAY))
    assert [row["people"] for row in told["rows"] if row["service"] == "mca.marriage"] == ["<10"]
    assert told["since"] == "2026-09-21"


async def test_columns_line_up_under_chinese_headings(database: Database) -> None:
    await written(database, [an_event(service=service) for service in SERVICES])
    lines = as_text(await report(database)).splitlines()
    assert len(lines) == 5
    assert len({display_width(line) for line in lines}) == 1


def test_a_chinese_letter_is_two_columns_wide() -> None:
    assert display_width("婚姻 ab") == 7
