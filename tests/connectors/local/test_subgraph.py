"""The platform's own schema as a subgraph: root fetches, entity fetches, errors without details."""

from __future__ import annotations

import logging
from dataclasses import replace

import graphene
import pytest
from graphql import OperationType, parse, parse_type, parse_value

from connectors.local import LocalSubgraph
from connectors.local.subgraph import FetchMismatch
from federation.subgraph import FetchContext, PlannedFetch
from tongban.errors import CallerFault, ErrorCode

CANARY = "990101199001011239"


class Matter(graphene.ObjectType):
    id = graphene.ID(required=True)
    state = graphene.String()
    asked_by = graphene.String()
    broken = graphene.String()
    note = graphene.String(size=graphene.Int(required=True))

    @staticmethod
    async def resolve_asked_by(parent, info):
        return info.context.request_id

    @staticmethod
    def resolve_broken(parent, info):
        raise RuntimeError(f"no row for {CANARY}")

    @staticmethod
    def resolve_note(parent, info, size):
        return "x" * size


class Query(graphene.ObjectType):
    matter = graphene.Field(Matter, id=graphene.ID(required=True))
    forbidden = graphene.String()
    broken = graphene.String(required=True)

    @staticmethod
    async def resolve_matter(parent, info, id):
        return {"id": id, "state": "DECIDED"}

    @staticmethod
    def resolve_forbidden(parent, info):
        raise CallerFault(ErrorCode.FORBIDDEN, detail="who it was", department="mca")

    @staticmethod
    def resolve_broken(parent, info):
        raise RuntimeError(f"no row for {CANARY}")


class Subscription(graphene.ObjectType):
    told = graphene.Int(up_to=graphene.Int(required=True))

    @staticmethod
    def subscribe_told(parent, info, up_to):
        if up_to < 0:
            raise CallerFault(ErrorCode.FORBIDDEN, detail=CANARY)
        return numbers(up_to)


async def numbers(up_to):
    for number in range(up_to):
        if number:
            raise RuntimeError(f"no row for {CANARY}")
        yield number


async def matters(representations, context):
    found = {"1": {"id": "1", "state": "A"}, "2": CallerFault(ErrorCode.FORBIDDEN), "3": None}
    return [found[item["id"]] for item in representations]


@pytest.fixture
def subgraph():
    schema = graphene.Schema(query=Query, subscription=Subscription, types=[Matter]).graphql_schema
    return LocalSubgraph("platform", schema, "type Query { a: Int }", {"Matter": matters})


def fetch(text, entity_types=(), variables=()):
    document = parse(text, no_location=True)
    return PlannedFetch(
        "platform",
        OperationType.QUERY,
        document.definitions[0].selection_set,
        tuple(entity_types),
        tuple((name, parse_type(type_)) for name, type_ in variables),
        "Op",
    )


async def test_a_root_fetch_resolves_with_the_context_of_the_request(subgraph):
    prepared = subgraph.prepare(
        fetch("{ m: matter(id: $id) { id state askedBy } }", variables=[("id", "ID!")])
    )
    result = await prepared.run({"id": "7"}, (), FetchContext(request_id="r-1"))
    assert result.data == {"m": {"id": "7", "state": "DECIDED", "askedBy": "r-1"}}
    assert result.errors == ()


async def test_a_variable_with_a_default_may_stand_where_null_may_not(subgraph):
    planned = fetch("{ ... on Matter { note(size: $size) } }", ["Matter"], [("size", "Int")])
    prepared = subgraph.prepare(replace(planned, defaults={"size": parse_value("2")}))
    result = await prepared.run({"size": 3}, [{"__typename": "Matter", "id": "1"}], FetchContext())
    assert result.entities == [{"note": "xxx"}]


async def test_the_schemas_own_subscriptions_give_events_and_no_detail(subgraph):
    planned = replace(
        fetch("{ t: told(upTo: $n) }", variables=[("n", "Int!")]), kind=OperationType.SUBSCRIPTION
    )
    source = subgraph.prepare_events(planned)
    first, last = [event async for event in source.events({"n": 2}, FetchContext())]
    assert first.data == {"t": 0}
    assert last.data is None
    assert [(e.code, e.path) for e in last.errors] == [(ErrorCode.INTERNAL_ERROR, ())]
    (refused,) = [event async for event in source.events({"n": -1}, FetchContext())]
    assert [(e.code, e.path) for e in refused.errors] == [(ErrorCode.FORBIDDEN, ())]
    assert CANARY not in repr((last, refused))


async def test_an_entity_fetch_keeps_places_and_errors_apart(subgraph):
    prepared = subgraph.prepare(
        fetch("{ ... on Matter { __typename id s: state } }", ["Matter"], [("unused", "Int")])
    )
    result = await prepared.run(
        {},
        [
            {"__typename": "Matter", "id": "3"},
            {"__typename": "Matter", "id": "1"},
            {"__typename": "Matter", "id": "2"},
            {"__typename": "Other", "id": "9"},
        ],
        FetchContext(),
    )
    assert result.entities == [None, {"__typename": "Matter", "id": "1", "s": "A"}, None, None]
    assert [(error.code, error.path) for error in result.errors] == [(ErrorCode.FORBIDDEN, (2,))]


async def test_a_failing_field_of_an_entity_names_its_place_and_no_detail(subgraph, caplog):
    prepared = subgraph.prepare(fetch("{ ... on Matter { id broken } }", ["Matter"]))
    with caplog.at_level(logging.DEBUG):
        result = await prepared.run({}, [{"__typename": "Matter", "id": "1"}], FetchContext())
    assert result.entities == [{"id": "1", "broken": None}]
    assert [(error.code, error.path) for error in result.errors] == [
        (ErrorCode.INTERNAL_ERROR, (0, "broken"))
    ]
    assert CANARY not in repr(result) + caplog.text


async def test_an_entity_resolver_that_fails_costs_only_its_own_places(subgraph):
    async def failing(representations, context):
        raise RuntimeError(CANARY)

    broken = LocalSubgraph("platform", subgraph._schema, "", {"Matter": failing})
    result = await broken.prepare(fetch("{ ... on Matter { id } }", ["Matter"])).run(
        {}, [{"__typename": "Matter", "id": "1"}], FetchContext()
    )
    assert result.entities == [None]
    assert [(error.code, error.path) for error in result.errors] == [(ErrorCode.INTERNAL_ERROR, (0,))]
    assert CANARY not in repr(result)


async def test_our_own_errors_keep_their_code_and_any_other_says_nothing(subgraph, caplog):
    with caplog.at_level(logging.DEBUG):
        result = await subgraph.prepare(fetch("{ forbidden }")).run({}, (), FetchContext())
        other = await subgraph.prepare(fetch("{ broken }")).run({}, (), FetchContext())
    assert result.data == {"forbidden": None}
    (error,) = result.errors
    assert (error.code, error.path, error.department) == (ErrorCode.FORBIDDEN, ("forbidden",), "mca")
    assert other.data is None
    assert [(error.code, error.path) for error in other.errors] == [(ErrorCode.INTERNAL_ERROR, ("broken",))]
    assert CANARY not in repr(other) + caplog.text


async def test_a_variable_that_does_not_fit_is_bad_input_and_is_not_quoted(subgraph):
    prepared = subgraph.prepare(
        fetch("{ ... on Matter { note(size: $size) } }", ["Matter"], [("size", "Int!")])
    )
    result = await prepared.run({"size": CANARY}, [{"__typename": "Matter", "id": "1"}], FetchContext())
    assert result.entities == [None]
    assert result.errors[0].code is ErrorCode.BAD_USER_INPUT
    assert CANARY not in repr(result.errors)


@pytest.mark.parametrize(
    ("text", "types"),
    [("{ nothing }", ()), ("{ ... on Query { broken } }", ("Query",)), ("{ matter { id } }", ())],
)
def test_a_fetch_that_does_not_fit_the_schema_is_refused_while_preparing(subgraph, text, types):
    with pytest.raises(FetchMismatch):
        subgraph.prepare(fetch(text, types))
