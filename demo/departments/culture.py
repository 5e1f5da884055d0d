"""文化和旅游厅: OpenAPI 3.0, an API key in a header, pages by number, days as ``yyyyMMdd``.

Trait ``enum_change``: after a vendor upgrade the state of a booking comes as a word where it was a code.
"""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from demo import names
from demo.context import Context
from demo.departments.rest import inputs
from demo.departments.rest.api_key import api_key
from demo.departments.rest.desk import Asked, Desk
from demo.departments.rest.filing import Registry
from demo.departments.rest.refusal import HTTP_STATUS, Refused, invalid, unknown
from demo.departments.rest.spelling import local, state_code

KINDS = ("图书馆", "博物馆", "美术馆", "文化馆", "大剧院", "体育中心", "非遗馆")
VENUES_A_REGION = 14
MOST_A_PAGE = 100


def venues() -> dict[str, dict[str, str]]:
    """Every region has its venues; the city's code is the first four digits, or all six for a district."""
    made = {}
    for region, place in names.REGIONS.items():
        for index in range(VENUES_A_REGION):
            venue_id = f"V{region}{index + 1:03d}"
            name = f"{index // len(KINDS) + 1}号{KINDS[index % len(KINDS)]}"
            made[venue_id] = {
                "venueId": venue_id,
                "cityCode": region,
                "venueName": place.removeprefix("测试省") + name,
                "venueAddress": f"{place}文化路{index * 8 + 6}号",
            }
    return made


class Culture:
    """Venues, bookings, tour guides."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._registry = Registry(context)
        self._venues = venues()
        self._taken: dict[tuple[str, str], int] = {}

    async def list_venues(self, asked: Asked) -> Response:
        code = asked.values["cityCode"].removesuffix("00").removesuffix("00")
        found = [venue for venue in self._venues.values() if venue["cityCode"].startswith(code)]
        page, size = asked.values["pageNo"] or 1, asked.values["pageSize"] or 10
        rows = found[(page - 1) * size : page * size]
        return JSONResponse({"total": len(found), "pageNo": page, "pageSize": size, "venueList": rows})

    async def book(self, asked: Asked) -> Response:
        venue, day = asked.values["venueId"], asked.values["appointmentDate"]
        if venue not in self._venues:
            raise invalid("venueId", "场馆不存在")
        if day < local(self._context.now()).date():
            raise invalid("appointmentDate", "预约日期已过")
        filed = self._registry.file("bookVenue", asked, "YY", venueId=venue, day=day.isoformat())
        if filed.is_new:
            place = (venue, day.isoformat())
            self._taken[place] = self._taken.get(place, 0) + 1
        return JSONResponse({"caseNo": filed.number, "venueId": venue}, 201)

    async def guide(self, asked: Asked) -> Response:
        person = self._context.world.citizen(asked.values["cid"])
        if person is None or person.guide_no is None:
            raise unknown("导游证")
        return JSONResponse({"guideNo": person.guide_no, "validTo": ""})

    async def case_status(self, asked: Asked) -> Response:
        case = self._registry.find(asked.values["caseNo"])
        state = case.state.upper() if "enum_change" in self._context.traits else state_code(case.state)
        return JSONResponse({"caseNo": case.number, "bookingState": state})


def refusal(refused: Refused) -> Response:
    status = HTTP_STATUS[refused.why]
    details: list[Any] = [{"field": refused.field, "reason": refused.reason}] if refused.field else []
    return JSONResponse({"message": refused.reason, "errors": details}, status)


def build(context: Context) -> Starlette:
    office = Culture(context)
    desk = Desk(context, api_key(context, "header", "apikey"), refusal)
    page = {
        "cityCode": inputs.text,
        "pageNo": inputs.optional(inputs.whole(1, 10_000)),
        "pageSize": inputs.optional(inputs.whole(1, MOST_A_PAGE)),
    }
    booking = {
        "cid": inputs.cid,
        "mobile": inputs.optional(inputs.text),
        "venueId": inputs.text,
        "appointmentDate": inputs.day("%Y%m%d"),
    }
    who, case = {"cid": inputs.cid}, {"caseNo": inputs.text}
    return Starlette(
        routes=[
            desk.route("GET", "/culture/venues", "venues", office.list_venues, page, person=False),
            desk.route("POST", "/culture/venue-bookings", "bookVenue", office.book, booking),
            desk.route("GET", "/culture/guides", "guideCert", office.guide, who),
            desk.route(
                "GET",
                "/culture/venue-bookings/{caseNo}",
                "caseStatus",
                office.case_status,
                case,
                person=False,
            ),
        ]
    )
