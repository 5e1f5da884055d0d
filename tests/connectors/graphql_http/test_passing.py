"""A Federation 2 department passed through, renamed and curtailed, over a real socket."""

from __future__ import annotations

import logging

import pytest
from ariadne import EnumType, MutationType, QueryType
from ariadne.asgi import GraphQL
from ariadne.contrib.federation import FederatedObjectType, make_federated_schema
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from connectors.channel import Channel
from connectors.graphql_http import PassedThrough, SdlRefused, expose
from connectors.graphql_http.definitions import Definitions, read_sdl
from connectors.graphql_http.failing import Judge
from connectors.manifest.model import Envelope, ErrorRule, Expose, Words
from connectors.transport import Transport
from federation.subgraph import FetchContext
from tongban.clock import SystemClock
from tongban.errors import ErrorCode

CANARY = "990101199001011239"
SDL = '''
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])

"""法人"""
type LegalEntity @key(fields: "uscc") {
  uscc: ID!
  entName: String
  regKind: RegKind
  secret: String
  history(kind: RegKind = A): [Event!]
  parent: LegalEntity
}

"A thing that happened"
type Event @shareable { at: String kind: RegKind note: String }

enum RegKind { A B }

input Filter { kindIs: RegKind, uscc: ID, inner: [Filter!] }

type Citizen @key(fields: "cid") { cid: ID!, nation: String }

type Registration { regNo: ID!, uscc: ID }

type Unreached { a: Int }

union Found = LegalEntity | Citizen

type Query {
  entity(uscc: ID!): LegalEntity
  search(filter: Filter, kinds: [RegKind!]): [Found!]
  person(cid: ID!): Citizen
  onlyForUs: Unreached
}

type Mutation { register(entName: String!, kind: RegKind): Registration }
'''
CHOICE = Expose(
    hide=("Query.onlyForUs", "LegalEntity.secret", "Query.person"),
    rename={
        "LegalEntity": "Enterprise",
        "Enterprise.uscc": "creditCode",
        "LegalEntity.entName": "name",
        "Enterprise.regKind": "kind",
        "RegKind": "EnterpriseKind",
        "RegKind.A": "LIMITED",
        "Query.entity": "enterprise",
        "Query.entity.uscc": "creditCode",
        "Filter.kindIs": "kind",
        "Registration": "EnterpriseRegistration",
        "Registration.regNo": "number",
        "Mutation.register": "registerEnterprise",
        "Mutation.register.entName": "name",
    },
    describe={"Enterprise.name": Words("名称", "Name")},
)


@pytest.fixture
def asked():
    return []


@pytest.fixture
async def department(serve, asked):
    query, mutation = QueryType(), MutationType()
    entity, citizen = FederatedObjectType("LegalEntity"), FederatedObjectType("Citizen")
    world = {
        "1": {
            "uscc": "1",
            "entName": "甲",
            "regKind": "A",
            "parent": {"uscc": "2", "entName": "乙", "regKind": "B"},
        },
        "2": {"uscc": "2", "entName": "乙", "regKind": "B"},
    }

    def failing(code):
        raise GraphQLError(f"{CANARY} is not for you", extensions={"code": code, "cid": CANARY})

    @query.field("entity")
    def resolve_entity(_, info, uscc):
        asked.append(info.context["request"].headers)
        if uscc.startswith("!"):
            failing(uscc[1:])
        return world.get(uscc)

    @query.field("search")
    def resolve_search(_, info, filter=None, kinds=None):
        asked.append((filter, kinds))
        return [
            {"__typename": "LegalEntity", **world["1"]},
            {"__typename": "Citizen", "cid": "c", "nation": "汉"},
        ]

    @mutation.field("register")
    def resolve_register(_, info, entName, kind=None):
        asked.append((entName, kind, info.context["request"].headers.get("idempotency-key")))
        return {"regNo": "REG-1", "uscc": "9"}

    @entity.field("history")
    def resolve_history(parent, info, kind):
        return [{"at": "2026", "kind": kind, "note": None}]

    @entity.reference_resolver
    def resolve_reference(_, info, representation):
        asked.append(representation)
        if representation["uscc"].startswith("!"):
            return {"uscc": representation["uscc"]}
        return world.get(representation["uscc"])

    @entity.field("entName")
    def resolve_name(parent, info):
        if parent["uscc"].startswith("!"):
            failing(parent["uscc"][1:])
        return parent["entName"]

    @citizen.reference_resolver
    def resolve_citizen(_, info, representation):
        return {"cid": representation["cid"], "nation": "汉"}

    schema = make_federated_schema(
        SDL, query, mutation, entity, citizen, EnumType("RegKind", {"A": "A", "B": "B"})
    )
    app = Starlette(
        routes=[
            Route(
                "/html",
                lambda request: Response("<html>登录</html>", 401, media_type="text/html"),
                methods=["POST"],
            ),
            Route("/text", lambda request: PlainTextResponse(f'["{CANARY}"]'), methods=["POST"]),
            *(
                Route(
                    path,
                    lambda request, errors=errors: JSONResponse(
                        {"data": {"_entities": [None]}, "errors": errors}
                    ),
                    methods=["POST"],
                )
                for path, errors in (("/errors-text", CANARY), ("/errors-texts", [CANARY]))
            ),
            Mount("/graphql", GraphQL(schema, debug=False)),
        ]
    )
    return await serve(app)


@pytest.fixture
def subgraph(department, channel_to):
    def open_(path="/graphql/", envelope=None):
        return PassedThrough(
            "samr",
            expose(SDL, CHOICE, federation=True),
            channel_to(f"{department}{path}" if path != "/graphql/" else f"{department}/graphql/."),
            Judge("samr", envelope),
            {"registerEnterprise": "samr.registerEnterprise"},
        )

    return open_


def test_the_exposed_sdl_has_the_graphs_names_and_nothing_hidden():
    assert (
        expose(SDL, CHOICE, federation=True).sdl
        == '''\
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@inaccessible"])

"""法人"""
type Enterprise @key(fields: "creditCode") {
  creditCode: ID!
  "名称 · Name"
  name: String
  kind: EnterpriseKind
  history(kind: EnterpriseKind = LIMITED): [Event!]
  parent: Enterprise
}

"A thing that happened"
type Event @shareable {
  at: String
  kind: EnterpriseKind
  note: String
}

enum EnterpriseKind {
  LIMITED
  B
}

input Filter {
  kind: EnterpriseKind
  uscc: ID
  inner: [Filter!]
}

type Citizen @key(fields: "cid") {
  cid: ID! @inaccessible
  nation: String
}

type EnterpriseRegistration {
  number: ID!
  uscc: ID
  """由此产生的办件 · The matter that was opened"""
  matter: Matter
}

union Found = Enterprise | Citizen

type Query {
  enterprise(creditCode: ID!): Enterprise
  search(filter: Filter, kinds: [EnterpriseKind!]): [Found!]
}

type Mutation {
  registerEnterprise(name: String!, kind: EnterpriseKind): EnterpriseRegistration
}

type Matter @key(fields: "id", resolvable: false) {
  id: ID!
}
'''
    )


async def test_a_root_fetch_travels_in_the_departments_words_and_comes_back_in_the_graphs(subgraph, planned):
    fetch = planned(
        """{ enterprise(creditCode: $code) { __typename name k: kind up: parent { t: __typename creditCode kind }
             history(kind: LIMITED) { kind } } }""",
        variables=[("code", "ID!")],
    )
    prepared = subgraph().prepare(fetch)
    assert prepared.asking.document == (
        "query Op($code: ID!) {\n  enterprise: entity(uscc: $code) {\n    __typename\n    name: entName\n"
        "    k: regKind\n    up: parent {\n      t: __typename\n      creditCode: uscc\n      kind: regKind\n    }\n"
        "    history(kind: A) {\n      kind\n    }\n  }\n}"
    )
    result = await prepared.run({"code": "1", "other": CANARY}, (), FetchContext())
    assert result.errors == ()
    assert result.data == {
        "enterprise": {
            "__typename": "Enterprise",
            "name": "甲",
            "k": "LIMITED",
            "up": {"t": "Enterprise", "creditCode": "2", "kind": "B"},
            "history": [{"kind": "LIMITED"}],
        }
    }


async def test_variables_and_literals_are_renamed_inside_inputs_and_lists(subgraph, planned, asked):
    fetch = planned(
        """{ a: search(filter: $filter, kinds: $kinds) { __typename ... on Enterprise { kind } ... on Citizen { nation } }
             b: search(filter: {kind: LIMITED, inner: [{kind: B}]}, kinds: [LIMITED]) { __typename } }""",
        variables=[("filter", "Filter"), ("kinds", "[EnterpriseKind!]")],
    )
    result = (
        await subgraph()
        .prepare(fetch)
        .run(
            {"filter": {"kind": "LIMITED", "uscc": "1", "inner": [{"kind": "B"}]}, "kinds": ["LIMITED", "B"]},
            (),
            FetchContext(),
        )
    )
    assert result.errors == ()
    assert result.data["a"] == [
        {"__typename": "Enterprise", "kind": "LIMITED"},
        {"__typename": "Citizen", "nation": "汉"},
    ]
    assert asked == [
        ({"kindIs": "A", "uscc": "1", "inner": [{"kindIs": "B"}]}, ["A", "B"]),
        ({"kindIs": "A", "inner": [{"kindIs": "B"}]}, ["A"]),
    ]


async def test_an_entity_fetch_renames_representations_and_places_errors(subgraph, planned, asked):
    fetch = planned(
        "{ ... on Enterprise { name kind } ... on Citizen { nation } }", ["Enterprise", "Citizen"]
    )
    keys = ["1", "404", "!FORBIDDEN", "!NOT_FOUND"]
    representations = [{"__typename": "Enterprise", "creditCode": key} for key in keys]
    representations.append({"__typename": "Citizen", "cid": CANARY})
    result = await subgraph().prepare(fetch).run({}, representations, FetchContext())
    assert result.entities == [
        {"name": "甲", "kind": "LIMITED"},
        None,
        {"name": None, "kind": None},
        {"name": None, "kind": None},
        {"nation": "汉"},
    ]
    assert [(error.code, error.path, error.department) for error in result.errors] == [
        (ErrorCode.FORBIDDEN, (2, "name"), "samr")
    ]
    assert {"__typename": "LegalEntity", "uscc": "1"} in asked
    assert CANARY not in repr(result.errors)


@pytest.mark.parametrize(
    ("upstream", "code"),
    [
        ("UNAUTHENTICATED", ErrorCode.BACKEND_AUTH),
        ("FORBIDDEN", ErrorCode.FORBIDDEN),
        ("BAD_USER_INPUT", ErrorCode.BAD_USER_INPUT),
        ("NOT_FOUND", None),
        ("SOMETHING", ErrorCode.DEPARTMENT_ERROR),
        ("", ErrorCode.DEPARTMENT_ERROR),
    ],
)
async def test_upstream_codes_become_ours_and_their_words_stay_out(subgraph, planned, caplog, upstream, code):
    with caplog.at_level(logging.DEBUG):
        fetch = planned("{ e: enterprise(creditCode: $c) { name } }", variables=[("c", "ID!")])
        result = await subgraph().prepare(fetch).run({"c": f"!{upstream}"}, (), FetchContext())
    assert result.data == {"e": None}
    assert [(error.code, error.path) for error in result.errors] == ([(code, ("e",))] if code else [])
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("ariadne")]
    assert CANARY not in repr(result) + "".join(ours)


async def test_a_rule_of_the_envelope_may_show_the_departments_words(subgraph, planned):
    envelope = Envelope(
        errors=(
            ErrorRule("code == 'TAKEN'", "CONFLICT", show=True),
            ErrorRule("fault.errors[0].extensions.code == 'X'", "NOT_FOUND", True),
            ErrorRule("true", "MAINTENANCE"),
        )
    )
    fetch = planned("{ e: enterprise(creditCode: $c) { name } }", variables=[("c", "ID!")])
    prepared = subgraph(envelope=envelope).prepare(fetch)
    (error,) = (await prepared.run({"c": "!TAKEN"}, (), FetchContext())).errors
    assert (error.code, error.message) == (ErrorCode.CONFLICT, f"{CANARY} is not for you")
    assert (await prepared.run({"c": "!X"}, (), FetchContext())).errors == ()
    assert (await prepared.run({"c": "!NOT_FOUND"}, (), FetchContext())).errors == ()
    (error,) = (await prepared.run({"c": "!OTHER"}, (), FetchContext())).errors
    assert error.code is ErrorCode.DEPARTMENT_MAINTENANCE


async def test_a_transaction_gives_its_number_though_nobody_asked_and_matter_is_left_to_the_gateway(
    subgraph, planned, asked
):
    fetch = planned(
        "mutation { r: registerEnterprise(name: $n, kind: LIMITED) { matter { id } } }",
        variables=[("n", "String!")],
    )
    result = await subgraph().prepare(fetch).run({"n": "新"}, (), FetchContext(idempotency_key="k-9"))
    assert result.errors == ()
    assert result.data == {"r": {}}
    (issued,) = result.issued
    assert (issued.response_key, issued.service, issued.number) == ("r", "samr.registerEnterprise", "REG-1")
    assert asked == [("新", "A", "k-9")]
    fetch = planned("mutation { registerEnterprise(name: $n) { no: number } }", variables=[("n", "String!")])
    result = await subgraph().prepare(fetch).run({"n": "新"}, (), FetchContext())
    assert result.data == {"registerEnterprise": {"no": "REG-1"}}
    assert result.issued[0].number == "REG-1"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/html", ErrorCode.BACKEND_AUTH),
        ("/text", ErrorCode.DEPARTMENT_ERROR),
        ("/errors-text", ErrorCode.DEPARTMENT_ERROR),
        ("/errors-texts", ErrorCode.DEPARTMENT_ERROR),
    ],
)
async def test_what_is_no_graphql_answer_is_a_typed_error(subgraph, planned, path, code):
    fetch = planned("{ ... on Enterprise { name } }", ["Enterprise"])
    result = (
        await subgraph(path)
        .prepare(fetch)
        .run({}, [{"__typename": "Enterprise", "creditCode": "1"}], FetchContext())
    )
    assert result.entities == [None]
    assert [error.code for error in result.errors] == [code]
    assert CANARY not in repr(result)


async def test_a_department_that_is_away_is_unavailable(channel_to, planned):
    away = PassedThrough(
        "samr", expose(SDL, CHOICE, federation=True), channel_to("http://127.0.0.1:1"), Judge("samr")
    )
    result = await away.prepare(planned('{ enterprise(creditCode: "1") { name } }')).run(
        {}, (), FetchContext()
    )
    assert [error.code for error in result.errors] == [ErrorCode.DEPARTMENT_UNAVAILABLE]
    assert result.data is None


async def test_why_an_address_is_not_asked_is_the_operators_to_know(planned):
    transport = Transport(clock=SystemClock())
    channel = Channel(transport, "http://10.0.0.1/graphql", clock=SystemClock())
    subgraph = PassedThrough("samr", expose(SDL, CHOICE, federation=True), channel, Judge("samr"))
    result = await subgraph.prepare(planned('{ enterprise(creditCode: "1") { name } }')).run(
        {}, (), FetchContext()
    )
    await transport.close()
    assert [error.code for error in result.errors] == [ErrorCode.DEPARTMENT_UNAVAILABLE]
    assert "TONGBAN_EGRESS_ALLOW" in result.errors[0].detail
    assert "EGRESS" not in result.errors[0].message


def test_a_hidden_key_stays_for_joining_but_out_of_sight():
    sdl = expose(SDL, Expose(hide=("LegalEntity.uscc",)), federation=True).sdl
    assert "uscc: ID! @inaccessible" in sdl
    assert 'type LegalEntity @key(fields: "uscc")' in sdl


def test_a_plain_backend_gives_only_what_is_included_and_what_that_leads_to():
    plain = "schema { query: Q } type Q { a(k: Kind): A b: B } type A { x: A y: Int } type B { z: Int } enum Kind { L }"
    sdl = expose(plain, Expose(include=("Query.a",)), federation=False).sdl
    assert "type A @shareable" in sdl
    assert "enum Kind" in sdl
    assert "type B" not in sdl
    assert 'import: ["@key", "@shareable"]' in sdl
    with pytest.raises(SdlRefused, match="include"):
        expose(plain, Expose(), federation=False)


def test_one_reading_serves_any_number_of_choices():
    read = Definitions(read_sdl(SDL))
    narrow = expose(read, Expose(hide=("LegalEntity.secret", "Event")), federation=True)
    assert "Event" not in narrow.types
    assert expose(read, CHOICE, federation=True) == expose(SDL, CHOICE, federation=True)


def test_federation_1_keeps_its_extensions_and_field_sets_are_renamed_deeply():
    old = """type A @key(fields: "id org { no }") { id: ID! org: Org } type Org { no: ID! }
             extend type P @key(fields: "p") { p: ID! @external w: Int @external c: Int @requires(fields: "w") }
             type Query { a: A @provides(fields: "org { no }") }"""
    choice = Expose(rename={"Org.no": "number", "A.id": "code", "P.w": "weight"})
    sdl = expose(old, choice, federation=True).sdl
    assert '@key(fields: "code org { number }")' in sdl
    assert '@provides(fields: "org { number }")' in sdl
    assert '@requires(fields: "weight")' in sdl
    assert "extend type P" in sdl
    assert "@link" not in sdl


@pytest.mark.parametrize(
    "choice",
    [
        Expose(hide=("Query.nothing",)),
        Expose(hide=("Nothing",)),
        Expose(rename={"LegalEntity.nothing": "x"}),
        Expose(rename={"Nothing": "x"}),
        Expose(rename={"Query.entity.nothing": "x"}),
        Expose(rename={"LegalEntity.entName": "secret"}),
        Expose(rename={"LegalEntity": "Citizen"}),
        Expose(describe={"LegalEntity.nothing": Words("无", "")}),
    ],
)
def test_naming_what_is_not_there_or_there_twice_is_refused(choice):
    with pytest.raises(SdlRefused):
        expose(SDL, choice, federation=True)


@pytest.mark.parametrize("text", ["", "type", b"\xff", "{" * 5000])
def test_an_sdl_that_can_not_be_read_is_refused(text):
    with pytest.raises(SdlRefused):
        expose(text, Expose(), federation=True)
