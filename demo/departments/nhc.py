"""卫生健康委员会: OpenAPI 3.1, FHIR-like resources, the citizen's own token as the bearer, ISO times with
offset, sex as male/female.

Refusals are ``OperationOutcome`` resources.
"""

from __future__ import annotations

from functools import partial

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from demo.context import Context
from demo.departments.rest import inputs
from demo.departments.rest.citizen import citizen_bearer
from demo.departments.rest.desk import Asked, Desk
from demo.departments.rest.filing import Registry
from demo.departments.rest.refusal import HTTP_STATUS, Refused, Why, invalid, unknown
from demo.departments.rest.spelling import iso, local

MEDIA_TYPE = "application/fhir+json"
_SEX = {"M": "male", "F": "female"}
_TASK_STATUS = {
    "submitted": "requested",
    "accepted": "accepted",
    "supplement": "on-hold",
    "decided": "ready",
    "delivered": "completed",
}
_ISSUE = {
    Why.CREDENTIALS: "login",
    Why.CITIZEN: "login",
    Why.FORBIDDEN: "forbidden",
    Why.INVALID: "invalid",
    Why.UNKNOWN: "not-found",
    Why.CONFLICT: "conflict",
}


class Health:
    """Births, deaths, vaccination, appointments and the health code."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._registry = Registry(context)
        self.deaths: dict[str, str] = {}

    async def birth_record(self, asked: Asked) -> Response:
        birth = self._context.world.births.get(asked.values["motherCid"])
        if birth is None:
            raise unknown("分娩记录")
        return _resource(
            "BirthRecord",
            motherCid=birth.mother_cid,
            babySex=_SEX.get(birth.sex, "unknown"),
            babyBirthTime=iso(birth.born_at),
            hospital={"display": birth.hospital},
            babyWeight={"value": birth.weight_g, "unit": "g"},
            note=None,
        )

    async def issue_birth_cert(self, asked: Asked) -> Response:
        filed = self._registry.file("issueBirthCert", asked, "CS", hospital=asked.values["hospital"])
        return _created("BirthCertificate", "birthCertNo", filed.number)

    async def open_vaccine_file(self, asked: Asked) -> Response:
        filed = self._registry.file("openVaccineFile", asked, "YM")
        return _created("VaccinationRecord", "vaccineNo", filed.number)

    async def issue_death_cert(self, asked: Asked) -> Response:
        deceased = asked.values["deceasedCid"]
        filed = self._registry.file("issueDeathCert", asked, "SW")
        if filed.is_new and deceased in self.deaths:
            raise Refused(Why.CONFLICT, "已签发死亡医学证明", "deceasedCid")
        self.deaths.setdefault(deceased, filed.number)
        return _created("DeathCertificate", "deathCertNo", filed.number)

    async def book_doctor(self, asked: Asked) -> Response:
        if asked.values["appointmentDate"] < local(self._context.now()).date():
            raise invalid("appointmentDate", "预约日期已过")
        return _created("Appointment", "caseNo", self._registry.file("bookDoctor", asked, "GH").number)

    async def health_code(self, asked: Asked) -> Response:
        person = self._context.world.citizen(asked.values["cid"])
        if person is None:
            raise unknown("健康码")
        return _resource("HealthCode", codeColour=person.health_colour, codeAt=iso(self._context.now()))

    async def task(self, asked: Asked) -> Response:
        case = self._registry.find(asked.values["caseNo"])
        status = _TASK_STATUS[case.state]
        return _resource("Task", caseNo=case.number, status=status, businessStatus={"text": status})


def _resource(kind: str, status_code: int = 200, **fields: object) -> Response:
    return JSONResponse({"resourceType": kind, **fields}, status_code, media_type=MEDIA_TYPE)


def _created(kind: str, name: str, number: str) -> Response:
    return _resource(kind, 201, **{name: number, "status": "active"})


def refusal(refused: Refused) -> Response:
    issue = {
        "severity": "error",
        "code": _ISSUE[refused.why],
        "diagnostics": refused.reason,
        "expression": [refused.field] if refused.field else [],
    }
    status = 422 if refused.why is Why.INVALID else HTTP_STATUS[refused.why]
    return _resource("OperationOutcome", status, issue=[issue])


def build(context: Context) -> Starlette:
    health = Health(context)
    desk = Desk(context, partial(citizen_bearer, context), refusal)
    birth: dict[str, inputs.Check] = {
        "motherCid": inputs.cid,
        "motherName": inputs.text,
        "fatherCid": inputs.optional(inputs.cid),
        "fatherName": inputs.optional(inputs.text),
        "babyName": inputs.text,
        "babySex": inputs.one_of("male", "female", "unknown"),
        "babyBirthTime": inputs.iso_moment,
        "hospital": inputs.text,
        "babyWeight": inputs.whole(200, 9999),
    }
    vaccine: dict[str, inputs.Check] = {
        "birthCertNo": inputs.text,
        "babyName": inputs.text,
        "babyBirthTime": inputs.iso_moment,
        "motherName": inputs.text,
        "contactMobile": inputs.optional(inputs.text),
        "liveAddress": inputs.text,
    }
    death: dict[str, inputs.Check] = {
        "deceasedCid": inputs.cid,
        "deceasedName": inputs.text,
        "agentCid": inputs.cid,
    }
    visit: dict[str, inputs.Check] = {
        "cid": inputs.cid,
        "mobile": inputs.optional(inputs.text),
        "hospital": inputs.text,
        "appointmentDate": inputs.iso_day,
    }
    return Starlette(
        routes=[
            desk.route(
                "GET", "/fhir/BirthRecord", "birthRecord", health.birth_record, {"motherCid": inputs.cid}
            ),
            desk.route("POST", "/fhir/BirthCertificate", "issueBirthCert", health.issue_birth_cert, birth),
            desk.route(
                "POST", "/fhir/VaccinationRecord", "openVaccineFile", health.open_vaccine_file, vaccine
            ),
            desk.route("POST", "/fhir/DeathCertificate", "issueDeathCert", health.issue_death_cert, death),
            desk.route("POST", "/fhir/Appointment", "bookDoctor", health.book_doctor, visit),
            desk.route("GET", "/fhir/HealthCode", "healthCode", health.health_code, {"cid": inputs.cid}),
            desk.route(
                "GET", "/fhir/Task/{caseNo}", "caseStatus", health.task, {"caseNo": inputs.text}, person=False
            ),
        ]
    )
