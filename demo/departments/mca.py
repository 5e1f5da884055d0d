"""民政厅: SOAP 1.1 document/literal over three namespaces, HTTP Basic, known networks only.

What went wrong is in the body. Days leave as ``2026年1月5日`` and come in as ``20260105``; null is the empty
string. A death certificate is taken at its word: the department that issued it is another one.
"""

from __future__ import annotations

from lxml import etree
from starlette.applications import Starlette

from demo.context import Context
from demo.departments.soap.description import Description, load_schema
from demo.departments.soap.elements import leaf, node
from demo.departments.soap.endpoint import Endpoint
from demo.departments.soap.faults import SoapFault
from demo.departments.soap.guards import allow_list, basic, both
from demo.departments.soap.operations import Call, Filing, Operation, Work
from demo.departments.soap.spellings import chinese_day, is_citizen_number, read_compact_day
from demo.departments.soap.versions import V11

PATH = "/services/CivilAffairs"
_ACTIONS = "http://www.mca.test.example/services/civil"
_M = "{http://www.mca.test.example/schema/civil/2021}"
_C = "{http://www.mca.test.example/schema/common/2019}"
_P = "{http://www.mca.test.example/schema/person/2019}"
_STATES = {"submitted": "10", "accepted": "20", "supplement": "30", "decided": "40", "delivered": "50"}
_NEW_STATES = {"submitted": "S", "accepted": "A", "supplement": "B", "decided": "D", "delivered": "Z"}
_FAULTS = {"token": "E401", "level": "E403", "schema": "E422"}


def build(context: Context) -> Starlette:
    """The department's server."""
    office = _CivilAffairs(context)

    def operation(name: str, counts: str, work: Work, personal: bool = True) -> Operation:
        writes = personal and not name.startswith("Query")
        return Operation(counts, f"{_M}{name}Request", f"{_ACTIONS}/{name}", work, personal, writes)

    return Endpoint(
        context=context,
        version=V11,
        path=PATH,
        description=Description("mca", "mca.wsdl"),
        operations=(
            operation("QueryMarriage", "marriage", office.marriage),
            operation("BookMarriage", "bookMarriage", office.book_marriage),
            operation("IssueCremationCert", "issueCremationCert", office.issue_cremation_certificate),
            operation("StopAllowance", "stopAllowance", office.stop_allowance),
            operation("ApplyElderAllowance", "applyElderAllowance", office.apply_elder_allowance),
            operation("QueryCase", "caseStatus", office.case, personal=False),
        ),
        spell=_fault,
        http_guard=both(
            allow_list(), basic(context.secret("user"), context.secret("password"), "mca data exchange")
        ),
        schema=load_schema("mca", "xsd/civil.xsd"),
    ).app()


def _fault(code: str, kind: str, text: str) -> SoapFault:
    detail = node(
        f"{_M}CivilFault",
        leaf(f"{_M}faultId", _FAULTS[kind]),
        leaf(f"{_M}faultText", text),
        prefixes={"m": _M[1:-1]},
    )
    return SoapFault(code, text, detail=detail)


def _answer(name: str, code: str, text: str, *found: etree._Element) -> etree._Element:
    result = node(f"{_C}result", leaf(f"{_C}resultCode", code), leaf(f"{_C}resultMessage", text))
    prefixes = {"m": _M[1:-1], "c": _C[1:-1], "p": _P[1:-1]}
    return node(f"{_M}{name}Response", result, *found, prefixes=prefixes)


def _filed(name: str, number: str, text: str = "受理成功") -> etree._Element:
    return _answer(name, "0000", text, leaf(f"{_M}caseNo", number))


class _CivilAffairs:
    """The office's books: who has an appointment, whose payments have ended, who has been cremated."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._filing = Filing(context)
        self._appointments: dict[str, str] = {}
        self._stopped: dict[str, str] = {}
        self._cremations: dict[str, str] = {}
        self._elders: dict[str, str] = {}

    def marriage(self, call: Call) -> etree._Element:
        citizen = self._context.world.citizen(call.fields.get("cid"))
        if citizen is None or citizen.marriage_cert_no is None:
            return _answer("QueryMarriage", "1404", "未查到婚姻登记信息")
        spouse = self._context.world.citizen(citizen.spouse_cid or "")
        found = node(
            f"{_M}marriage",
            leaf(f"{_M}marriageCertNo", citizen.marriage_cert_no),
            leaf(f"{_M}marriageDate", chinese_day(citizen.married_on)),
            leaf(f"{_P}spouseCid", citizen.spouse_cid),
            leaf(f"{_P}spouseName", spouse.name if spouse is not None else None),
        )
        return _answer("QueryMarriage", "0000", "成功", found)

    def book_marriage(self, call: Call) -> etree._Element:
        """A new appointment takes the place of the couple's old one."""
        spouse, own = call.fields.get("spouseCid"), call.fields.get("cid")
        if not is_citizen_number(spouse) or spouse == own:
            return _answer("BookMarriage", "2001", "配偶公民身份号码有误")
        day = read_compact_day(call.fields.get("appointmentDate"))
        if day is None:
            return _answer("BookMarriage", "2002", "预约日期有误")
        number = self._filing.file("bookMarriage", call, "HY", day=day, couple=sorted((own, spouse)))
        self._appointments[own] = self._appointments[spouse] = number
        return _filed("BookMarriage", number, "预约成功")

    def issue_cremation_certificate(self, call: Call) -> etree._Element:
        """One certificate for one person: asked again, the same number is given again."""
        deceased = call.fields.get("deceasedCid")
        if deceased == call.fields.get("agentCid"):
            return _answer("IssueCremationCert", "2003", "经办人不能是逝者本人")
        if deceased not in self._cremations:
            self._cremations[deceased] = self._filing.file(
                "issueCremationCert", call, "HH", death_certificate=call.fields.get("deathCertNo")
            )
        number = leaf(f"{_M}cremationCertNo", self._cremations[deceased])
        return _answer("IssueCremationCert", "0000", "成功", number)

    def stop_allowance(self, call: Call) -> etree._Element:
        deceased = call.fields.get("deceasedCid")
        if deceased not in self._stopped:
            self._stopped[deceased] = self._filing.file("stopAllowance", call, "TF")
            self._elders.pop(deceased, None)
        return _filed("StopAllowance", self._stopped[deceased], "已停发")

    def apply_elder_allowance(self, call: Call) -> etree._Element:
        own = call.fields.get("cid")
        if read_compact_day(call.fields.get("birthDate")) is None:
            return _answer("ApplyElderAllowance", "2004", "出生日期有误")
        if own in self._stopped:
            return _answer("ApplyElderAllowance", "3409", "待遇已停发,不能申领")
        self._elders[own] = self._filing.file("applyElderAllowance", call, "GL")
        return _filed("ApplyElderAllowance", self._elders[own])

    def case(self, call: Call) -> etree._Element:
        number = call.fields.get("caseNo")
        found = self._filing.state(number)
        if found is None:
            return _answer("QueryCase", "1404", "未查到办件")
        state, service = found
        overtaken = service == "bookMarriage" and number not in self._appointments.values()
        words = _NEW_STATES if "enum_change" in self._context.traits else _STATES
        status = words["delivered" if overtaken else state]
        return _answer("QueryCase", "0000", "成功", leaf(f"{_M}caseNo", number), leaf(f"{_M}status", status))
