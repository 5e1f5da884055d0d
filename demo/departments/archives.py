"""档案馆: plain GraphQL. Dates as 2026年1月5日, states in Chinese words."""

from __future__ import annotations

from datetime import date
from typing import Any

from ariadne import MutationType, QueryType, make_executable_schema
from graphql import GraphQLResolveInfo

from demo.context import Context
from demo.departments.graphql.cases import case_status
from demo.departments.graphql.refusal import Refused, Why
from demo.departments.graphql.serving import description, serve
from demo.departments.graphql.subjects import Subjects
from demo.departments.graphql.visit import Visit
from demo.records import Citizen

WORDS = {
    Why.UNAUTHENTICATED: "未登录",
    Why.FORBIDDEN: "无权查阅",
    Why.INVALID_INPUT: "填写有误",
    Why.CONFLICT: "重复申请",
}

STATES = {
    "submitted": "待受理",
    "accepted": "已受理",
    "supplement": "待补正",
    "decided": "已办结",
    "delivered": "已寄出",
}


def build(context: Context) -> Any:
    reading_room = ReadingRoom()
    query, mutation = QueryType(), MutationType()
    query.set_field("marriageArchive", marriage_archive)
    query.set_field("educationArchive", education_archive)
    query.set_field("caseStatus", case_status(STATES.__getitem__))
    mutation.set_field("requestCopy", reading_room.request_copy)
    return serve(context, make_executable_schema(description("archives"), query, mutation), WORDS)


def spelled(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def marriage_archive(_: Any, info: GraphQLResolveInfo, cid: str) -> dict[str, Any] | None:
    visit: Visit = info.context
    visit.count("marriageArchive")
    visit.holder(level=2)
    person = visit.context.world.citizen(cid)
    if person is None or person.marriage_cert_no is None or person.married_on is None:
        return None
    return {
        "archiveNo": f"DA-H-{person.marriage_cert_no}",
        "marriageCertNo": person.marriage_cert_no,
        "marriageDate": spelled(person.married_on),
        "remark": "",
    }


def education_archive(_: Any, info: GraphQLResolveInfo, cid: str) -> dict[str, Any] | None:
    visit: Visit = info.context
    visit.count("educationArchive")
    visit.holder(level=2)
    person = visit.context.world.citizen(cid)
    if person is None or person.degree_no is None:
        return None
    return {"archiveNo": f"DA-X-{person.degree_no}", "degreeNo": person.degree_no}


class ReadingRoom:
    """Copies are given of one's own records only."""

    def __init__(self) -> None:
        self._subjects = Subjects()

    def request_copy(self, _: Any, info: GraphQLResolveInfo, **form: Any) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("requestCopy")
        claims = visit.holder(level=2)
        self._subjects.confirm(claims, form["cid"])
        person = visit.context.world.citizen(form["cid"])
        if person is None or form["archiveNo"] not in _numbers(person):
            raise Refused(Why.INVALID_INPUT, "档号不存在或不属于申请人")
        return {"caseNo": visit.open("requestCopy", claims.subject).number}


def _numbers(person: Citizen) -> set[str]:
    """Archive numbers of a person's records, and the certificate numbers they can be asked for by."""
    numbers: set[str] = set()
    for prefix, number in (("DA-H-", person.marriage_cert_no), ("DA-X-", person.degree_no)):
        if number is not None:
            numbers |= {number, prefix + number}
    return numbers
