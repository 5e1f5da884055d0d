"""医疗保障局: OpenAPI 3.0.1, every request signed with HMAC-SM3, a business envelope with HTTP 200 also on
failure, ``yyyyMMddHHmmss``.

Codes: 0000 done, 1404 nothing on file, 2001 wrong input, 3009 conflict, 40xx credentials and citizen, 5003
closed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from demo.context import Context
from demo.departments.rest import inputs
from demo.departments.rest.desk import Asked, Desk
from demo.departments.rest.filing import Registry
from demo.departments.rest.refusal import Refused, Why, unknown
from demo.departments.rest.signature import SignatureCheck
from demo.departments.rest.spelling import blank, compact, state_code, yuan

NEWBORN_PREMIUM = Decimal("380.00")
_MOMENT = inputs.moment("%Y%m%d%H%M%S")
_CODES = {
    Why.CREDENTIALS: "4001",
    Why.CITIZEN: "4011",
    Why.FORBIDDEN: "4013",
    Why.INVALID: "2001",
    Why.UNKNOWN: "1404",
    Why.CONFLICT: "3009",
}


class MedicalInsurance:
    """Insured persons, newborns, claims, employers, accounts and credit visits."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._registry = Registry(context)
        self._newborns: dict[str, dict[str, str]] = {}
        self._closed: set[str] = set()

    async def insured(self, asked: Asked) -> Response:
        cid = asked.values["cid"]
        newborn, person = self._newborns.get(cid), self._context.world.citizen(cid)
        if newborn is not None:
            return _done({**newborn, "queryTime": compact(self._context.now())})
        if person is None or not person.mi_no:
            raise unknown("参保信息")
        balance = Decimal(0) if cid in self._closed else person.mi_balance
        answer = {"miNo": person.mi_no, "miRegion": blank(person.mi_region), "miBalance": yuan(balance)}
        return _done({**answer, "queryTime": compact(self._context.now())})

    async def enrol_newborn(self, asked: Asked) -> Response:
        filed = self._registry.file("enrolNewborn", asked, "MI")
        if filed.is_new:
            region = asked.values["regAddress"][:6]
            self._newborns[asked.values["babyCid"]] = {
                "miNo": filed.number,
                "miRegion": region,
                "miBalance": "0.00",
            }
        return _done({"babyMiNo": filed.number, "payAmount": yuan(NEWBORN_PREMIUM)})

    async def claim_maternity(self, asked: Asked) -> Response:
        return _done({"caseNo": self._registry.file("claimMaternity", asked, "SY").number})

    async def open_employer(self, asked: Asked) -> Response:
        return _done({"caseNo": self._registry.file("openEmployerMed", asked, "DW").number})

    async def close_account(self, asked: Asked) -> Response:
        deceased = asked.values["deceasedCid"]
        filed = self._registry.file("closeAccount", asked, "ZQ")
        if filed.is_new and deceased in self._closed:
            raise Refused(Why.CONFLICT, "个人账户已支取", "deceasedCid")
        self._closed.add(deceased)
        return _done({"caseNo": filed.number})

    async def credit_visit(self, asked: Asked) -> Response:
        return _done({"agreementNo": self._registry.file("creditVisit", asked, "XY").number})

    async def case_status(self, asked: Asked) -> Response:
        case = self._registry.find(asked.values["caseNo"])
        return _done({"caseNo": case.number, "status": state_code(case.state)})


def _done(data: dict[str, Any]) -> Response:
    return JSONResponse({"code": "0000", "msg": "成功", "data": data})


def refusal(refused: Refused) -> Response:
    msg = f"{refused.field}:{refused.reason}" if refused.field else refused.reason
    return JSONResponse({"code": _CODES[refused.why], "msg": msg, "data": None})


def build(context: Context) -> Starlette:
    office = MedicalInsurance(context)
    desk = Desk(context, SignatureCheck(context, "sm3").guard, refusal)
    newborn = {
        "babyCid": inputs.cid,
        "babyName": inputs.text,
        "babyBirthTime": _MOMENT,
        "hukouNo": inputs.text,
        "regAddress": inputs.text,
        "motherCid": inputs.cid,
        "contactMobile": inputs.optional(inputs.text),
    }
    claim = {
        "motherCid": inputs.cid,
        "motherName": inputs.text,
        "birthCertNo": inputs.text,
        "hospital": inputs.text,
        "miNo": inputs.text,
        "bankCard": inputs.text,
    }
    employer = {
        "uscc": inputs.uscc,
        "entName": inputs.text,
        "entAddress": inputs.text,
        "legalRepCid": inputs.cid,
        "contactMobile": inputs.optional(inputs.text),
    }
    closing = {
        "deceasedCid": inputs.cid,
        "deathCertNo": inputs.text,
        "agentCid": inputs.cid,
        "agentName": inputs.text,
        "kinship": inputs.text,
        "bankCard": inputs.text,
    }
    visit = {
        "cid": inputs.cid,
        "name": inputs.text,
        "miNo": inputs.text,
        "mobile": inputs.optional(inputs.text),
    }
    insured = {"cid": inputs.cid, "insuType": inputs.optional(inputs.one_of("310", "390"))}
    case = {"caseNo": inputs.text}
    return Starlette(
        routes=[
            desk.route("GET", "/hsa/insured", "insuredMed", office.insured, insured),
            desk.route("POST", "/hsa/newborn-enrolments", "enrolNewborn", office.enrol_newborn, newborn),
            desk.route("POST", "/hsa/maternity-claims", "claimMaternity", office.claim_maternity, claim),
            desk.route("POST", "/hsa/employers", "openEmployerMed", office.open_employer, employer),
            desk.route("POST", "/hsa/account-closings", "closeAccount", office.close_account, closing),
            desk.route("POST", "/hsa/credit-agreements", "creditVisit", office.credit_visit, visit),
            desk.route("GET", "/hsa/cases", "caseStatus", office.case_status, case, person=False),
        ]
    )
