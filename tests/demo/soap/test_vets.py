"""退役军人事务厅 as its callers meet it."""

from __future__ import annotations

import pytest
import zeep
from lxml import etree


async def test_the_description_itself_is_behind_the_password(line) -> None:
    vets = await line("vets")  # read with the password
    vets.transport.session.auth = None
    for path in ("/vets/ws/VeteranService?wsdl", "/vets/ws/vets.xsd"):
        assert (await vets.get(path)).status_code == 401


async def test_a_card_is_told_in_elements_without_a_namespace(line) -> None:
    vets = await line("vets")
    answer = await vets.call("queryVeteran", cid=vets.person.cid)
    assert answer.veteranNo == vets.person.veteran_no
    assert answer.sex in ("男", "女")
    assert len(answer.oldId) == 15
    body = etree.fromstring(vets.transport.last.content)[0]
    assert {each.tag for each in body[0]} == {"veteranNo", "sex", "oldId"}


async def test_all_that_fails_is_a_fault_with_a_code(line) -> None:
    vets = await line("vets")
    own = vets.person
    civilian = next(each for each in vets.world.citizens.values() if each.veteran_no is None)
    for code, operation, fields in (
        ("V404", "queryVeteran", {"cid": civilian.cid}),
        ("V422", "applyBenefit", {"cid": own.cid, "name": "甲", "veteranNo": "X", "bankCard": "6222"}),
        ("V422", "stopBenefit", {"deceasedCid": own.cid, "deathCertNo": ""}),
        ("V404", "queryCase", {"caseNo": "X"}),
    ):
        with pytest.raises(zeep.exceptions.Fault) as caught:
            await vets.call(operation, **fields)
        assert caught.value.detail[0][0].text == code


async def test_a_benefit_that_has_been_stopped_cannot_be_applied_for(line) -> None:
    vets = await line("vets")
    own = vets.person
    wish = {"cid": own.cid, "name": own.name, "veteranNo": own.veteran_no, "bankCard": own.bank_card}
    number = await vets.call("applyBenefit", **wish)
    case = await vets.call("queryCase", token=None, caseNo=number)
    assert (case.status, case.caseNo) == ("SUB", number)
    assert isinstance(case.changedAt, int)
    first, again = [await vets.call("stopBenefit", deceasedCid=own.cid, deathCertNo="SW1") for _ in range(2)]
    assert first == again
    with pytest.raises(zeep.exceptions.Fault) as caught:
        await vets.call("applyBenefit", **wish)
    assert caught.value.detail[0][0].text == "V409"


async def test_a_wrong_password_is_401(line) -> None:
    vets = await line("vets")
    vets.transport.session.auth = ("someone", "else")
    with pytest.raises(zeep.exceptions.Error):
        await vets.call("queryVeteran", cid=vets.person.cid)
    assert vets.transport.last.status_code == 401
    assert not vets.department.context.calls


async def test_without_the_citizens_token_there_is_a_fault(line) -> None:
    vets = await line("vets")
    with pytest.raises(zeep.exceptions.Fault) as caught:
        await vets.call("queryVeteran", token="nonsense", cid=vets.person.cid)
    assert caught.value.detail[0][0].text == "V401"
