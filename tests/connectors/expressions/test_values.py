from __future__ import annotations

from typing import Any

import pytest
from graphql import parse_type
from hypothesis import given
from hypothesis import strategies as st

from connectors.expressions.values import ValueOptions, compile_value

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def read(type_text: str, raw: Any, names: tuple[str, ...] | None = None, **options: Any) -> tuple[Any, int]:
    unfit: list[int] = []
    convert = compile_value(parse_type(type_text), ValueOptions(**options), names, lambda: unfit.append(1))
    return convert(raw), len(unfit)


@pytest.mark.parametrize(
    ("type_text", "raw", "value"),
    [
        ("String", 12, "12"),
        ("String", True, "true"),
        ("String", "", None),
        ("ID!", 7, "7"),
        ("Int", "42", 42),
        ("Int", 3.0, 3),
        ("Float", "1.50", 1.5),
        ("Boolean", "1", True),
        ("Boolean", "false", False),
        ("Decimal", "12.30", "12.30"),
        ("Decimal", 1e21, "1000000000000000000000"),
        ("[String!]", "one", ["one"]),
        ("[String!]", ["a", "", None, "b"], ["a", "b"]),
        ("[String]", ["a", None], ["a", None]),
        ("[[Int]]", [[1], None], [[1], None]),
    ],
)
def test_a_value_that_fits_is_read(type_text: str, raw: Any, value: Any) -> None:
    assert read(type_text, raw) == (value, 0)


@pytest.mark.parametrize(
    ("type_text", "raw"),
    [
        ("Int", "many"),
        ("Int", 2**31),
        ("Int", True),
        ("Float", "NaN"),
        ("Float", float("inf")),
        ("Boolean", "perhaps"),
        ("Decimal", "1,000"),
        ("String", {"a": 1}),
        ("ID", 1.5),
        ("Date", "tomorrow"),
    ],
)
def test_a_value_that_breaks_its_type_is_null_and_counted(type_text: str, raw: Any) -> None:
    assert read(type_text, raw) == (None, 1)


def test_enums_map_words_and_fall_back_to_else() -> None:
    names = ("ACTIVE", "UNKNOWN")
    assert read("State", "1", names, enum={"1": "ACTIVE"}) == ("ACTIVE", 0)
    assert read("State", 1, names, enum={"1": "ACTIVE"}) == ("ACTIVE", 0)
    assert read("State", "9", names, enum={"1": "ACTIVE"}, otherwise="UNKNOWN") == ("UNKNOWN", 0)
    assert read("State", "9", names, enum={"1": "ACTIVE"}) == (None, 1)
    assert read("State", "ACTIVE", names) == ("ACTIVE", 0)


def test_money_in_fen_is_scaled_without_floats() -> None:
    assert read("Decimal", 12345, scale=100) == ("123.45", 0)
    assert read("Decimal", "10", scale=100) == ("0.1", 0)


@given(
    st.sampled_from(["String", "ID", "Int", "Float", "Boolean", "Decimal", "Date", "DateTime", "[Int!]"]),
    JSON,
)
def test_no_data_makes_reading_fail(type_text: str, raw: Any) -> None:
    read(type_text, raw)
