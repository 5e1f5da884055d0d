"""Where a request's variables are wrong is told by names of the schema and positions in lists; never a value, never a
name of the client's but the variable's."""

from __future__ import annotations

from typing import Any

import pytest

from federation import FetchContext, FetchResult, execute
from federation.execution.variables import MOST_FAULTS
from tests.federation.execution.scripted import compiled_of, one
from tongban.errors import ErrorCode

SDL = """
type Query { move(input: Input, inputs: [[Input!]], n: Int!): Int }
input Input { name: String! address: Address = { zip: "1" } addresses: [Address!] grade: Grade inner: Input }
input Address { zip: String! street: String }
enum Grade { A B }
"""
COMPILED = compiled_of(
    one(SDL, FetchResult({"move": 1})),
    "query($input: Input, $inputs: [[Input!]], $n: Int! = 1) { move(input: $input, inputs: $inputs, n: $n) }",
)
SECRET = "sesame"
FAULTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a field two objects deep": (
        {"input": {"name": "x", "address": {"zip": 7}}},
        ['"$input.address.zip" does not fit its type'],
    ),
    "a missing field": ({"input": {"name": "x", "address": {}}}, ['"$input.address.zip" is required']),
    "a null where none may be": ({"n": None}, ['"$n" is required']),
    "a null field": ({"input": {"name": None}}, ['"$input.name" is required']),
    "an item of a list": (
        {"input": {"name": "x", "addresses": [{"zip": "1"}, {"zip": SECRET, "street": 2}]}},
        ['"$input.addresses[1].street" does not fit its type'],
    ),
    "an item of lists": ({"inputs": [[{"name": "x"}], [None]]}, ['"$inputs[1][0]" is required']),
    "a field in lists": ({"inputs": [[{"name": 1}]]}, ['"$inputs[0][0].name" does not fit its type']),
    "one value for a list": ({"inputs": {"name": 1}}, ['"$inputs.name" does not fit its type']),
    "an enum": ({"input": {"name": "x", "grade": SECRET}}, ['"$input.grade" does not fit its type']),
    "a field that the type does not have": (
        {"input": {"name": "x", "address": {"zip": "1", SECRET: 1}}},
        ['"$input.address" has a field that "Address" does not have'],
    ),
    "an object that is none": (
        {"input": {"name": "x", "address": SECRET}},
        ['"$input.address" does not fit its type'],
    ),
    "several faults in one input": (
        {"input": {"name": 1, "address": {"street": 1, SECRET: 1}}, "n": SECRET},
        [
            '"$input.name" does not fit its type',
            '"$input.address.street" does not fit its type',
            '"$input.address.zip" is required',
            '"$input.address" has a field that "Address" does not have',
            '"$n" does not fit its type',
        ],
    ),
}


async def messages(variables: dict[str, Any]) -> list[str]:
    result = await execute(COMPILED, variables, FetchContext())
    assert result.data is None
    assert {error.code for error in result.errors} == {ErrorCode.BAD_USER_INPUT}
    told = [error.message for error in result.errors]
    assert SECRET not in str([error.to_json() for error in result.errors])
    return told


@pytest.mark.parametrize(("variables", "places"), FAULTS.values(), ids=FAULTS)
async def test_each_fault_is_told_by_its_place(variables: dict[str, Any], places: list[str]) -> None:
    assert sorted(await messages(variables)) == sorted(f"Variable {place}." for place in places)


async def test_of_very_many_faults_some_are_told() -> None:
    assert len(await messages({"inputs": [[{"name": 1}] * 50_000]})) == MOST_FAULTS
    unknown = {f"{SECRET}{number}": 1 for number in range(50_000)}
    assert await messages({"input": {"name": "x", **unknown}}) == [
        'Variable "$input" has a field that "Input" does not have.'
    ]


@pytest.mark.parametrize("depth", [100, 900, 100_000])
async def test_a_value_nested_without_end_is_refused_in_few_words(depth: int) -> None:
    value: dict[str, Any] = {"name": 1}
    for _ in range(depth):
        value = {"name": "x", "inner": value}
    (message,) = await messages({"input": value})
    assert len(message) < 300
