"""Composition and planning never disagree: what composes can be planned, and what is objected to cannot."""

from __future__ import annotations

import re
from random import Random

from graphql import parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from federation import PlanBudgetExceeded, Supergraph, Unplannable, judge, plan
from federation.composition.compose import Composer
from federation.composition.rules.satisfiability import MOST_LABELS, label_sets
from tests.federation.composition.asking import asked
from tests.federation.in_memory import LINK
from tests.federation.worlds.generated import world_of

KEY = re.compile(r'@key\(fields: "([^"]+)"\)')


def damaged(dice: Random, sdls: dict[str, str]) -> dict[str, str]:
    """The same with some keys that no longer lead in, so that some of these worlds hang together no more."""

    def close(found: re.Match[str]) -> str:
        return f'@key(fields: "{found[1]}", resolvable: false)' if dice.random() < 0.3 else found[0]

    return {name: KEY.sub(close, sdl) for name, sdl in sdls.items()}


def has_plan(supergraph: Supergraph, operation: str, labels: frozenset[str]) -> bool:
    document = parse(operation)
    assert not validate(supergraph.api_schema, document), operation
    try:
        plan(supergraph, document, active_labels=labels)
    except Unplannable:
        return False
    except PlanBudgetExceeded:
        return True
    return True


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 1 << 32))
def test_what_composes_has_plans_and_what_is_objected_to_has_none(seed: int) -> None:
    dice = Random(seed)
    sdls = dict(world_of(dice).sdls)
    if dice.random() < 0.7:
        sdls = damaged(dice, sdls)
    composition = judge(sdls)
    if composition.supergraph is not None:
        for _ in range(6):
            operation = asked(dice, composition.supergraph.api_schema)
            for labels in label_sets(composition.supergraph.override_labels):
                assert has_plan(composition.supergraph, operation, labels), operation
    objected = [o for o in composition.objections if o.code == "SATISFIABILITY_ERROR"]
    if objected:
        _, unchecked, _ = Composer().merge(sdls)
        for each in objected:
            some = label_sets(unchecked.override_labels)
            assert not all(has_plan(unchecked, each.query, labels) for labels in some), each.query


def test_a_witness_is_the_shortest_operation_that_has_no_plan() -> None:
    a = 'type Query { x(n: Int!): [U] } union U = T | V type T @key(fields: "id") { id: ID! } type V { v: Int }'
    b = 'type T @key(fields: "no") { no: ID! far(of: [Far!]!): T } input Far { n: Int! }'
    found = judge({"a": LINK + a, "b": LINK + b}).objections
    assert [each.query for each in found] == [
        "{ x(n: 1) { ... on T { no } } }",
        "{ x(n: 1) { ... on T { far(of: []) { __typename } } } }",
    ]
    assert found[0].query in found[0].message


def test_it_holds_for_every_set_of_active_labels() -> None:
    """``T.x`` moves from a to b by one label; only a's own is reachable where b has no key."""
    a = 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int y: Int }'
    b = 'type T @key(fields: "id", resolvable: false) { id: ID! x: Int @override(from: "a", label: "percent(5)") }'
    found, *_ = judge({"a": LINK + a, "b": LINK + b}).objections
    assert found.code == "SATISFIABILITY_ERROR"
    assert "percent(5)" in found.message


def test_of_many_labels_the_extremes_and_each_alone_are_looked_at() -> None:
    few = label_sets([f"l{n}" for n in range(MOST_LABELS)])
    assert len(few) == 2**MOST_LABELS
    many = label_sets([f"l{n}" for n in range(10)])
    assert sorted({len(each) for each in many}) == [0, 1, 9, 10]
    assert len(many) == 22
