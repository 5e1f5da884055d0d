"""退役军人事务厅: SOAP 1.1 document/literal, unqualified elements, HTTP Basic even for its WSDL.

It knows only faults: not found, refused and wrong differ by the code in the detail. No idempotency key.
"""

from __future__ import annotations

from lxml import etree
from starlette.applications import Starlette

from demo.context import Context
from demo.departments.soap.description import Description, load_schema
from demo.departments.soap.elements import leaf, node
from demo.departments.soap.endpoint import Endpoint
from demo.departments.soap.faults import SoapFault
from demo.departments.soap.guards import basic
from demo.departments.soap.operations import Call, Filing, Operation, Work
from demo.departments.soap.spellings import SEX_HAN
from demo.departments.soap.versions import V11

PATH = "/vets/ws/VeteranService"
_NS = "{http://www.vets.test.example/ws}"
_STATES = {
    "submitted": "SUB",
    "accepted": "ACC",
    "supplement": "SUP",
    "decided": "DEC",
    "delivered": "DEL",
}
_FAULTS = {"token": "V401", "level": "V403", "schema": "V422"}


def build(context: Context) -> Starlette:
    """The department's server."""
    office = _Veterans(context)

    def operation(name: str, counts: str, work: Work, personal: bool = True) -> Operation:
        return Operation(counts, f"{_NS}{name}", "", work, personal)

    return Endpoint(
        context=context,
        version=V11,
        path=PATH,
        description=Description("vets", "vets.wsdl"),
        operations=(
            operation("queryVeteran", "veteran", office.veteran),
            operation("applyBenefit", "benefit", office.apply),
            operation("stopBenefit", "stopBenefit", office.stop),
            operation("queryCase", "caseStatus", office.case, personal=False),
        ),
        spell=lambda code, kind, text: _fault(code, _FAULTS[kind], text),
        http_guard=basic(context.secret("user"), context.secret("password"), "vets"),
        schema=load_schema("vets", "vets.xsd"),
        wsdl_is_open=False,
    ).app()


def _fault(code: str, number: str, text: str) -> SoapFault:
    detail = node(f"{_NS}VeteranFault", leaf("code", number), leaf("text", text), prefixes={"v": _NS[1:-1]})
    return SoapFault(code, text, detail=detail)


def _answer(name: str, *found: etree._Element) -> etree._Element:
    return node(f"{_NS}{name}Response", *found, prefixes={"v": _NS[1:-1]})


class _Veterans:
    """Cards and benefits."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._filing = Filing(context)
        self._stopped: dict[str, str] = {}

    def veteran(self, call: Call) -> etree._Element:
        citizen = self._context.world.citizen(call.fields.get("cid"))
        if citizen is None or citizen.veteran_no is None:
            raise _fault("Client", "V404", "未查到优待证")
        return _answer(
            "queryVeteran",
            leaf("veteranNo", citizen.veteran_no),
            leaf("sex", SEX_HAN[citizen.sex]),
            leaf("oldId", citizen.old_id),
        )

    def apply(self, call: Call) -> etree._Element:
        absent = call.fields.missing("name", "veteranNo", "bankCard")
        if absent is not None:
            raise _fault("Client", "V422", f"缺少{absent}")
        citizen = self._context.world.citizen(call.fields.get("cid"))
        if citizen is None or citizen.veteran_no != call.fields.get("veteranNo"):
            raise _fault("Client", "V422", "优待证编号与证件号码不符")
        if citizen.cid in self._stopped:
            raise _fault("Client", "V409", "待遇已停发")
        return _answer("applyBenefit", leaf("caseNo", self._filing.file("benefit", call, "YF")))

    def stop(self, call: Call) -> etree._Element:
        """Ends once: asked again, the same number is given again."""
        if call.fields.missing("deathCertNo") is not None:
            raise _fault("Client", "V422", "缺少deathCertNo")
        deceased = call.fields.get("deceasedCid")
        citizen = self._context.world.citizen(deceased)
        deceased = citizen.cid if citizen is not None else deceased
        if deceased not in self._stopped:
            self._stopped[deceased] = self._filing.file("stopBenefit", call, "TF")
        return _answer("stopBenefit", leaf("caseNo", self._stopped[deceased]))

    def case(self, call: Call) -> etree._Element:
        number = call.fields.get("caseNo")
        case = self._context.cases.get(number)
        if case is None:
            raise _fault("Client", "V404", "未查到办件")
        status = _STATES[case.state].lower() if "enum_change" in self._context.traits else _STATES[case.state]
        return _answer(
            "queryCase",
            leaf("caseNo", number),
            leaf("status", status),
            leaf("changedAt", int(case.opened_at.timestamp())),
        )
