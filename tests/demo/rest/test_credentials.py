"""Who may call a REST department: the platform's credentials, then the citizen's token, each refusal in the local spelling."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from demo.context import Context
from demo.departments.rest.oauth2 import TokenEndpoint
from demo.departments.rest.refusal import Refused

LOOKUPS: dict[str, tuple[str, str]] = {
    "hrss": ("/api/v1/insured-persons/{cid}", ""),
    "nhc": ("/fhir/HealthCode", "cid"),
    "nhsa": ("/hsa/insured", "cid"),
    "tax": ("/tax/certificates?taxYear=2025", "cid"),
    "mot": ("/mot/v2/etc/trips?plateNo={plate}", "cid"),
    "hud": ("/hud/api/contracts", "buyerCid"),
    "agri": ("/agri/subsidies", "cid"),
    "moj": ("/moj/notary-bookings", ""),
    "culture": ("/culture/guides", "cid"),
    "dpf": ("/dpf/cards", "cid"),
    "util": ("/util/accounts?propAddress={address}", "cid"),
    "fin": ("/fin/orders", ""),
}
"""What is about a person, at each department."""

BAD_CREDENTIALS: dict[str, tuple[int, Any]] = {
    "hrss": (401, {"errorCode": "HRSS-401"}),
    "nhc": (401, {"resourceType": "OperationOutcome"}),
    "nhsa": (200, {"code": "4001", "data": None}),
    "tax": (401, {}),
    "mot": (401, {"success": False, "errCode": "CREDENTIALS"}),
    "hud": (401, {"结果": "密钥错误"}),
    "agri": (401, {"错误码": "NY401"}),
    "moj": (401, {"type": "urn:moj:credentials"}),
    "culture": (401, {"message": "应用密钥缺失或不正确"}),
    "dpf": (401, {"flag": False}),
    "util": (401, {"ret": 4010}),
    "fin": (401, {"returnCode": "FIN401"}),
}

NO_CITIZEN: dict[str, tuple[int, Any]] = {
    "hrss": (403, {"errorCode": "HRSS-403"}),
    "nhsa": (200, {"code": "4011"}),
    "tax": (403, {}),
    "mot": (403, {"errCode": "CITIZEN"}),
    "hud": (403, {"结果": "身份未核验"}),
    "agri": (403, {"错误码": "NY403"}),
    "moj": (403, {"type": "urn:moj:citizen"}),
    "culture": (403, {"message": "缺少公民身份令牌"}),
    "dpf": (403, {"flag": False}),
    "util": (403, {"ret": 4030}),
    "fin": (403, {"returnCode": "FIN403"}),
}


async def look_up(line: Any, **more: Any) -> httpx.Response:
    path, who = LOOKUPS[line.code]
    person = _somebody(line)
    world = line.world
    params = dict(httpx.QueryParams(path.partition("?")[2]))
    fillings = {
        "{cid}": person.cid,
        "{plate}": next(iter(person.plate_nos), ""),
        "{address}": world.properties[person.parcel_nos[0]].address if person.parcel_nos else "",
    }
    path = path.partition("?")[0].replace("{cid}", person.cid)
    params = {name: fillings.get(value, value) for name, value in params.items()}
    if who:
        return await line.ask("GET", path, params={who: person.cid} | params, **more)
    if line.code == "moj":
        body = {"sqrsfzh": person.cid, "sqrxm": person.name, "gzsx": "委托公证"}
        return await line.ask("POST", path, json=body, **more)
    if line.code == "fin":
        return await line.ask("POST", path, json={"payAmount": "12.00", "caseRef": "C-1"}, **more)
    return await line.ask("GET", path, **more)


def _somebody(line: Any) -> Any:
    """Somebody of whom the department has something on file."""
    has = {
        "mot": "plate_nos",
        "hud": "contract_no",
        "agri": "land_area_mu",
        "culture": "guide_no",
        "dpf": "disability_no",
        "util": "parcel_nos",
    }.get(line.code, "ss_card_no")
    return next(person for person in line.world.citizens.values() if getattr(person, has))


def _agrees(answer: httpx.Response, expected: tuple[int, Any]) -> bool:
    status, part = expected
    return answer.status_code == status and part.items() <= answer.json().items()


@pytest.mark.parametrize("code", LOOKUPS)
async def test_good_credentials_get_an_answer(line_to: Any, code: str) -> None:
    line = await line_to(code)
    answer = await look_up(line)
    assert answer.status_code in (200, 201), answer.text
    assert not answer.text.startswith('{"success": false')
    assert answer.json().get("code", "0000") == "0000"
    assert answer.json().get("ret", 0) == 0
    assert sum(line.department.context.calls.values()) >= 1


@pytest.mark.parametrize("code", LOOKUPS)
async def test_without_the_platforms_credentials_the_department_refuses_in_its_own_spelling(
    line_to: Any, code: str
) -> None:
    line = await line_to(code)
    citizen = None if code == "nhc" else ""
    assert _agrees(await look_up(line, credentials=False, citizen=citizen), BAD_CREDENTIALS[code])


@pytest.mark.parametrize("code", NO_CITIZEN)
async def test_without_the_citizens_token_the_department_refuses_in_its_own_spelling(
    line_to: Any, code: str
) -> None:
    line = await line_to(code)
    assert _agrees(await look_up(line, citizen=None), NO_CITIZEN[code])
    other = line.issuer.token("another-department")
    refused = await look_up(line, citizen=other)
    assert refused.json() != {}
    assert refused.status_code == NO_CITIZEN[code][0]
    expired = line.citizen_token(expires_in_s=-60)
    assert (await look_up(line, citizen=expired)).status_code == NO_CITIZEN[code][0]


async def test_the_health_commission_takes_a_token_for_itself_only(line_to: Any) -> None:
    line = await line_to("nhc")
    refused = await look_up(line, citizen=line.issuer.token("hrss"))
    assert refused.status_code == 401
    assert refused.json()["issue"][0]["code"] == "login"
    assert (await look_up(line, citizen=line.citizen_token(level=0))).status_code == 403


async def test_the_platforms_own_token_asks_for_the_state_of_a_case_but_not_for_a_person(
    line_to: Any,
) -> None:
    line = await line_to("nhc")
    own = line.citizen_token(level=0)
    assert (await line.ask("GET", "/fhir/Task/none", citizen=own)).status_code == 404


@pytest.mark.parametrize("code", ["hrss", "tax", "moj", "fin"])
async def test_a_wrong_client_secret_gets_no_token(line_to: Any, code: str) -> None:
    line = await line_to(code)
    form = {"grant_type": "client_credentials", "client_id": line.secret("client-id"), "client_secret": "no"}
    answer = await line.http.post("/oauth2/token", data=form)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    right = await line.http.post("/oauth2/token", data=form | {"client_secret": line.secret("client-secret")})
    assert right.json()["token_type"] == "Bearer"
    assert right.headers["cache-control"] == "no-store"


async def test_an_access_token_expires(line_to: Any) -> None:
    now_s = 1_000_000.0
    context: Context = (await line_to("hrss")).department.context
    endpoint = TokenEndpoint(context, lifetime_s=60, now_s=lambda: now_s)
    basic = (context.secret("client-id"), context.secret("client-secret"))
    transport = httpx.ASGITransport(endpoint.route().app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://hrss.example") as client:
        form = {"grant_type": "client_credentials"}
        token = (await client.post("/oauth2/token", data=form, auth=basic)).json()["access_token"]
    request = _bearer_request(token)
    await endpoint.guard(request)
    now_s += 61
    with pytest.raises(Refused):
        await endpoint.guard(request)


def _bearer_request(token: str) -> Any:
    return Request({"type": "http", "headers": [(b"authorization", f"Bearer {token}".encode())]})


@pytest.mark.parametrize("code", ["nhsa", "util", "tax"])
async def test_a_replayed_nonce_is_refused(line_to: Any, code: str) -> None:
    line = await line_to(code)
    line.signing.nonces = iter(["the-same-nonce", "the-same-nonce"])
    assert (await look_up(line)).json().get("code", "0000") == "0000"
    assert _agrees(await look_up(line), BAD_CREDENTIALS[code])


@pytest.mark.parametrize("code", ["nhsa", "util", "tax"])
async def test_an_old_timestamp_or_another_secret_is_refused(line_to: Any, code: str) -> None:
    line = await line_to(code)
    now_s = line.signing.at_s()
    line.signing.at_s = lambda: now_s - 400
    assert _agrees(await look_up(line), BAD_CREDENTIALS[code])
    line.signing.at_s = lambda: now_s
    line.signing.secret = "another"
    assert _agrees(await look_up(line), BAD_CREDENTIALS[code])


async def test_a_body_changed_on_the_way_does_not_fit_its_signature(line_to: Any) -> None:
    line = await line_to("util")

    class Meddling(type(line.signing)):  # type: ignore[misc]
        def auth_flow(self, request: httpx.Request) -> Any:
            signed = next(super().auth_flow(request))
            body = request.content.replace(b"10.00", b"99.00")
            yield httpx.Request(signed.method, signed.url, headers=signed.headers, content=body)

    number = next(iter(line.world.properties.values())).util_no
    line.signing = Meddling(line.secret("hmac-secret"), "sha256", "X")
    paid = await line.ask("POST", "/util/payments", json={"utilNo": number, "payAmount": "10.00"})
    assert paid.json()["ret"] == 4010


def test_the_signature_is_the_published_one() -> None:
    """SM3 of ``abc`` is the vector of GB/T 32905 annex A."""
    assert hashlib.new("sm3", b"abc").hexdigest().startswith("66c7f0f462eeedd9")
    assert len(hmac.new(b"key", b"text", "sm3").hexdigest()) == 64
