"""公安厅(治安户政) as its callers meet it. (Zeep gives the value itself where an answer has but one element.)"""

from __future__ import annotations

import asyncio

import pytest
import requests
import zeep
from lxml import etree
from zeep.wsse.username import UsernameToken

from demo.numbers import is_citizen_id


def birth(line, **more):
    own = line.person
    return {
        "csyxzmbh": "CS1",
        "yexm": "新生",
        "yexb": "2",
        "yecssj": "20251219225700",
        "mqsfhm": own.cid,
        "mqxm": own.name,
        "fqsfhm": own.spouse_cid,
        "hh": own.household_no,
        **more,
    }


def code_of(fault: zeep.exceptions.Fault) -> str:
    return "".join(fault.detail.itertext())


async def test_a_household_is_told_in_pinyin_with_digits_for_sexes(line) -> None:
    mps = await line("mps")
    own = mps.person
    answer = await mps.call("QueryHousehold", gmsfhm=own.cid)
    assert (answer.hh, answer.hjdz) == (own.household_no, own.registered_address)
    assert answer.hzxm == mps.world.citizens[own.household_head_cid].name
    assert answer.znsfhm == own.children[0]
    assert {each.xb for each in answer.jtcy} <= {"1", "2"}
    assert own.born.strftime("%Y%m%d") in {each.csrq for each in answer.jtcy}


async def test_who_has_no_children_gets_empty_strings(line) -> None:
    mps = await line("mps")
    childless = next(each for each in mps.world.citizens.values() if not each.children)
    answer = await mps.call("QueryHousehold", gmsfhm=childless.cid)
    assert not answer.znsfhm
    assert b"<hz:znsfhm></hz:znsfhm>" in mps.transport.last.content


async def test_the_wire_is_soap_twelve(line) -> None:
    mps = await line("mps")
    await mps.call("QueryHousehold", gmsfhm=mps.person.cid)
    assert mps.transport.last.headers["Content-Type"].startswith("application/soap+xml")
    assert b"http://www.w3.org/2003/05/soap-envelope" in mps.transport.last.content


async def test_a_registered_baby_is_a_citizen_of_the_household_and_known_to_all(line) -> None:
    mps = await line("mps")
    baby = await mps.call("RegisterBirth", **birth(mps))
    assert is_citizen_id(baby)
    assert baby[6:14] == "20251219"
    assert int(baby[16]) % 2 == 0  # a girl
    person = mps.world.citizen(baby)
    assert person is not None
    assert (person.name, person.mother_cid, person.father_cid) == (
        "新生",
        mps.person.cid,
        mps.person.spouse_cid,
    )
    assert baby in mps.person.children
    household = await mps.call("QueryHousehold", gmsfhm=baby)
    assert household.hh == mps.person.household_no
    assert "新生" in {each.xm for each in household.jtcy}
    assert (await mps.call("QueryCase", token=None, ywlsh=baby)).zt == "0"


async def test_a_birth_is_registered_once(line) -> None:
    mps = await line("mps")
    first, same = [await mps.call("RegisterBirth", key="k", **birth(mps)) for _ in range(2)]
    assert first == same
    with pytest.raises(zeep.exceptions.Fault) as caught:
        await mps.call("RegisterBirth", key="other", **birth(mps))
    assert "HZ409" in code_of(caught.value)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"yecssj": "20251340000000"}, "HZ201"),
        ({"fqsfhm": "12"}, "HZ202"),
        ({"hh": "HK0"}, "HZ203"),
        ({"yexb": "3"}, "HZ222"),
    ],
)
async def test_bad_input_is_a_sender_fault_with_a_number(line, wrong, code) -> None:
    mps = await line("mps")
    before = len(mps.world.citizens)
    with pytest.raises(zeep.exceptions.Fault) as caught:
        await mps.call("RegisterBirth", **birth(mps, **wrong))
    assert code in code_of(caught.value)
    assert mps.transport.last.status_code == 400
    assert len(mps.world.citizens) == before


async def test_a_cancelled_registration_is_gone(line) -> None:
    mps = await line("mps")
    dead = mps.world.citizens[mps.person.spouse_cid]
    wish = {
        "swrsfhm": dead.cid,
        "swzmbh": "SW1",
        "hh": dead.household_no,
        "jbrsfhm": mps.person.cid,
        "yswrgx": "配偶",
    }
    number = await mps.call("CancelHukou", **wish)
    assert (await mps.call("QueryCase", token=None, ywlsh=number)).zt == "0"
    with pytest.raises(zeep.exceptions.Fault) as gone:
        await mps.call("QueryHousehold", gmsfhm=dead.cid)
    assert "HZ404" in code_of(gone.value)
    with pytest.raises(zeep.exceptions.Fault) as twice:
        await mps.call("CancelHukou", **wish)
    assert "HZ409" in code_of(twice.value)


async def test_permits_seals_and_certificates_are_numbered(line) -> None:
    mps = await line("mps")
    own, firm = mps.person, next(iter(mps.world.enterprises.values()))
    permit = await mps.call("ApplyResidencePermit", gmsfhm=own.cid, xm=own.name, xzz="路", dwxydm=firm.uscc)
    seal = await mps.call(
        "FileSeal", tyshxydm=firm.uscc, dwmc=firm.name, frsfhm=own.cid, frxm=own.name, yzlx=["公章", "财务章"]
    )
    certificate = await mps.call("IssueNoCrimeCert", gmsfhm=own.cid, xm=own.name, yt="就业")
    assert len({permit, seal, certificate}) == 3
    case = mps.department.cases.get(seal)
    assert case is not None
    assert case.facts["kinds"] == ["公章", "财务章"]
    assert mps.department.context.calls["fileSeal"] == 1


@pytest.mark.parametrize(
    "wsse",
    [
        UsernameToken("someone", "else", use_digest=True),
        UsernameToken("someone", "else"),
        UsernameToken("someone", "else", use_digest=True, nonce=b"", created=None),
    ],
    ids=["wrong", "text", "nonce"],
)
async def test_a_wrong_username_token_is_refused(line, wsse) -> None:
    mps = await line("mps", wsse=wsse)
    with pytest.raises(zeep.exceptions.Fault):
        await mps.call("QueryHousehold", gmsfhm=mps.person.cid)
    assert b"oasis-200401-wss-wssecurity-secext" in mps.transport.last.content
    assert not mps.department.context.calls


async def test_the_right_password_as_text_is_refused_too(line) -> None:
    mps = await line("mps")
    secret = mps.department.context.secret
    mps.client.wsse = UsernameToken(secret("user"), secret("password"))
    with pytest.raises(zeep.exceptions.Fault):
        await mps.call("QueryHousehold", gmsfhm=mps.person.cid)


async def test_a_replayed_envelope_is_refused(line) -> None:
    mps = await line("mps")
    await mps.call("QueryHousehold", gmsfhm=mps.person.cid)
    sent = etree.tostring(mps.history.last_sent["envelope"])
    again = await mps.post(sent, Content_Type="application/soap+xml; charset=utf-8")
    assert again.status_code == 400
    assert b"FailedAuthentication" in again.content
    assert mps.department.context.calls["household"] == 1


async def test_without_a_client_certificate_there_is_no_connection(line) -> None:
    mps = await line("mps")
    session = requests.Session()
    session.trust_env = False
    session.verify = mps.transport.session.verify
    with pytest.raises((requests.exceptions.SSLError, requests.exceptions.ConnectionError)):
        await mps.get("/ws/hukou?wsdl", session)


async def test_parallel_requests_get_parallel_numbers(line) -> None:
    mps = await line("mps")
    own = mps.person
    wish = {"gmsfhm": own.cid, "xm": own.name, "yt": "就业"}
    answers = await asyncio.gather(*[mps.call("IssueNoCrimeCert", **wish) for _ in range(8)])
    assert len(set(answers)) == 8
