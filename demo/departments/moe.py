"""教育厅: plain GraphQL. Dates as epoch seconds or yyyyMMdd, sex as 1/2, an empty string for nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ariadne import MutationType, QueryType, make_executable_schema
from graphql import GraphQLResolveInfo

from demo.context import Context
from demo.departments.graphql.refusal import Refused, Why
from demo.departments.graphql.serving import description, serve
from demo.departments.graphql.subjects import Subjects
from demo.departments.graphql.visit import Visit
from demo.numbers import is_citizen_id
from demo.population import SHANGHAI, age
from demo.records import Citizen, World

WORDS = {
    Why.UNAUTHENTICATED: "MOE4010",
    Why.FORBIDDEN: "MOE4030",
    Why.INVALID_INPUT: "MOE4220",
    Why.CONFLICT: "MOE4090",
}

STATUS = {"submitted": "10", "accepted": "20", "supplement": "30", "decided": "40", "delivered": "50"}

_SCORES_OUT = datetime(2026, 6, 24, 9, tzinfo=SHANGHAI)
_OLDEST_PUPIL = 18


def build(context: Context) -> Any:
    desk = Admissions(context.world)
    query, mutation = QueryType(), MutationType()
    query.set_field("student", student)
    query.set_field("examScore", exam_score)
    query.set_field("caseStatus", case_status)
    mutation.set_field("enrol", desk.enrol)
    mutation.set_field("aid", desk.aid)
    schema = make_executable_schema(description("moe"), query, mutation)
    return serve(context, schema, WORDS)


def student(_: Any, info: GraphQLResolveInfo, cid: str) -> dict[str, Any] | None:
    visit: Visit = info.context
    visit.count("student")
    visit.holder(level=2)
    person = visit.context.world.citizen(cid)
    if person is None or person.student_no is None:
        return None
    return {
        "studentNo": person.student_no,
        "school": person.school or "",
        "xb": "1" if person.sex == "M" else "2",
        "enrolDate": f"{max(person.born.year + 6, 2018)}0901",
        "degreeNo": person.degree_no or "",
    }


def exam_score(_: Any, info: GraphQLResolveInfo, cid: str, examNo: str) -> dict[str, Any] | None:  # noqa: N803
    visit: Visit = info.context
    visit.count("examScore")
    visit.holder(level=2)
    person = visit.context.world.citizen(cid)
    if person is None or person.exam_no is None or person.exam_no != examNo:
        return None
    return {"examNo": examNo, "score": person.exam_score, "publishedAt": int(_SCORES_OUT.timestamp())}


def case_status(_: Any, info: GraphQLResolveInfo, caseNo: str) -> dict[str, Any] | None:  # noqa: N803
    visit: Visit = info.context
    visit.count("caseStatus")
    visit.holder(level=0)
    case = visit.context.cases.get(caseNo)
    if case is None:
        return None
    now_s = int(visit.context.now().timestamp())
    return {"caseNo": case.number, "status": STATUS[case.state], "updatedAt": now_s}


class Admissions:
    """Enrolment and aid: what a school office checks before it takes a form."""

    def __init__(self, world: World) -> None:
        self._subjects = Subjects()
        self._pupils = {p.student_no: p for p in world.citizens.values() if p.student_no}

    def enrol(self, _: Any, info: GraphQLResolveInfo, **form: Any) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("enrol")
        claims = visit.holder(level=2)
        if not is_citizen_id(form["childCid"]):
            raise Refused(Why.INVALID_INPUT, "学生身份号码有误")
        child = visit.context.world.citizen(form["childCid"])
        if child is not None and child.name != form["childName"].strip():
            raise Refused(Why.INVALID_INPUT, "学生姓名与身份号码不一致")
        if child is not None and age(child) > _OLDEST_PUPIL:
            raise Refused(Why.INVALID_INPUT, "不在义务教育年龄")
        return {"caseNo": visit.open("enrol", claims.subject).number}

    def aid(self, _: Any, info: GraphQLResolveInfo, **form: Any) -> dict[str, Any]:
        visit: Visit = info.context
        visit.count("aid")
        claims = visit.holder(level=2)
        self._subjects.confirm(claims, form["cid"])
        if not self._may_ask(self._pupils.get(form["studentNo"]), form["cid"]):
            raise Refused(Why.INVALID_INPUT, "学籍号与申请人或其子女不符")
        return {"caseNo": visit.open("aid", claims.subject).number}

    def _may_ask(self, pupil: Citizen | None, cid: str) -> bool:
        return pupil is not None and cid in (pupil.cid, pupil.father_cid, pupil.mother_cid)
