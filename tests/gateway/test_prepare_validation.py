"""Validation (GraphQL specification, 5) as *prepare* does it: each rule refuses a document, and says where."""

from __future__ import annotations

import pytest
from graphql import parse, validate

from gateway.generation import Generation
from gateway.stages.prepare import DocumentRefused
from tests.federation.execution.specification.kitchen import SDL, resolvers, whole_schema
from tests.federation.in_memory import LINK, InMemorySubgraph
from tests.gateway.house import generation_of, prepared
from tongban.errors import CallerFault, ErrorCode

RULES = {
    "5.3.1 a field is the type's": "{ nobody }",
    "5.3.1 a field is the object's": "{ hero { barks } }",
    "5.3.1 a union has no fields": "{ pet { name } }",
    "5.3.1 an interface has its own fields only": "{ named { age } }",
    "5.3.2 one key, one field": "{ hero { name: age name } }",
    "5.3.2 one key, the same arguments": "{ show(int: 1) show(int: 2) }",
    "5.3.2 one key, one shape": "{ pets { ... on Dog { x: barks } ... on Cat { x: name } } }",
    "5.3.3 a leaf has nothing below": "{ whole { x } }",
    "5.3.3 an object has something below": "{ hero }",
    "5.4.1 an argument is the field's": "{ show(nobody: 1) }",
    "5.4.1 an argument is the directive's": "{ whole @skip(when: true) }",
    "5.4.2 an argument stands once": "{ show(int: 1, int: 2) }",
    "5.4.2.1 a required argument is there": "{ need }",
    "5.4.2.1 a required argument is not null": "{ need(int: null) }",
    "5.5.1.1 fragments have names of their own": (
        "{ hero { ...F } } fragment F on Hero { name } fragment F on Hero { age }"
    ),
    "5.5.1.2 a fragment's type exists": "{ hero { ... on Nobody { name } } }",
    "5.5.1.3 a fragment is on a composite type": "{ hero { ... on Int { name } } }",
    "5.5.1.4 a fragment is used": "{ whole } fragment F on Hero { name }",
    "5.5.2.1 a spread fragment exists": "{ hero { ...F } }",
    "5.5.2.2 fragments lead to no circle": "{ hero { ...F } } fragment F on Hero { friend { ...F } }",
    "5.5.2.3 a fragment can apply": "{ hero { ... on Dog { name } } }",
    "5.6.1 an int literal": '{ show(int: "1") }',
    "5.6.1 an int literal in range": "{ show(int: 2147483648) }",
    "5.6.1 a text literal": "{ show(string: 1) }",
    "5.6.1 an enum literal": '{ show(colour: "RED") }',
    "5.6.1 an enum's value": "{ show(colour: PINK) }",
    "5.6.1 a list's items": '{ show(list: [1, "2"]) }',
    "5.6.2 an input field exists": "{ show(box: { wide: 1, deep: 2 }) }",
    "5.6.3 an input field stands once": "{ show(box: { wide: 1, wide: 2 }) }",
    "5.6.4 a required input field is there": "{ show(box: { high: 1 }) }",
    "5.7.1 a directive exists": "{ whole @nobody }",
    "5.7.2 a directive stands where it may": "query @skip(if: true) { whole }",
    "5.7.3 a directive stands once": "{ whole @skip(if: true) @skip(if: false) }",
    "5.8.1 a variable is declared once": "query($v: Int, $v: Int) { show(int: $v) }",
    "5.8.2 a variable is of an input type": "query($v: Hero) { show(int: $v) }",
    "5.8.3 a variable is declared": "{ show(int: $v) }",
    "5.8.3 a variable in a fragment is declared": "{ ...F } fragment F on Query { show(int: $v) }",
    "5.8.4 a variable is used": "query($v: Int) { whole }",
    "5.8.5 a variable fits its place": "query($v: String) { show(int: $v) }",
    "5.8.5 a nullable variable at a required place": "query($v: Int) { need(int: $v) }",
    "5.8.5 a list of nullable items at a place of required ones": "query($v: [Int]!) { show(must: $v) }",
}


@pytest.fixture(scope="module")
def generation() -> Generation:
    return generation_of(InMemorySubgraph("kitchen", LINK + SDL, resolvers({})))


@pytest.mark.parametrize("document", RULES.values(), ids=RULES.keys())
def test_a_document_that_breaks_a_rule_is_refused_where_graphql_core_says(
    generation: Generation, document: str
) -> None:
    with pytest.raises(CallerFault) as caught:
        prepared(generation, document)
    assert caught.value.code is ErrorCode.GRAPHQL_VALIDATION_FAILED
    assert isinstance(caught.value, DocumentRefused)
    expected = validate(whole_schema({}), parse(document))
    assert [error.locations for error in caught.value.errors] == [error.locations for error in expected]


@pytest.mark.parametrize("document", ["query A { whole } query A { big }", "{ whole } query A { big }"])
def test_operations_that_no_name_tells_apart_are_refused_before_any_rule(
    generation: Generation, document: str
) -> None:
    with pytest.raises(CallerFault) as caught:
        prepared(generation, document)
    assert caught.value.code is ErrorCode.OPERATION_RESOLUTION_FAILURE
