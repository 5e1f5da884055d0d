"""Who uses a coordinate, by client version; and no literal is kept."""

from __future__ import annotations

from datetime import date

from graphql import parse
from sqlalchemy import select

from storage.database import Database
from tests.usage_metrics.fakes import AT_S, an_event
from tongban.clock import FakeClock
from usage_metrics.events import WHOLE_OPERATION
from usage_metrics.flush import Flusher
from usage_metrics.meter import Meter
from usage_metrics.recorded_use import CoordinateUse, OperationStore, signature_of, without_literals
from usage_metrics.tables import OPERATION_DOCUMENTS

SPOUSE = "{ me { marriage { spouseName } } }"
HOME = "{ me { household { registeredAddress } } }"


async def test_the_client_versions_that_named_a_coordinate_are_found(database: Database) -> None:
    clock = FakeClock(AT_S)
    store = OperationStore(database, clock)
    spouse, home = signature_of(parse(SPOUSE)), signature_of(parse(HOME))
    await store.remember(spouse, parse(SPOUSE), ["Query.me", "Citizen.marriage", "Marriage.spouseName"])
    await store.remember(home, parse(HOME), ["Query.me", "Citizen.household", "Household.registeredAddress"])
    meter = Meter()
    for signature, version, days_ago in ((spouse, "1.0", 0), (spouse, "1.0", 5), (home, "1.1", 0)):
        at_s = AT_S - days_ago * 86_400
        meter.record(
            an_event(service=WHOLE_OPERATION, signature=signature, client_version=version, at_s=at_s)
        )
    await Flusher(database, meter, clock, "w1").flush()

    today = date(2026, 9, 21)
    assert await store.of_coordinate("Citizen.marriage", 30) == (
        CoordinateUse("tongban-app", "ios", "1.0", 2, today),
    )
    assert await store.of_coordinate("Citizen.marriage", 5) == (
        CoordinateUse("tongban-app", "ios", "1.0", 1, today),
    )
    assert [use.client_version for use in await store.of_coordinate("Query.me", 30)] == ["1.0", "1.1"]
    assert await store.of_coordinate("Citizen.bornOn", 400) == ()


async def test_remembering_twice_and_by_two_workers_is_harmless(database: Database) -> None:
    for _ in range(2):
        store = OperationStore(database, FakeClock(AT_S))
        for _ in range(2):
            await store.remember("s", parse(SPOUSE), ["Query.me"])
    async with database.read() as connection:
        assert len((await connection.execute(select(OPERATION_DOCUMENTS))).all()) == 1


async def test_no_more_documents_are_kept_than_allowed(database: Database) -> None:
    store = OperationStore(database, FakeClock(AT_S), most=2)
    for number in range(5):
        await store.remember(f"s{number}", parse(SPOUSE), [])
    async with database.read() as connection:
        assert len((await connection.execute(select(OPERATION_DOCUMENTS))).all()) == 2


async def test_a_document_longer_than_any_app_writes_is_not_kept(database: Database) -> None:
    store = OperationStore(database, FakeClock(AT_S))
    await store.remember("s1", parse(f"{{ {'a' * 17_000}: me {{ name }} }}"), ["Query.me"])
    async with database.read() as connection:
        assert (await connection.execute(select(OPERATION_DOCUMENTS))).all() == []


def test_literals_are_emptied_and_enums_kept() -> None:
    document = parse(
        'query ($n: Int = 7) { a(text: "张三", at: 3.5, many: ["x"], sex: MALE, who: {cid: "99"}, is: true) }'
    )
    text = without_literals(document)
    assert "张三" not in text
    assert "99" not in text
    assert 'a(text: "", at: 0, many: [], sex: MALE, who: {}, is: false)' in text
    assert "$n: Int = 0" in text


def test_documents_that_differ_in_literals_share_a_signature() -> None:
    assert signature_of(parse('{ a(x: "1") }')) == signature_of(parse('{ a(x: "2") }'))
    assert signature_of(parse("{ a }")) != signature_of(parse("{ b }"))
