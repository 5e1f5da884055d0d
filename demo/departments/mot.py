"""交通运输厅: Swagger 2.0 under ``/mot/v2``, an API key in a header, forms for applications,
``yyyyMMddHHmmss``, money in fen."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from demo.context import Context
from demo.departments.rest import inputs
from demo.departments.rest.api_key import api_key
from demo.departments.rest.citizen import may_ask_for
from demo.departments.rest.desk import Asked, Desk
from demo.departments.rest.filing import Registry
from demo.departments.rest.refusal import HTTP_STATUS, Refused, Why, unknown
from demo.departments.rest.spelling import compact, fen, state_code

MOST_PLATES = 100


class Transport:
    """Drivers' certificates, permits, toll trips."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._registry = Registry(context)

    async def driver_cert(self, asked: Asked) -> Response:
        number = self._registry.file("driverCert", asked, "JZ", dlClass=asked.values["dlClass"]).number
        return _done({"driverCertNo": number})

    async def permit(self, asked: Asked) -> Response:
        return _done({"permitNo": self._registry.file("permit", asked, "YS").number})

    async def trips(self, asked: Asked) -> Response:
        found = self._of_plates([asked.values["plateNo"]], asked.values["cid"])
        if not found:
            raise unknown("该车辆")
        return _done(found[0])

    async def trips_of_many(self, asked: Asked) -> Response:
        return _done({"list": self._of_plates(asked.values["plateNos"], asked.values["cid"])})

    def _of_plates(self, plates: list[str], cid: str) -> list[dict[str, Any]]:
        """In the order in which the trips happen to lie; a plate that is unknown or another's is left out."""
        world = self._context.world
        mine: dict[str, list[dict[str, Any]]] = {
            plate: []
            for plate in plates
            if (vehicle := world.vehicles.get(plate)) and may_ask_for(world, cid, vehicle.owner_cid)
        }
        for trip in world.toll_trips:
            if trip.plate_no in mine:
                spelled = {
                    "enteredAt": compact(trip.entered_at),
                    "gantry": trip.gantry,
                    "amount": fen(trip.amount),
                }
                mine[trip.plate_no].append(spelled)
        return [{"plateNo": plate, "trips": trips} for plate, trips in reversed(mine.items())]

    async def case_status(self, asked: Asked) -> Response:
        case = self._registry.find(asked.values["caseNo"])
        return _done({"caseNo": case.number, "state": state_code(case.state)})


def _done(result: dict[str, Any]) -> Response:
    return JSONResponse({"success": True, "errCode": "", "errMsg": "", "result": result})


def refusal(refused: Refused) -> Response:
    """No such record is 200 with ``success: false``; all else has its HTTP status."""
    status = 200 if refused.why is Why.UNKNOWN else HTTP_STATUS[refused.why]
    code = {Why.UNKNOWN: "NO_DATA", Why.INVALID: "PARAM_ERROR"}.get(refused.why, refused.why.name)
    message = f"{refused.field}{refused.reason}"
    return JSONResponse({"success": False, "errCode": code, "errMsg": message, "result": None}, status)


def build(context: Context) -> Starlette:
    office = Transport(context)
    desk = Desk(context, api_key(context, "header", "X-Api-Key"), refusal)
    driver = {
        "cid": inputs.cid,
        "name": inputs.text,
        "dlNo": inputs.text,
        "dlClass": inputs.text,
        "certNo": inputs.text,
    }
    permit = {"uscc": inputs.uscc, "plateNo": inputs.text, "bizScope": inputs.text}
    trips = {"plateNo": inputs.text, "cid": inputs.cid}
    many = {"plateNos": inputs.texts(MOST_PLATES), "cid": inputs.cid}
    case = {"caseNo": inputs.text}
    base = "/mot/v2"
    return Starlette(
        routes=[
            desk.route("POST", f"{base}/driver-certificates", "driverCert", office.driver_cert, driver),
            desk.route("POST", f"{base}/transport-permits", "permit", office.permit, permit),
            desk.route("GET", f"{base}/etc/trips", "etcBill", office.trips, trips),
            desk.route("POST", f"{base}/etc/trips/batch", "etcBill", office.trips_of_many, many),
            desk.route(
                "GET", f"{base}/cases/{{caseNo}}", "caseStatus", office.case_status, case, person=False
            ),
        ]
    )
