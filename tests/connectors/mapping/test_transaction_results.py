"""What a mutation's return type gets beside its own fields, where a query returns the type, too."""

from __future__ import annotations

import pytest

from federation.subgraph import FetchContext
from tests.connectors.conftest import CITIZEN, Opened, fetch
from tests.connectors.department import LoopbackDepartment
from tests.connectors.examples import MANIFEST, OPENAPI, ok

CONTEXT = FetchContext(caller=CITIZEN, idempotency_key="k-1")
NUMBER = "    number: employerNo\n"
SHARED = MANIFEST.replace("    returns: Receipt\n", "    returns: Lawyer\n", 1).replace(
    "Lawyer: {fields: {number: lawyerNo, name: name,", "Lawyer: {fields: {licence: lawyerNo, name: name,", 1
)


async def test_a_number_is_not_demanded_of_what_a_query_finds(
    opened: Opened, department: LoopbackDepartment
) -> None:
    connector = opened(SHARED, OPENAPI)
    assert "  number: ID\n" in connector.sdl
    department.answer("GET", "/api/v1/lawyers", ok({"list": [{"lawyerNo": "1", "name": "甲"}]}))
    document = '{ lawyers(name: "甲") { licence number matter { id } } }'
    result = await connector.prepare(fetch(connector, document)).run({}, (), CONTEXT)
    assert (result.data, result.errors) == (
        {"lawyers": [{"licence": "1", "number": None, "matter": None}]},
        (),
    )


@pytest.mark.parametrize(("text", "has"), [(SHARED, True), (SHARED.replace(NUMBER, ""), False)])
def test_a_number_is_in_the_graph_where_some_mutation_finds_one(opened: Opened, text: str, has: bool) -> None:
    sdl = opened(text, OPENAPI).sdl
    lawyer = sdl.partition("type Lawyer ")[2].partition("\n}")[0]
    assert ("  number: ID" in lawyer) is has
    assert "  matter: Matter" in lawyer
