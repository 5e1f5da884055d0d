"""司法厅: OpenAPI 3.0, OAuth2, field names in pinyin, refusals as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from demo import names
from demo.context import Context
from demo.departments.rest import inputs
from demo.departments.rest.desk import Asked, Desk
from demo.departments.rest.filing import Registry
from demo.departments.rest.oauth2 import TokenEndpoint
from demo.departments.rest.refusal import HTTP_STATUS, Refused
from demo.departments.rest.spelling import state_code

LAWYERS = 120
MOST_FOUND = 50
WORDS = {
    "sqrsfzh": "cid",
    "sqrxm": "name",
    "gzsx": "matterKind",
    "jtnsr": "incomeYear",
    "aqms": "complaintText",
    "lsxm": "lawyerName",
}
"""申请人身份证号, 申请人姓名, 公证事项, 家庭年收入, 案情描述, 律师姓名."""


def lawyers() -> list[dict[str, str]]:
    """The public register: made of the province's names, the same every time."""
    given = (*names.FEMALE_GIVEN, *names.MALE_GIVEN)
    return [
        {
            "lawyerNo": f"1990120{index:010d}",
            "lsxm": names.SURNAMES[index * 7 % len(names.SURNAMES)] + given[index * 11 % len(given)],
            "zyjg": f"测试省第{index % 12 + 1}律师事务所",
        }
        for index in range(1, LAWYERS + 1)
    ]


class Justice:
    """Notaries, legal aid, the register of lawyers."""

    def __init__(self, context: Context) -> None:
        self._registry = Registry(context)
        self._lawyers = lawyers()

    async def notary(self, asked: Asked) -> Response:
        return JSONResponse({"notaryNo": self._registry.file("notary", asked, "GZ").number}, 201)

    async def legal_aid(self, asked: Asked) -> Response:
        return JSONResponse({"caseNo": self._registry.file("legalAid", asked, "FY").number}, 201)

    async def lawyer(self, asked: Asked) -> Response:
        found = [one for one in self._lawyers if asked.values["lawyerName"] in one["lsxm"]]
        return JSONResponse({"lslb": found[:MOST_FOUND], "zs": len(found)})

    async def case_status(self, asked: Asked) -> Response:
        case = self._registry.find(asked.values["caseNo"])
        return JSONResponse({"caseNo": case.number, "blzt": state_code(case.state)})


def refusal(refused: Refused) -> Response:
    status = HTTP_STATUS[refused.why]
    body: dict[str, object] = {
        "type": f"urn:moj:{refused.why.value}",
        "title": refused.reason,
        "status": status,
    }
    in_pinyin = {word: pinyin for pinyin, word in WORDS.items()}
    if refused.field:
        body["errors"] = [{"name": in_pinyin.get(refused.field, refused.field), "reason": refused.reason}]
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def build(context: Context) -> Starlette:
    office, tokens = Justice(context), TokenEndpoint(context, lifetime_s=120)
    desk = Desk(context, tokens.guard, refusal, WORDS)
    notary = {"cid": inputs.cid, "name": inputs.text, "matterKind": inputs.text}
    aid = {
        "cid": inputs.cid,
        "name": inputs.text,
        "incomeYear": inputs.income,
        "complaintText": lambda value: inputs.text(value, 5000),
    }
    search = {"lawyerName": inputs.text}
    case = {"caseNo": inputs.text}
    return Starlette(
        routes=[
            tokens.route(),
            desk.route("POST", "/moj/notary-bookings", "notary", office.notary, notary),
            desk.route("POST", "/moj/legal-aid-applications", "legalAid", office.legal_aid, aid),
            desk.route("GET", "/moj/lawyers", "lawyer", office.lawyer, search, person=False),
            desk.route("GET", "/moj/cases/{caseNo}", "caseStatus", office.case_status, case, person=False),
        ]
    )
