"""生态环境厅: plain GraphQL. Open data needs no token, a permit does. Epoch milliseconds, states S1 to S5."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Any

from ariadne import MutationType, QueryType, make_executable_schema
from graphql import GraphQLResolveInfo

from demo.context import Context
from demo.departments.graphql.refusal import Refused, Why
from demo.departments.graphql.serving import description, serve
from demo.departments.graphql.visit import Visit
from demo.names import CITIES
from demo.numbers import is_credit_code
from demo.population import REFERENCE_DAY

WORDS = {
    Why.UNAUTHENTICATED: "401",
    Why.FORBIDDEN: "403",
    Why.INVALID_INPUT: "422",
    Why.CONFLICT: "409",
}

STATES = {"submitted": "S1", "accepted": "S2", "supplement": "S3", "decided": "S4", "delivered": "S5"}

_SUBJECTS = ("未验先投", "超标排放废气", "危险废物贮存不规范", "未按证排污")
_POLLUTANTS = ("", "PM2.5", "PM10", "O3")


def build(context: Context) -> Any:
    query, mutation = QueryType(), MutationType()
    query.set_field("airQuality", air_quality)
    query.set_field("enforcement", enforcement)
    query.set_field("caseStatus", case_status)
    mutation.set_field("dischargePermit", discharge_permit)
    return serve(context, make_executable_schema(description("mee"), query, mutation), WORDS)


def air_quality(_: Any, info: GraphQLResolveInfo, cityCode: str) -> dict[str, Any] | None:  # noqa: N803
    visit: Visit = info.context
    visit.count("airQuality")
    if cityCode not in CITIES:
        return None
    measured_at = visit.context.now().replace(minute=0, second=0, microsecond=0)
    draw = zlib.crc32(f"{cityCode}{measured_at:%Y%m%d%H}".encode())
    return {
        "aqi": 20 + draw % 130,
        "aqiAt": measured_at.timestamp() * 1000,
        "pollutant": _POLLUTANTS[draw // 7 % len(_POLLUTANTS)],
    }


def enforcement(_: Any, info: GraphQLResolveInfo, uscc: str) -> dict[str, Any] | None:
    visit: Visit = info.context
    visit.count("enforcement")
    firm = visit.context.world.enterprises.get(uscc)
    if firm is None:
        return None
    draw = zlib.crc32(uscc.encode())
    is_first = uscc == next(iter(visit.context.world.enterprises))  # the sample firm has one to show
    count = 1 if is_first else max(0, draw % 10 - 7)
    return {"caseList": [_case(draw, index) for index in range(count)]}


def _case(draw: int, index: int) -> dict[str, Any]:
    day = REFERENCE_DAY - timedelta(days=draw % 700 + 30 * index)
    return {
        "docNo": f"测环罚〔{day.year}〕{draw % 900 + index + 1}号",
        "subject": _SUBJECTS[(draw + index) % len(_SUBJECTS)],
        "decideDate": f"{day:%Y%m%d}",
    }


def case_status(_: Any, info: GraphQLResolveInfo, permitNo: str) -> dict[str, Any] | None:  # noqa: N803
    visit: Visit = info.context
    visit.count("caseStatus")
    case = visit.context.cases.get(permitNo)
    return {"permitNo": case.number, "state": STATES[case.state]} if case else None


def discharge_permit(_: Any, info: GraphQLResolveInfo, **form: Any) -> dict[str, Any]:
    visit: Visit = info.context
    visit.count("dischargePermit")
    claims = visit.holder(level=1)
    if not is_credit_code(form["uscc"]):
        raise Refused(Why.INVALID_INPUT, "统一社会信用代码有误")
    earlier = visit.earlier("dischargePermit", claims.subject)
    number = earlier.number if earlier else f"PW{form['uscc']}{visit.context.cases.serial():06d}"
    return {"permitNo": visit.open("dischargePermit", claims.subject, number).number}
