"""A transaction reaches its department once, whatever the client repeats, and becomes a matter of the citizen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import parse
from sqlalchemy import text

from connectors.local import LocalSubgraph
from federation import (
    FetchContext,
    FetchError,
    FetchResult,
    NotStreaming,
    compile_operation,
    compose,
    subscribe,
)
from gateway.catalogue import CurrentCatalogue
from gateway.generation import Generation
from gateway.transactions import Transacted
from schema import MatterLog, MatterState, platform_schema
from storage import AuditLog, Database, Sealed, sqlite_url, upgrade
from tests.federation.in_memory import LINK, InMemorySubgraph
from tests.gateway.fake_department import BOOK, FakeDepartment, Received
from tests.gateway.house import CANARIES, CANARY, SERVICES, House, KnownLogins, arrived, generation_of
from tongban.caller import Caller
from tongban.clock import FakeClock
from tongban.errors import ErrorCode

PERSON = CANARY.person_id
ANOTHER = "01J8ZQ5XK3M9V7T2B4N6P8R0S9"
MINE = Caller("a-citizen", person=CANARY, level=2)
THEIRS = Caller("a-other", person=replace(CANARY, person_id=ANOTHER, cid="990101197001011230"), level=2)
BOOKING = (
    f"mutation Book($with: ID!) {{ {BOOK}(spouseNumber: $with) {{ number matter {{ id state number }} }} }}"
)


@dataclass(slots=True)
class Counter:
    """The window of one department: asks through the whole house, and sees what the department and the books hold."""

    department: FakeDepartment
    database: Database
    clock: FakeClock
    matters: MatterLog
    audit: AuditLog
    house: House = field(init=False)

    def __post_init__(self) -> None:
        self.house = House(self._generation(), login=KnownLogins({"mine": MINE, "theirs": THEIRS}))

    def _generation(self) -> Generation:
        services = {BOOK: next(entry for entry in SERVICES if entry.id == "mca.bookMarriage")}
        platform = platform_schema(CurrentCatalogue(), self.matters)
        return generation_of(
            LocalSubgraph(platform.name, platform.schema, platform.sdl, platform.entities),
            Transacted(self.department, services, self.matters, self.audit),
        )

    async def ask(
        self,
        document: str = BOOKING,
        key: str | None = "k",
        by: str = "mine",
        with_: str = CANARY.cid,
        **more: Any,
    ) -> dict[str, Any]:
        asked: dict[str, Any] = {"variables": {"with": with_}, "idempotency_key": key} | more
        if "variables" not in more and not document.startswith("mutation Book($with"):
            asked["variables"] = {}
        response = await self.house.answer(arrived(document, authorization=f"Bearer {by}", **asked))
        found: dict[str, Any] = orjson.loads(response.body)
        return found

    @property
    def sent(self) -> int:
        return len(self.department.received)


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    database = Database(sqlite_url(tmp_path))
    await upgrade(database)
    clock = FakeClock()
    audit = AuditLog(database, clock)
    yield Counter(FakeDepartment(), database, clock, MatterLog(database, Sealed.fresh(), clock), audit)
    await audit.close()
    await database.close()


def code_of(answer: dict[str, Any]) -> str:
    (error,) = answer["errors"]
    code: str = error["extensions"]["code"]
    return code


async def states(counter: Counter, person: str = PERSON) -> list[MatterState]:
    return [matter.state for matter in await counter.matters.of_person(person)]


CONDITIONAL = """mutation Often($a: Boolean!, $b: Boolean!, $with: ID!) {
  ... @include(if: $a) { ... @include(if: $b) { one: BOOK(spouseNumber: $with) { place matter { x: id } } } }
  other: BOOK(spouseNumber: $with) { number }
  one: BOOK(spouseNumber: $with) { number matter { ... @include(if: $a) { y: id @include(if: $b) } state } }
}""".replace("BOOK", BOOK)


# -- once


async def test_a_transaction_is_sent_once_and_becomes_a_matter(counter: Counter) -> None:
    answer = await counter.ask()
    receipt = answer["data"][BOOK]
    assert "errors" not in answer
    assert receipt["number"] == "HY-2026-0001"
    assert counter.sent == 1
    (matter,) = await counter.matters.of_person(PERSON)
    assert (matter.id, matter.state, matter.number) == (
        receipt["matter"]["id"],
        MatterState.SUBMITTED,
        "HY-2026-0001",
    )
    assert (matter.department, matter.service, matter.responsible_unit) == (
        "mca",
        "mca.bookMarriage",
        "测试科",
    )
    assert receipt["matter"] == {"id": matter.id, "state": "SUBMITTED", "number": "HY-2026-0001"}


@pytest.mark.parametrize("key", ["k", None])
@pytest.mark.parametrize(
    ("a", "b", "order"),
    [(True, True, ["one", "other"]), (False, True, ["other", "one"]), (True, False, ["other", "one"])],
)
async def test_a_transaction_met_under_several_conditions_is_sent_once_in_its_place(
    counter: Counter, key: str | None, a: bool, b: bool, order: list[str]
) -> None:
    answer = await counter.ask(CONDITIONAL, key, variables={"a": a, "b": b, "with": CANARY.cid})
    assert "errors" not in answer
    assert [received.text.split()[1].rstrip(":") for received in counter.department.received] == order
    assert len(await states(counter)) == 2
    one = answer["data"]["one"]
    assert one["number"] == "HY-2026-0001"
    assert one["matter"]["state"] == "SUBMITTED"
    assert ("place" in one, "x" in one["matter"], "y" in one["matter"]) == (a and b,) * 3
    assert {one["matter"].get(name) for name in "xy"} < {
        None,
        *(m.id for m in await counter.matters.of_person(PERSON)),
    }


async def test_a_transaction_that_no_condition_wants_is_neither_sent_nor_a_matter(counter: Counter) -> None:
    document = (
        f"mutation Maybe($a: Boolean!, $with: ID!) {{ one: {BOOK}(spouseNumber: $with) @include(if: $a) {{ number }} "
        f"other: {BOOK}(spouseNumber: $with) {{ number }} }}"
    )
    answer = await counter.ask(document, variables={"a": False, "with": CANARY.cid})
    assert answer == {"data": {"other": {"number": "HY-2026-0001"}}}
    assert (counter.sent, len(await states(counter))) == (1, 1)


async def test_the_matter_is_written_down_before_the_department_is_asked(counter: Counter) -> None:
    seen: list[MatterState] = []

    async def looking(key: str, received: Received) -> None:
        seen.extend(await states(counter))

    counter.department.behave = looking
    await counter.ask()
    assert seen == [MatterState.SUBMITTING]


async def test_the_department_gets_the_matters_id_as_its_key_never_the_clients(counter: Counter) -> None:
    await counter.ask(key="the-clients-key")
    (matter,) = await counter.matters.of_person(PERSON)
    assert [received.idempotency_key for received in counter.department.received] == [matter.id]


async def test_the_department_never_hears_of_the_matter(counter: Counter) -> None:
    await counter.ask()
    await counter.ask(BOOKING.replace("number matter { id state number }", "matter { id }"), key="k-2")
    assert [" ".join(received.text.split()) for received in counter.department.received] == [
        f"{{ {BOOK}(spouseNumber: $with) {{ number }} }}",
        f"{{ {BOOK}(spouseNumber: $with) {{ __typename }} }}",
    ]


async def test_the_same_key_gets_the_same_answer_and_sends_nothing(counter: Counter) -> None:
    first = await counter.ask()
    counter.department.number = "HY-OTHER"
    assert [await counter.ask() for _ in range(3)] == [first] * 3
    assert counter.sent == 1


async def test_of_many_at_once_one_is_sent(counter: Counter) -> None:
    begun, release = asyncio.Event(), asyncio.Event()

    async def waiting(key: str, received: Received) -> None:
        begun.set()
        await release.wait()

    counter.department.behave = waiting
    first = asyncio.create_task(counter.ask())
    await begun.wait()
    others = await asyncio.gather(*(counter.ask() for _ in range(5)))
    release.set()
    assert (await first)["data"][BOOK]["number"] == "HY-2026-0001"
    assert {code_of(answer) for answer in others} == {"CONFLICT"}
    assert all(answer["errors"][0]["extensions"]["retryAfter_s"] > 0 for answer in others)
    assert counter.sent == 1


@pytest.mark.parametrize(
    "other",
    [
        {"with_": "990101199201011239"},
        {"document": BOOKING.replace("number matter", "place matter")},
        {"document": BOOKING.replace("$with)", '$with, appointmentOn: "2026-05-20")')},
    ],
    ids=["other variables", "another selection", "another argument"],
)
async def test_a_key_used_for_another_request_is_a_conflict(counter: Counter, other: dict[str, str]) -> None:
    await counter.ask()
    answer = await counter.ask(**other)
    assert code_of(answer) == "CONFLICT"
    assert answer["data"] == {BOOK: None}
    assert answer["errors"][0]["path"] == [BOOK]
    assert counter.sent == 1


async def test_keys_belong_to_an_account(counter: Counter) -> None:
    mine, theirs = await counter.ask(), await counter.ask(by="theirs")
    assert mine["data"][BOOK]["matter"]["id"] != theirs["data"][BOOK]["matter"]["id"]
    assert (counter.sent, len(await states(counter, ANOTHER))) == (2, 1)


async def test_without_a_key_every_request_is_its_own(counter: Counter) -> None:
    for number in range(2):
        await counter.ask(key=None, request_id=f"request-{number}")
    assert counter.sent == 2


TWICE = (
    f'mutation {{ one: {BOOK}(spouseNumber: "1") {{ number }} two: {BOOK}(spouseNumber: "2") {{ number }} }}'
)


async def test_every_root_field_is_a_matter_of_its_own_in_order(counter: Counter) -> None:
    answer = await counter.ask(TWICE)
    assert list(answer["data"]) == ["one", "two"]
    assert [r.text.split("(")[0].split()[-1] for r in counter.department.received] == [BOOK, BOOK]
    assert ["one:" in r.text for r in counter.department.received] == [True, False]
    assert len(await states(counter)) == 2
    assert await counter.ask(TWICE) == answer
    assert counter.sent == 2


async def test_what_fails_does_not_keep_the_next_from_being_sent(counter: Counter) -> None:
    async def refusing_one(key: str, received: Received) -> FetchResult | None:
        return refused(key) if key == "one" else None

    counter.department.behave = refusing_one
    answer = await counter.ask(TWICE)
    assert answer["data"] == {"one": None, "two": {"number": "HY-2026-0001"}}
    assert [error["path"] for error in answer["errors"]] == [["one"]]


async def test_nobody_begins_without_a_login(counter: Counter) -> None:
    response = await counter.house.answer(arrived(BOOKING, variables={"with": "1"}))
    assert response.status == 401
    assert counter.sent == 0


# -- what goes wrong


def refused(key: str, code: ErrorCode = ErrorCode.BAD_USER_INPUT) -> FetchResult:
    return FetchResult({key: None}, errors=(FetchError(code, code.facts.en, (key,)),))


async def test_a_refusal_leaves_nothing_and_frees_the_key(counter: Counter) -> None:
    async def refusing(key: str, received: Received) -> FetchResult:
        return refused(key)

    counter.department.behave = refusing
    assert code_of(await counter.ask()) == "BAD_USER_INPUT"
    assert await states(counter) == []
    counter.department.behave = None
    assert (await counter.ask(with_="990101199201011239"))["data"][BOOK]["number"] == "HY-2026-0001"
    assert counter.sent == 2


async def timed_out(key: str, received: Received) -> FetchResult:
    return refused(key, ErrorCode.DEPARTMENT_TIMEOUT)


async def fell_over(key: str, received: Received) -> FetchResult:
    raise KeyError(CANARY.cid)


async def said_nothing(key: str, received: Received) -> FetchResult:
    return FetchResult({})


async def said_nonsense(key: str, received: Received) -> FetchResult:
    return FetchResult({key: ["not", "a", "receipt"]})


async def failed_as_a_whole(key: str, received: Received) -> FetchResult:
    return FetchResult(errors=(FetchError(ErrorCode.DEPARTMENT_ERROR, "…"),))


async def gave_two_reasons(key: str, received: Received) -> FetchResult:
    codes = (ErrorCode.BAD_USER_INPUT, ErrorCode.DEPARTMENT_ERROR)
    return FetchResult(errors=tuple(FetchError(code, code.facts.en) for code in codes))


@pytest.mark.parametrize(
    "outcome",
    [timed_out, fell_over, said_nothing, said_nonsense, failed_as_a_whole, gave_two_reasons],
    ids=lambda outcome: outcome.__name__,
)
async def test_an_unknown_outcome_is_kept_and_never_sent_again(counter: Counter, outcome: Any) -> None:
    counter.department.behave = outcome
    assert (await counter.ask()).get("errors")
    counter.department.behave = None
    for wait_s in (0, 61, 100_000):
        counter.clock.advance(wait_s)
        answer = await counter.ask()
        assert code_of(answer) == "CONFLICT"
        assert "retryAfter_s" not in answer["errors"][0]["extensions"]
    assert counter.sent == 1
    assert await states(counter) == [MatterState.UNKNOWN]


async def test_a_deadline_that_passes_while_the_department_works_is_an_unknown_outcome(
    counter: Counter,
) -> None:
    async def never(key: str, received: Received) -> None:
        await asyncio.Event().wait()

    counter.department.behave = never
    soon = asyncio.get_running_loop().time() + 0.2
    assert code_of(await counter.ask(deadline_s=soon)) == "DEPARTMENT_TIMEOUT"
    assert await states(counter) == [MatterState.UNKNOWN]
    counter.department.behave = None
    assert code_of(await counter.ask()) == "CONFLICT"
    assert counter.sent == 1


async def test_a_client_that_leaves_makes_an_unknown_outcome(counter: Counter) -> None:
    begun = asyncio.Event()

    async def never(key: str, received: Received) -> None:
        begun.set()
        await asyncio.Event().wait()

    counter.department.behave = never
    asking = asyncio.create_task(counter.ask())
    await begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await states(counter) == [MatterState.UNKNOWN]


async def test_a_client_that_leaves_when_the_department_has_answered_loses_nothing(counter: Counter) -> None:
    """The number that the department gave is written down all the same."""
    asking: asyncio.Task[Any]

    async def answered_and_left(key: str, received: Received) -> None:
        asyncio.get_running_loop().call_soon(asking.cancel)

    counter.department.behave = answered_and_left
    asking = asyncio.create_task(counter.ask())
    with pytest.raises(asyncio.CancelledError):
        await asking
    counter.department.behave = None
    assert (await counter.ask())["data"][BOOK]["number"] == "HY-2026-0001"
    assert counter.sent == 1


# -- the matter in the answer


async def test_a_matter_may_be_asked_for_under_any_names(counter: Counter) -> None:
    answer = await counter.ask(
        f"""mutation {{
          booked: {BOOK}(spouseNumber: "1") {{
            ref: number
            __typename
            a: matter {{ id kind: __typename }}
            ...Rest
          }}
        }}
        fragment Rest on Receipt {{ ... on Receipt {{ matter {{ other: id }} a: matter {{ again: id where: state }} }} }}"""
    )
    assert "errors" not in answer
    (matter,) = await counter.matters.of_person(PERSON)
    assert answer["data"] == {
        "booked": {
            "ref": "HY-2026-0001",
            "__typename": "Receipt",
            "a": {"id": matter.id, "kind": "Matter", "again": matter.id, "where": "SUBMITTED"},
            "matter": {"other": matter.id},
        }
    }


@pytest.mark.parametrize("wanted", [True, False])
async def test_a_matter_may_be_left_out_by_a_variable(counter: Counter, wanted: bool) -> None:
    document = f'mutation Q($m: Boolean!) {{ {BOOK}(spouseNumber: "1") {{ number matter @include(if: $m) {{ id }} }} }}'
    response = await counter.house.answer(
        arrived(document, authorization="Bearer mine", variables={"m": wanted}, idempotency_key="k")
    )
    assert ("matter" in orjson.loads(response.body)["data"][BOOK]) is wanted


async def test_a_replay_shows_the_matter_as_it_stands_now(counter: Counter) -> None:
    first = await counter.ask()
    await counter.matters.set_state(first["data"][BOOK]["matter"]["id"], MatterState.DECIDED)
    assert (await counter.ask())["data"][BOOK]["matter"]["state"] == "DECIDED"


# -- nothing personal


async def test_every_step_is_audited_without_a_value(counter: Counter) -> None:
    await counter.ask()
    await counter.ask()
    async with counter.database.read() as connection:
        rows = (await connection.execute(text("SELECT * FROM audit_log ORDER BY 1"))).mappings().all()
    assert [row["action"] for row in rows] == [
        "transaction.begin",
        "transaction.finish",
        "transaction.repeat",
    ]
    assert not [canary for canary in (*CANARIES, "HY-2026-0001") if canary in str(rows)]


async def test_nothing_personal_is_in_a_log_or_an_error(
    counter: Counter, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    name_and_number = BOOKING.replace("$with)", f'$with, appointmentOn: "{CANARY.name}")')
    for behave in (fell_over, timed_out, said_nonsense, None):
        counter.department.behave = behave
        for document in (BOOKING, name_and_number):
            answer = await counter.ask(document, key=f"{CANARY.cid}{behave and behave.__name__}")
            errors = orjson.dumps(answer.get("errors", [])).decode()
            assert not [canary for canary in CANARIES if canary in errors]
    written = "".join(capfd.readouterr()) + caplog.text
    assert not [canary for canary in CANARIES if canary in written]


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_nothing_personal_lies_open_in_the_database(counter: Counter, tmp_path: Path) -> None:
    await counter.ask(key=f"{CANARY.name}{CANARY.cid}")
    await counter.database.close()
    kept = bytes_of(tmp_path)
    assert b"mca.bookMarriage" in kept
    secret = (*CANARIES, "HY-2026-0001")
    assert not [canary for canary in secret if canary.encode() in kept]


async def test_a_departments_events_pass_by_and_a_department_without_any_says_so(counter: Counter) -> None:
    async def called(*_: Any) -> AsyncIterator[int]:
        yield 7

    sdl = LINK + "type Query { queue: Int } type Subscription { called: Int }"
    hall = InMemorySubgraph("moe_hall", sdl, {"Subscription": {"called": called}})
    subgraphs = {"moe_hall": Transacted(hall, {}, counter.matters, counter.audit)}
    document = parse("subscription { called }")
    compiled = compile_operation(compose({"moe_hall": sdl}), subgraphs, document)
    assert [e.data for e in [e async for e in subscribe(compiled, {}, FetchContext())]] == [{"called": 7}]
    silent = {"moe_hall": Transacted(counter.department, {}, counter.matters, counter.audit)}
    with pytest.raises(NotStreaming):
        compile_operation(compose({"moe_hall": sdl}), silent, document)
