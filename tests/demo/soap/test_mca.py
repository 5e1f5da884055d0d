"""民政厅 as its callers meet it."""

from __future__ import annotations

import base64

import httpx
import pytest
import zeep

from demo.departments.mca import build
from demo.issuer import LocalIssuer


def _code(answer):
    return answer.result.resultCode


async def test_the_description_is_a_chain_of_files_in_several_namespaces(line) -> None:
    mca = await line("mca")
    listed = (await mca.get("/services/CivilAffairs?wsdl")).content
    assert b"xsd/civil.xsd" in listed
    assert mca.url.encode() in listed  # the address is the running server's
    spaces = {str(each) for each in mca.client.namespaces.values()}
    assert {
        f"http://www.mca.test.example/schema/{name}" for name in ("common/2019", "person/2019", "civil/2021")
    } <= spaces
    assert (await mca.get("/services/xsd/civil-funeral.xsd")).status_code == 200
    assert (await mca.get("/services/../../mps/hukou.xsd")).status_code == 404


async def test_a_marriage_is_told_in_the_departments_spelling(line) -> None:
    mca = await line("mca")
    answer = await mca.call("QueryMarriage", cid=mca.person.cid)
    day = mca.person.married_on
    assert _code(answer) == "0000"
    assert answer.marriage.marriageCertNo == mca.person.marriage_cert_no
    assert answer.marriage.marriageDate == f"{day.year}年{day.month}月{day.day}日"
    assert answer.marriage.spouseName == mca.world.citizens[mca.person.spouse_cid].name
    assert mca.department.context.calls["marriage"] == 1


async def test_the_old_number_of_fifteen_digits_is_understood(line) -> None:
    mca = await line("mca")
    answer = await mca.call("QueryMarriage", cid=mca.person.old_id)
    assert answer.marriage.marriageCertNo == mca.person.marriage_cert_no


async def test_the_unmarried_are_a_code_in_the_body_not_a_fault(line) -> None:
    mca = await line("mca")
    single = next(each for each in mca.world.citizens.values() if each.marriage_cert_no is None)
    answer = await mca.call("QueryMarriage", cid=single.cid)
    assert (_code(answer), answer.marriage) == ("1404", None)


async def test_every_transaction_opens_a_case_that_can_be_asked_for(line) -> None:
    mca = await line("mca")
    elder, own = next(iter(mca.world.citizens)), mca.person
    booked = await mca.call("BookMarriage", cid=own.cid, spouseCid=own.spouse_cid, appointmentDate="20260520")
    burnt = await mca.call("IssueCremationCert", deathCertNo="SW1", deceasedCid=elder, agentCid=own.cid)
    stopped = await mca.call("StopAllowance", deceasedCid=elder, deathCertNo="SW1")
    aged = await mca.call(
        "ApplyElderAllowance",
        cid=own.cid,
        name=own.name,
        birthDate="19400101",
        regAddress="路",
        bankCard="6222",
    )
    numbers = {booked.caseNo, burnt.cremationCertNo, stopped.caseNo, aged.caseNo}
    assert len(numbers) == 4
    for number in numbers:
        case = await mca.call("QueryCase", token=None, caseNo=number)
        assert (_code(case), case.status) == ("0000", "10")


async def test_what_has_been_stopped_cannot_be_applied_for(line) -> None:
    mca = await line("mca")
    own = mca.person
    first = await mca.call("StopAllowance", deceasedCid=own.cid, deathCertNo="SW1")
    again = await mca.call("StopAllowance", deceasedCid=own.cid, deathCertNo="SW1")
    assert first.caseNo == again.caseNo
    asked = await mca.call(
        "ApplyElderAllowance",
        cid=own.cid,
        name=own.name,
        birthDate="19400101",
        regAddress="路",
        bankCard="6222",
    )
    assert _code(asked) == "3409"


async def test_a_new_appointment_ends_the_old_one(line) -> None:
    mca = await line("mca")
    own = mca.person
    first, second = [
        await mca.call("BookMarriage", cid=own.cid, spouseCid=own.spouse_cid, appointmentDate=day)
        for day in ("20260520", "20260521")
    ]
    assert (await mca.call("QueryCase", token=None, caseNo=first.caseNo)).status == "50"
    assert (await mca.call("QueryCase", token=None, caseNo=second.caseNo)).status == "10"


async def test_the_same_key_gives_the_same_case(line) -> None:
    mca = await line("mca")
    own = mca.person
    wish = {"cid": own.cid, "spouseCid": own.spouse_cid, "appointmentDate": "20260520"}
    first, again, other = [await mca.call("BookMarriage", key=key, **wish) for key in ("k1", "k1", "k2")]
    assert first.caseNo == again.caseNo != other.caseNo


@pytest.mark.parametrize(
    ("spouse", "day", "code"),
    [("", "20260520", "2001"), ("own", "20260520", "2001"), ("spouse", "20260230", "2002")],
)
async def test_bad_input_is_a_code_of_the_two_thousands(line, spouse: str, day: str, code: str) -> None:
    mca = await line("mca")
    number = {"": "12", "own": mca.person.cid, "spouse": mca.person.spouse_cid}[spouse]
    answer = await mca.call("BookMarriage", cid=mca.person.cid, spouseCid=number, appointmentDate=day)
    assert _code(answer) == code


async def test_what_breaks_the_schema_is_a_fault_that_names_the_element_and_no_value(line) -> None:
    mca = await line("mca")
    with pytest.raises(zeep.exceptions.Fault) as caught:
        await mca.call("QueryMarriage", cid="four")
    assert "E422" in "".join(caught.value.detail.itertext())
    assert "cid" in caught.value.message
    assert "four" not in caught.value.message


@pytest.mark.parametrize("kind", ["none", "nonsense", "another department's", "anonymous"])
async def test_without_the_citizens_token_there_is_nothing_to_see(line, kind: str) -> None:
    mca = await line("mca")
    token = {
        "none": None,
        "nonsense": "x.y.z",
        "another department's": mca.issuer.token("mps"),
        "anonymous": mca.issuer.token("mca", level=0),
    }[kind]
    with pytest.raises(zeep.exceptions.Fault) as caught:
        await mca.call("QueryMarriage", token=token, cid=mca.person.cid)
    assert ("E403" if kind == "anonymous" else "E401") in "".join(caught.value.detail.itertext())


async def test_a_token_of_another_issuer_is_refused(line) -> None:
    mca = await line("mca")
    with pytest.raises(zeep.exceptions.Fault):
        await mca.call("QueryMarriage", token=LocalIssuer().token("mca"), cid=mca.person.cid)


async def test_a_wrong_password_is_401(line) -> None:
    mca = await line("mca")
    mca.transport.session.auth = ("someone", "else")
    with pytest.raises(zeep.exceptions.Error):
        await mca.call("QueryMarriage", cid=mca.person.cid)
    assert mca.transport.last.status_code == 401
    assert mca.transport.last.headers["WWW-Authenticate"].startswith("Basic")


async def test_an_address_outside_the_list_is_403_even_with_the_password(line) -> None:
    mca = await line("mca")
    pair = ":".join(mca.department.context.secret(name) for name in ("user", "password"))
    headers = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    transport = httpx.ASGITransport(build(mca.department.context), client=("203.0.113.9", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://mca") as far:
        assert (await far.post("/services/CivilAffairs", headers=headers)).status_code == 403


async def test_a_fault_comes_with_500_and_with_200_where_the_trait_is_on(line) -> None:
    mca = await line("mca")
    assert (await mca.post(b"<no", Content_Type="text/xml")).status_code == 500
    mca.department.context.traits.add("fault_with_200")
    answer = await mca.post(b"<no", Content_Type="text/xml")
    assert answer.status_code == 200
    assert b"faultstring" in answer.content


async def test_a_vendors_upgrade_changes_the_words_of_a_case(line) -> None:
    mca = await line("mca")
    own = mca.person
    booked = await mca.call("BookMarriage", cid=own.cid, spouseCid=own.spouse_cid, appointmentDate="20260520")
    mca.department.context.traits.add("enum_change")
    assert (await mca.call("QueryCase", token=None, caseNo=booked.caseNo)).status == "S"


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
        b"<html/>",
        b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><a/></e:Body></e:Envelope>',
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>',
    ],
    ids=["entity", "html", "version", "empty"],
)
async def test_what_is_no_soap_request_is_a_fault(line, content: bytes) -> None:
    mca = await line("mca")
    answer = await mca.post(content, Content_Type="text/xml")
    assert answer.status_code == 500
    assert b"Fault" in answer.content
