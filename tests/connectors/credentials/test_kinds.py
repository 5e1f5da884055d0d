from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from connectors.connector import Connector
from connectors.credentials.table import KINDS
from connectors.manifest import ManifestRejected
from connectors.manifest.shape import SCHEMA
from federation.subgraph import FetchContext, FetchResult
from tests.connectors.conftest import CITIZEN, LoopClock, Opened, StubTokens, fetch
from tests.connectors.department import LoopbackDepartment
from tests.connectors.examples import INSURED, MANIFEST, OPENAPI, ok
from tongban.errors import ErrorCode

KEY = '[{kind: apiKey, in: header, name: X-Api-Key, value: "secret://hrss/key"}]'
OAUTH = """[{kind: oauth2, tokenUrl: /oauth2/token, clientId: "secret://hrss/client-id",
  clientSecret: "secret://hrss/client-secret", scopes: [a, b]}]"""
CONTEXT = FetchContext(caller=CITIZEN, purpose="social.view", idempotency_key="k")

Proving = Callable[[str], Connector]


@pytest.fixture
def proving(opened: Opened, department: LoopbackDepartment) -> Proving:
    department.answer("GET", "/api/v1/insured/9901", ok(INSURED))
    return lambda auth: opened(MANIFEST.replace(KEY, auth), OPENAPI)


async def ask(connector: Connector, context: FetchContext = CONTEXT) -> FetchResult:
    prepared = connector.prepare(fetch(connector, "{ socialInsurance { months } }", entity="Citizen"))
    return await prepared.run({}, [{"__typename": "Citizen", "cid": "9901"}], context)


async def register(connector: Connector) -> FetchResult:
    document = (
        'mutation { registerEmployer(creditCode: "91990000000000001X", enterpriseName: "甲") { number } }'
    )
    return await connector.prepare(fetch(connector, document)).run({}, (), CONTEXT)


def test_every_kind_of_the_manifest_is_in_the_table() -> None:
    kinds = SCHEMA["properties"]["backend"]["properties"]["auth"]["items"]["properties"]["kind"]["enum"]
    assert set(KINDS) == set(kinds)


async def test_nothing_is_added_by_none(proving: Proving, department: LoopbackDepartment) -> None:
    assert (await ask(proving("[{kind: none}]"))).errors == ()
    assert "Authorization" not in department.seen[0].headers


async def test_an_api_key_may_travel_in_the_query(proving: Proving, department: LoopbackDepartment) -> None:
    await ask(proving('[{kind: apiKey, in: query, name: "api key", value: "secret://hrss/key"}]'))
    assert department.seen[0].query == {"api key": ["canary-api-key"]}


async def test_basic_and_bearer_are_fixed_headers(proving: Proving, department: LoopbackDepartment) -> None:
    await ask(proving('[{kind: basic, username: "secret://hrss/user", password: "secret://hrss/password"}]'))
    await ask(proving('[{kind: bearer, token: "secret://hrss/key"}]'))
    first, second = (seen.headers["Authorization"] for seen in department.seen)
    assert base64.b64decode(first.removeprefix("Basic ")) == b"canary-user:canary-password"
    assert second == "Bearer canary-api-key"


# OAuth 2


def token_endpoint(department: LoopbackDepartment, life_s: int = 3600) -> list[str]:
    given: list[str] = []

    async def token(_: web.Request) -> web.StreamResponse:
        given.append(f"t{len(given)}")
        await asyncio.sleep(0)
        return web.json_response({"access_token": given[-1], "token_type": "Bearer", "expires_in": life_s})

    department.answer("POST", "/oauth2/token", token)
    return given


async def test_one_token_serves_many_calls_even_when_they_start_together(
    proving: Proving, department: LoopbackDepartment
) -> None:
    given = token_endpoint(department)
    connector = proving(OAUTH)
    results = await asyncio.gather(*(ask(connector) for _ in range(5)))
    assert all(result.errors == () for result in results)
    assert given == ["t0"]
    form = next(seen.body for seen in department.seen if seen.path == "/oauth2/token")
    assert form == (
        b"grant_type=client_credentials&client_id=canary-client&client_secret=canary-client-secret&scope=a+b"
    )


async def test_a_token_is_renewed_before_it_expires(
    proving: Proving, department: LoopbackDepartment, clock: LoopClock
) -> None:
    given = token_endpoint(department, life_s=100)
    connector = proving(OAUTH)
    await ask(connector)
    clock.ahead_s = 69
    await ask(connector)
    assert len(given) == 1
    clock.ahead_s = 71
    await ask(connector)
    assert len(given) == 2


async def test_a_refused_token_is_renewed_once_and_then_it_is_the_departments_no(
    proving: Proving, department: LoopbackDepartment
) -> None:
    given = token_endpoint(department)

    async def picky(request: web.Request) -> web.StreamResponse:
        good = request.headers["Authorization"] == "Bearer t1"
        return web.json_response(ok({"employerNo": "E"}) if good else {}, status=200 if good else 401)

    department.answer("POST", "/api/v1/employers", picky)
    connector = proving(OAUTH)
    assert (await register(connector)).data == {"registerEmployer": {"number": "E"}}
    assert (given, department.calls("/api/v1/employers")) == (["t0", "t1"], 2)

    async def never(_: web.Request) -> web.StreamResponse:
        return web.json_response({}, status=401)

    department.answer("GET", "/api/v1/insured/9901", never)
    result = await ask(connector)
    assert [error.code for error in result.errors] == [ErrorCode.BACKEND_AUTH]
    assert department.calls("/api/v1/insured/9901") == 2


@pytest.mark.parametrize("body", [{}, {"access_token": 5}, {"access_token": "a\nb"}, [], "words"])
async def test_a_token_endpoint_that_gives_no_token_is_a_department_error(
    proving: Proving, department: LoopbackDepartment, body: Any
) -> None:
    department.answer("POST", "/oauth2/token", body)
    result = await ask(proving(OAUTH))
    assert [error.code for error in result.errors] == [ErrorCode.DEPARTMENT_ERROR]


async def test_a_token_endpoint_that_refuses_the_platform_is_a_backend_auth_error(
    proving: Proving, department: LoopbackDepartment
) -> None:
    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.json_response({"error": "invalid_client"}, status=400)

    department.answer("POST", "/oauth2/token", refuse)
    result = await ask(proving(OAUTH))
    assert [error.code for error in result.errors] == [ErrorCode.BACKEND_AUTH]


# signatures


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA512", "SM3"])
async def test_a_signature_covers_the_bytes_that_leave(
    proving: Proving, department: LoopbackDepartment, algorithm: str, clock: LoopClock
) -> None:
    department.answer("POST", "/api/v1/employers", ok({"employerNo": "E"}))
    connector = proving(
        f"""[{{kind: hmac, algorithm: {algorithm}, secret: "secret://hrss/hmac",
          canonical: "{{method}}\\n{{path}}\\n{{sortedQuery}}\\n{{timestamp}}\\n{{nonce}}\\n{{digest(body)}}",
          headers: {{X-Timestamp: "{{timestamp}}", X-Nonce: "{{nonce}}", X-Sign: "v1={{signature}}"}}}},
          {{kind: apiKey, in: query, name: app, value: "secret://hrss/key"}}]"""
    )
    await register(connector)
    (seen,) = department.seen
    name = algorithm.lower()
    digest = hashlib.new(name, seen.body).hexdigest()
    canonical = "\n".join(
        [
            "POST",
            "/api/v1/employers",
            "app=canary-api-key",
            str(int(clock.epoch)),
            seen.headers["X-Nonce"],
            digest,
        ]
    )
    expected = hmac.new(b"canary-hmac", canonical.encode(), name).hexdigest()
    assert seen.headers["X-Sign"] == f"v1={expected}"
    assert seen.headers["X-Timestamp"] == str(int(clock.epoch))


def test_an_unknown_word_in_a_signature_is_refused(proving: Proving) -> None:
    with pytest.raises(ManifestRejected, match="unknown in a signature"):
        proving(
            '[{kind: hmac, algorithm: SM3, secret: "secret://hrss/hmac", canonical: "{secret}", headers: {X: "{signature}"}}]'
        )


# the citizen's token of the department


def claims(header: str) -> dict[str, Any]:
    payload = header.removeprefix("Bearer ").split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


async def test_an_exchanged_token_is_kept_per_session_level_and_purpose_until_it_nearly_expires(
    proving: Proving, department: LoopbackDepartment, tokens: StubTokens, clock: LoopClock
) -> None:
    connector = proving("[{kind: exchanged, audience: hrss}]")
    await ask(connector)
    await ask(connector)
    assert tokens.minted == 1
    assert claims(department.seen[0].headers["Authorization"])["aud"] == "hrss"
    for other in (
        replace(CONTEXT, purpose="another"),
        replace(CONTEXT, caller=replace(CITIZEN, session="s-2")),
        replace(CONTEXT, caller=replace(CITIZEN, level=1)),
        replace(CONTEXT, caller=replace(CITIZEN, subject="sub-2")),
    ):
        await ask(connector, other)
    assert tokens.minted == 5
    assert claims(department.seen[-1].headers["Authorization"])["sub"] == "sub-2"
    clock.epoch += 106
    await ask(connector)
    assert tokens.minted == 6


async def test_the_citizens_token_travels_beside_the_backends_own_authentication(
    opened: Opened, department: LoopbackDepartment
) -> None:
    department.answer("GET", "/api/v1/insured/9901", ok(INSURED))
    forward = f"auth: {KEY}\n  forward: {{citizen: {{header: X-Citizen-Token, audience: hrss}}}}"
    connector = opened(MANIFEST.replace(f"auth: {KEY}", forward), OPENAPI)
    await ask(connector)
    (seen,) = department.seen
    assert claims(seen.headers["X-Citizen-Token"])["sub"] == "sub-1"
    assert seen.headers["X-Api-Key"] == "canary-api-key"
    assert "Authorization" not in seen.headers
