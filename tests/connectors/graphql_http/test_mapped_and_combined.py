"""A plain GraphQL department: mapped calls ask for what is read, and both parts of a subgraph answer one fetch."""

from __future__ import annotations

import pytest
from ariadne import MutationType, ObjectType, QueryType, UnionType, make_executable_schema
from ariadne.asgi import GraphQL
from graphql import GraphQLError, parse

from connectors.backend import CallSpec, Slot
from connectors.egress import LOOPBACK
from connectors.expressions import parse_template
from connectors.graphql_http import GraphqlBackend, SdlRefused, merged_sdl
from connectors.manifest import parse_manifest
from connectors.opening import open_connector
from connectors.secrets import HeldSecrets
from connectors.transport import Transport
from federation.subgraph import FetchContext
from tongban.caller import Caller, Person
from tongban.clock import SystemClock
from tongban.errors import ErrorCode

CANARY = "990101199001011239"
SDL = '''
"""学籍"""
type Student { studentNo: ID!, "学校" school: School, marks(term: Int!): [Int], level: Level, next: Student }
type School { name: String, city: City }
type City { name: String, region: String }
type Problem { reason: String }
enum Level { HIGH LOW }
input Wish { school: String!, order: Int }
union Outcome = Student | Problem
type AirQuality { aqi: Int, at: String }
type Query {
  "学籍查询"
  studentOf(cid: ID!): Student
  outcome(cid: ID!): Outcome
  air(cityCode: String!): AirQuality
  level: Level
}
type Mutation { enrol(childCid: ID!, wishes: [Wish!]): Receipt }
type Receipt { caseNo: ID }
'''


@pytest.fixture
def asked():
    return []


@pytest.fixture
async def url(serve, asked):
    query, mutation, outcome, school = QueryType(), MutationType(), UnionType("Outcome"), ObjectType("School")
    student = {"studentNo": "S1", "school": {"name": "一中"}, "level": "HIGH"}

    @query.field("studentOf")
    def resolve_student(_, info, cid):
        if cid != CANARY:
            raise GraphQLError(f"no {cid}", extensions={"code": "NOT_FOUND"})
        return student

    @query.field("outcome")
    def resolve_outcome(_, info, cid):
        return (
            {"__typename": "Problem", "reason": "r"} if cid == "0" else {"__typename": "Student", **student}
        )

    @query.field("air")
    def resolve_air(_, info, cityCode):
        return {"aqi": 42, "at": cityCode}

    @query.field("level")
    def resolve_level(_, info):
        return "LOW"

    @mutation.field("enrol")
    def resolve_enrol(_, info, childCid, wishes=None):
        return {"caseNo": f"C{len(wishes or [])}"}

    @school.field("city")
    def resolve_city(_, info):
        return {"name": "未名市", "region": "东"}

    schema = make_executable_schema(SDL, query, mutation, outcome, school)

    def parsed(context, data):
        asked.append((" ".join(data["query"].split()), data.get("variables")))
        return parse(data["query"])

    return await serve(GraphQL(schema, debug=False, query_parser=parsed))


@pytest.fixture
def backend(url, channel_to):
    return GraphqlBackend(SDL, channel_to(url))


def test_root_fields_are_described_in_the_departments_words(backend):
    found = backend.operation("studentOf")
    assert (found.description, found.writes) == ("学籍查询", False)
    assert found.inputs["cid"].shape == "string"
    assert found.answer.fields["school"].description == "学校"
    assert found.answer.fields["next"].fields["next"].fields["level"].enum == ("HIGH", "LOW")
    assert backend.operation("enrol").writes
    assert set(backend.operation("outcome").answer.fields) >= {"studentNo", "reason"}
    with pytest.raises(KeyError):
        backend.operation("nothing")


STUDENT = CallSpec("studentOf", params={"cid": Slot("citizen", ("cid",))})


async def test_a_document_asks_for_what_will_be_read(backend, asked):
    wanted = frozenset({("studentNo",), ("school", "name"), ("school", "city", "region"), ("nowhere",)})
    prepared = backend.prepare(STUDENT, wanted)
    answer = await prepared.send({"citizen": {"cid": CANARY}}, FetchContext())
    assert answer.fault is None
    assert answer.body == {"studentNo": "S1", "school": {"name": "一中", "city": {"region": "东"}}}
    assert CANARY not in prepared.document
    assert asked[-1][1] == {"cid": CANARY}


async def test_a_whole_answer_is_asked_for_without_going_round_in_circles(backend):
    prepared = backend.prepare(STUDENT, frozenset())
    answer = await prepared.send({"citizen": {"cid": CANARY}}, FetchContext())
    assert answer.fault is None
    assert answer.body["school"]["city"] == {"name": "未名市", "region": "东"}
    assert prepared.document.count("next {") == 3
    assert "marks" not in prepared.document


async def test_unions_scalars_inputs_and_faults(backend, asked):
    both = frozenset({("studentNo",), ("reason",)})
    call = CallSpec("outcome", params={"cid": Slot("args", ("cid",))})
    answer = await backend.prepare(call, both).send({"args": {"cid": "0"}}, FetchContext())
    assert answer.body == {"__typename": "Problem", "reason": "r"}
    answer = await backend.prepare(CallSpec("level"), frozenset({("@",)})).send({}, FetchContext())
    assert answer.body == "LOW"
    call = CallSpec(
        "enrol", params=parse_template({"childCid": "$child", "wishes": [{"school": "$school", "order": 1}]})
    )
    answer = await backend.prepare(call, frozenset({("caseNo",)})).send(
        {"args": {"child": "1", "school": '"}'}}, FetchContext()
    )
    assert answer.body == {"caseNo": "C1"}
    assert asked[-1][1] == {"childCid": "1", "wishes": [{"school": '"}', "order": 1}]}
    call = CallSpec("studentOf", params={"cid": "1"})
    answer = await backend.prepare(call, frozenset({("studentNo",)})).send({}, FetchContext())
    assert answer.body is None
    assert answer.fault["code"] == "NOT_FOUND"
    assert len(answer.fault["errors"]) == 1


def test_an_unknown_argument_is_refused_while_preparing(backend):
    with pytest.raises(SdlRefused, match="childCid, wishes"):
        backend.prepare(CallSpec("enrol", params={"nothing": 1}), frozenset())


MANIFEST = """
apiVersion: tongban/v1
kind: Connector
metadata:
  id: moe.school
  version: 1.0.0
  title: {zh: 教育, en: School}
  department: {code: moe, name: {zh: 教育厅, en: Education}}
  owners: [{name: 信息中心, role: developer, contact: dev@moe.example}]
  lifecycle: production
backend:
  kind: graphql
  describe: {sdl: ./moe.graphql}
  endpoints: {sandbox: "http://127.0.0.1:1"}
  auth: [{kind: none}]
envelope:
  errors:
    - {when: "fault.code == 'NOT_FOUND'", as: NOT_FOUND, result: 'null'}
    - {when: "true", as: BACKEND_ERROR}
governance:
  {assurance: 1, purposes: [school.view], classification: L2, legalBasis: 义务教育法, responsibleUnit: 信息中心, sharing: conditional}
services:
  student: {title: {zh: 学籍, en: Student}, kind: lookup, classification: L2, fields: [Citizen.student]}
  enrol: {title: {zh: 入学, en: Enrolment}, kind: transaction, classification: L2, fields: [Mutation.enrolInSchool]}
  air: {title: {zh: 空气, en: Air}, kind: lookup, classification: L1, fields: [Query.airQuality]}
types:
  Student:
    description: {zh: 学籍, en: Student}
    fields:
      number: {type: ID, from: studentNo, description: {zh: 学号, en: Number}}
      school: {from: school.name, description: {zh: 学校, en: School}}
query:
  studentLevel: {description: {zh: 级别, en: Level}, returns: String, call: {operation: level}}
mutation:
  enrolInSchool:
    description: {zh: 入学, en: Enrol}
    args: {childNumber: ID!}
    returns: Receipt
    call: {operation: enrol, params: {childCid: $childNumber}}
    number: caseNo
    idempotency: none
entities:
  Citizen:
    key: cid
    fields:
      student:
        description: {zh: 学籍, en: Student}
        returns: Student
        call: {operation: studentOf, params: {cid: $key.cid}}
expose:
  include: [Query.air]
  rename: {Query.air: airQuality, AirQuality.aqi: index}
"""


class NoTokens:
    async def token_for(self, caller, audience, purpose, now_s):
        return "token"


@pytest.fixture
async def connector(url):
    files = {"moe.graphql": SDL.encode()}
    transport = Transport(clock=SystemClock(), egress_allow=LOOPBACK)
    opened = open_connector(
        parse_manifest(MANIFEST, base=files),
        files,
        endpoint=url,
        secrets=HeldSecrets({}),
        tokens=NoTokens(),
        clock=SystemClock(),
        transport=transport,
    )
    yield opened
    await opened.close()
    await transport.close()


CITIZEN = FetchContext(
    caller=Caller(subject="s", session="x", level=2, person=Person("p", CANARY, "测试", "1")),
    deadline_s=float("inf"),
)


async def test_one_fetch_is_answered_by_the_passed_through_and_the_mapped_part(connector, planned):
    fetch = planned(
        "{ airQuality(cityCode: $c) { __typename i: index } studentLevel }", variables=[("c", "String!")]
    )
    result = await connector.prepare(fetch).run({"c": "9901"}, (), CITIZEN)
    assert result.errors == ()
    assert result.data == {"airQuality": {"__typename": "AirQuality", "i": 42}, "studentLevel": "LOW"}


async def test_an_entity_of_the_mapping_is_asked_for_through_graphql(connector, planned, asked):
    fetch = planned("{ ... on Citizen { student { number school } } }", ["Citizen"])
    representations = [{"__typename": "Citizen", "cid": CANARY}, {"__typename": "Citizen", "cid": "1"}]
    result = await connector.prepare(fetch).run({}, representations, CITIZEN)
    assert result.errors == ()
    assert result.entities == [{"student": {"number": "S1", "school": "一中"}}, {"student": None}]
    assert sorted(asked[-1][0].split()) == sorted(
        [
            "query($cid:",
            "ID!)",
            "{",
            "studentOf(cid:",
            "$cid)",
            "{",
            "studentNo",
            "school",
            "{",
            "name",
            "}",
            "}",
            "}",
        ]
    )


async def test_a_mapped_transaction_gives_its_number(connector, planned):
    fetch = planned("mutation { r: enrolInSchool(childNumber: $n) { number } }", variables=[("n", "ID!")])
    result = await connector.prepare(fetch).run({"n": "1"}, (), CITIZEN)
    assert result.errors == ()
    assert result.data == {"r": {"number": "C0"}}
    assert [(issued.response_key, issued.number) for issued in result.issued] == [("r", "C0")]


async def test_a_department_that_is_away_is_a_typed_error_of_both_parts(connector, planned, url):
    fetch = planned("{ airQuality(cityCode: $c) { index } }", variables=[("c", "String!")])
    late = FetchContext(deadline_s=0.0)
    result = await connector.prepare(fetch).run({"c": "1"}, (), late)
    assert [error.code for error in result.errors] == [ErrorCode.DEPARTMENT_TIMEOUT]


def test_merged_sdl_is_one_document_with_one_link():
    one = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\ntype Query { a: A }\n'
    one += 'type A @key(fields: "id") { id: ID! }'
    two = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external"])\n'
    two += 'extend type Query { b: Int }\nextend type A @key(fields: "id") { id: ID! c: Int @external }'
    merged = merged_sdl(one, two)
    assert merged.count("@link") == 1
    assert '"@external"' in merged
    assert merged.count("id: ID!") == 1
    assert merged.count('@key(fields: "id")') == 1
    assert "b: Int" in merged


async def test_a_mutation_with_a_querys_name_is_an_operation_of_its_own(serve, channel_to):
    sdl = "type Query { pass: String, who: String } type Mutation { pass(to: String): String }"
    query, mutation = QueryType(), MutationType()
    query.set_field("pass", lambda *_: "read")
    mutation.set_field("pass", lambda *_, to: f"written for {to}")
    url = await serve(GraphQL(make_executable_schema(sdl, query, mutation), debug=False))
    backend = GraphqlBackend(sdl, channel_to(f"{url}/"))
    assert {each.name: each.writes for each in backend.operations()} == {
        "pass": False,
        "who": False,
        "Mutation.pass": True,
    }
    call = CallSpec("Mutation.pass", params={"to": Slot("args", ("to",))})
    answer = await backend.prepare(call, frozenset()).send({"args": {"to": "甲"}}, FetchContext())
    assert answer.body == "written for 甲"
    answer = await backend.prepare(CallSpec("pass"), frozenset()).send({}, FetchContext())
    assert answer.body == "read"
