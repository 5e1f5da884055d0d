"""公安交管局 as its callers meet it."""

from __future__ import annotations

import struct
from email import message_from_bytes

import pytest
import requests
import zeep

from demo.departments.soap.pictures import png
from demo.secrets import make_secrets


def plates(vehicles):
    return [each.plateNo for each in vehicles]


async def test_a_licence_comes_with_its_photo_as_an_attachment(line) -> None:
    tmd = await line("tmd")
    answer = await tmd.call("QueryLicence", cid=tmd.person.cid)
    assert answer.head.code == "1"
    assert (answer.body.dlNo, answer.body.dlClass) == (tmd.person.dl_no, tmd.person.dl_class)
    assert answer.body.dlExpiry == tmd.person.dl_expiry.strftime("%Y%m%d")
    assert answer.body.photo == png(tmd.person.cid)  # put back by zeep's own XOP reader


async def test_mtom_is_multipart_on_the_wire(line) -> None:
    tmd = await line("tmd")
    await tmd.call("QueryLicence", cid=tmd.person.cid)
    got = tmd.transport.last
    whole = message_from_bytes(
        b"Content-Type: " + got.headers["Content-Type"].encode() + b"\r\n\r\n" + got.content
    )
    assert whole.get_content_type() == "multipart/related"
    assert (whole.get_param("type"), whole.get_param("start-info")) == ("application/xop+xml", "text/xml")
    root, photo = whole.get_payload()
    assert root["Content-ID"] == whole.get_param("start")
    assert b"Include" in root.get_payload(decode=True)
    assert photo.get_content_type() == "image/png"
    content = photo.get_payload(decode=True)
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", content[16:24]) == (48, 64)
    assert content not in root.get_payload(decode=True)


async def test_the_same_licence_is_the_same_bytes(line) -> None:
    tmd = await line("tmd")
    seen = []
    for _ in range(2):
        await tmd.call("QueryLicence", cid=tmd.person.cid)
        seen.append(tmd.transport.last.content)
    assert seen[0] == seen[1]


async def test_who_has_no_licence_gets_code_nought(line) -> None:
    tmd = await line("tmd")
    walker = next(each for each in tmd.world.citizens.values() if each.dl_no is None)
    answer = await tmd.call("QueryLicence", cid=walker.cid)
    assert (answer.head.code, answer.body) == ("0", None)


async def test_vehicles_by_owner_and_by_plate_are_the_same_vehicles(line) -> None:
    tmd = await line("tmd")
    own = (await tmd.call("QueryVehicles", cid=tmd.person.cid)).body.vehicle
    assert sorted(plates(own)) == sorted(tmd.person.plate_nos)
    asked = await tmd.call("QueryVehiclesByPlate", plateNo=[*plates(own), "测X99999"])
    assert sorted(plates(asked.body.vehicle)) == sorted(plates(own))


async def test_who_has_no_vehicle_gets_a_list_of_none(line) -> None:
    tmd = await line("tmd")
    walker = next(each for each in tmd.world.citizens.values() if not each.plate_nos)
    answer = await tmd.call("QueryVehicles", cid=walker.cid)
    assert (answer.head.code, answer.body.rowNum, answer.body.vehicle) == ("1", 0, [])


async def test_many_plates_in_one_call_say_what_single_calls_say(line) -> None:
    tmd = await line("tmd")
    asked = list(tmd.world.vehicles)[:20]
    batch = (await tmd.call("QueryViolationsByPlate", plateNo=asked)).body.vehicle
    assert sorted(plates(batch)) == sorted(asked)
    for row in batch[:3]:
        single = (await tmd.call("QueryViolations", plateNo=row.plateNo)).body
        listed = single.violation
        assert [each.violationNo for each in listed] == [each.violationNo for each in row.violation]
    assert tmd.department.context.calls["violations"] == 4


async def test_a_paid_fine_is_paid_for_good(line) -> None:
    tmd = await line("tmd")
    fine = next(each for each in tmd.world.violations.values() if not each.paid)
    wish = {"violationNo": fine.violation_no, "payAmount": fine.amount}
    assert (await tmd.call("PayViolation", **wish | {"payAmount": fine.amount + 1})).head.code == "-1"
    first = await tmd.call("PayViolation", key="k", **wish)
    same = await tmd.call("PayViolation", key="k", **wish)
    assert first.body.payNo == same.body.payNo
    assert (await tmd.call("PayViolation", key="k2", **wish)).head.code == "-2"
    listed = (await tmd.call("QueryViolations", plateNo=fine.plate_no)).body.violation
    row = next(each for each in listed if each.violationNo == fine.violation_no)
    assert (row.paid, row.fine) == ("1", int(fine.amount * 100))
    assert (await tmd.call("QueryCase", token=None, caseNo=first.body.payNo)).body.status == "A"


async def test_a_cancelled_licence_is_gone(line) -> None:
    tmd = await line("tmd")
    own = tmd.person
    wish = {"deceasedCid": own.cid, "dlNo": own.dl_no, "deathCertNo": "SW1"}
    assert (await tmd.call("CancelLicence", **wish | {"dlNo": "X"})).head.code == "-1"
    assert (await tmd.call("CancelLicence", **wish)).body.caseNo
    assert (await tmd.call("QueryLicence", cid=own.cid)).head.code == "0"
    assert (await tmd.call("CancelLicence", **wish)).head.code == "-2"


async def test_without_the_citizens_token_there_is_a_fault(line) -> None:
    tmd = await line("tmd")
    with pytest.raises(zeep.exceptions.Fault) as caught:
        await tmd.call("QueryLicence", token=None, cid=tmd.person.cid)
    assert "".join(caught.value.detail.itertext()) == "T401"


@pytest.mark.parametrize("certificate", ["none", "another authority's"])
async def test_only_the_platforms_certificate_gets_a_connection(line, certificate, tmp_path) -> None:
    tmd = await line("tmd")
    session = requests.Session()
    session.trust_env = False
    session.verify = tmd.transport.session.verify
    if certificate != "none":
        foreign = make_secrets()
        for name in ("client-cert", "client-key"):
            (tmp_path / f"foreign-{name}").write_text(foreign[f"secret://tmd/{name}"])
        session.cert = (str(tmp_path / "foreign-client-cert"), str(tmp_path / "foreign-client-key"))
    with pytest.raises(requests.exceptions.ConnectionError):
        await tmd.get("/tmri/services/TmdService?wsdl", session)
