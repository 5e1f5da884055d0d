"""Coercing Variable Values (6.1.2) and Coercing Field Arguments (6.4.1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.federation.execution.specification.kitchen import answers

ANSWERED: dict[str, tuple[str, dict[str, Any]]] = {
    "no arguments at all: defaults only": ("{ show }", {}),
    "a null instead of a default": ("{ show(given: null) }", {}),
    "an absent variable leaves the argument out": ("query($v: Int) { show(int: $v) }", {}),
    "a null variable is a null argument": ("query($v: Int) { show(int: $v) }", {"v": None}),
    "an absent variable leaves the argument's default": ("query($v: Int) { show(given: $v) }", {}),
    "a null variable overrules the argument's default": ("query($v: Int) { show(given: $v) }", {"v": None}),
    "a variable's default": ("query($v: Int = 5) { show(int: $v) }", {}),
    "a null overrules a variable's default": ("query($v: Int = 5) { show(int: $v) }", {"v": None}),
    "a value overrules a variable's default": ("query($v: Int = 5) { show(int: $v) }", {"v": 6}),
    "a variable's default is null": ("query($v: Int = null) { show(given: $v) }", {}),
    "a nullable variable with a default at a required place": ("query($v: Int = 1) { need(int: $v) }", {}),
    "a nullable variable at a place with a default": (
        "query($v: Colour = BLUE) { need(int: 1, colour: $v) }",
        {},
    ),
    "a variable that nothing declares is passed over": ("query($v: Int) { show(int: $v) }", {"w": 1}),
    "int": ("query($v: Int) { show(int: $v) }", {"v": -7}),
    "int: the greatest": ("query($v: Int) { show(int: $v) }", {"v": 2147483647}),
    "int: the least": ("query($v: Int) { show(int: $v) }", {"v": -2147483648}),
    "int from a float without fraction": ("query($v: Int) { show(int: $v) }", {"v": 3.0}),
    "float": ("query($v: Float) { show(float: $v) }", {"v": 0.5}),
    "float from an int": ("query($v: Float) { show(float: $v) }", {"v": 3}),
    "float: very great": ("query($v: Float) { show(float: $v) }", {"v": 1e308}),
    "float: very small": ("query($v: Float) { show(float: $v) }", {"v": 5e-324}),
    "float from a great int": ("query($v: Float) { show(float: $v) }", {"v": 2**53}),
    "string": ("query($v: String) { show(string: $v) }", {"v": 'é "\n\\ 😀'}),
    "string: empty": ("query($v: String) { show(string: $v) }", {"v": ""}),
    "boolean": ("query($v: Boolean) { show(boolean: $v) }", {"v": False}),
    "id from a string": ("query($v: ID) { show(id: $v) }", {"v": "a1"}),
    "id from an int": ("query($v: ID) { show(id: $v) }", {"v": 7}),
    "enum": ("query($v: Colour) { show(colour: $v) }", {"v": "GREEN"}),
    "custom scalar: object": ("query($v: Json) { show(data: $v) }", {"v": {"a": [1, None, {"b": "c"}]}}),
    "custom scalar: list": ("query($v: Json) { show(data: $v) }", {"v": [1, "two"]}),
    "custom scalar: null": ("query($v: Json) { show(data: $v) }", {"v": None}),
    "custom scalar: literal": ('{ show(data: { a: [1, 2.5, "x", true, null, WORD], b: {} }) }', {}),
    "custom scalar: literal with a variable in it": (
        "query($v: Int) { show(data: { a: [$v], b: $v }) }",
        {"v": 4},
    ),
    "custom scalar: default": ('query($v: Json = { a: "b" }) { show(data: $v) }', {}),
    "list": ("query($v: [Int]) { show(list: $v) }", {"v": [1, None, 2]}),
    "list: empty": ("query($v: [Int]) { show(list: $v) }", {"v": []}),
    "list from a single value": ("query($v: [Int]) { show(list: $v) }", {"v": 1}),
    "list: null": ("query($v: [Int]) { show(list: $v) }", {"v": None}),
    "list of lists": ("query($v: [[Int!]]) { show(lists: $v) }", {"v": [[1], None, []]}),
    "list of lists from a single value": ("query($v: [[Int!]]) { show(lists: $v) }", {"v": 1}),
    "list of lists from a list": ("query($v: [[Int!]]) { show(lists: $v) }", {"v": [1, 2]}),
    "list literal from a single value": ("{ show(list: 1, lists: 2, must: 3) }", {}),
    "list literal with variables": ("query($a: Int, $b: Int) { show(list: [$a, 1, $b]) }", {"a": 5}),
    "required list: default": ("query($v: [Int!]! = [1, 2]) { show(must: $v) }", {}),
    "required list: a default that is one value": ("query($v: [Int!]! = 1) { show(must: $v) }", {}),
    "input object": ("query($v: Box) { show(box: $v) }", {"v": {"wide": 1}}),
    "input object: all fields": (
        "query($v: Box) { show(box: $v) }",
        {
            "v": {
                "wide": 1,
                "high": 3,
                "colour": "RED",
                "tags": ["a"],
                "inner": {"wide": 2},
                "data": {"x": 1},
            }
        },
    ),
    "input object: null overrules a field's default": (
        "query($v: Box) { show(box: $v) }",
        {"v": {"wide": 1, "high": None}},
    ),
    "input object: single value for a list field": (
        "query($v: Box) { show(box: $v) }",
        {"v": {"wide": 1, "tags": "a"}},
    ),
    "input object: nested": (
        "query($v: Box) { show(box: $v) }",
        {"v": {"wide": 1, "inner": {"wide": 2, "inner": {"wide": 3}}}},
    ),
    "input object: default": ("query($v: Box = { wide: 9, tags: [] }) { show(box: $v) }", {}),
    "input object literal: absent variable leaves the field's default": (
        "query($h: Int) { show(box: { wide: 1, high: $h }) }",
        {},
    ),
    "input object literal: null variable": (
        "query($h: Int) { show(box: { wide: 1, high: $h }) }",
        {"h": None},
    ),
    "input object literal: nested variable": (
        "query($w: Int!, $c: Colour) { show(box: { wide: 1, inner: { wide: $w, colour: $c } }) }",
        {"w": 2, "c": "RED"},
    ),
    "literals of every kind": (
        '{ show(int: 1, float: 1, string: """block""", boolean: true, id: 5, colour: RED, list: [null]) }',
        {},
    ),
    "float literals": ("{ a: show(float: 1.5e3) b: show(float: -0.0) c: show(float: 123456789012) }", {}),
    "string escapes": ('{ show(string: "\\u00e9\\t\\"\\\\") }', {}),
    "id literals": ('{ a: show(id: 12) b: show(id: "12") c: show(id: -1) }', {}),
    "one variable in several places": (
        "query($v: Int!) { show(int: $v, given: $v) need(int: $v) }",
        {"v": 2},
    ),
    "all kinds at once": (
        "query($i: Int, $f: Float, $s: String, $b: Boolean, $d: ID, $c: Colour)"
        " { show(int: $i, float: $f, string: $s, boolean: $b, id: $d, colour: $c) }",
        {"i": 1, "f": 2, "s": "3", "b": True, "d": 5, "c": "BLUE"},
    ),
}

REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "a required variable is absent": ("query($v: Int!) { show(int: $v) }", {}),
    "a required variable is null": ("query($v: Int!) { show(int: $v) }", {"v": None}),
    "a required variable with a default is null": ("query($v: Int! = 1) { show(int: $v) }", {"v": None}),
    "a list item is null": ("query($v: [Int!]!) { show(must: $v) }", {"v": [1, None]}),
    "a required list is null": ("query($v: [Int!]!) { show(must: $v) }", {"v": None}),
    "a list item has another type": ("query($v: [Int]) { show(list: $v) }", {"v": [1, "2"]}),
    "int from a string": ("query($v: Int) { show(int: $v) }", {"v": "1"}),
    "int from a boolean": ("query($v: Int) { show(int: $v) }", {"v": True}),
    "int from a fraction": ("query($v: Int) { show(int: $v) }", {"v": 1.5}),
    "int too great": ("query($v: Int) { show(int: $v) }", {"v": 2147483648}),
    "int too small": ("query($v: Int) { show(int: $v) }", {"v": -2147483649}),
    "int from a list": ("query($v: Int) { show(int: $v) }", {"v": [1]}),
    "float from a string": ("query($v: Float) { show(float: $v) }", {"v": "1.5"}),
    "float from a boolean": ("query($v: Float) { show(float: $v) }", {"v": False}),
    "float: infinite": ("query($v: Float) { show(float: $v) }", {"v": float("inf")}),
    "string from an int": ("query($v: String) { show(string: $v) }", {"v": 1}),
    "string from an object": ("query($v: String) { show(string: $v) }", {"v": {}}),
    "string from a list": ("query($v: String) { show(string: $v) }", {"v": ["a"]}),
    "boolean from an int": ("query($v: Boolean) { show(boolean: $v) }", {"v": 1}),
    "boolean from a string": ("query($v: Boolean) { show(boolean: $v) }", {"v": "true"}),
    "id from a boolean": ("query($v: ID) { show(id: $v) }", {"v": True}),
    "id from a fraction": ("query($v: ID) { show(id: $v) }", {"v": 1.5}),
    "enum: unknown value": ("query($v: Colour) { show(colour: $v) }", {"v": "PINK"}),
    "enum: other case": ("query($v: Colour) { show(colour: $v) }", {"v": "red"}),
    "enum from an int": ("query($v: Colour) { show(colour: $v) }", {"v": 0}),
    "input object: a required field is absent": ("query($v: Box) { show(box: $v) }", {"v": {}}),
    "input object: a required field is null": ("query($v: Box) { show(box: $v) }", {"v": {"wide": None}}),
    "input object: an unknown field": ("query($v: Box) { show(box: $v) }", {"v": {"wide": 1, "depth": 2}}),
    "input object from a string": ("query($v: Box) { show(box: $v) }", {"v": "wide"}),
    "input object from a list": ("query($v: Box) { show(box: $v) }", {"v": [{"wide": 1}]}),
    "input object: wrong deep inside": (
        "query($v: Box) { show(box: $v) }",
        {"v": {"wide": 1, "inner": {"wide": "2"}}},
    ),
    "one of several is wrong": ("query($a: Int, $b: Int) { show(int: $a, given: $b) }", {"a": 1, "b": "x"}),
    "an unused part of the operation has it": (
        "query($v: Int!) { hero { name } show(int: $v) @skip(if: true) }",
        {"v": "x"},
    ),
}

NULLED: dict[str, tuple[str, dict[str, Any]]] = {
    "a nullable variable with a default is null at a required place": (
        "query($v: Int = 1) { hero { name } need(int: $v) }",
        {"v": None},
    ),
    "a nullable variable is null where the argument has a default": (
        "query($v: Colour) { need(int: 1, colour: $v) }",
        {"v": None},
    ),
}


@pytest.mark.parametrize("raw", [False, True], ids=["honest", "raw"])
@pytest.mark.parametrize(("text", "variables"), ANSWERED.values(), ids=ANSWERED.keys())
def test_arguments_arrive_as_graphql_core_coerces_them(
    text: str, variables: dict[str, Any], raw: bool
) -> None:
    theirs, ours = answers(text, variables, raw=raw)
    assert not theirs.failed
    assert ours == theirs


@pytest.mark.parametrize(("text", "variables"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_variable_refuses_the_request(text: str, variables: dict[str, Any]) -> None:
    theirs, ours = answers(text, variables)
    assert (theirs.data, theirs.failed) == (None, True)
    assert ours == theirs


@pytest.mark.parametrize(("text", "variables"), NULLED.values(), ids=NULLED.keys())
def test_a_null_where_an_argument_may_not_be_null_costs_its_field_only(
    text: str, variables: dict[str, Any]
) -> None:
    theirs, ours = answers(text, variables)
    assert theirs.failed
    assert ours == theirs
