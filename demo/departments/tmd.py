"""公安交管局: SOAP 1.1 document/literal over mutual TLS; a licence's photo leaves as an MTOM attachment.

Every answer has a head with a code; fines are in 分, days are ``20260105``, moments ``2026-01-05 08:30:00``.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from lxml import etree
from starlette.applications import Starlette

from demo.context import Context
from demo.departments.soap.description import Description, load_inline_schema
from demo.departments.soap.elements import leaf, node
from demo.departments.soap.endpoint import Endpoint
from demo.departments.soap.faults import SoapFault
from demo.departments.soap.mtom import Attachment
from demo.departments.soap.operations import Answer, Call, Filing, Operation, Work
from demo.departments.soap.pictures import png
from demo.departments.soap.spellings import SEX_DIGIT, compact_day, in_shanghai
from demo.departments.soap.versions import V11
from demo.world import Vehicle, Violation

PATH = "/tmri/services/TmdService"
_URL = "http://tmri.test.example/tmd"
_NS = f"{{{_URL}}}"
_STATES = {"submitted": "A", "accepted": "B", "supplement": "C", "decided": "D", "delivered": "E"}
_NEW_STATES = {"submitted": "1", "accepted": "2", "supplement": "3", "decided": "4", "delivered": "5"}
_FAULTS = {"token": "T401", "level": "T403", "schema": "T422"}


def build(context: Context) -> Starlette:
    """The bureau's server. The client certificate is asked for by TLS itself, before this is reached."""
    bureau = _Traffic(context)

    def operation(name: str, counts: str, work: Work, personal: bool = True) -> Operation:
        writes = personal and not name.startswith("Query")
        return Operation(counts, f"{_NS}{name}", f"{_URL}/{name}", work, personal, writes)

    return Endpoint(
        context=context,
        version=V11,
        path=PATH,
        description=Description("tmd", "tmd.wsdl"),
        operations=(
            operation("QueryLicence", "licence", bureau.licence),
            operation("QueryVehicles", "vehicles", bureau.vehicles),
            operation("QueryVehiclesByPlate", "vehiclesByPlate", bureau.vehicles_by_plate),
            operation("QueryViolations", "violations", bureau.violations),
            operation("QueryViolationsByPlate", "violations", bureau.violations_by_plate),
            operation("PayViolation", "payViolation", bureau.pay),
            operation("CancelLicence", "cancelLicence", bureau.cancel_licence),
            operation("QueryCase", "caseStatus", bureau.case, personal=False),
        ),
        spell=_fault,
        schema=load_inline_schema("tmd", "tmd.wsdl"),
    ).app()


def _fault(code: str, kind: str, text: str) -> SoapFault:
    detail = node(f"{_NS}TmdFault", leaf(f"{_NS}code", _FAULTS[kind]), prefixes={"t": _URL})
    return SoapFault(code, text, detail=detail)


def _answer(name: str, code: str, text: str, *found: etree._Element) -> etree._Element:
    head = node(f"{_NS}head", leaf(f"{_NS}code", code), leaf(f"{_NS}message", text))
    body = node(f"{_NS}body", *found) if code == "1" else None
    return node(f"{_NS}{name}Response", head, body, prefixes={"t": _URL})


def _listed(name: str, rows: list[etree._Element]) -> etree._Element:
    return _answer(name, "1", "成功", leaf(f"{_NS}rowNum", len(rows)), *rows)


def _vehicle(vehicle: Vehicle) -> etree._Element:
    return node(f"{_NS}vehicle", leaf(f"{_NS}plateNo", vehicle.plate_no), leaf(f"{_NS}model", vehicle.model))


def _violation(violation: Violation) -> etree._Element:
    return node(
        f"{_NS}violation",
        leaf(f"{_NS}violationNo", violation.violation_no),
        leaf(f"{_NS}place", violation.place),
        leaf(f"{_NS}time", in_shanghai(violation.at).strftime("%Y-%m-%d %H:%M:%S")),
        leaf(f"{_NS}fine", int(violation.amount * 100)),
        leaf(f"{_NS}paid", "1" if violation.paid else "0"),
    )


class _Traffic:
    """Licences, vehicles, fines."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._filing = Filing(context)
        self._cancelled: set[str] = set()

    def licence(self, call: Call) -> Answer:
        citizen = self._context.world.citizen(call.fields.get("cid"))
        if citizen is None or citizen.dl_no is None or citizen.dl_no in self._cancelled:
            return Answer(_answer("QueryLicence", "0", "未查到驾驶证"), ())
        photo = Attachment("photo@tmri.example", "image/png", png(citizen.cid))
        payload = _answer(
            "QueryLicence",
            "1",
            "成功",
            leaf(f"{_NS}dlNo", citizen.dl_no),
            leaf(f"{_NS}dlClass", citizen.dl_class),
            leaf(f"{_NS}dlExpiry", compact_day(citizen.dl_expiry)),
            leaf(f"{_NS}sex", SEX_DIGIT[citizen.sex]),
            photo.include(f"{_NS}photo"),
        )
        return Answer(payload, (photo,))

    def vehicles(self, call: Call) -> etree._Element:
        citizen = self._context.world.citizen(call.fields.get("cid"))
        plates = citizen.plate_nos if citizen is not None else []
        return _listed("QueryVehicles", [_vehicle(each) for each in self._known(plates)])

    def vehicles_by_plate(self, call: Call) -> etree._Element:
        found = self._known(call.fields.all("plateNo"))
        return _listed("QueryVehiclesByPlate", [_vehicle(each) for each in found])

    def _known(self, plates: Iterable[str]) -> list[Vehicle]:
        known = self._context.world.vehicles
        return [known[plate] for plate in plates if plate in known]

    def violations(self, call: Call) -> etree._Element:
        plate = call.fields.get("plateNo")
        if plate not in self._context.world.vehicles:
            return _answer("QueryViolations", "0", "未查到机动车")
        return _listed("QueryViolations", [_violation(each) for each in self._of(plate)])

    def violations_by_plate(self, call: Call) -> etree._Element:
        """In the register's order, not the asker's; unknown plates are left out."""
        plates = sorted({each.plate_no for each in self._known(call.fields.all("plateNo"))})
        found = [
            node(f"{_NS}vehicle", leaf(f"{_NS}plateNo", plate), *map(_violation, self._of(plate)))
            for plate in plates
        ]
        return _listed("QueryViolationsByPlate", found)

    def _of(self, plate: str) -> list[Violation]:
        return [each for each in self._context.world.violations.values() if each.plate_no == plate]

    def pay(self, call: Call) -> etree._Element:
        violation = self._context.world.violations.get(call.fields.get("violationNo"))
        if violation is None:
            return _answer("PayViolation", "-1", "未查到违法记录")
        if violation.paid:
            return _answer("PayViolation", "-2", "罚款已缴纳")
        try:
            amount = Decimal(call.fields.get("payAmount"))
        except InvalidOperation:
            amount = Decimal(-1)
        if amount != violation.amount:
            return _answer("PayViolation", "-1", "缴款金额与罚款金额不符")
        number = self._filing.file("payViolation", call, "JK", violation=violation.violation_no)
        violation.paid = True
        return _answer("PayViolation", "1", "缴款成功", leaf(f"{_NS}payNo", number))

    def cancel_licence(self, call: Call) -> etree._Element:
        citizen = self._context.world.citizen(call.fields.get("deceasedCid"))
        number = call.fields.get("dlNo")
        if citizen is None or citizen.dl_no != number:
            return _answer("CancelLicence", "-1", "驾驶证号与证件号码不符")
        if number in self._cancelled:
            return _answer("CancelLicence", "-2", "驾驶证已注销")
        self._cancelled.add(number)
        case = self._filing.file("cancelLicence", call, "JZ", certificate=call.fields.get("deathCertNo"))
        return _answer("CancelLicence", "1", "受理成功", leaf(f"{_NS}caseNo", case))

    def case(self, call: Call) -> etree._Element:
        number = call.fields.get("caseNo")
        found = self._filing.state(number)
        if found is None:
            return _answer("QueryCase", "0", "未查到业务")
        words = _NEW_STATES if "enum_change" in self._context.traits else _STATES
        return _answer(
            "QueryCase", "1", "成功", leaf(f"{_NS}caseNo", number), leaf(f"{_NS}status", words[found[0]])
        )
