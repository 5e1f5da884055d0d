"""农业农村厅: OpenAPI 3.0, an API key in a header, dates as ``2026年1月5日``, numbers as JSON numbers.
Idempotency keys are not known here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from demo.context import Context
from demo.departments.rest import inputs
from demo.departments.rest.api_key import api_key
from demo.departments.rest.desk import Asked, Desk
from demo.departments.rest.filing import Registry
from demo.departments.rest.refusal import HTTP_STATUS, Refused, unknown
from demo.departments.rest.spelling import chinese_date, local, state_code
from demo.world import Citizen

GRAIN_YUAN_PER_MU = Decimal("95.00")
FIRST_YEAR = 2023


class Agriculture:
    """Farmland and what is paid for it. Grain subsidies are paid the moment they are applied for."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._registry = Registry(context, honours_keys=False)
        self._paid: dict[str, list[dict[str, Any]]] = {}

    async def land_area(self, asked: Asked) -> Response:
        area = _area(self._farmer(asked.values["cid"]))
        return JSONResponse({"landArea": float(area), "surveyedOn": chinese_date(date(FIRST_YEAR, 6, 3))})

    async def grain_subsidy(self, asked: Asked) -> Response:
        filed = self._registry.file("grainSubsidy", asked, "ZL")
        amount = asked.values["landArea"] * GRAIN_YUAN_PER_MU
        today = local(self._context.now()).date()
        self._paid.setdefault(asked.values["cid"], []).append(
            _entry(f"{today.year}年种粮补贴", amount, today)
        )
        return JSONResponse({"caseNo": filed.number, "acceptedOn": chinese_date(today)}, 201)

    async def subsidy_ledger(self, asked: Asked) -> Response:
        cid = asked.values["cid"]
        area = _area(self._farmer(cid))
        past = [
            _entry(f"{year}年耕地地力保护补贴", area * GRAIN_YUAN_PER_MU, date(year, 4, 9 + year % 10))
            for year in range(FIRST_YEAR, local(self._context.now()).year)
        ]
        return JSONResponse({"subsidyList": past + self._paid.get(cid, [])})

    async def case_status(self, asked: Asked) -> Response:
        case = self._registry.find(asked.values["caseNo"])
        opened_on = chinese_date(local(case.opened_at).date())
        return JSONResponse(
            {"caseNo": case.number, "caseState": state_code(case.state), "openedOn": opened_on}
        )

    def _farmer(self, cid: str) -> Citizen:
        person = self._context.world.citizen(cid)
        if person is None or person.land_area_mu is None:
            raise unknown("承包地信息")
        return person


def _area(farmer: Citizen) -> Decimal:
    return farmer.land_area_mu or Decimal(0)


def _entry(name: str, amount: Decimal, paid_on: date) -> dict[str, Any]:
    return {"name": name, "amount": round(float(amount), 2), "paidOn": chinese_date(paid_on)}


def refusal(refused: Refused) -> Response:
    body = {"错误码": f"NY{HTTP_STATUS[refused.why]}", "错误信息": refused.reason, "错误项": refused.field}
    return JSONResponse(body, HTTP_STATUS[refused.why])


def build(context: Context) -> Starlette:
    office = Agriculture(context)
    desk = Desk(context, api_key(context, "header", "X-App-Key"), refusal)
    grain = {"cid": inputs.cid, "name": inputs.text, "landArea": inputs.quantity, "bankCard": inputs.text}
    who = {"cid": inputs.cid}
    case = {"caseNo": inputs.text}
    return Starlette(
        routes=[
            desk.route("GET", "/agri/farmland", "landArea", office.land_area, who),
            desk.route("POST", "/agri/grain-subsidies", "grainSubsidy", office.grain_subsidy, grain),
            desk.route("GET", "/agri/subsidies", "subsidyLedger", office.subsidy_ledger, who),
            desk.route("GET", "/agri/cases/{caseNo}", "caseStatus", office.case_status, case, person=False),
        ]
    )
