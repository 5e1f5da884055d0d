"""自然资源厅 as its callers meet it."""

from __future__ import annotations

import pytest
import zeep
from lxml import etree
from zeep.wsse.username import UsernameToken

from demo.departments.soap.pictures import png


def transfer(line, **more):
    own = line.person
    wish = {
        "parcelNo": own.parcel_nos[0],
        "sellerCid": own.cid,
        "buyerCid": own.spouse_cid,
        "contractNo": "HT1",
        "taxCertNo": "WS1",
    }
    return wish | more


def listed(answer):
    return {each.parcelNo for each in answer.parcel}


async def test_parcels_come_with_their_maps_as_attachments(line) -> None:
    mnr = await line("mnr")
    answer = await mnr.call("QueryProperty", cid=mnr.person.cid)
    assert answer.ret.code == 200
    assert listed(answer) == set(mnr.person.parcel_nos)
    for each in answer.parcel:
        assert each.propAddress == mnr.world.properties[each.parcelNo].address
        assert each.parcelMap == png(each.parcelNo)
        assert each.oldOwnerId == mnr.person.old_id
    kind = mnr.transport.last.headers["Content-Type"]
    assert kind.startswith("multipart/related")
    assert 'start-info="application/soap+xml"' in kind


async def test_null_is_nil_on_the_wire(line) -> None:
    mnr = await line("mnr")
    answer = await mnr.call("QueryProperty", cid=mnr.person.cid)
    assert answer.parcel[0].mortgageNo is None
    assert b':nil="true"' in mnr.transport.last.content


async def test_parcels_by_number_come_in_the_registers_order_without_the_unknown(line) -> None:
    mnr = await line("mnr")
    known = sorted(mnr.world.properties)[:3]
    answer = await mnr.call("QueryParcels", parcelNo=[known[2], "nowhere", known[0], known[1]])
    assert [each.parcelNo for each in answer.parcel] == known


async def test_ownership_changes_when_the_office_has_decided(line) -> None:
    mnr = await line("mnr")
    own, spouse = mnr.person, mnr.world.citizens[mnr.person.spouse_cid]
    parcel = own.parcel_nos[0]
    number = (await mnr.call("TransferProperty", **transfer(mnr))).caseNo
    assert parcel in listed(await mnr.call("QueryProperty", cid=own.cid))
    assert (await mnr.call("TransferProperty", **transfer(mnr))).ret.code == 409
    mnr.department.cases.put(number, "decided")
    assert (await mnr.call("QueryCase", token=None, caseNo=number)).status == "登簿"
    assert parcel not in listed(await mnr.call("QueryProperty", cid=own.cid))
    assert parcel in listed(await mnr.call("QueryProperty", cid=spouse.cid))
    assert parcel in spouse.parcel_nos
    assert parcel not in own.parcel_nos


async def test_the_same_key_gives_the_same_case(line) -> None:
    mnr = await line("mnr")
    first, again = [(await mnr.call("TransferProperty", key="k", **transfer(mnr))).caseNo for _ in range(2)]
    assert first == again


async def test_an_heir_inherits_what_the_deceased_owned(line) -> None:
    mnr = await line("mnr")
    couple = (mnr.person.cid, mnr.person.spouse_cid)
    found = next(each for each in mnr.world.properties.values() if each.owner_cid not in couple)
    wish = {"parcelNo": found.parcel_no, "deathCertNo": "SW1", "notaryNo": "GZ1", "agentCid": mnr.person.cid}
    wrong = await mnr.call("InheritProperty", deceasedCid=mnr.person.spouse_cid, **wish)
    right = await mnr.call("InheritProperty", deceasedCid=found.owner_cid, **wish)
    assert (wrong.ret.code, wrong.caseNo) == (422, None)
    mnr.department.cases.put(right.caseNo, "delivered")
    assert found.parcel_no in listed(await mnr.call("QueryProperty", cid=mnr.person.cid))


async def test_nobody_sells_what_is_not_theirs(line) -> None:
    mnr = await line("mnr")
    found = next(each for each in mnr.world.properties.values() if each.owner_cid != mnr.person.cid)
    for wrong in ({"parcelNo": found.parcel_no}, {"parcelNo": "nowhere"}, {"buyerCid": mnr.person.cid}):
        assert (await mnr.call("TransferProperty", **transfer(mnr, **wrong))).ret.code == 422


async def test_the_certificate_says_whether_one_owns_a_home_and_brings_its_scan(line) -> None:
    mnr = await line("mnr")
    own = mnr.person
    tenant = next(each for each in mnr.world.citizens.values() if not each.parcel_nos)
    owner, other = [
        await mnr.call("IssuePropertyCert", cid=each.cid, name=each.name, purposeText="入学")
        for each in (own, tenant)
    ]
    assert owner.certNo.startswith("YF")
    assert other.certNo.startswith("WF")
    assert owner.certScan == png(owner.certNo)


@pytest.mark.parametrize("digest", [True, False])
async def test_the_password_may_come_as_digest_or_text(line, digest: bool) -> None:
    mnr = await line("mnr")
    secret = mnr.department.context.secret
    mnr.client.wsse = UsernameToken(secret("user"), secret("password"), use_digest=digest)
    assert (await mnr.call("QueryProperty", cid=mnr.person.cid)).ret.code == 200


@pytest.mark.parametrize("digest", [True, False])
async def test_a_wrong_password_is_refused(line, digest: bool) -> None:
    mnr = await line("mnr")
    mnr.client.wsse = UsernameToken(mnr.department.context.secret("user"), "guess", use_digest=digest)
    with pytest.raises(zeep.exceptions.Fault):
        await mnr.call("QueryProperty", cid=mnr.person.cid)
    assert b"FailedAuthentication" in mnr.transport.last.content


async def test_a_request_may_bring_attachments_of_its_own(line) -> None:
    mnr = await line("mnr")
    secret = mnr.department.context.secret
    made = mnr.client.create_message(
        mnr.client.service, "TransferProperty", contractScan=b"scan", **transfer(mnr)
    )
    UsernameToken(secret("user"), secret("password"), use_digest=True).apply(made, {})
    token = etree.SubElement(made[0], "{urn:tongban:citizen}Token")
    token.text = mnr.issuer.token("mnr")
    scan = next(made.iter("{urn:mnr:bdc:v3}contractScan"))
    scan.text = None
    etree.SubElement(scan, "{http://www.w3.org/2004/08/xop/include}Include").set(
        "href", "cid:scan@caller.example"
    )
    parts = [
        b'--B\r\nContent-Type: application/xop+xml; type="application/soap+xml"\r\nContent-ID: <root>\r\n\r\n',
        etree.tostring(made),
        b"\r\n--B\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <scan@caller.example>\r\n\r\n",
        png("scan"),
        b"\r\n--B--\r\n",
    ]
    kind = 'multipart/related; boundary=B; type="application/xop+xml"; start="<root>"'
    answer = await mnr.post(b"".join(parts), Content_Type=kind)
    assert answer.status_code == 200
    assert b"BDC" in answer.content


async def test_without_the_citizens_token_there_is_a_fault(line) -> None:
    mnr = await line("mnr")
    with pytest.raises(zeep.exceptions.Fault) as caught:
        await mnr.call("QueryProperty", token=None, cid=mnr.person.cid)
    assert "".join(caught.value.detail.itertext()) == "401"
