"""One department in two files: a manifest that uses most of what there is, and the OpenAPI document it stands on."""

from __future__ import annotations

from typing import Any

MANIFEST = """
apiVersion: tongban/v1
kind: Connector
metadata:
  id: hrss.social
  version: 1.0.0
  title: {zh: 社会保险服务, en: Social security}
  department: {code: hrss, name: {zh: 人力资源和社会保障厅}}
  owners: [{name: 信息中心, role: developer, contact: dev@hrss.example}]
  lifecycle: production
backend:
  kind: rest
  describe: {openapi: ./hrss/openapi.json}
  auth: [{kind: apiKey, in: header, name: X-Api-Key, value: "secret://hrss/key"}]
  limits: {timeout: 5s, concurrency: 8}
envelope:
  success: "code == '0000'"
  data: data
  message: msg
  errors:
    - {when: "code == '1404'", as: NOT_FOUND, result: 'null'}
    - {when: "status == `401`", as: BACKEND_AUTH}
    - {when: "status == `429`", as: RATE_LIMITED}
    - {when: "starts_with(code, '2')", as: INVALID_INPUT, message: show}
    - {when: "true", as: BACKEND_ERROR}
governance: {assurance: 2, purposes: [social.view], classification: L3, sharing: conditional}
services:
  insured: {title: {zh: 参保状态}, kind: lookup, fields: [Citizen.socialInsurance, Citizen.pension]}
  lawyer: {title: {zh: 律师查询}, kind: lookup, classification: L1, fields: [Query.lawyers]}
  openEmployer:
    {title: {zh: 单位登记}, kind: transaction, classification: L2, promisedMinutes: 30, fields: [Mutation.registerEmployer]}
types:
  SocialInsurance:
    description: {zh: 社会保险参保信息, en: Social insurance}
    fields:
      cardNumber: ssCardNo
      pensionStatus: {type: PensionStatus, from: pensionStatus, enum: {"1": ACTIVE, "2": SUSPENDED}, else: UNKNOWN}
      employer: {type: Enterprise, from: employerUscc, as: {creditCode: "@"}}
      since: {type: Date, from: 参保日期}
      balance: {type: Decimal, from: balanceFen, scale: 100}
      isPaid: {type: Boolean, from: paid, truthy: ["1", "Y"]}
      months: months
  PensionStatus: {enum: [ACTIVE, SUSPENDED, UNKNOWN]}
  Enterprise: {key: creditCode, resolvable: false}
  Pension: {fields: {status: {type: PensionStatus, from: pensionStatus, enum: {"1": ACTIVE}, else: UNKNOWN}}}
  Lawyer: {fields: {number: lawyerNo, name: name, firm: {type: Firm, from: firm}}}
  Firm: {fields: {name: 名称, address: 住所.详细地址}}
  Vehicle: {key: plateNumber, fields: {plateNumber: plateNo, model: model}}
  TollTrip: {fields: {gantry: gantry, enteredAt: {type: DateTime, from: t}}}
  Violation: {fields: {place: place}}
query:
  lawyers:
    description: {zh: 律师查询, en: Lawyers by name}
    args: {name: String!, limit: "Int = 20"}
    returns: "[Lawyer!]"
    call: {operation: searchLawyers, params: {name: $name, limit: $limit}}
    items: list
mutation:
  registerEmployer:
    args: {creditCode: {type: ID!, authority: enterprise}, enterpriseName: String!, openedOn: Date}
    returns: Receipt
    call:
      operation: openEmployer
      body: {uscc: $creditCode, entName: $enterpriseName, legalRepCid: $citizen.cid, day: {slot: $openedOn, format: yyyyMMdd}}
    number: employerNo
    idempotency: {header: Idempotency-Key}
entities:
  Citizen:
    key: cid
    fields:
      socialInsurance: {returns: SocialInsurance, call: {operation: getInsured, params: {cid: $key.cid}}}
      pension: {returns: Pension, call: {operation: getInsured, params: {cid: $key.cid}}}
      vehicles: {returns: "[Vehicle!]", call: {operation: listVehicles, params: {cid: $key.cid}}, items: list}
  Vehicle:
    key: plateNumber
    one: {operation: getVehicle, params: {plateNo: $key.plateNumber}}
    many: {operation: getVehicles, body: {plateNos: "$keys[*].plateNumber"}, items: list, match: plateNo, max: 2}
    fields:
      tollTrips:
        returns: "[TollTrip!]"
        call: {operation: getTrips, params: {plateNo: $key.plateNumber}}
        items: trips
        many: {operation: getTripsOfMany, body: {plateNos: "$keys[*].plateNumber"}, items: list, match: plateNo, at: trips, max: 100}
      violations:
        returns: "[Violation!]"
        requires: colour
        args: {year: Int}
        call: {operation: getViolations, params: {plateNo: $key.plateNumber, colour: $key.colour, year: $year}}
matters:
  call: {operation: getCase, params: {caseNo: $args.number}}
  state: {from: status, enum: {"10": SUBMITTED, "40": DECIDED}}
"""


def _enveloped(data: Any) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {"code": {"type": "string"}, "msg": {"type": "string"}, "data": data},
    }
    return {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _list(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": _object(**properties)}


def _query(*names: str, where: str = "query") -> list[dict[str, Any]]:
    return [
        {"name": name, "in": where, "required": where == "path", "schema": {"type": "string"}}
        for name in names
    ]


def _body(**properties: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": _object(**properties)}}}


TEXT = {"type": "string"}
TRIP = {"gantry": {"type": "string", "description": "门架"}, "t": TEXT}
PLATES = {"plateNos": {"type": "array", "items": TEXT}}

OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "社会保险", "version": "1"},
    "servers": [{"url": "https://intranet.hrss.example/api/v1"}],
    "paths": {
        "/insured/{cid}": {
            "parameters": _query("cid", where="path"),
            "get": {
                "operationId": "getInsured",
                "summary": "参保状态查询",
                "responses": _enveloped({"$ref": "#/components/schemas/Insured"}),
            },
        },
        "/lawyers": {
            "get": {
                "operationId": "searchLawyers",
                "parameters": [
                    {"name": "name", "in": "query", "description": "律师姓名", "schema": TEXT},
                    {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                ],
                "responses": _enveloped(
                    _object(
                        list=_list(
                            lawyerNo=TEXT, name=TEXT, firm=_object(名称=TEXT, 住所=_object(详细地址=TEXT))
                        )
                    )
                ),
            }
        },
        "/employers": {
            "post": {
                "operationId": "openEmployer",
                "requestBody": _body(uscc=TEXT, entName=TEXT, legalRepCid=TEXT, day=TEXT),
                "responses": _enveloped(_object(employerNo=TEXT)),
            }
        },
        "/citizens/{cid}/vehicles": {
            "get": {
                "operationId": "listVehicles",
                "parameters": _query("cid", where="path"),
                "responses": _enveloped(_object(list=_list(plateNo=TEXT))),
            }
        },
        "/vehicles/{plateNo}": {
            "get": {
                "operationId": "getVehicle",
                "parameters": _query("plateNo", where="path"),
                "responses": _enveloped(_object(plateNo=TEXT, model=TEXT)),
            }
        },
        "/vehicles/batch": {
            "post": {
                "operationId": "getVehicles",
                "requestBody": _body(**PLATES),
                "responses": _enveloped(_object(list=_list(plateNo=TEXT, model=TEXT))),
            }
        },
        "/trips/{plateNo}": {
            "get": {
                "operationId": "getTrips",
                "parameters": _query("plateNo", where="path"),
                "responses": _enveloped(_object(trips=_list(**TRIP))),
            }
        },
        "/trips/batch": {
            "post": {
                "operationId": "getTripsOfMany",
                "requestBody": _body(**PLATES),
                "responses": _enveloped(_object(list=_list(plateNo=TEXT, trips=_list(**TRIP)))),
            }
        },
        "/violations": {
            "get": {
                "operationId": "getViolations",
                "parameters": _query("plateNo", "colour", "year"),
                "responses": _enveloped(_list(place=TEXT)),
            }
        },
        "/cases/{caseNo}": {
            "get": {
                "operationId": "getCase",
                "parameters": _query("caseNo", where="path"),
                "responses": _enveloped(_object(status=TEXT)),
            }
        },
    },
    "components": {
        "schemas": {
            "Insured": {
                "type": "object",
                "description": "参保记录",
                "properties": {
                    "ssCardNo": {"type": "string", "description": "社会保障卡号"},
                    "pensionStatus": {"type": "string", "enum": ["1", "2"]},
                    "employerUscc": TEXT,
                    "参保日期": TEXT,
                    "balanceFen": {"type": "integer"},
                    "paid": TEXT,
                    "months": {"type": "integer", "description": "缴费月数"},
                },
            }
        }
    },
}

INSURED = {
    "ssCardNo": "SS001",
    "pensionStatus": "1",
    "employerUscc": "91990000000000001X",
    "参保日期": "2020年1月5日",
    "balanceFen": 12345,
    "paid": "Y",
    "months": 72,
}


def ok(data: Any) -> dict[str, Any]:
    return {"code": "0000", "msg": "成功", "data": data}
