"""``@authenticated``, ``@requiresScopes``, ``@policy``: who may have what, field by field, in the pipeline."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from gateway.stages.authorize import authorize
from gateway.types import MOST_PLANS
from tests.federation.in_memory import InMemorySubgraph
from tests.gateway.house import House, KnownLogins, arrived, generation_of, plan, prepared, service
from tongban.caller import ANONYMOUS, Caller
from tongban.errors import ErrorCode
from tongban.settings import Settings

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", '
    '"@external", "@requires", "@authenticated", "@requiresScopes", "@policy"])\n'
)
DESK = (
    LINK
    + """
type Query {
  open: Int
  mine: Int @authenticated
  staff: Int @requiresScopes(scopes: [["staff", "read"], ["root"]])
  calm: Int @policy(policies: [["calm"]])
  files: [File]
  clerk: Clerk
  listed: Int
}
type Mutation { stamp: Int @requiresScopes(scopes: [["stamp"]]) knock: Int }
interface File { title: String }
type Public implements File { title: String }
type Secret implements File @authenticated { title: String body: String @requiresScopes(scopes: [["read"]]) }
type Clerk @key(fields: "badge") { badge: ID! @authenticated name: String wage: Int @authenticated }
"""
)
PAYROLL = (
    LINK
    + """
type Query { payday: Int }
type Clerk @key(fields: "badge") {
  badge: ID! @authenticated
  wage: Int @external
  phone: Int
  bonus: Int @requires(fields: "wage") @authenticated
}
"""
)
FILES = [{"__typename": "Public", "title": "news"}, {"__typename": "Secret", "title": "plan", "body": "…"}]
KNOWN = Caller("a-person", level=1)
READER = replace(KNOWN, scopes=frozenset({"read", "other"}))
TOKENS = {
    "known": KNOWN,
    "reader": READER,
    "staff": replace(KNOWN, scopes=frozenset({"staff", "read", "stamp"})),
}


class Desk(House):
    """A house with two subgraphs that demand something; ``desk`` and ``payroll`` keep what they were asked."""

    desk: InMemorySubgraph
    payroll: InMemorySubgraph


def desk(**settings: Any) -> Desk:
    root = {"open": 1, "mine": 2, "staff": 3, "calm": 4, "files": FILES, "listed": 5, "stamp": 6, "knock": 7}
    clerk = {"__typename": "Clerk", "badge": "b", "name": "Ada", "wage": 10}
    first = InMemorySubgraph("desk", DESK, root={**root, "clerk": clerk}, entities=lambda _: clerk)
    second = InMemorySubgraph(
        "payroll",
        PAYROLL,
        root={"payday": 1},
        entities=lambda r: {**r, "phone": 110, "bonus": r.get("wage", 0) + 1},
    )
    listed = service("guide.listed", "Query.listed", assurance=2, classification="L3")
    house = Desk(generation_of(first, second, services=(listed,)), Settings(**settings), KnownLogins(TOKENS))
    house.desk, house.payroll = first, second
    return house


async def asked(
    house: House, document: str, token: str | None = None
) -> tuple[int, Any, list[tuple[str, Any]]]:
    """Status, data, and code with path of each error."""
    header = f"Bearer {token}" if token else None
    response = await house.answer(arrived(document, authorization=header))
    body = orjson.loads(response.body)
    errors = [(error["extensions"]["code"], error.get("path")) for error in body.get("errors", ())]
    return response.status, body.get("data"), errors


def fetched(house: Desk) -> str:
    return " ".join(document for each in (house.desk, house.payroll) for document, _ in each.asked)


async def test_a_stranger_gets_what_is_open_and_null_for_the_rest() -> None:
    house = desk()
    status, data, errors = await asked(house, "{ open mine staff calm }")
    assert (status, data) == (200, {"open": 1, "mine": None, "staff": None, "calm": None})
    assert sorted(errors) == [("UNAUTHENTICATED", [name]) for name in ("calm", "mine", "staff")]
    assert not any(name in fetched(house) for name in ("mine", "staff", "calm"))


async def test_where_nothing_is_open_the_answer_is_null_and_nobody_is_asked() -> None:
    house = desk()
    assert await asked(house, "{ mine }") == (200, {"mine": None}, [("UNAUTHENTICATED", ["mine"])])
    assert fetched(house) == ""


async def test_a_login_is_enough_where_nothing_else_is_demanded() -> None:
    status, data, errors = await asked(desk(), "{ open mine staff calm }", "known")
    assert (status, data) == (200, {"open": 1, "mine": 2, "staff": None, "calm": None})
    assert sorted(errors) == [("FORBIDDEN", ["calm"]), ("FORBIDDEN", ["staff"])]


async def test_all_scopes_of_one_alternative_are_needed() -> None:
    assert (await asked(desk(), "{ staff }", "reader"))[1] == {"staff": None}
    assert await asked(desk(), "{ staff }", "staff") == (200, {"staff": 3}, [])


async def test_policies_are_those_of_the_token() -> None:
    house = desk()
    house.login = KnownLogins({"calm": replace(KNOWN, policies=frozenset({"calm"}))})
    assert await asked(house, "{ calm }", "calm") == (200, {"calm": 4}, [])


async def test_a_mutation_that_is_refused_does_nothing() -> None:
    house = desk()
    assert await asked(house, "mutation { stamp knock }", "known") == (
        200,
        {"stamp": None, "knock": 7},
        [("FORBIDDEN", ["stamp"])],
    )
    assert "stamp" not in fetched(house)


async def test_behind_an_interface_each_object_decides() -> None:
    house = desk()
    document = "{ files { title ... on Secret { body } } }"
    status, data, errors = await asked(house, document)
    assert (status, data) == (200, {"files": [{"title": "news"}, {"title": None, "body": None}]})
    assert sorted(errors) == [
        ("UNAUTHENTICATED", ["files", 1, "body"]),
        ("UNAUTHENTICATED", ["files", 1, "title"]),
    ]
    assert "body" not in fetched(house)
    assert (await asked(house, document, "known"))[2] == [("FORBIDDEN", ["files", 1, "body"])]
    assert (await asked(house, document, "reader"))[2] == []


async def test_a_type_that_is_refused_is_not_named_either() -> None:
    status, data, errors = await asked(desk(), "{ files { __typename } }")
    assert (status, data) == (200, {"files": [{"__typename": "Public"}, None]})
    assert errors == [("UNAUTHENTICATED", ["files", 1, "__typename"])]


async def test_a_key_joins_but_is_not_told() -> None:
    house = desk()
    status, data, errors = await asked(house, "{ clerk { name phone } }")
    assert (status, data, errors) == (200, {"clerk": {"name": "Ada", "phone": 110}}, [])
    status, data, errors = await asked(house, "{ clerk { name badge } }")
    assert (data, errors) == ({"clerk": None}, [("UNAUTHENTICATED", ["clerk", "badge"])])


async def test_a_requirement_is_no_way_around() -> None:
    house = desk()
    _, data, errors = await asked(house, "{ clerk { name bonus } }")
    assert (data, errors) == (
        {"clerk": {"name": "Ada", "bonus": None}},
        [("UNAUTHENTICATED", ["clerk", "bonus"])],
    )
    assert "wage" not in fetched(house)
    assert (await asked(house, "{ clerk { bonus } }", "known"))[1] == {"clerk": {"bonus": 11}}


async def test_classes_of_departments_still_refuse_a_stranger_as_a_whole() -> None:
    status, data, errors = await asked(desk(), "{ open mine listed }")
    assert (status, data, errors) == (401, None, [("UNAUTHENTICATED", None)])
    assert (await asked(desk(), "{ mine listed }", "known"))[2] == [("STEP_UP_REQUIRED", ["listed"])]


def test_scopes_that_make_no_difference_make_no_verdict_and_no_plan_of_their_own() -> None:
    house = desk()
    assert house.generation is not None
    for number in range(200):
        caller = replace(KNOWN, scopes=frozenset({f"scope-{number}", "read"}))
        given = prepared(house.generation, "{ staff }", caller=caller)
        plan(authorize(given), house.settings)
    assert (len(given.operation.verdicts), len(given.operation.plans)) == (1, 2)


def test_verdicts_and_plans_are_bounded_and_made_again() -> None:
    fields = "\n".join(f'f{n}: Int @requiresScopes(scopes: [["s{n}"]])' for n in range(9))
    generation = generation_of(InMemorySubgraph("a", f"{LINK} type Query {{ {fields} }}"), services=())
    document = "{ " + " ".join(f"f{n}" for n in range(9)) + " }"

    def judged(number: int) -> list[str]:
        names = frozenset(f"s{n}" for n in range(9) if number >> n & 1)
        given = prepared(generation, document, caller=replace(KNOWN, scopes=names))
        found = plan(authorize(given), Settings())
        assert len(given.operation.verdicts) <= MOST_PLANS
        assert len(given.operation.plans) <= MOST_PLANS
        return [name for name in (f"f{n}" for n in range(9)) if name in found.compiled.plan.text()]

    for number in (*range(200), 0, 1, 5):
        assert judged(number) == [f"f{n}" for n in range(9) if number >> n & 1]


def test_many_plans_of_one_operation_weigh_on_the_cache() -> None:
    fields = "\n".join(f'f{n}: Int @requiresScopes(scopes: [["s{n}"]])' for n in range(6))
    generation = generation_of(InMemorySubgraph("a", f"{LINK} type Query {{ {fields} }}"), services=())
    long = f"query {'x' * 12_000} {{ f0 f1 f2 f3 f4 f5 }}"
    for number in range(64):
        names = frozenset(f"s{n}" for n in range(6) if number >> n & 1)
        given = prepared(generation, long, caller=replace(KNOWN, scopes=names))
        plan(authorize(given), Settings())
    assert len(given.operation.plans) == 4
    assert len(given.operation.plans) * given.operation.weight <= generation.operations.heaviest


@pytest.mark.parametrize(
    ("caller", "code"), [(ANONYMOUS, ErrorCode.UNAUTHENTICATED), (KNOWN, ErrorCode.FORBIDDEN)]
)
def test_a_refusal_names_the_field_and_no_right(caller: Caller, code: ErrorCode) -> None:
    house = desk()
    assert house.generation is not None
    refusals = authorize(prepared(house.generation, "{ staff }", caller=caller)).refusals
    assert refusals["Query.staff"].code is code
    assert str(refusals["Query.staff"]).startswith("Query.staff needs ")
    assert "root" not in str(refusals["Query.staff"])
