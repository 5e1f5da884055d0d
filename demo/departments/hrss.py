"""人力资源和社会保障厅: OpenAPI 3.0.3, OAuth2 client credentials, plain JSON with HTTP statuses, empty
strings for nothing, sex as 1/2.

Trait ``enum_change``: after a vendor upgrade ``pensionStatus`` comes as ``A1`` where it was ``1``.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from demo.context import Context
from demo.departments.rest import inputs
from demo.departments.rest.desk import Asked, Desk
from demo.departments.rest.filing import Registry
from demo.departments.rest.oauth2 import TokenEndpoint
from demo.departments.rest.refusal import HTTP_STATUS, Refused, unknown
from demo.departments.rest.spelling import blank, spaced, state_code

_MOMENT = inputs.moment("%Y-%m-%d %H:%M:%S")


class SocialSecurity:
    """Cards, pensions, employers and staff."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._registry = Registry(context)
        self._new_cards: dict[str, str] = {}

    async def insured(self, asked: Asked) -> Response:
        cid = asked.values["cid"]
        person = self._context.world.citizen(cid)
        card = self._new_cards.get(cid) or (person.ss_card_no if person else None)
        if person is None and card is None:
            raise unknown("参保人员")
        status = person.pension_status if person else "0"
        answer = {
            "ssCardNo": blank(card),
            "employerUscc": blank(person.employer_uscc if person else None),
            "pensionStatus": f"A{status}" if "enum_change" in self._context.traits else status,
            "sexCode": {"M": "1", "F": "2"}[person.sex] if person else "",
            "queriedAt": spaced(self._context.now()),
        }
        return JSONResponse(answer)

    async def apply_social_card(self, asked: Asked) -> Response:
        filed = self._registry.file("applySocialCard", asked, "SC")
        if filed.is_new:
            baby = asked.values["babyCid"]
            self._new_cards[baby] = filed.number
            person = self._context.world.citizen(baby)
            if person is not None:
                person.ss_card_no = filed.number
        return _created("babyCardNo", filed.number)

    async def open_employer(self, asked: Asked) -> Response:
        return _created("employerNo", self._registry.file("openEmployer", asked, "DW").number)

    async def enrol_staff(self, asked: Asked) -> Response:
        filed = self._registry.file("enrolStaff", asked, "YG")
        for cid in asked.values["staffList"] if filed.is_new else ():
            person = self._context.world.citizen(cid)
            if person is not None:
                person.employer_uscc, person.pension_status = asked.values["uscc"], "1"
        return _created("caseNo", filed.number)

    async def funeral_benefit(self, asked: Asked) -> Response:
        filed = self._registry.file("funeralBenefit", asked, "SZ")
        deceased = self._context.world.citizen(asked.values["deceasedCid"])
        if filed.is_new and deceased is not None:
            deceased.pension_status = "2"
        return _created("caseNo", filed.number)

    async def transfer_in(self, asked: Asked) -> Response:
        return _created("caseNo", self._registry.file("transferIn", asked, "ZY").number)

    async def case_status(self, asked: Asked) -> Response:
        case = self._registry.find(asked.values["caseNo"])
        return JSONResponse({"caseNo": case.number, "caseState": state_code(case.state)})


def _created(name: str, number: str) -> Response:
    return JSONResponse({name: number}, 201)


def refusal(refused: Refused) -> Response:
    status = HTTP_STATUS[refused.why]
    body = {"errorCode": f"HRSS-{status}", "errorMessage": refused.reason, "errorField": refused.field}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(body, status, headers)


def build(context: Context) -> Starlette:
    office, tokens = SocialSecurity(context), TokenEndpoint(context)
    desk = Desk(context, tokens.guard, refusal)
    baby = {
        "babyCid": inputs.cid,
        "babyName": inputs.text,
        "babySex": inputs.one_of("1", "2", "9"),
        "babyBirthTime": _MOMENT,
        "motherCid": inputs.cid,
        "motherName": inputs.text,
        "contactMobile": inputs.optional(inputs.text),
        "mailAddress": inputs.text,
    }
    employer = {
        "uscc": inputs.uscc,
        "entName": inputs.text,
        "entAddress": inputs.text,
        "legalRepCid": inputs.cid,
        "legalRepName": inputs.text,
        "contactMobile": inputs.optional(inputs.text),
        "bankCard": inputs.text,
    }
    staff = {"uscc": inputs.uscc, "staffList": inputs.texts(each=inputs.cid)}
    funeral = {
        "deceasedCid": inputs.cid,
        "deathCertNo": inputs.text,
        "cremationCertNo": inputs.text,
        "agentCid": inputs.cid,
        "agentName": inputs.text,
        "kinship": inputs.text,
        "bankCard": inputs.text,
    }
    transfer = {"cid": inputs.cid, "fromProvince": inputs.text, "ssCardNo": inputs.text}
    api = "/api/v1"
    return Starlette(
        routes=[
            tokens.route(),
            desk.route(
                "GET", f"{api}/insured-persons/{{cid}}", "insured", office.insured, {"cid": inputs.cid}
            ),
            desk.route("POST", f"{api}/social-cards", "applySocialCard", office.apply_social_card, baby),
            desk.route("POST", f"{api}/employers", "openEmployer", office.open_employer, employer),
            desk.route("POST", f"{api}/employers/{{uscc}}/staff", "enrolStaff", office.enrol_staff, staff),
            desk.route("POST", f"{api}/funeral-benefits", "funeralBenefit", office.funeral_benefit, funeral),
            desk.route("POST", f"{api}/pension-transfers", "transferIn", office.transfer_in, transfer),
            desk.route(
                "GET",
                f"{api}/cases/{{caseNo}}",
                "caseStatus",
                office.case_status,
                {"caseNo": inputs.text},
                person=False,
            ),
        ]
    )
