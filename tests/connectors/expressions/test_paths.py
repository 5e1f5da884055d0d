from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.expressions import PathError, compile_path, parse_path

NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters='.[]"'),
    min_size=1,
    max_size=8,
).filter(lambda name: name != "@" and name == name.strip())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("@", {"a": 1}, {"a": 1}),
        ("a", {"a": 1}, 1),
        ("住所.详细地址", {"住所": {"详细地址": "甲路1号"}}, "甲路1号"),
        ("list.no", {"list": [{"no": 1}, {"no": 2}, {}]}, [1, 2, None]),
        ("list[1].no", {"list": [{"no": 1}, {"no": 2}]}, 2),
        ("list[0].no", {"list": {"no": 1}}, 1),
        ("list[7]", {"list": [1]}, None),
        ("item.@id", {"item": {"@id": "x"}}, "x"),
        ('"a.b".c', {"a.b": {"c": 3}}, 3),
        ("a.b.c.d", {"a": {"b": None}}, None),
        ("a.b", {"a": 5}, None),
    ],
)
def test_a_path_finds_what_it_names(path: str, value: object, found: object) -> None:
    assert compile_path(path)(value) == found


@pytest.mark.parametrize("path", ["", " ", ".", "a.", ".a", "a..b", "a[", "a[x]", "a]b"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(PathError):
        parse_path(path)


@given(st.lists(NAMES, min_size=1, max_size=5), st.text(max_size=3))
def test_a_path_of_any_names_finds_the_value_that_is_there(names: list[str], value: str) -> None:
    tree: object = value
    for name in reversed(names):
        tree = {name: tree}
    assert compile_path(".".join(names))(tree) == value


@given(st.lists(NAMES, min_size=1, max_size=4), JSON)
def test_no_data_makes_a_path_fail(names: list[str], data: object) -> None:
    compile_path(".".join(names))(data)
