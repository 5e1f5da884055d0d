"""LIST_SIZE_*."""

from __future__ import annotations

import pytest

from federation import judge

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@listSize"])'
TYPES = "type Page { items: [Int] all: Int }"


def codes(field: str) -> list[str]:
    return [o.code for o in judge({"a": f"{LINK} type Query {{ {field} }} {TYPES}"}).objections]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("x: Int @listSize(assumedSize: 2)", "LIST_SIZE_APPLIED_TO_NON_LIST"),
        ("x: [Int] @listSize(assumedSize: -2)", "LIST_SIZE_INVALID_ASSUMED_SIZE"),
        ('x(n: String): [Int] @listSize(slicingArguments: ["n"])', "LIST_SIZE_INVALID_SLICING_ARGUMENT"),
        ('x: [Int] @listSize(slicingArguments: ["n"])', "LIST_SIZE_INVALID_SLICING_ARGUMENT"),
        ('x: Page @listSize(sizedFields: ["gone"])', "LIST_SIZE_INVALID_SIZED_FIELD"),
        ('x: Page @listSize(sizedFields: ["all"])', "LIST_SIZE_APPLIED_TO_NON_LIST"),
    ],
)
def test_a_list_size_names_what_there_is(field: str, code: str) -> None:
    assert codes(field) == [code]


@pytest.mark.parametrize(
    "field",
    [
        "x: [Int!]! @listSize(assumedSize: 2)",
        'x(n: Int!): [Int] @listSize(slicingArguments: ["n"])',
        'x: Page @listSize(sizedFields: ["items"])',
    ],
)
def test_what_fits_composes(field: str) -> None:
    assert codes(field) == []
