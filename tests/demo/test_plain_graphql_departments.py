"""The four departments that speak plain GraphQL, each with its own spellings, in agreement with the others."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from graphql import build_client_schema, build_schema, get_introspection_query, print_schema

from demo.departments.graphql.serving import description
from demo.departments.peer import remote_token
from demo.host import Province, Setup, running
from demo.issuer import LocalIssuer
from demo.world import Citizen, World
from tests.demo.conftest import Ask

CODES = ("moe", "mee", "archives", "peer")


@pytest.fixture
async def province(world: World, issuer: LocalIssuer) -> AsyncIterator[Province]:
    setup = Setup(case_step_s=0)
    async with running(*CODES, world=world, verifier=issuer.verifier(), setup=setup) as running_province:
        yield running_province


@pytest.mark.parametrize("code", CODES)
async def test_the_served_schema_is_the_published_description(
    province: Province, ask: Ask, code: str
) -> None:
    told = await ask(province, code, get_introspection_query(), level=None)
    assert print_schema(build_client_schema(told["data"])) == print_schema(build_schema(description(code)))


async def test_moe_spells_sex_as_a_digit_and_days_without_hyphens(
    province: Province, ask: Ask, citizen01: Citizen, world: World
) -> None:
    query = '{ student(cid: "%s") { studentNo school xb enrolDate degreeNo } }'
    told = (await ask(province, "moe", query % citizen01.cid))["data"]["student"]
    assert told["studentNo"] == citizen01.student_no
    assert told["xb"] == "2"
    assert len(told["enrolDate"]) == 8
    child = (await ask(province, "moe", query % citizen01.children[0]))["data"]["student"]
    assert child["degreeNo"] == ""
    nobody = next(p for p in world.citizens.values() if p.student_no is None)
    assert (await ask(province, "moe", query % nobody.cid))["data"]["student"] is None


async def test_an_exam_score_needs_the_right_ticket_number(
    province: Province, ask: Ask, citizen01: Citizen
) -> None:
    query = '{ examScore(cid: "%s", examNo: "%s") { score publishedAt } }'
    told = await ask(province, "moe", query % (citizen01.cid, citizen01.exam_no))
    assert told["data"]["examScore"]["score"] == citizen01.exam_score
    told = await ask(province, "moe", query % (citizen01.cid, "GK0"))
    assert told == {"data": {"examScore": None}}


async def test_an_enrolment_is_a_case_that_can_be_followed_and_repeated_safely(
    province: Province, ask: Ask, citizen01: Citizen, world: World
) -> None:
    child = world.citizens[citizen01.children[0]]
    enrol = (
        f'mutation {{ enrol(childCid: "{child.cid}", childName: "{child.name}", contactMobile: "1")'
        " { caseNo } }"
    )
    first = await ask(province, "moe", enrol, key="k")
    assert await ask(province, "moe", enrol, key="k") == first
    number = first["data"]["enrol"]["caseNo"]
    status = f'{{ caseStatus(caseNo: "{number}") {{ status }} }}'
    assert (await ask(province, "moe", status, level=0))["data"]["caseStatus"] == {"status": "10"}
    province["moe"].cases.put(number, "supplement")
    assert (await ask(province, "moe", status, level=0))["data"]["caseStatus"] == {"status": "30"}


async def test_moe_refuses_in_its_own_codes(province: Province, ask: Ask, citizen01: Citizen) -> None:
    query = f'{{ student(cid: "{citizen01.cid}") {{ school }} }}'
    codes = [
        (await ask(province, "moe", query, level=level))["errors"][0]["extensions"]["code"]
        for level in (None, 1)
    ]
    assert codes == ["MOE4010", "MOE4030"]
    aid = 'mutation { aid(studentNo: "XJ0", cid: "%s", bankCard: "1", allowanceKind: "助学金") { caseNo } }'
    told = await ask(province, "moe", aid % citizen01.cid)
    assert told["errors"][0]["extensions"]["code"] == "MOE4220"


async def test_open_environmental_data_needs_no_token_and_a_permit_does(
    province: Province, ask: Ask, world: World
) -> None:
    uscc = next(iter(world.enterprises))
    query = """query ($uscc: ID!) {
      airQuality(cityCode: "990100") { aqi aqiAt }
      enforcement(uscc: $uscc) { caseList { docNo decideDate } }
    }"""
    told = (await ask(province, "mee", query, level=None, uscc=uscc))["data"]
    assert 0 < told["airQuality"]["aqi"] < 200
    assert told["airQuality"]["aqiAt"] % 3_600_000 == 0
    assert len(told["enforcement"]["caseList"][0]["decideDate"]) == 8
    permit = f'mutation {{ dischargePermit(uscc: "{uscc}", entAddress: "a", bizScope: "b") {{ permitNo }} }}'
    refused = await ask(province, "mee", permit, level=None)
    assert refused["errors"][0]["extensions"] == {"code": "401"}
    first = await ask(province, "mee", permit, level=1, key="k")
    assert first["data"]["dischargePermit"]["permitNo"].startswith("PW")
    assert await ask(province, "mee", permit, level=1, key="k") == first


async def test_archives_spell_a_day_in_chinese_and_agree_with_the_register(
    province: Province, ask: Ask, citizen01: Citizen
) -> None:
    query = """query ($cid: ID!) {
      marriageArchive(cid: $cid) { marriageCertNo marriageDate remark }
      educationArchive(cid: $cid) { degreeNo }
    }"""
    told = (await ask(province, "archives", query, cid=citizen01.cid))["data"]
    day = citizen01.married_on
    assert day is not None
    assert told["marriageArchive"] == {
        "marriageCertNo": citizen01.marriage_cert_no,
        "marriageDate": f"{day.year}年{day.month}月{day.day}日",
        "remark": "",
    }
    assert told["educationArchive"] == {"degreeNo": citizen01.degree_no}


async def test_a_copy_is_given_of_ones_own_record_only(
    province: Province, ask: Ask, citizen01: Citizen, world: World
) -> None:
    copy = 'mutation { requestCopy(cid: "%s", archiveNo: "%s", mailAddress: "a") { caseNo } }'
    told = await ask(province, "archives", copy % (citizen01.cid, citizen01.marriage_cert_no))
    number = told["data"]["requestCopy"]["caseNo"]
    state = await ask(province, "archives", f'{{ caseStatus(caseNo: "{number}") {{ state }} }}', level=0)
    assert state["data"]["caseStatus"] == {"state": "待受理"}
    other = next(p for p in world.citizens.values() if p.degree_no and p is not citizen01)
    told = await ask(province, "archives", copy % (citizen01.cid, other.degree_no))
    assert told["errors"][0]["extensions"] == {"code": "填写有误"}


async def test_the_neighbour_knows_who_was_insured_there(
    province: Province, ask: Ask, citizen01: Citizen
) -> None:
    query = """query ($cid: ID!, $token: String!) {
      remoteInsured(cid: $cid) { fromProvince ssCardNo }
      remoteHealthCode(cid: $cid) { codeColour codeAt }
      remoteCredential(presentToken: $token) { credKind validUntil }
    }"""
    shown = remote_token(citizen01.cid)
    told = (await ask(province, "peer", query, cid=citizen01.cid, token=shown))["data"]
    assert told["remoteInsured"] == {"fromProvince": "邻省", "ssCardNo": citizen01.remote_ss_card_no}
    assert told["remoteHealthCode"]["codeColour"] == "绿码"
    assert told["remoteCredential"] == {"credKind": "居住证", "validUntil": "20301231"}
    transfer = 'mutation { transferOut(cid: "%s", fromProvince: "%s") { caseNo } }'
    done = await ask(province, "peer", transfer % (citizen01.cid, "邻省"))
    assert done["data"]["transferOut"]["caseNo"].startswith("PEER")
    refused = await ask(province, "peer", transfer % (citizen01.cid, "远省"))
    assert refused["errors"][0]["extensions"] == {"code": "INVALID_INPUT"}


async def test_a_token_for_another_department_is_no_token_here(
    province: Province, issuer: LocalIssuer, web: httpx.AsyncClient, citizen01: Citizen
) -> None:
    answer = await web.post(
        province["peer"].url,
        json={"query": f'{{ remoteInsured(cid: "{citizen01.cid}") {{ ssCardNo }} }}'},
        headers={"Authorization": f"Bearer {issuer.token('moe')}"},
    )
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
