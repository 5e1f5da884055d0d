"""Whom a change would hit, on both stores."""

from __future__ import annotations

from graphql import parse

from storage.database import Database
from tests.usage_metrics.fakes import AT_S, an_event
from tongban.clock import FakeClock
from usage_metrics.events import WHOLE_OPERATION
from usage_metrics.flush import Flusher
from usage_metrics.hits import first_day, hits_of, people_a_day
from usage_metrics.meter import Meter
from usage_metrics.recorded_use import OperationStore, signature_of

NAMED = parse("query Spouse { me { marriage { spouseName } } }")
PLAIN = parse("{ me { id } services { id } }")
SINCE = first_day(AT_S)


async def used(database: Database) -> None:
    """Two operations by two versions, on two days; 12 people at the first day, 20 at the second."""
    clock = FakeClock(AT_S)
    store, meter = OperationStore(database, clock), Meter()
    await store.remember(signature_of(NAMED), NAMED, ["Query.me", "Citizen.marriage"])
    await store.remember(signature_of(PLAIN), PLAIN, ["Query.me", "Citizen.id", "Query.services"])
    for days_ago, people in ((0, 12), (10, 20)):
        for person in range(people):
            for service in (WHOLE_OPERATION, "mca.marriage"):
                meter.record(
                    an_event(
                        service=service,
                        signature=signature_of(NAMED),
                        client_version="1.0",
                        at_s=AT_S - days_ago * 86_400,
                        subject_hash=person * 7_919 + 1,
                    )
                )
    meter.record(
        an_event(service=WHOLE_OPERATION, signature=signature_of(PLAIN), client_version="2.0", at_s=AT_S)
    )
    await Flusher(database, meter, clock, "w1").flush()


async def test_operations_are_named_with_the_client_versions_that_sent_them(database: Database) -> None:
    await used(database)
    hits = await hits_of(database, {"Query.me", "Query.services"}, SINCE)
    assert [(h.operation, h.client_version, h.calls, h.days, h.calls_a_day) for h in hits] == [
        ("Spouse", "1.0", 32, 2, 16), ("{ me services }", "2.0", 1, 1, 1),
    ]  # fmt: skip
    assert await hits_of(database, {"Citizen.bornOn"}, SINCE) == ()
    assert await hits_of(database, (), SINCE) == ()
    (late,) = await hits_of(database, {"Citizen.marriage"}, first_day(AT_S, days=5))
    assert late.calls == 12


async def test_people_are_those_of_a_day_in_the_mean(database: Database) -> None:
    await used(database)
    (hit,) = await hits_of(database, {"Citizen.marriage"}, SINCE)
    assert 15 <= await people_a_day(database, {"mca.marriage"}, {hit.client}, SINCE) <= 17
    assert 15 <= await people_a_day(database, (), {hit.client}, SINCE) <= 17
    assert await people_a_day(database, {"mca.marriage"}, {("other", "", "")}, SINCE) == 0
    assert await people_a_day(database, {"mca.marriage"}, (), SINCE) == 0
