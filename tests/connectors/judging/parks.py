"""A department in two files for judging: clean by every rule of lint, with recorded tests, a sandbox and live tests."""

from __future__ import annotations

import json
from typing import Any

from connectors.judging import Draft

MANIFEST = """\
apiVersion: tongban/v1
kind: Connector
metadata:
  id: parks.venues
  version: 1.0.0
  title: {zh: 公园服务, en: Parks}
  department: {code: parks, name: {zh: 公园管理局, en: Parks Office}}
  owners:
    - {name: 信息科, role: developer, contact: dev@parks.example}
    - {name: 数据科, role: data-steward, contact: data@parks.example}
  lifecycle: sandbox
backend:
  kind: rest
  describe: {openapi: ./parks/openapi.json}
  endpoints: {sandbox: "http://127.0.0.1:8199"}
  auth: [{kind: apiKey, in: header, name: X-Api-Key, value: "secret://parks/key"}]
  health: {get: /health, expect: "status == 'UP'"}
envelope:
  success: "code == '0000'"
  data: data
  message: msg
  errors:
    - {when: "status == `401`", as: BACKEND_AUTH}
    - {when: "code == '1404'", as: NOT_FOUND, result: 'null'}
    - {when: "starts_with(code, '2')", as: INVALID_INPUT, message: show}
    - {when: "true", as: BACKEND_ERROR}
governance:
  purposes: [park.visit]
  classification: L1
  legalBasis: 城市公园管理办法
  responsibleUnit: 公园管理科
  legalDays: 20
  sharing: unconditional
services:
  park: {title: {zh: 公园查询, en: A park}, kind: lookup, fields: [Query.park]}
  guide: {title: {zh: 导游预约, en: Guided tours of a citizen}, kind: lookup, classification: L3, fields: [Citizen.parkTours]}
  book:
    title: {zh: 公园预约, en: Book a tour}
    kind: transaction
    classification: L2
    promisedMinutes: 10
    fields: [Mutation.bookTour]
types:
  Park:
    description: {zh: 公园, en: A park}
    fields:
      name: {from: parkName, classification: L1, description: {zh: 名称, en: Its name}}
      areaMu: {type: Float, from: area, classification: L1, description: {zh: 面积(亩), en: Its area in mu}}
      opensOn: {type: Date, from: openDate, classification: L1, description: {zh: 开放日, en: The day it opens}}
      kind:
        type: ParkKind
        from: kindCode
        enum: {"1": CITY, "2": FOREST}
        else: OTHER
        classification: L1
        description: {zh: 类别, en: Its kind}
  ParkKind:
    description: {zh: 公园类别, en: Kind of a park}
    enum: {CITY: {zh: 城市公园, en: City park}, FOREST: {zh: 森林公园, en: Forest park}, OTHER: {zh: 其他, en: Another}}
  ParkTour:
    description: {zh: 预约, en: A booked tour}
    fields:
      number: {type: ID, from: tourNo, classification: L3, description: {zh: 编号, en: Its number}}
      guide: {from: guideName, classification: L3, description: {zh: 导游, en: The guide}}
query:
  park:
    description: {zh: 公园查询, en: A park by its number}
    args: {number: {type: ID!, description: {zh: 编号, en: Its number}}}
    returns: Park
    call: {operation: getPark, params: {parkNo: $number}}
mutation:
  bookTour:
    description: {zh: 预约导览, en: Book a guided tour}
    args: {parkNumber: {type: ID!, description: {zh: 公园编号, en: The park's number}}}
    returns: Receipt
    call: {operation: bookTour, body: {parkNo: $parkNumber, cid: $citizen.cid}}
    number: tourNo
    idempotency: {header: Idempotency-Key}
entities:
  Citizen:
    key: cid
    fields:
      parkTours:
        description: {zh: 我的预约, en: Booked tours}
        returns: "[ParkTour!]"
        call: {operation: listTours, params: {cid: $key.cid}}
        items: list
matters:
  call: {operation: getTour, params: {tourNo: $args.number}}
  state: {from: state, enum: {"1": ACCEPTED, "2": DELIVERED}}
tests:
  - name: a park
    run: '{ park(number: "P1") { name areaMu opensOn kind } }'
    backend:
      - operation: getPark
        body: {code: "0000", msg: ok, data: {parkName: 人民公园, area: 12.5, openDate: "20200501", kindCode: "1"}}
    expect: {park: {name: 人民公园, areaMu: 12.5, opensOn: "2020-05-01", kind: CITY}}
  - name: no park is null
    run: '{ park(number: "P9") { name } }'
    backend: [{operation: getPark, body: {code: "1404", msg: 无此公园}}]
    expect: {park: null}
  - name: the key is refused
    run: '{ park(number: "P1") { name } }'
    backend: [{operation: getPark, status: 401, body: {code: "9401", msg: 密钥无效}}]
    expect: {park: null}
  - name: tours
    run: '{ me { parkTours { number guide } } }'
    backend: [{operation: listTours, body: {code: "0000", msg: ok, data: {list: [{tourNo: T1, guideName: 测试}]}}}]
    expect: {me: {parkTours: [{number: T1, guide: 测试}]}}
  - name: a tour
    run: 'mutation { bookTour(parkNumber: "P1") { number } }'
    backend: [{operation: bookTour, body: {code: "0000", msg: ok, data: {tourNo: T2}}}]
    expect: {bookTour: {number: T2}}
  - {name: the sandbox has a park, live: sandbox, run: '{ park(number: "P1") { name areaMu kind } }', expectType: true}
  - {name: the sandbox takes a tour, live: sandbox, run: 'mutation { bookTour(parkNumber: "P1") { number } }', expectType: true}
"""


def _answer(**properties: Any) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {
            "code": {"type": "string"},
            "msg": {"type": "string"},
            "data": {"type": "object", "properties": properties},
        },
    }
    return {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}


def _in(name: str, where: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": where, "required": True, "schema": {"type": "string"}}]


_TEXT = {"type": "string"}
_TOUR = {"type": "object", "properties": {"tourNo": _TEXT, "guideName": _TEXT}}
_BOOKING = {"type": "object", "properties": {"parkNo": _TEXT, "cid": _TEXT}}

OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "公园", "version": "1"},
    "paths": {
        "/parks/{parkNo}": {
            "get": {
                "operationId": "getPark",
                "parameters": _in("parkNo", "path"),
                "responses": _answer(
                    parkName=_TEXT,
                    area={"type": "number"},
                    openDate=_TEXT,
                    kindCode={"type": "string", "enum": ["1", "2"]},
                ),
            }
        },
        "/tours": {
            "get": {
                "operationId": "listTours",
                "parameters": _in("cid", "query"),
                "responses": _answer(list={"type": "array", "items": _TOUR}),
            },
            "post": {
                "operationId": "bookTour",
                "parameters": [{"name": "Idempotency-Key", "in": "header", "schema": _TEXT}],
                "requestBody": {"content": {"application/json": {"schema": _BOOKING}}},
                "responses": _answer(tourNo=_TEXT),
            },
        },
        "/tours/{tourNo}": {
            "get": {
                "operationId": "getTour",
                "parameters": _in("tourNo", "path"),
                "responses": _answer(state=_TEXT),
            }
        },
    },
}


def draft(text: str = MANIFEST, *, openapi: Any = OPENAPI, endpoint: str | None = None) -> Draft:
    """The department, or one that was made worse."""
    return Draft(text, {"parks/openapi.json": json.dumps(openapi).encode()}, endpoint, "parks.connector.yaml")


def altered(old: str, new: str, text: str = MANIFEST) -> str:
    """The manifest with one passage changed."""
    assert text.count(old) == 1, f"{text.count(old)} times: {old}"
    return text.replace(old, new)


def line_of(passage: str, text: str) -> int:
    """The first line that has ``passage``."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if passage in line)
