from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from connectors.connector import Connector
from federation.subgraph import FetchContext, FetchResult
from tests.connectors.conftest import CITIZEN, Opened, fetch
from tests.connectors.department import LoopbackDepartment
from tests.connectors.examples import INSURED, MANIFEST, OPENAPI, ok
from tongban.errors import ErrorCode

CID = {"__typename": "Citizen", "cid": "9901"}
CONTEXT = FetchContext(caller=CITIZEN, request_id="r-1", idempotency_key="k-1", traceparent="00-1-1-01")
BASE = "/api/v1"


@pytest.fixture
def connector(opened: Opened) -> Connector:
    return opened(MANIFEST, OPENAPI)


async def of_citizen(connector: Connector, document: str, **variables: Any) -> FetchResult:
    prepared = connector.prepare(fetch(connector, document, entity="Citizen"))
    return await prepared.run(variables, [CID], CONTEXT)


async def of_root(
    connector: Connector, document: str, context: FetchContext = CONTEXT, **variables: Any
) -> FetchResult:
    return await connector.prepare(fetch(connector, document)).run(variables, (), context)


def plates(*numbers: str) -> list[dict[str, str]]:
    return [{"__typename": "Vehicle", "plateNumber": number} for number in numbers]


async def test_a_citizens_field_is_read_in_the_graphs_words(
    connector: Connector, department: LoopbackDepartment
) -> None:
    department.answer("GET", f"{BASE}/insured/9901", ok(INSURED))
    document = """{ insured: socialInsurance { __typename card: cardNumber ... on SocialInsurance { pensionStatus }
                    employer { __typename creditCode } since balance isPaid months } }"""
    result = await of_citizen(connector, document)
    assert result.errors == ()
    assert result.entities == [
        {
            "insured": {
                "__typename": "SocialInsurance",
                "card": "SS001",
                "pensionStatus": "ACTIVE",
                "employer": {"__typename": "Enterprise", "creditCode": "91990000000000001X"},
                "since": "2020-01-05",
                "balance": "123.45",
                "isPaid": True,
                "months": 72,
            }
        }
    ]
    (seen,) = department.seen
    assert seen.headers["X-Api-Key"] == "canary-api-key"
    assert seen.headers["X-Request-Id"] == "r-1"
    assert seen.headers["traceparent"] == "00-1-1-01"


async def test_fields_with_the_same_call_and_inputs_share_one_request(
    connector: Connector, department: LoopbackDepartment
) -> None:
    department.answer("GET", f"{BASE}/insured/9901", ok(INSURED))
    prepared = connector.prepare(
        fetch(
            connector,
            "{ a: socialInsurance { months } b: socialInsurance { balance } pension { status } }",
            entity="Citizen",
        )
    )
    result = await prepared.run({}, [CID, CID], CONTEXT)
    assert len(department.seen) == 1
    assert result.entities is not None
    assert result.entities[0] == result.entities[1]
    await prepared.run({}, [CID], CONTEXT)
    assert len(department.seen) == 2, "nothing is kept between requests"


async def test_a_value_that_breaks_its_type_is_null_and_counted_without_the_value(
    connector: Connector, department: LoopbackDepartment
) -> None:
    department.answer(
        "GET", f"{BASE}/insured/9901", ok({**INSURED, "months": "canary-months", "参保日期": "canary-day"})
    )
    result = await of_citizen(connector, "{ socialInsurance { months since cardNumber } }")
    assert result.entities == [{"socialInsurance": {"months": None, "since": None, "cardNumber": "SS001"}}]
    assert result.errors == ()
    counts = connector.quality.counts()
    assert counts == {
        ("hrss.social", "SocialInsurance.months"): 1,
        ("hrss.social", "SocialInsurance.since"): 1,
    }


async def test_a_reference_without_its_key_is_null(
    connector: Connector, department: LoopbackDepartment
) -> None:
    department.answer("GET", f"{BASE}/insured/9901", ok({**INSURED, "employerUscc": ""}))
    result = await of_citizen(connector, "{ socialInsurance { employer { creditCode } } }")
    assert result.entities == [{"socialInsurance": {"employer": None}}]


async def test_a_batch_is_split_matched_by_key_and_misses_are_null(
    connector: Connector, department: LoopbackDepartment
) -> None:
    async def batch(request: web.Request) -> web.StreamResponse:
        wanted = (await request.json())["plateNos"]
        found = [{"plateNo": plate, "model": f"M{plate}"} for plate in reversed(wanted) if plate != "A2"]
        return web.json_response(ok({"list": found}))

    department.answer("POST", f"{BASE}/vehicles/batch", batch)
    prepared = connector.prepare(fetch(connector, "{ plateNumber model }", entity="Vehicle"))
    result = await prepared.run({}, plates("A1", "A2", "A3", "A1"), CONTEXT)
    assert result.entities == [
        {"plateNumber": "A1", "model": "MA1"},
        None,
        {"plateNumber": "A3", "model": "MA3"},
        {"plateNumber": "A1", "model": "MA1"},
    ]
    assert sorted(seen.body for seen in department.seen) == [
        b'{"plateNos":["A1","A2"]}',
        b'{"plateNos":["A3"]}',
    ]


async def test_a_single_entity_is_asked_for_by_one(
    connector: Connector, department: LoopbackDepartment
) -> None:
    department.answer("GET", f"{BASE}/vehicles/测A10001", ok({"plateNo": "测A10001", "model": "M"}))
    prepared = connector.prepare(fetch(connector, "{ model }", entity="Vehicle"))
    result = await prepared.run({}, plates("测A10001"), CONTEXT)
    assert result.entities == [{"model": "M"}]


async def test_a_failed_batch_fails_its_own_entities_with_their_index(
    connector: Connector, department: LoopbackDepartment
) -> None:
    async def batch(request: web.Request) -> web.StreamResponse:
        wanted = (await request.json())["plateNos"]
        if "A3" in wanted:
            return web.json_response({"code": "9000", "msg": "canary"}, status=500)
        return web.json_response(ok({"list": [{"plateNo": plate, "model": "M"} for plate in wanted]}))

    department.answer("POST", f"{BASE}/vehicles/batch", batch)
    prepared = connector.prepare(fetch(connector, "{ model }", entity="Vehicle"))
    result = await prepared.run({}, plates("A1", "A2", "A3"), CONTEXT)
    assert result.entities == [{"model": "M"}, {"model": "M"}, None]
    assert [(error.code, error.path) for error in result.errors] == [(ErrorCode.DEPARTMENT_ERROR, (2,))]


async def test_what_hangs_on_a_list_is_batched_across_it(
    connector: Connector, department: LoopbackDepartment
) -> None:
    department.answer(
        "GET", f"{BASE}/citizens/9901/vehicles", ok({"list": [{"plateNo": "A1"}, {"plateNo": "A2"}]})
    )
    department.answer(
        "POST",
        f"{BASE}/trips/batch",
        ok({"list": [{"plateNo": "A2", "trips": [{"gantry": "G", "t": "20260105080000"}]}]}),
    )
    department.answer(
        "POST",
        f"{BASE}/vehicles/batch",
        ok({"list": [{"plateNo": "A2", "model": "M2"}, {"plateNo": "A1", "model": "M1"}]}),
    )
    result = await of_citizen(connector, "{ vehicles { tollTrips { gantry enteredAt } model plateNumber } }")
    assert result.errors == ()
    assert result.entities == [
        {
            "vehicles": [
                {"tollTrips": None, "model": "M1", "plateNumber": "A1"},
                {
                    "tollTrips": [{"gantry": "G", "enteredAt": "2026-01-05T08:00:00+08:00"}],
                    "model": "M2",
                    "plateNumber": "A2",
                },
            ]
        }
    ]
    assert len(department.seen) == 3


async def test_an_error_deep_in_a_list_has_its_path(
    connector: Connector, department: LoopbackDepartment
) -> None:
    department.answer("GET", f"{BASE}/citizens/9901/vehicles", ok({"list": [{"plateNo": "A1"}]}))
    department.answer("GET", f"{BASE}/trips/A1", {"code": "2001", "msg": "车牌有误"})
    result = await of_citizen(connector, "{ vehicles { plateNumber trips: tollTrips { gantry } } }")
    (error,) = result.errors
    assert error.path == (0, "vehicles", 0, "trips")
    assert (error.code, error.message, error.department) == (ErrorCode.BAD_USER_INPUT, "车牌有误", "hrss")
    assert result.entities == [{"vehicles": [{"plateNumber": "A1", "trips": None}]}]


async def test_a_required_field_of_another_subgraph_travels_in_the_representation(
    connector: Connector, department: LoopbackDepartment
) -> None:
    department.answer("GET", f"{BASE}/violations", ok([{"place": "甲路"}]))
    prepared = connector.prepare(
        fetch(connector, "query($y: Int) { violations(year: $y) { place } }", entity="Vehicle")
    )
    given = [{**plates("A1")[0], "colour": "蓝&x=1"}, {**plates("A2")[0], "colour": None}]
    result = await prepared.run({"y": 2026}, given, CONTEXT)
    assert result.entities == [{"violations": [{"place": "甲路"}]}, {"violations": None}]
    (seen,) = department.seen
    assert seen.query == {"plateNo": ["A1"], "colour": ["蓝&x=1"], "year": ["2026"]}


async def test_root_fields_take_literals_variables_and_defaults(
    connector: Connector, department: LoopbackDepartment
) -> None:
    department.answer(
        "GET",
        f"{BASE}/lawyers",
        ok(
            {
                "list": [
                    {"lawyerNo": 7, "name": "甲", "firm": {"名称": "所", "住所": {"详细地址": "路"}}},
                    None,
                ]
            }
        ),
    )
    document = """query($n: String!, $m: Int, $no: Boolean!) {
        __typename
        a: lawyers(name: $n) { number firm { name address } }
        b: lawyers(name: "乙 丙", limit: $m) { name @include(if: $no) number @skip(if: $no) }
        c: lawyers(name: "x") @skip(if: true) { name }
        d: lawyers(name: "y") @include(if: $no) { name } }"""
    result = await of_root(connector, document, n="甲", m=5, no=False)
    assert result.data == {
        "__typename": "Query",
        "a": [{"number": "7", "firm": {"name": "所", "address": "路"}}],
        "b": [{"number": "7"}],
    }
    queries = sorted(seen.query["name"][0] + seen.query["limit"][0] for seen in department.seen)
    assert queries == ["乙 丙5", "甲20"]


async def test_calls_of_one_fetch_run_side_by_side_within_the_declared_concurrency(
    opened: Opened, department: LoopbackDepartment
) -> None:
    running, most = 0, 0
    together = asyncio.Event()

    async def slow(_: web.Request) -> web.StreamResponse:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == 2:
            together.set()
        await together.wait()
        running -= 1
        return web.json_response(ok({"list": []}))

    department.answer("GET", f"{BASE}/lawyers", slow)
    connector = opened(MANIFEST.replace("concurrency: 8", "concurrency: 2"), OPENAPI)
    fields = " ".join(f'f{index}: lawyers(name: "{index}") {{ name }}' for index in range(6))
    result = await of_root(connector, f"{{ {fields} }}")
    assert result.errors == ()
    assert most == 2


# transactions


REGISTER = """mutation($on: Date) { done: registerEmployer(
    creditCode: "91990000000000001X", enterpriseName: "测试公司", openedOn: $on) { n: number matter { id } } }"""


async def test_a_transaction_is_sent_once_with_its_key_and_gives_its_number(
    connector: Connector, department: LoopbackDepartment
) -> None:
    department.answer("POST", f"{BASE}/employers", ok({"employerNo": "E-1"}))
    result = await of_root(connector, REGISTER, on="2026-01-05")
    assert result.data == {"done": {"n": "E-1", "matter": None}}
    (issued,) = result.issued
    assert (issued.response_key, issued.service, issued.number) == ("done", "hrss.openEmployer", "E-1")
    (seen,) = department.seen
    assert seen.headers["Idempotency-Key"] == "k-1"
    assert json.loads(seen.body) == {
        "uscc": "91990000000000001X",
        "entName": "测试公司",
        "legalRepCid": CITIZEN.person.cid if CITIZEN.person else "",
        "day": "20260105",
    }


async def test_a_transaction_is_never_repeated(connector: Connector, department: LoopbackDepartment) -> None:
    async def drop(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    department.answer("POST", f"{BASE}/employers", drop)
    result = await of_root(connector, REGISTER)
    assert result.data == {"done": None}
    assert [error.code for error in result.errors] == [ErrorCode.DEPARTMENT_UNAVAILABLE]
    assert len(department.seen) == 1
    assert result.issued == ()


async def test_the_same_transaction_twice_in_one_operation_is_sent_twice_in_order(
    connector: Connector, department: LoopbackDepartment
) -> None:
    numbers = iter(["E-1", "E-2"])

    async def next_number(_: web.Request) -> web.StreamResponse:
        return web.json_response(ok({"employerNo": next(numbers)}))

    department.answer("POST", f"{BASE}/employers", next_number)
    field = 'registerEmployer(creditCode: "91990000000000001X", enterpriseName: "x") { number }'
    result = await of_root(connector, f"mutation {{ a: {field} b: {field} }}")
    assert result.data == {"a": {"number": "E-1"}, "b": {"number": "E-2"}}


@pytest.mark.parametrize("value", ["{a: 1}", "[[1]]", "$date"])
async def test_an_object_in_the_place_of_a_date_is_not_sent(
    connector: Connector, department: LoopbackDepartment, value: str
) -> None:
    document = (
        f'mutation($date: Date) {{ done: registerEmployer(creditCode: "91990000000000001X", '
        f'enterpriseName: "x", openedOn: {value}) {{ number }} }}'
    )
    result = await of_root(connector, document, date={"cid": "990101199001011233"})
    assert [(error.code, error.path) for error in result.errors] == [(ErrorCode.BAD_USER_INPUT, ("done",))]
    assert result.errors[0].not_sent
    assert department.seen == []


async def test_who_does_not_act_for_the_firm_is_refused_and_nothing_is_sent(
    connector: Connector, department: LoopbackDepartment
) -> None:
    stranger = replace(CONTEXT, caller=replace(CITIZEN, enterprises=()))
    result = await of_root(connector, REGISTER, stranger)
    assert [(error.code, error.path) for error in result.errors] == [(ErrorCode.FORBIDDEN, ("done",))]
    assert result.data == {"done": None}
    assert result.errors[0].not_sent
    assert department.seen == []


async def test_without_a_verified_citizen_a_call_that_needs_one_is_refused_and_nothing_is_sent(
    connector: Connector, department: LoopbackDepartment
) -> None:
    nobody = replace(CONTEXT, caller=replace(CITIZEN, person=None))
    result = await of_root(connector, REGISTER, nobody)
    assert [error.code for error in result.errors] == [ErrorCode.FORBIDDEN]
    assert department.seen == []


# envelopes


@pytest.mark.parametrize(
    ("status", "body", "code", "message"),
    [
        (200, {"code": "2001", "msg": "姓名太短\x00"}, ErrorCode.BAD_USER_INPUT, "姓名太短"),
        (200, {"code": 2001, "msg": "也是"}, ErrorCode.BAD_USER_INPUT, "也是"),
        (200, {"code": "9999", "msg": "canary"}, ErrorCode.DEPARTMENT_ERROR, None),
        (401, {"msg": "canary"}, ErrorCode.BACKEND_AUTH, None),
        (429, {"code": "5"}, ErrorCode.RATE_LIMITED, None),
        (500, None, ErrorCode.DEPARTMENT_ERROR, None),
        (200, [], ErrorCode.DEPARTMENT_ERROR, None),
    ],
)
async def test_an_answer_is_judged_by_the_envelope(
    connector: Connector,
    department: LoopbackDepartment,
    status: int,
    body: Any,
    code: ErrorCode,
    message: str | None,
) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status, headers={"Retry-After": "7"})

    department.answer("GET", f"{BASE}/lawyers", answer)
    result = await of_root(connector, '{ lawyers(name: "x") { name } }')
    (error,) = result.errors
    assert (error.code, error.path, error.department) == (code, ("lawyers",), "hrss")
    assert error.message == (message or code.facts.en)
    assert error.retry_after_s == 7
    assert "canary" not in f"{error!r}{error.detail}"


async def test_not_found_with_a_null_result_is_no_error(
    connector: Connector, department: LoopbackDepartment
) -> None:
    department.answer("GET", f"{BASE}/insured/9901", {"code": "1404", "msg": "无"})
    result = await of_citizen(connector, "{ socialInsurance { months } }")
    assert (result.entities, result.errors) == ([{"socialInsurance": None}], ())


@pytest.mark.parametrize(
    ("status", "code"),
    [(200, ErrorCode.DEPARTMENT_ERROR), (401, ErrorCode.BACKEND_AUTH), (502, ErrorCode.DEPARTMENT_ERROR)],
)
async def test_a_web_page_is_no_answer(
    connector: Connector, department: LoopbackDepartment, status: int, code: ErrorCode
) -> None:
    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response(text="<html>请登录 canary</html>", content_type="text/html", status=status)

    department.answer("GET", f"{BASE}/lawyers", page)
    result = await of_root(connector, '{ lawyers(name: "x") { name } }')
    assert [error.code for error in result.errors] == [code]


async def test_a_department_that_hangs_is_a_timeout_and_one_that_is_away_is_unavailable(
    opened: Opened, department: LoopbackDepartment
) -> None:
    async def hang(_: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    department.answer("GET", f"{BASE}/lawyers", hang)
    slow = opened(MANIFEST.replace("timeout: 5s", "timeout: 50ms"), OPENAPI)
    result = await of_root(slow, '{ lawyers(name: "x") { name } }')
    assert [error.code for error in result.errors] == [ErrorCode.DEPARTMENT_TIMEOUT]
    away = opened(MANIFEST, OPENAPI, endpoint=department.url)
    await department.stop()
    result = await of_root(away, '{ lawyers(name: "x") { name } }')
    assert [error.code for error in result.errors] == [ErrorCode.DEPARTMENT_UNAVAILABLE]


async def test_the_requests_own_deadline_comes_first(
    connector: Connector, department: LoopbackDepartment
) -> None:
    late = replace(CONTEXT, deadline_s=asyncio.get_running_loop().time() - 1)
    result = await of_root(connector, '{ lawyers(name: "x") { name } }', late)
    assert [error.code for error in result.errors] == [ErrorCode.DEPARTMENT_TIMEOUT]
    assert department.seen == []


async def test_cancelling_a_run_cancels_its_calls(
    connector: Connector, department: LoopbackDepartment
) -> None:
    arrived, gone = asyncio.Event(), asyncio.Event()

    async def hang(_: web.Request) -> web.StreamResponse:
        arrived.set()
        try:
            await asyncio.Event().wait()
        finally:
            gone.set()
        return web.Response()

    department.answer("GET", f"{BASE}/lawyers", hang)
    run = asyncio.ensure_future(
        of_root(connector, '{ a: lawyers(name: "x") { name } b: lawyers(name: "y") { name } }')
    )
    await arrived.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    await asyncio.wait_for(gone.wait(), 5)


# matters


@pytest.mark.parametrize(
    ("word", "state"), [("10", "SUBMITTED"), (40, "DECIDED"), ("99", None), (None, None)]
)
async def test_the_state_of_a_matter_is_asked_for(
    connector: Connector, department: LoopbackDepartment, word: Any, state: str | None
) -> None:
    department.answer("GET", f"{BASE}/cases/C-1", ok({"status": word}))
    assert await connector.matter_state("C-1", CONTEXT) == state
    assert await connector.matter_state("C-2", CONTEXT) is None


async def test_no_personal_value_or_secret_is_in_any_error_or_repr(
    connector: Connector, department: LoopbackDepartment, caplog: pytest.LogCaptureFixture
) -> None:
    department.answer("POST", f"{BASE}/employers", {"code": "9000", "msg": "canary-words"})
    result = await of_root(connector, REGISTER)
    told = f"{result!r} {result.errors!r} {[error.detail for error in result.errors]} {connector!r} {caplog.text}"
    for canary in ("canary", "990101199001011238", "测试人甲", "91990000000000001X", "测试公司"):
        assert canary not in told
