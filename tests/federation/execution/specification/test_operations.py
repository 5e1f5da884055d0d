"""Executing Requests (6.1) and Operations (6.2)."""

from __future__ import annotations

import pytest
from graphql import parse

from federation import NoOperation, compile_operation
from tests.federation.execution.specification.kitchen import answers, composed

TWO = "query A { whole } query B { big } mutation C { add }"
CASES: dict[str, tuple[str, str | None]] = {
    "the only operation": ("{ whole }", None),
    "the only operation, by its name": ("query A { whole }", "A"),
    "the first of several": (TWO, "A"),
    "another of several": (TWO, "B"),
    "a mutation of several": (TWO, "C"),
    "variables of the named one": (
        "query A($v: Int!) { show(int: $v) } query B($v: Int! = 2) { show(int: $v) }",
        "B",
    ),
    "fragments of several operations": (
        "query A { hero { ...F } } query B { sure { ...F } } fragment F on Hero { name }",
        "B",
    ),
    "mutations one after the other": ("mutation { a: add b: add(by: 10) c: add }", None),
    "the same mutation twice under one key runs once": ("mutation { add add add }", None),
    "a mutation in fragments": (
        "mutation { ...F b: add ... on Mutation { c: add(by: 5) } } fragment F on Mutation { a: add }",
        None,
    ),
    "mutations under conditions": (
        "mutation { a: add @skip(if: true) b: add @include(if: true) c: add }",
        None,
    ),
    "a mutation with fields below": (
        "mutation { take(what: { wide: 1 }) { name pet { __typename } } add }",
        None,
    ),
    "a mutation's __typename": ("mutation { __typename add t: __typename }", None),
}


@pytest.mark.parametrize(("text", "name"), CASES.values(), ids=CASES.keys())
def test_the_operation_is_executed_as_by_graphql_core(text: str, name: str | None) -> None:
    theirs, ours = answers(text, name=name)
    assert not theirs.failed
    assert ours == theirs


@pytest.mark.parametrize("name", [None, "D", ""])
def test_an_operation_that_is_not_there_is_not_executed(name: str | None) -> None:
    with pytest.raises(NoOperation):
        compile_operation(composed(), {}, parse(TWO), name)
