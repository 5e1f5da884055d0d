from __future__ import annotations

import pytest

from connectors.backend import Slot
from connectors.expressions import SlotError, compile_fill, parse_template, slots_in

VALUES = {
    "args": {"name": "甲", "on": "2026-01-05", "sex": "MALE", "kinds": ["a", "b"], "zero": 0},
    "key": {"cid": "9901"},
    "keys": [{"no": "1"}, {"no": "2"}],
    "parent": {"plate": "A1"},
    "citizen": {"cid": "9902", "name": "乙", "mobile": None},
    "request": {"id": "r", "key": None, "now": "t"},
}


def filled(tree: object) -> object:
    return compile_fill(parse_template(tree))(VALUES)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("$name", "甲"),
        ("$args.name", "甲"),
        ("$key.cid", "9901"),
        ("$keys[*].no", ["1", "2"]),
        ("$parent.plate", "A1"),
        ("$citizen.name", "乙"),
        ("$zero", 0),
        ("$$5", "$5"),
        ("plain", "plain"),
        ({"slot": "$on", "format": "yyyyMMdd"}, "20260105"),
        ({"slot": "$sex", "enum": {"MALE": "1"}}, "1"),
        ({"slot": "$kinds", "join": ","}, "a,b"),
    ],
)
def test_a_slot_is_filled_with_its_value(template: object, value: object) -> None:
    assert filled(template) == value


def test_a_member_without_a_value_is_left_out_and_a_constant_null_stays() -> None:
    tree = {"a": "$absent", "b": None, "c": {"d": "$citizen.mobile", "e": 1}, "f": ["$absent", "x"]}
    assert filled(tree) == {"b": None, "c": {"e": 1}, "f": ["x"]}


def test_what_one_request_changes_the_next_does_not_see() -> None:
    fill = compile_fill(parse_template({"a": 1}))
    first = fill(VALUES)
    first["a"] = 2
    assert fill(VALUES) == {"a": 1}


@pytest.mark.parametrize(
    "text",
    ["$", "$9", "$key", "$keys.no", "$key[*].no", "$citizen.password", "$request.headers", "$a b", "${x}"],
)
def test_what_is_no_slot_is_refused(text: str) -> None:
    with pytest.raises(SlotError):
        parse_template({"deep": [text]})


def test_the_platforms_account_id_is_offered_to_no_department() -> None:
    known = ", ".join(rf"\$citizen\.{name}" for name in ("cid", "name", "mobile", "sub"))
    with pytest.raises(SlotError, match=f"there are {known}$"):
        parse_template("$citizen.account")


def test_every_slot_of_a_template_is_found() -> None:
    tree = parse_template({"a": ["$x", {"b": {"slot": "$key.y", "join": ","}}], "c": "$keys[*].z"})
    assert list(slots_in(tree)) == [Slot("args", ("x",)), Slot("key", ("y",)), Slot("keys", ("z",), True)]
