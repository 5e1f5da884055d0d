"""残疾人联合会: OpenAPI 3.0, an API key in a header, 15-digit old ids and 男/女 in answers, ``""`` for
nothing. No idempotency keys."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from demo.context import Context
from demo.departments.rest import inputs
from demo.departments.rest.api_key import api_key
from demo.departments.rest.desk import Asked, Desk
from demo.departments.rest.filing import Registry
from demo.departments.rest.refusal import HTTP_STATUS, Refused, Why, unknown
from demo.departments.rest.spelling import blank, state_code

_WORDS = {
    Why.CREDENTIALS: "E401",
    Why.CITIZEN: "E403",
    Why.FORBIDDEN: "E403",
    Why.INVALID: "E400",
    Why.UNKNOWN: "E404",
    Why.CONFLICT: "E409",
}


class DisabledPersons:
    """Cards, subsidies and the free pass."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._registry = Registry(context, honours_keys=False)
        self._passes: dict[str, str] = {}

    async def disability(self, asked: Asked) -> Response:
        person = self._context.world.citizen(asked.values["cid"])
        if person is None or person.disability_no is None:
            raise unknown("残疾人证")
        answer = {
            "oldIdNo": person.old_id,
            "sex": "男" if person.sex == "M" else "女",
            "disabilityNo": person.disability_no,
            "disabilityLevel": person.disability_level,
            "transitPassNo": blank(self._passes.get(person.disability_no)),
        }
        return JSONResponse({"flag": True, "info": "", "card": answer})

    async def two_subsidies(self, asked: Asked) -> Response:
        return _filed(self._registry.file("twoSubsidies", asked, "LX").number)

    async def transit_pass(self, asked: Asked) -> Response:
        card = asked.values["disabilityNo"]
        if card in self._passes:
            raise Refused(Why.CONFLICT, "已办理免费乘车卡", "disabilityNo")
        number = self._registry.file("transitPass", asked, "CC").number
        self._passes[card] = number
        return _filed(number)

    async def case_status(self, asked: Asked) -> Response:
        case = self._registry.find(asked.values["caseNo"])
        return JSONResponse({"flag": True, "info": "", "caseNo": case.number, "step": state_code(case.state)})


def _filed(number: str) -> Response:
    return JSONResponse({"flag": True, "info": "已受理", "caseNo": number})


def refusal(refused: Refused) -> Response:
    """``flag`` is false, ``info`` says why; the HTTP status tells credentials from the rest."""
    info = f"{_WORDS[refused.why]} {refused.field}{refused.reason}"
    return JSONResponse({"flag": False, "info": info}, HTTP_STATUS[refused.why])


def build(context: Context) -> Starlette:
    office = DisabledPersons(context)
    desk = Desk(context, api_key(context, "header", "X-Dpf-Key"), refusal)
    subsidies = {
        "cid": inputs.cid,
        "name": inputs.text,
        "disabilityNo": inputs.text,
        "regAddress": inputs.text,
        "bankCard": inputs.text,
    }
    transit = {"cid": inputs.cid, "disabilityNo": inputs.text, "mailAddress": inputs.text}
    who, case = {"cid": inputs.cid}, {"caseNo": inputs.text}
    return Starlette(
        routes=[
            desk.route("GET", "/dpf/cards", "disability", office.disability, who),
            desk.route("POST", "/dpf/two-subsidies", "twoSubsidies", office.two_subsidies, subsidies),
            desk.route("POST", "/dpf/transit-passes", "transitPass", office.transit_pass, transit),
            desk.route("GET", "/dpf/cases/{caseNo}", "caseStatus", office.case_status, case, person=False),
        ]
    )
