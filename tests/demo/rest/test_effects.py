"""What is done at a REST department stays done, and is spelled as the department spells things."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from demo.context import Case
from demo.departments.culture import VENUES_A_REGION
from demo.departments.rest.webhook import Webhooks
from demo.departments.tax import invoice_hash
from demo.departments.util import bill_of
from demo.numbers import citizen_id

STATUS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "hrss": ("/api/v1/cases/{}", lambda body: body["caseState"]),
    "nhc": ("/fhir/Task/{}", lambda body: body["status"]),
    "nhsa": ("/hsa/cases?caseNo={}", lambda body: body["data"]["status"]),
    "tax": ("/tax/tasks/{}", lambda body: body["taskState"]),
    "mot": ("/mot/v2/cases/{}", lambda body: body["result"]["state"]),
    "hud": ("/hud/api/cases?caseNo={}", lambda body: body["数据"]["办理状态"]),
    "agri": ("/agri/cases/{}", lambda body: body["caseState"]),
    "moj": ("/moj/cases/{}", lambda body: body["blzt"]),
    "culture": ("/culture/venue-bookings/{}", lambda body: body["bookingState"]),
    "dpf": ("/dpf/cases/{}", lambda body: body["step"]),
    "util": ("/util/cases/{}", lambda body: body["data"]["state"]),
    "fin": ("/fin/cases/{}", lambda body: body["caseState"]),
}


def filing(line: Any) -> tuple[str, dict[str, Any], Callable[[Any], str]]:
    """One transaction of each department: path, body, and where its number is."""
    world = line.world
    person = next(iter(world.citizens.values()))
    firm = next(iter(world.enterprises.values()))
    home = next(iter(world.properties.values()))
    who = {"cid": person.cid, "name": person.name}
    tomorrow = line.department.clock.now() + timedelta(days=3)
    transactions: dict[str, tuple[str, dict[str, Any], Callable[[Any], str]]] = {
        "hrss": (
            "/api/v1/pension-transfers",
            {"json": {"cid": person.cid, "fromProvince": "邻省", "ssCardNo": "L1"}},
            lambda body: body["caseNo"],
        ),
        "nhc": (
            "/fhir/Appointment",
            {"json": {"cid": person.cid, "hospital": "人民医院", "appointmentDate": f"{tomorrow:%Y-%m-%d}"}},
            lambda body: body["caseNo"],
        ),
        "nhsa": (
            "/hsa/credit-agreements",
            {"json": who | {"miNo": person.mi_no or "M1", "mobile": person.mobile}},
            lambda body: body["data"]["agreementNo"],
        ),
        "tax": (
            "/tax/infant-premiums",
            {"json": {"babyCid": person.cid, "babyMiNo": "MI1", "payAmount": "380.00"}},
            lambda body: body["payNo"],
        ),
        "mot": (
            "/mot/v2/transport-permits",
            {"data": {"uscc": firm.uscc, "plateNo": "测A00001", "bizScope": "普通货运"}},
            lambda body: body["result"]["permitNo"],
        ),
        "hud": (
            "/hud/api/construction-permits",
            {"json": {"统一社会信用代码": firm.uscc, "宗地代码": home.parcel_no, "项目名称": "示范楼"}},
            lambda body: body["数据"]["施工许可证编号"],
        ),
        "agri": (
            "/agri/grain-subsidies",
            {"json": who | {"landArea": 3.5, "bankCard": person.bank_card}},
            lambda body: body["caseNo"],
        ),
        "moj": (
            "/moj/legal-aid-applications",
            {"json": {"sqrsfzh": person.cid, "sqrxm": person.name, "jtnsr": "0", "aqms": "劳动争议"}},
            lambda body: body["caseNo"],
        ),
        "culture": (
            "/culture/venue-bookings",
            {"json": {"cid": person.cid, "venueId": "V990101001", "appointmentDate": f"{tomorrow:%Y%m%d}"}},
            lambda body: body["caseNo"],
        ),
        "dpf": (
            "/dpf/two-subsidies",
            {"json": who | {"disabilityNo": "D1", "regAddress": "测试路", "bankCard": "6200"}},
            lambda body: body["caseNo"],
        ),
        "util": (
            "/util/payments",
            {"json": {"utilNo": home.util_no, "payAmount": "10.50"}},
            lambda body: body["data"]["payNo"],
        ),
        "fin": (
            "/fin/orders",
            {"json": {"payAmount": "120.00", "caseRef": "C-1"}},
            lambda body: body["orderNo"],
        ),
    }
    return transactions[line.code]


async def do(line: Any, **more: Any) -> str:
    path, body, number = filing(line)
    answer = await line.ask("POST", path, **body, **more)
    assert answer.status_code in (200, 201, 202), answer.text
    return number(answer.json())


@pytest.mark.parametrize("code", STATUS)
async def test_a_transactions_number_is_the_number_its_state_is_asked_by(line_to: Any, code: str) -> None:
    line = await line_to(code)
    number = await do(line)
    path, state = STATUS[code]
    first = await line.ask("GET", path.format(number), citizen="" if code == "nhc" else None)
    submitted = {"nhc": "requested", "tax": "RECEIVED", "hud": "已收件"}
    assert state(first.json()) == submitted.get(code, "10")
    if code != "fin":
        line.department.cases.put(number, "supplement")
        held = await line.ask("GET", path.format(number))
        supplement = {"nhc": "on-hold", "tax": "NEED_MATERIAL", "hud": "待补正"}
        assert state(held.json()) == supplement.get(code, "30")
    assert line.department.context.calls["caseStatus"] >= 1


@pytest.mark.parametrize("code", sorted(STATUS.keys() - {"agri", "dpf"}))
async def test_the_same_idempotency_key_gives_the_same_case(line_to: Any, code: str) -> None:
    line = await line_to(code)
    again = {"Idempotency-Key": "key-1"}
    first = await do(line, headers=again)
    assert await do(line, headers=again) == first
    assert await do(line, headers={"Idempotency-Key": "key-2"}) != first
    line.subject = "somebody-else"
    assert await do(line, headers=again) != first


@pytest.mark.parametrize("code", ["agri", "dpf"])
async def test_these_departments_know_no_idempotency_keys(line_to: Any, code: str) -> None:
    line = await line_to(code)
    again = {"Idempotency-Key": "key-1"}
    assert await do(line, headers=again) != await do(line, headers=again)


async def test_a_new_social_card_is_on_file(line_to: Any) -> None:
    line = await line_to("hrss")
    mother = next(iter(line.world.citizens.values()))
    baby = "990101202601020018"
    baby = baby[:17] + _check(baby[:17])
    body = {
        "babyCid": baby,
        "babyName": "测宝",
        "babySex": "2",
        "babyBirthTime": "2026-01-02 03:04:05",
        "motherCid": mother.cid,
        "motherName": mother.name,
        "mailAddress": mother.live_address,
    }
    assert (await line.ask("GET", f"/api/v1/insured-persons/{baby}")).status_code == 404
    card = (await line.ask("POST", "/api/v1/social-cards", json=body)).json()["babyCardNo"]
    answer = (await line.ask("GET", f"/api/v1/insured-persons/{baby}")).json()
    assert (answer["ssCardNo"], answer["employerUscc"]) == (card, "")


def _check(first17: str) -> str:
    return citizen_id(first17)[17]


async def test_a_vendor_upgrade_changes_an_enum(line_to: Any) -> None:
    line = await line_to("hrss")
    person = next(p for p in line.world.citizens.values() if p.pension_status == "1")
    path = f"/api/v1/insured-persons/{person.cid}"
    assert (await line.ask("GET", path)).json()["pensionStatus"] == "1"
    line.department.context.traits.add("enum_change")
    assert (await line.ask("GET", path)).json()["pensionStatus"] == "A1"


async def test_enrolled_staff_are_insured_with_the_employer(line_to: Any) -> None:
    line = await line_to("hrss")
    firm = next(iter(line.world.enterprises.values()))
    person = next(p for p in line.world.citizens.values() if p.employer_uscc != firm.uscc)
    path = f"/api/v1/employers/{firm.uscc}/staff"
    assert (await line.ask("POST", path, json={"staffList": [person.cid]})).status_code == 201
    answer = (await line.ask("GET", f"/api/v1/insured-persons/{person.cid}")).json()
    assert (answer["employerUscc"], answer["pensionStatus"]) == (firm.uscc, "1")


async def test_a_birth_record_is_a_resource(line_to: Any) -> None:
    line = await line_to("nhc")
    birth = next(iter(line.world.births.values()))
    answer = await line.ask("GET", "/fhir/BirthRecord", params={"motherCid": birth.mother_cid})
    assert answer.headers["content-type"] == "application/fhir+json"
    body = answer.json()
    assert body["resourceType"] == "BirthRecord"
    assert body["babyWeight"] == {"value": birth.weight_g, "unit": "g"}
    assert body["babySex"] in ("male", "female")
    assert body["babyBirthTime"].endswith("+08:00")


async def test_nobody_dies_twice(line_to: Any) -> None:
    line = await line_to("nhc")
    person, agent = list(line.world.citizens.values())[:2]
    body = {"deceasedCid": person.cid, "deceasedName": person.name, "agentCid": agent.cid}
    assert (await line.ask("POST", "/fhir/DeathCertificate", json=body)).status_code == 201
    again = await line.ask("POST", "/fhir/DeathCertificate", json=body)
    assert (again.status_code, again.json()["issue"][0]["code"]) == (409, "conflict")


@pytest.mark.parametrize("day", ["2026-13-45", "20261", "yesterday-canary", "2026-02-30T99:99"])
async def test_a_refusal_never_repeats_what_was_sent(line_to: Any, day: str) -> None:
    line = await line_to("nhc")
    path, body, _ = filing(line)
    for name in ("appointmentDate", "hospital", "cid"):
        sent = body["json"] | {name: day if name != "hospital" else " "}
        refused = await line.ask("POST", path, json=sent)
        assert refused.status_code == 422
        assert refused.json()["issue"][0]["expression"] == [name]
        assert day not in refused.text


async def test_a_newborn_is_insured_and_owes_a_premium(line_to: Any) -> None:
    line = await line_to("nhsa")
    mother = next(iter(line.world.citizens.values()))
    baby = "99010120260102001" + _check("99010120260102001")
    body = {
        "babyCid": baby,
        "babyName": "测宝",
        "babyBirthTime": "20260102030405",
        "hukouNo": mother.household_no,
        "regAddress": mother.registered_address,
        "motherCid": mother.cid,
    }
    enrolled = (await line.ask("POST", "/hsa/newborn-enrolments", json=body)).json()
    assert enrolled["data"]["payAmount"] == "380.00"
    answer = (await line.ask("GET", "/hsa/insured", params={"cid": baby, "insuType": "390"})).json()
    assert answer["data"]["miNo"] == enrolled["data"]["babyMiNo"]
    assert re.fullmatch(r"[0-9]{14}", answer["data"]["queryTime"])


async def test_failure_at_medical_insurance_is_200_with_a_code(line_to: Any) -> None:
    line = await line_to("nhsa")
    unknown = "99010119500101000" + _check("99010119500101000")
    missing = await line.ask("GET", "/hsa/insured", params={"cid": unknown})
    assert (missing.status_code, missing.json()["code"], missing.json()["data"]) == (200, "1404", None)
    wrong = await line.ask("GET", "/hsa/insured", params={"cid": "123"})
    assert (wrong.status_code, wrong.json()["code"]) == (200, "2001")
    assert "123" not in wrong.text


async def test_a_paid_out_account_is_empty(line_to: Any) -> None:
    line = await line_to("nhsa")
    deceased, agent = list(line.world.citizens.values())[:2]
    body = {
        "deceasedCid": deceased.cid,
        "deathCertNo": "SW1",
        "agentCid": agent.cid,
        "agentName": agent.name,
        "kinship": "配偶",
        "bankCard": agent.bank_card,
    }
    assert (await line.ask("POST", "/hsa/account-closings", json=body)).json()["code"] == "0000"
    answer = (await line.ask("GET", "/hsa/insured", params={"cid": deceased.cid})).json()
    assert answer["data"]["miBalance"] == "0.00"
    assert (await line.ask("POST", "/hsa/account-closings", json=body)).json()["code"] == "3009"


async def test_a_tax_transaction_answers_202_with_its_number_and_where_to_poll(line_to: Any) -> None:
    line = await line_to("tax")
    path, body, _ = filing(line)
    answer = await line.ask("POST", path, **body)
    assert answer.status_code == 202
    task = answer.json()
    assert task["payNo"] == task["taskNo"]
    assert answer.headers["location"] == task["statusUrl"]
    assert (await line.ask("GET", task["statusUrl"], citizen=None)).json()["taskState"] == "RECEIVED"


async def test_a_genuine_invoice_is_on_the_chain_and_a_forged_one_is_not(line_to: Any) -> None:
    line = await line_to("tax")
    number = "0449900000042"
    good = {"invoiceNo": number, "invoiceHash": invoice_hash(number)}
    path = "/tax/invoices/verification"
    assert (await line.ask("GET", path, params=good, citizen=None)).json() == {
        "valid": "Y",
        "blockHeight": 1_000_042,
    }
    bad = await line.ask("GET", path, params=good | {"invoiceHash": "00"}, citizen=None)
    assert bad.json() == {"valid": "N", "blockHeight": None}


@asynccontextmanager
async def receiver() -> AsyncIterator[tuple[str, asyncio.Queue[tuple[dict[str, Any], str, bytes]]]]:
    """A plain server on a free port that keeps what is posted to it."""
    news: asyncio.Queue[tuple[dict[str, Any], str, bytes]] = asyncio.Queue()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        news.put_nowait((json.loads(body), headers.get("x-webhook-sign", ""), body))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/news", news


async def _next(news: asyncio.Queue[Any]) -> Any:
    return await asyncio.wait_for(news.get(), 10)


async def test_a_webhook_comes_twice_and_is_signed(line_to: Any) -> None:
    line = await line_to("util")
    line.department.context.traits.add("webhook_twice")
    path, body, _ = filing(line)
    async with receiver() as (url, news):
        paid = await line.ask("POST", path, json=body["json"] | {"notifyUrl": url})
        first, again = await _next(news), await _next(news)
    assert first == again
    message, signature, raw = first
    assert (message["event"], message["payNo"]) == ("bill.paid", paid.json()["data"]["payNo"])
    assert isinstance(message["at"], int)
    secret = line.secret("hmac-secret").encode()
    assert signature == hmac.new(secret, raw, hashlib.sha256).hexdigest()


async def test_a_tax_webhook_tells_every_state_as_it_comes(line_to: Any) -> None:
    line = await line_to("tax")
    path, body, _ = filing(line)
    async with receiver() as (url, news):
        answer = await line.ask("POST", path, json=body["json"] | {"notifyUrl": url})
        told = []
        for state in ("accepted", "supplement", "delivered"):
            told.append((await _next(news))[0]["taskState"])
            line.department.cases.put(answer.json()["taskNo"], state)
        told.append((await _next(news))[0]["taskState"])
    assert told == ["RECEIVED", "PROCESSING", "NEED_MATERIAL", "ARCHIVED"]


class WalkingCases:
    """A case book with one case that is a step further at every look."""

    def __init__(self, case: Case, *states: str) -> None:
        self.case, self.states = case, iter(states)

    def open(self, service: str, subject: str, number: Any = None, key: Any = None, **facts: Any) -> Case:
        return self.case

    def get(self, number: str) -> Case:
        self.case.state = next(self.states, self.case.state)
        return self.case


async def test_webhooks_come_in_the_wrong_order_if_so_switched(line_to: Any) -> None:
    line = await line_to("tax")
    case = Case("T1", "payInfantPremium", "somebody", line.department.clock.now())
    cases = WalkingCases(case, "submitted", "accepted", "delivered")
    context = replace(line.department.context, cases=cases, traits={"webhook_out_of_order"})
    webhooks = Webhooks(context)
    async with receiver() as (url, news):
        webhooks.follow(url, "T1", lambda case: {"state": case.state})
        told = [(await _next(news))[0]["state"] for _ in range(3)]
    assert told == ["delivered", "accepted", "submitted"]


async def test_news_go_to_loopback_only(line_to: Any) -> None:
    line = await line_to("util")
    path, body, _ = filing(line)
    for url in ("http://192.0.2.1/news", "file:///etc/passwd", "http://127.0.0.1@192.0.2.1/"):
        refused = await line.ask("POST", path, json=body["json"] | {"notifyUrl": url})
        assert (refused.status_code, refused.json()["ret"]) == (400, 1001)


async def test_toll_trips_of_several_cars_come_in_one_answer_in_any_order(line_to: Any) -> None:
    line = await line_to("mot")
    owner = next(p for p in line.world.citizens.values() if len(p.plate_nos) > 1)
    stranger = next(v for v in line.world.vehicles.values() if v.owner_cid != owner.cid)
    asked = [*owner.plate_nos, stranger.plate_no, "测Z99999"]
    answer = await line.ask(
        "POST", "/mot/v2/etc/trips/batch", json={"plateNos": asked, "cid": owner.cid}, citizen=""
    )
    found = {item["plateNo"]: item["trips"] for item in answer.json()["result"]["list"]}
    assert found.keys() == set(owner.plate_nos)
    for plate, trips in found.items():
        single = await line.ask("GET", "/mot/v2/etc/trips", params={"plateNo": plate, "cid": owner.cid})
        assert single.json()["result"]["trips"] == trips
    trips = [trip for trips in found.values() for trip in trips]
    assert all(re.fullmatch(r"[0-9]{14}", trip["enteredAt"]) for trip in trips)
    assert all(isinstance(trip["amount"], int) for trip in trips)


async def test_anothers_car_is_not_on_file_but_a_wards_is(line_to: Any) -> None:
    line = await line_to("mot")
    vehicle = next(iter(line.world.vehicles.values()))
    stranger = next(
        p
        for p in line.world.citizens.values()
        if vehicle.owner_cid not in (p.cid, *p.children)
        and not any(login.cid == p.cid and vehicle.owner_cid in login.wards for login in line.world.logins)
    )
    params = {"plateNo": vehicle.plate_no, "cid": stranger.cid}
    answer = await line.ask("GET", "/mot/v2/etc/trips", params=params)
    assert (answer.status_code, answer.json()["errCode"]) == (200, "NO_DATA")
    stranger.children.append(vehicle.owner_cid)
    assert (await line.ask("GET", "/mot/v2/etc/trips", params=params)).json()["success"] is True


async def test_housing_speaks_chinese_keys_also_when_it_refuses(line_to: Any) -> None:
    line = await line_to("hud")
    path, body, _ = filing(line)
    refused = await line.ask("POST", path, json=body["json"] | {"统一社会信用代码": "X"})
    assert refused.status_code == 400
    assert refused.json()["结果"] == "参数错误"
    assert refused.json()["说明"].startswith("统一社会信用代码:")
    buyer = next(p for p in line.world.citizens.values() if p.contract_no)
    answer = await line.ask("GET", "/hud/api/contracts", params={"buyerCid": buyer.cid})
    assert answer.json()["数据"]["网签合同"]["合同编号"] == buyer.contract_no


async def test_a_grain_subsidy_appears_in_the_ledger_with_a_chinese_date(line_to: Any) -> None:
    line = await line_to("agri")
    farmer = next(p for p in line.world.citizens.values() if p.land_area_mu)
    params = {"cid": farmer.cid}
    before = (await line.ask("GET", "/agri/subsidies", params=params)).json()["subsidyList"]
    body = {"cid": farmer.cid, "name": farmer.name, "landArea": 10, "bankCard": farmer.bank_card}
    assert (await line.ask("POST", "/agri/grain-subsidies", json=body)).status_code == 201
    after = (await line.ask("GET", "/agri/subsidies", params=params)).json()["subsidyList"]
    assert len(after) == len(before) + 1
    assert after[-1]["amount"] == 950.0
    assert all(re.fullmatch(r"\d{4}年\d{1,2}月\d{1,2}日", entry["paidOn"]) for entry in after)


async def test_lawyers_are_found_by_a_part_of_the_name_without_a_citizen(line_to: Any) -> None:
    line = await line_to("moj")
    everyone = (await line.ask("GET", "/moj/lawyers", params={"lsxm": "王"}, citizen=None)).json()
    assert all("王" in lawyer["lsxm"] for lawyer in everyone["lslb"])
    wrong = await line.ask("GET", "/moj/lawyers", citizen=None)
    assert wrong.headers["content-type"] == "application/problem+json"
    assert wrong.json()["errors"][0]["name"] == "lsxm"


async def test_venues_come_in_pages(line_to: Any) -> None:
    line = await line_to("culture")
    params = {"cityCode": "990101", "pageSize": 10}
    first = (await line.ask("GET", "/culture/venues", params=params, citizen=None)).json()
    second = (await line.ask("GET", "/culture/venues", params=params | {"pageNo": 2}, citizen=None)).json()
    assert first["total"] == VENUES_A_REGION
    assert len(first["venueList"]) + len(second["venueList"]) == VENUES_A_REGION
    city = (await line.ask("GET", "/culture/venues", params={"cityCode": "990100"}, citizen=None)).json()
    assert city["total"] == 2 * VENUES_A_REGION + VENUES_A_REGION


async def test_a_disability_card_shows_the_old_id_and_the_pass_once_it_is_issued(line_to: Any) -> None:
    line = await line_to("dpf")
    holder = next(p for p in line.world.citizens.values() if p.disability_no)
    params = {"cid": holder.cid}
    card = (await line.ask("GET", "/dpf/cards", params=params)).json()["card"]
    assert (card["oldIdNo"], len(card["oldIdNo"]), card["transitPassNo"]) == (holder.old_id, 15, "")
    assert card["sex"] in ("男", "女")
    body = {"cid": holder.cid, "disabilityNo": holder.disability_no, "mailAddress": holder.live_address}
    number = (await line.ask("POST", "/dpf/transit-passes", json=body)).json()["caseNo"]
    assert (await line.ask("GET", "/dpf/cards", params=params)).json()["card"]["transitPassNo"] == number
    assert (await line.ask("POST", "/dpf/transit-passes", json=body)).status_code == 409


async def test_a_paid_bill_is_paid_once_for_one_key(line_to: Any) -> None:
    line = await line_to("util")
    home = next(iter(line.world.properties.values()))
    params = {"propAddress": home.address, "cid": home.owner_cid}
    due = bill_of(home.util_no)
    account = (await line.ask("GET", "/util/accounts", params=params)).json()["data"]
    assert (account["utilNo"], account["arrears"]) == (home.util_no, int(due * 100))
    assert isinstance(account["billedAt"], int)
    body = {"utilNo": home.util_no, "payAmount": "10.00"}
    for _ in range(2):
        await line.ask("POST", "/util/payments", json=body, headers={"Idempotency-Key": "k"})
    account = (await line.ask("GET", "/util/accounts", params=params)).json()["data"]
    assert account["arrears"] == int(due * 100) - 1000


async def test_a_transferred_account_is_the_buyers(line_to: Any) -> None:
    line = await line_to("util")
    home = next(iter(line.world.properties.values()))
    buyer = next(p for p in reversed(line.world.citizens.values()) if p.cid != home.owner_cid)
    params = {"propAddress": home.address, "cid": buyer.cid}
    assert (await line.ask("GET", "/util/accounts", params=params)).json()["ret"] == 404
    body = {"utilNo": home.util_no, "parcelNo": home.parcel_no, "buyerCid": buyer.cid}
    assert (await line.ask("POST", "/util/transfers", json=body)).json()["ret"] == 0
    assert (await line.ask("GET", "/util/accounts", params=params)).json()["data"]["utilNo"] == home.util_no


async def test_accounts_of_several_homes_come_in_one_answer(line_to: Any) -> None:
    line = await line_to("util")
    owner = next(p for p in line.world.citizens.values() if len(p.parcel_nos) > 1)
    homes = [line.world.properties[parcel] for parcel in owner.parcel_nos]
    body = {
        "cid": owner.cid,
        "parcelNos": [*owner.parcel_nos, "P-none"],
        "propAddresses": [*(home.address for home in homes), "不存在的地址"],
    }
    answer = (await line.ask("POST", "/util/accounts/search", json=body)).json()["data"]["list"]
    assert {item["parcelNo"]: item["utilNo"] for item in answer} == {h.parcel_no: h.util_no for h in homes}


async def test_an_order_is_paid_at_the_hosted_checkout_and_seen_by_its_payer_only(line_to: Any) -> None:
    line = await line_to("fin")
    async with receiver() as (url, news):
        body = {"payAmount": "120.00", "caseRef": "C-1", "notifyUrl": url}
        order = (await line.ask("POST", "/fin/orders", json=body)).json()
        status = f"/fin/orders/{order['orderNo']}"
        unpaid = (await line.ask("GET", status)).json()
        assert (unpaid["paid"], unpaid["receiptNo"]) == (False, "")
        page = await line.http.get(order["checkoutUrl"])
        assert page.status_code == 200
        assert "120.00元" in page.text
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
        assert ticket
        action = f"/checkout/{order['orderNo']}"
        assert (await line.http.post(action, data={"ticket": "guess"})).status_code == 404
        done = await line.http.post(action, data={"ticket": ticket[1]})
        assert "缴款成功" in done.text
        message, _, _ = await _next(news)
    paid = (await line.ask("GET", status)).json()
    assert paid["paid"] is True
    assert (message["orderNo"], message["receiptNo"]) == (order["orderNo"], paid["receiptNo"])
    assert (await line.ask("GET", status, citizen=line.citizen_token(subject="another"))).status_code == 404
    case = (await line.ask("GET", f"/fin/cases/{order['orderNo']}", citizen=None)).json()
    assert case["caseState"] == "50"


async def test_only_a_paid_order_is_refunded_and_only_once(line_to: Any) -> None:
    line = await line_to("fin")
    order = (await line.ask("POST", "/fin/orders", json={"payAmount": "9", "caseRef": "C"})).json()
    body = {"orderNo": order["orderNo"], "reason": "重复缴款"}
    assert (await line.ask("POST", "/fin/refunds", json=body)).status_code == 409
    number, ticket = order["orderNo"], order["checkoutUrl"].partition("ticket=")[2]
    await line.http.post(f"/checkout/{number}", data={"ticket": ticket})
    stranger = line.citizen_token(subject="another")
    assert (await line.ask("POST", "/fin/refunds", json=body, citizen=stranger)).status_code == 400
    key = {"Idempotency-Key": "r1"}
    refunds = [(await line.ask("POST", "/fin/refunds", json=body, headers=key)).json() for _ in range(2)]
    assert refunds[0] == refunds[1]
    assert (await line.ask("GET", f"/fin/orders/{number}")).json()["paid"] is False
    assert (await line.ask("POST", "/fin/refunds", json=body)).status_code == 409
