"""Value Completion (6.4.3), Result Coercion (3.5) and Handling Field Errors (6.4.4), all of it left to the engine: the
subgraph hands out whatever it holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.federation.execution.specification.kitchen import ANN, ROOT, answers

NAMELESS = {"__typename": "Hero", "name": None, "age": 1, "friend": ANN, "friends": [], "pet": None}
FRIENDLESS = {**ANN, "friends": None}
HALF = {**ANN, "friends": [ANN, None]}
PLAIN = "{ hero { name } whole }"
FRIENDS = "{ hero { name friends { name } } whole }"

FITTING: dict[str, tuple[str, dict[str, Any]]] = {
    "null of an object": (PLAIN, {"hero": None}),
    "null of a list": ("{ numbers pets { __typename } }", {"numbers": None, "pets": None}),
    "nulls in a list": ("{ numbers }", {"numbers": [None, None]}),
    "an empty list": ("{ numbers empty { name } heroes { name } }", {"numbers": [], "heroes": []}),
    "lists of lists": ("{ grid }", {"grid": [[], None, [1, 2], [0]]}),
    "ints": ("{ numbers }", {"numbers": [0, -1, 2147483647, -2147483648]}),
    "an int that is written as a float": ("{ whole }", {"whole": 7.0}),
    "floats": ("{ a: big }", {"big": -0.5}),
    "a float that is written as an int": ("{ big }", {"big": 3}),
    "a float of great size": ("{ big }", {"big": 1.7976931348623157e308}),
    "a float beyond every int": ("{ big }", {"big": 2**60}),
    "an enum": ("{ colour }", {"colour": "RED"}),
    "text of all sorts": ("{ hero { name } }", {"hero": {**ANN, "name": 'é "\n\\\u0000 😀'}}),
    "empty text": ("{ hero { name } }", {"hero": {**ANN, "name": ""}}),
    "a custom scalar that is an object": ("{ data }", {"data": {"b": 1, "a": [{}, []]}}),
    "a custom scalar that is text": ("{ data }", {"data": "text"}),
    "a custom scalar that is a number": ("{ data }", {"data": 1.25}),
    "a custom scalar that is false": ("{ data }", {"data": False}),
    "a custom scalar that holds __typename": ("{ data }", {"data": {"__typename": "Dog"}}),
    "more than was asked for": ("{ hero { name } }", {"hero": {**ANN, "surplus": 1}}),
    "a boolean that is false": (
        "{ pet { ... on Dog { barks } } }",
        {"pet": {"__typename": "Dog", "barks": False}},
    ),
}

SPOILED: dict[str, tuple[str, dict[str, Any]]] = {
    "null where null may not be": ("{ hero { name age } whole }", {"hero": NAMELESS}),
    "null where null may not be, in a list of nullable items": (
        "{ pets { ... on Named { name } } whole }",
        {"pets": [{"__typename": "Dog", "name": None}, ROOT["pet"]]},
    ),
    "null where null may not be, in a list of required items": (
        "{ heroes { name } whole }",
        {"heroes": [ANN, NAMELESS]},
    ),
    "a null item of required items": ("{ heroes { name } whole }", {"heroes": [ANN, None]}),
    "a null item of required leaves": ("{ certain whole }", {"certain": [1, None, 2]}),
    "a null item in a list of lists": ("{ grid whole }", {"grid": [[1], [None], None]}),
    "a null at the root that may not be": ("{ sure { name } whole }", {"sure": None}),
    "a null below a required field reaches the root": ("{ sure { name } whole }", {"sure": NAMELESS}),
    "a required list is null": (FRIENDS, {"hero": FRIENDLESS}),
    "an item of a required list of required items is null": (FRIENDS, {"hero": HALF}),
    "several lists deep": (
        "{ heroes { friends { friends { name } } } whole }",
        {"heroes": [{**ANN, "friends": [{**ANN, "friends": [ANN, NAMELESS]}]}]},
    ),
    "two nulls, one object each": (
        "{ a: hero { name } b: hero { friend { name } } }",
        {"hero": {**NAMELESS, "friend": NAMELESS}},
    ),
    "an alias in the path": ("{ mine: hero { called: name } whole }", {"hero": NAMELESS}),
    "a text where a number is due": ("{ whole big }", {"whole": "seven"}),
    "a fraction where an int is due": ("{ whole big }", {"whole": 1.5}),
    "an int out of range": ("{ whole big }", {"whole": 2147483648}),
    "an int out of range in a list": ("{ numbers big }", {"numbers": [1, -2147483649, 3]}),
    "an int out of range among required ones": ("{ certain big }", {"certain": [1, 2**40]}),
    "a text where a float is due": ("{ whole big }", {"big": "much"}),
    "an infinite float": ("{ whole big }", {"big": float("inf")}),
    "no number": ("{ whole big }", {"big": float("nan")}),
    "an unknown value of an enum": ("{ whole colour }", {"colour": "PINK"}),
    "a number where an enum's value is due": ("{ whole colour }", {"colour": 3}),
    "an object where a list is due": ("{ whole numbers }", {"numbers": {"0": 1}}),
    "a number where a list is due": ("{ whole numbers }", {"numbers": 1}),
    "a list where a number is due": ("{ whole big }", {"whole": [1]}),
    "an unknown type of a union": ("{ whole pet { __typename } }", {"pet": {"__typename": "Cow"}}),
    "a type that is no member": ("{ whole pet { __typename } }", {"pet": {"__typename": "Hero"}}),
    "an unknown type among others": (
        "{ pets { ... on Named { name } } }",
        {"pets": [ROOT["pet"], {"__typename": "Cow", "name": "Moo"}]},
    ),
    "no type at all": (
        "{ whole pet { ... on Dog { barks } } }",
        {"pet": {"__typename": None, "barks": True}},
    ),
    "a type that does not implement the interface": (
        "{ whole named { name } }",
        {"named": {"__typename": "Place", "name": "Here"}},
    ),
    "an unknown type of a required item": (
        "{ whole all { name } }",
        {"all": [ANN, {"__typename": "Cow", "name": "Moo"}]},
    ),
}


@pytest.mark.parametrize(("text", "held"), FITTING.values(), ids=FITTING.keys())
def test_values_that_fit_are_completed_as_by_graphql_core(text: str, held: dict[str, Any]) -> None:
    theirs, ours = answers(text, root=held, raw=True)
    assert not theirs.failed
    assert ours == theirs


@pytest.mark.parametrize(("text", "held"), SPOILED.values(), ids=SPOILED.keys())
def test_what_does_not_fit_is_null_with_an_error_and_nulls_go_up_as_in_graphql_core(
    text: str, held: dict[str, Any]
) -> None:
    theirs, ours = answers(text, root=held, raw=True)
    assert theirs.failed
    assert ours == theirs


STRICTER: dict[str, tuple[str, dict[str, Any], str]] = {
    "a number where text is due": ("{ hero { home { street } } }", {"street": 5, "number": 1}, "street"),
    "a boolean where an int is due": (
        "{ hero { home { number } } }",
        {"street": "", "number": True},
        "number",
    ),
    "text where an int is due, however it looks": (
        "{ hero { home { number } } }",
        {"street": "", "number": "7"},
        "number",
    ),
}


@pytest.mark.parametrize(("text", "home", "field"), STRICTER.values(), ids=STRICTER.keys())
def test_a_value_that_a_servers_own_objects_may_have_but_its_json_may_not(
    text: str, home: dict[str, Any], field: str
) -> None:
    """graphql-core coerces a resolver's objects (``True`` → 1). What comes over the wire has been coerced already."""
    theirs, ours = answers(text, root={"hero": {**ANN, "home": home}}, raw=True)
    assert not theirs.failed
    assert ours.paths == (("hero", "home", field),)
