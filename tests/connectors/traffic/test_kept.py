"""What is kept of a department's answers, for whom and how long; over real sockets."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from connectors.connector import Connector
from connectors.manifest.runtime import Cache
from connectors.traffic.kept import KeptAnswers
from federation.subgraph import FetchContext, FetchResult
from tests.connectors.conftest import CITIZEN, PERSON, LoopClock, Opened, fetch
from tests.connectors.department import LoopbackDepartment
from tests.connectors.examples import INSURED, MANIFEST, OPENAPI, ok
from tests.connectors.manifest.test_parsing import findings
from tongban.caller import ANONYMOUS, Caller, Person
from tongban.errors import ErrorCode

LAWYERS = "    items: list\nmutation:"
INSURED_CALL = "call: {operation: getInsured, params: {cid: $key.cid}}}\n      pension"
PATH = "/api/v1/lawyers"
QUERY = '{ lawyers(name: "x") { name } }'
CID = {"__typename": "Citizen", "cid": "9901"}


def kept(opened: Opened, cache: str) -> Connector:
    return opened(MANIFEST.replace(LAWYERS, f"    items: list\n    cache: {cache}\nmutation:"), OPENAPI)


def kept_for_citizens(opened: Opened, scope: str = "citizen") -> Connector:
    call = INSURED_CALL.replace("}}}\n", f"}}}}, cache: {{ttl: 60s, scope: {scope}}}}}\n")
    return opened(MANIFEST.replace(INSURED_CALL, call), OPENAPI)


def counting(department: LoopbackDepartment) -> list[int]:
    """Every answer names its number; a status other than 200 at index 1 makes it fail."""
    told = [0, 200]

    async def answer(_: web.Request) -> web.StreamResponse:
        told[0] += 1
        return web.json_response(ok({"list": [{"name": f"n{told[0]}"}]}), status=told[1])

    department.answer("GET", PATH, answer)
    return told


async def names(connector: Connector, document: str = QUERY, caller: Caller = CITIZEN) -> Any:
    result = await asked(connector, document, caller)
    assert result.errors == ()
    assert result.data is not None
    return [lawyer["name"] for lawyer in result.data["lawyers"]]


async def asked(connector: Connector, document: str = QUERY, caller: Caller = CITIZEN) -> FetchResult:
    return await connector.prepare(fetch(connector, document)).run({}, (), FetchContext(caller=caller))


async def test_an_answer_is_as_good_as_new_for_its_ttl(
    opened: Opened, department: LoopbackDepartment, clock: LoopClock
) -> None:
    counting(department)
    connector = kept(opened, "{ttl: 60s, scope: public}")
    assert [await names(connector), await names(connector, caller=ANONYMOUS)] == [["n1"], ["n1"]]
    assert await names(connector, QUERY.replace("x", "y")) == ["n2"]
    clock.ahead_s += 61
    assert await names(connector) == ["n3"]
    assert connector.answers is not None
    counts = connector.answers.counts()
    assert (counts.fresh, counts.fetched, counts.stale) == (1, 3, 0)


async def test_who_asks_for_the_same_at_the_same_time_waits_for_one_request(
    opened: Opened, department: LoopbackDepartment
) -> None:
    arrived, free = asyncio.Event(), asyncio.Event()

    async def answer(_: web.Request) -> web.StreamResponse:
        arrived.set()
        await free.wait()
        return web.json_response(ok({"list": [{"name": "n"}]}))

    department.answer("GET", PATH, answer)
    connector = kept(opened, "{ttl: 60s, scope: public}")
    first = asyncio.create_task(names(connector))
    await arrived.wait()
    others = [asyncio.create_task(names(connector)) for _ in range(5)]
    await asyncio.sleep(0)
    first.cancel()
    free.set()
    assert await asyncio.gather(*others) == [["n"]] * 5, "though the first has gone"
    assert department.calls(PATH) == 1


async def test_a_stale_answer_is_given_at_once_while_a_new_one_is_fetched(
    opened: Opened, department: LoopbackDepartment, clock: LoopClock
) -> None:
    counting(department)
    connector = kept(opened, "{ttl: 60s, staleWhileRevalidate: 60s, scope: public}")
    await names(connector)
    clock.ahead_s += 90
    assert await names(connector) == ["n1"]
    assert connector.answers is not None
    await asyncio.gather(*connector.answers._under_way.values())
    assert await names(connector) == ["n2"]
    assert connector.answers.counts().stale == 1


async def test_a_stale_answer_is_better_than_a_failure(
    opened: Opened, department: LoopbackDepartment, clock: LoopClock
) -> None:
    told = counting(department)
    connector = kept(opened, "{ttl: 60s, staleIfError: 1h, scope: public}")
    await names(connector)
    clock.ahead_s += 61
    await department.stop()
    assert await names(connector) == ["n1"]
    clock.ahead_s += 3600
    assert [error.code for error in (await asked(connector)).errors] == [ErrorCode.DEPARTMENT_UNAVAILABLE]
    assert told == [1, 200]


async def test_an_error_of_the_callers_own_is_no_failure_and_is_not_kept(
    opened: Opened, department: LoopbackDepartment, clock: LoopClock
) -> None:
    connector = kept(opened, "{ttl: 60s, staleIfError: 1h, scope: public}")
    counting(department)
    await names(connector)
    clock.ahead_s += 61
    department.answer("GET", PATH, {"code": "2001", "msg": "name too short"})
    for _ in range(2):
        assert [error.code for error in (await asked(connector)).errors] == [ErrorCode.BAD_USER_INPUT]
    assert department.calls(PATH) == 3


async def insured(connector: Connector, caller: Caller, purpose: str = "") -> Any:
    prepared = connector.prepare(fetch(connector, "{ socialInsurance { months } }", entity="Citizen"))
    result = await prepared.run({}, [CID], FetchContext(caller=caller, purpose=purpose))
    assert result.entities is not None
    assert result.entities[0] is not None
    return result.entities[0]["socialInsurance"]["months"]


OTHER = Person("02PERSON", "990101199001011239", "测试人乙", "13900000001")


@pytest.mark.parametrize(
    "other",
    [
        replace(CITIZEN, session="s-2"),
        replace(CITIZEN, subject="sub-2"),
        replace(CITIZEN, person=OTHER),
        replace(CITIZEN, level=3),
        replace(CITIZEN, enterprises=()),
        ANONYMOUS,
    ],
    ids=["session", "subject", "person", "level", "enterprises", "nobody"],
)
async def test_what_is_kept_for_a_citizen_is_given_to_nobody_else(
    opened: Opened, department: LoopbackDepartment, other: Caller
) -> None:
    department.answer("GET", "/api/v1/insured/9901", ok(INSURED))
    connector = kept_for_citizens(opened)
    await insured(connector, CITIZEN)
    await insured(connector, CITIZEN)
    assert department.calls("/api/v1/insured/9901") == 1
    await insured(connector, other)
    await insured(connector, CITIZEN, purpose="another")
    assert department.calls("/api/v1/insured/9901") == 3


async def test_nothing_is_kept_for_somebody_without_a_name(
    opened: Opened, department: LoopbackDepartment
) -> None:
    department.answer("GET", "/api/v1/insured/9901", ok(INSURED))
    connector = kept_for_citizens(opened)
    for _ in range(2):
        await insured(connector, ANONYMOUS)
    assert department.calls("/api/v1/insured/9901") == 2


CACHE = "cache: {ttl: 60s, scope: public}"
PUBLIC = [
    (INSURED_CALL, INSURED_CALL.replace("}}}\n", f"}}}}, {CACHE}}}\n"), "made for one citizen"),
    (
        "classification: L1, fields: [Query.lawyers]",
        "classification: L3, fields: [Query.lawyers]",
        "Query.lawyers is L3",
    ),
    (
        "number: lawyerNo, name: name",
        "number: lawyerNo, name: {from: name, classification: L4}",
        "Lawyer.name",
    ),
    ("address: 住所.详细地址", "address: {from: 住所.详细地址, classification: L3}", "Firm.address"),
    ("params: {name: $name,", "params: {name: $citizen.name,", "keyed by a person"),
    ("params: {name: $name,", "params: {name: $cid,", "keyed by a person"),
    (
        "  limits:",
        "  forward: {citizen: {header: X-C, audience: hrss}}\n  limits:",
        "told who the citizen is",
    ),
]


@pytest.mark.parametrize(("old", "new", "reason"), PUBLIC)
def test_what_is_not_everybodys_may_not_be_called_public(old: str, new: str, reason: str) -> None:
    text = (
        MANIFEST.replace(LAWYERS, f"    items: list\n    {CACHE}\nmutation:")
        if old != INSURED_CALL
        else MANIFEST
    )
    assert old in text
    (found,) = findings(text.replace(old, new))
    assert (found.code, found.fix) == ("cache.public", "scope: citizen")
    assert reason in found.message


def test_a_field_without_a_call_has_nothing_to_keep() -> None:
    (found,) = findings(MANIFEST.replace("months: months", f"months: {{{CACHE}}}"))
    assert found.code == "cache.call"


async def test_a_wrong_scope_that_slipped_through_is_narrowed_at_run_time(
    opened: Opened, department: LoopbackDepartment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.manifest.parsing.check_caches", lambda *_: None)
    department.answer("GET", "/api/v1/insured/9901", ok(INSURED))
    connector = kept_for_citizens(opened, scope="public")
    await insured(connector, CITIZEN)
    await insured(connector, replace(CITIZEN, session="s-2"))
    assert department.calls("/api/v1/insured/9901") == 2


class Texts:
    """Texts as their own bytes."""

    def pack(self, answer: str) -> bytes | None:
        return answer.encode()

    def unpack(self, content: bytes) -> str:
        return content.decode()

    def is_failure(self, answer: str) -> bool:
        return not answer


async def test_memory_is_bounded_and_the_least_lately_used_goes_first(clock: LoopClock) -> None:
    answers = KeptAnswers(clock, Texts(), max_bytes=5_000)
    rule = Cache(60, "public")

    async def get(key: str) -> str:
        async def made() -> str:
            return key * 1_000

        return await answers.get(key.encode(), rule, made)

    for key in "abcacd":
        await get(key)
    counts = answers.counts()
    assert (counts.entries, counts.fetched) == (3, 4)
    assert counts.kept_bytes <= 5_000
    await get("a")
    await get("b")
    assert answers.counts().fetched == 5, "b had gone, a had not"
    await answers.close()
    assert answers.counts().entries == 0
    assert PERSON.cid not in repr(vars(answers))


REGISTER = 'mutation { registerEmployer(creditCode: "91990000000000001X", enterpriseName: "x") { number } }'


async def test_a_mutation_drops_what_is_kept_for_its_caller_and_for_nobody_else(
    opened: Opened, department: LoopbackDepartment
) -> None:
    counting(department)
    department.answer("POST", "/api/v1/employers", ok({"employerNo": "E1"}))
    connector = kept(opened, "{ttl: 60s, scope: citizen}")
    again, other = replace(CITIZEN, session="s-2"), replace(CITIZEN, subject="sub-9", session="s-9")
    first = [await names(connector, caller=caller) for caller in (CITIZEN, again, other)]
    assert first == [["n1"], ["n2"], ["n3"]]
    assert (await asked(connector, REGISTER)).errors == ()
    after = [await names(connector, caller=caller) for caller in (CITIZEN, again, other)]
    assert after == [["n4"], ["n5"], ["n3"]]


async def test_a_mutation_that_was_not_sent_drops_nothing(
    opened: Opened, department: LoopbackDepartment
) -> None:
    counting(department)
    connector = kept(opened, "{ttl: 60s, scope: citizen}")
    assert await names(connector) == ["n1"]
    assert (await asked(connector, REGISTER.replace("91990000000000001X", "91990000000000009X"))).errors
    assert await names(connector) == ["n1"]


async def test_what_was_being_fetched_when_a_mutation_ended_is_not_kept(
    opened: Opened, department: LoopbackDepartment
) -> None:
    told, begun, go_on = [0], asyncio.Event(), asyncio.Event()

    async def answer(_: web.Request) -> web.StreamResponse:
        told[0] += 1
        number = told[0]
        if number == 1:
            begun.set()
            await go_on.wait()
        return web.json_response(ok({"list": [{"name": f"n{number}"}]}))

    department.answer("GET", PATH, answer)
    department.answer("POST", "/api/v1/employers", ok({"employerNo": "E1"}))
    connector = kept(opened, "{ttl: 60s, scope: citizen}")
    slow = asyncio.create_task(names(connector))
    await begun.wait()
    assert (await asked(connector, REGISTER)).errors == ()
    assert await names(connector) == ["n2"]
    go_on.set()
    assert await slow == ["n1"]
    assert await names(connector) == ["n2"]
