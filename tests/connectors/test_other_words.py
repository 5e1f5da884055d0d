"""What a manifest may say in other words, or beside what it must, and what each does; over real sockets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web

from connectors.judging import Draft, lint
from connectors.manifest import parse_manifest
from federation.subgraph import FetchContext
from tests.connectors.conftest import CITIZEN, Opened, StubTokens, fetch
from tests.connectors.department import LoopbackDepartment
from tests.connectors.examples import MANIFEST, OPENAPI, ok
from tests.connectors.manifest.test_parsing import findings
from tongban.errors import ErrorCode

LIMITED = '    - {when: "status == `429`", as: RATE_LIMITED}\n'
INVALID = "as: INVALID_INPUT, message: show}"
KEY = "idempotency: {header: Idempotency-Key}"
BODY = "legalRepCid: $citizen.cid"
BACKEND = "  limits: {timeout: 5s, concurrency: 8}\n"
REGISTER = 'mutation { registerEmployer(creditCode: "91990000000000001X", enterpriseName: "x") { number } }'
LAWYERS = '{ lawyers(name: "x") { name } }'


async def asked(connector: Any, document: str, **context: Any) -> Any:
    run = connector.prepare(fetch(connector, document)).run
    return await run({}, (), FetchContext(caller=CITIZEN, idempotency_key="k-1", **context))


def unacted(text: str) -> list[str]:
    judged = lint(Draft(text, {"hrss/openapi.json": json.dumps(OPENAPI).encode()}))
    return [each.message for each in judged.findings if each.code == "manifest.unacted"]


def test_a_department_may_be_named_by_its_official_number() -> None:
    manifest = parse_manifest(MANIFEST.replace("code: hrss,", 'code: "11100000MB0143028R",'))
    assert manifest.department == "hrss"
    assert manifest.metadata.department.code == "11100000MB0143028R"
    assert {service.id for service in manifest.services} == {
        "hrss.insured",
        "hrss.lawyer",
        "hrss.openEmployer",
    }


def test_an_entity_without_a_key_has_that_of_its_type() -> None:
    text = MANIFEST.replace("  Vehicle:\n    key: plateNumber\n", "  Vehicle:\n")
    assert parse_manifest(text).entities["Vehicle"].key == "plateNumber"
    assert [
        each.code for each in findings(MANIFEST.replace("  Citizen:\n    key: cid\n", "  Citizen:\n"))
    ] == ["shape.missing"]


def test_a_call_names_one_operation() -> None:
    one = "one: {operation: getVehicle, params: {plateNo: $key.plateNumber}}"
    other = parse_manifest(
        MANIFEST.replace(one, "one: {field: getVehicle, args: {plateNo: $key.plateNumber}}")
    )
    assert other.entities["Vehicle"].one == parse_manifest(MANIFEST).entities["Vehicle"].one
    for wrong in ("one: {params: {a: b}}", "one: {operation: getVehicle, field: getVehicle}"):
        assert {each.code for each in findings(MANIFEST.replace(one, wrong))} == {"shape.missing"}


async def test_the_words_that_may_be_shown_stand_where_the_rule_says(
    opened: Opened, department: LoopbackDepartment
) -> None:
    department.answer(
        "GET", "/api/v1/lawyers", {"code": "2001", "msg": "no", "why": {"told": "name too short"}}
    )
    connector = opened(MANIFEST.replace(INVALID, "as: INVALID_INPUT, message: why.told}"), OPENAPI)
    (error,) = (await asked(connector, LAWYERS)).errors
    assert (error.code, error.message) == (ErrorCode.BAD_USER_INPUT, "name too short")


def once_limited(department: LoopbackDepartment) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        if department.calls("/api/v1/lawyers") == 1:
            return web.json_response({"code": "1429"})
        return web.json_response(ok({"list": [{"name": "n"}]}))

    department.answer("GET", "/api/v1/lawyers", answer)


RULE = "    - {when: \"code == '1429'\", as: RATE_LIMITED, retry: true}\n"
RETRY = BACKEND + "  retry: {on: [connect], attempts: 2, backoff: 1ms}\n"


async def test_what_a_rule_calls_worth_another_try_is_asked_again(
    opened: Opened, department: LoopbackDepartment
) -> None:
    once_limited(department)
    connector = opened(MANIFEST.replace(LIMITED, RULE).replace(BACKEND, RETRY), OPENAPI)
    result = await asked(connector, LAWYERS)
    assert (result.errors, result.data) == ((), {"lawyers": [{"name": "n"}]})
    assert department.calls("/api/v1/lawyers") == 2


async def test_without_retry_of_the_backend_it_is_asked_once(
    opened: Opened, department: LoopbackDepartment
) -> None:
    once_limited(department)
    text = MANIFEST.replace(LIMITED, RULE)
    (error,) = (await asked(opened(text, OPENAPI), LAWYERS)).errors
    assert error.code is ErrorCode.RATE_LIMITED
    assert department.calls("/api/v1/lawyers") == 1
    assert unacted(text) == ["nothing acts on envelope.errors.2.retry: backend.retry does not say how"]


async def test_a_department_that_wants_no_trace_gets_none(
    opened: Opened, department: LoopbackDepartment
) -> None:
    department.answer("GET", "/api/v1/lawyers", ok({"list": []}))
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    for said in ("", "  forward: {traceparent: false}\n"):
        await asked(opened(MANIFEST.replace(BACKEND, BACKEND + said), OPENAPI), LAWYERS, traceparent=trace)
    assert [each.headers.get("traceparent") for each in department.seen] == [trace, None]


async def test_a_call_may_carry_the_subject_of_the_departments_token(
    opened: Opened, department: LoopbackDepartment, tokens: StubTokens
) -> None:
    department.answer("POST", "/api/v1/employers", ok({"employerNo": "E1"}))
    forward = (
        "  forward: {citizen: {as: jwt, header: X-Citizen, audience: hrss, claims: [sub, loa, purpose]}}\n"
    )
    text = MANIFEST.replace(BACKEND, BACKEND + forward).replace(BODY, "legalRepCid: $citizen.sub")
    assert unacted(text) == []
    result = await asked(opened(text, OPENAPI), REGISTER)
    assert result.errors == ()
    assert json.loads(department.seen[-1].body)["legalRepCid"] == "sub-1"
    assert tokens.minted > 0


async def test_without_tokens_there_is_no_subject(opened: Opened, department: LoopbackDepartment) -> None:
    department.answer("POST", "/api/v1/employers", ok({"employerNo": "E1"}))
    await asked(opened(MANIFEST.replace(BODY, "legalRepCid: $citizen.sub"), OPENAPI), REGISTER)
    assert "legalRepCid" not in json.loads(department.seen[-1].body)


async def test_a_mutation_that_returns_a_boolean_is_true_when_it_went_well(
    opened: Opened, department: LoopbackDepartment
) -> None:
    text = MANIFEST.replace("returns: Receipt\n", "returns: Boolean\n").replace(
        "    number: employerNo\n", ""
    )
    connector = opened(text.replace("enterpriseName: String!", "enterpriseName: Secret!"), OPENAPI)
    assert "scalar Secret" in connector.sdl
    department.answer("POST", "/api/v1/employers", ok({"any": "thing"}))
    document = REGISTER.replace(" { number }", "")
    assert (await asked(connector, document)).data == {"registerEmployer": True}
    department.answer("POST", "/api/v1/employers", {"code": "5000"})
    assert (await asked(connector, document)).data == {"registerEmployer": None}


async def test_a_secret_never_comes_out(opened: Opened, department: LoopbackDepartment) -> None:
    department.answer("GET", "/api/v1/lawyers", ok({"list": [{"name": "hidden"}]}))
    text = MANIFEST.replace("name: name, firm", "name: {type: Secret, from: name}, firm")
    result = await asked(opened(text, OPENAPI), LAWYERS)
    assert result.data == {"lawyers": [{"name": None}]}


def test_the_key_of_a_write_comes_from_the_request_alone() -> None:
    parse_manifest(MANIFEST.replace(KEY, "idempotency: {header: Idempotency-Key, from: $request.key}"))
    wrong = MANIFEST.replace(KEY, "idempotency: {header: Idempotency-Key, from: $args.creditCode}")
    assert [each.code for each in findings(wrong)] == ["shape.choice"]


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        (INVALID, "as: INVALID_INPUT, detail: msg}", "envelope.errors.3.detail"),
        (BACKEND, f"{BACKEND}  soap: {{forceArray: [item]}}\n", "backend.soap.forceArray"),
        (BACKEND, f"{BACKEND}  graphql: {{batch: true}}\n", "backend.graphql.batch"),
        (
            BACKEND,
            f"{BACKEND}  forward: {{citizen: {{header: X, audience: a, claims: [sub, shoeSize]}}}}\n",
            "backend.forward.citizen.claims.1",
        ),
    ],
)
def test_what_nothing_acts_on_is_a_warning(place: str, said: str, told: str) -> None:
    (message,) = unacted(MANIFEST.replace(place, said))
    assert message.startswith(f"nothing acts on {told}: ")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (BACKEND, f"{BACKEND}  soap: {{wsse: usernameToken}}\n"),
        (BACKEND, f"{BACKEND}  soap: {{nilAs: empty}}\n"),
        (BACKEND, f"{BACKEND}  forward: {{citizen: {{header: X, audience: a, as: cid}}}}\n"),
    ],
)
def test_what_would_be_another_thing_than_what_is_done_is_refused(place: str, said: str) -> None:
    assert [each.code for each in findings(MANIFEST.replace(place, said))] == ["shape.choice"]


def test_only_a_graphql_backends_own_fields_are_overridden() -> None:
    text = MANIFEST + "overrides: {Firm.name: {assurance: 3}}\n"
    assert [each.code for each in findings(text)] == ["override.kind"]
