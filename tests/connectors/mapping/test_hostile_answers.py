"""Whatever a department answers, a fetch gives a result of the shape that was asked for, and no exception."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.backend import Answer, CallSpec, DescribedOperation, ValueUnusable
from connectors.manifest import parse_manifest
from connectors.manifest.findings import Finding
from connectors.mapping import MappedSubgraph, map_subgraph
from connectors.mapping.envelope import Judge
from connectors.openapi.document import Document
from connectors.openapi.operations import read_operations
from connectors.quality import DataQuality
from federation.subgraph import FetchContext, PlannedFetch
from tests.connectors.conftest import CITIZEN, fetch
from tests.connectors.examples import MANIFEST, OPENAPI
from tongban.clock import FakeClock
from tongban.errors import ErrorCode

WORDS = """code msg data list items plateNo model trips gantry t ssCardNo pensionStatus employerUscc months
employerNo firm"""
NAMES = st.sampled_from(WORDS.split())
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "0000", "A1", "1", "20260105"])
)
JSON = st.recursive(
    SCALARS | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)
ENVELOPES = JSON | st.fixed_dictionaries({"code": st.just("0000"), "data": JSON})


class InMemoryBackend:
    """Answers every call with the same body."""

    def __init__(self) -> None:
        document = Document({"a": json.dumps(OPENAPI).encode()}, "a")
        self._operations = {name: found.described for name, found in read_operations(document).items()}
        self.body: Any = None
        self.status = 200

    def operation(self, name: str) -> DescribedOperation:
        return self._operations[name]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return ()

    def operations(self) -> tuple[DescribedOperation, ...]:
        return tuple(self._operations.values())

    def prepare(self, call: CallSpec, wanted: frozenset[tuple[str, ...]]) -> InMemoryBackend:
        return self

    async def send(self, values: Mapping[str, Any], context: FetchContext) -> Answer:
        return Answer(self.status, {}, self.body)

    async def close(self) -> None:
        return None


BACKEND = InMemoryBackend()
SUBGRAPH: MappedSubgraph = map_subgraph(
    parse_manifest(MANIFEST), BACKEND, clock=FakeClock(), quality=DataQuality()
)
CONTEXT = FetchContext(caller=CITIZEN)


def planned(document: str, entity: str = "") -> PlannedFetch:
    return fetch(SUBGRAPH, document, entity=entity)  # type: ignore[arg-type]


CITIZENS = SUBGRAPH.prepare(
    planned(
        "{ socialInsurance { months employer { creditCode } since } vehicles { model tollTrips { gantry enteredAt } } }",
        "Citizen",
    )
)
VEHICLES = SUBGRAPH.prepare(planned("{ plateNumber model tollTrips { gantry } }", "Vehicle"))
LAWYERS = SUBGRAPH.prepare(planned('{ lawyers(name: "x") { number firm { name address } } }'))
REGISTER = SUBGRAPH.prepare(
    planned(
        'mutation { registerEmployer(creditCode: "91990000000000001X", enterpriseName: "x") { number matter { id } } }'
    )
)


@given(ENVELOPES, st.sampled_from([200, 202, 404, 500]))
def test_no_answer_breaks_a_fetch(body: Any, status: int) -> None:
    BACKEND.body, BACKEND.status = body, status
    asyncio.run(_ask_everything())


async def _ask_everything() -> None:
    citizens = await CITIZENS.run({}, [{"__typename": "Citizen", "cid": "1"}], CONTEXT)
    assert citizens.entities is not None
    assert len(citizens.entities) == 1
    assert citizens.entities[0] is not None
    assert set(citizens.entities[0]) == {"socialInsurance", "vehicles"}
    vehicles = await VEHICLES.run(
        {}, [{"__typename": "Vehicle", "plateNumber": plate} for plate in ("A1", "B", "A1")], CONTEXT
    )
    assert vehicles.entities is not None
    assert len(vehicles.entities) == 3
    lawyers = await LAWYERS.run({}, (), CONTEXT)
    assert lawyers.data is not None
    assert lawyers.data["lawyers"] is None or isinstance(lawyers.data["lawyers"], list)
    registered = await REGISTER.run({}, (), CONTEXT)
    assert registered.data is not None
    receipt = registered.data["registerEmployer"]
    assert receipt is None or set(receipt) == {"number", "matter"}
    for result in (citizens, vehicles, lawyers, registered):
        assert all(error.code.value != "INTERNAL_ERROR" for error in result.errors), result.errors


def nested(levels: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


@pytest.mark.parametrize("items", [[0] * 60_000, [{}] * 60_000, nested(900)])
async def test_too_much_is_the_departments_error(items: list[Any]) -> None:
    BACKEND.body, BACKEND.status = {"code": "0000", "data": {"list": items}}, 200
    result = await LAWYERS.run({}, (), CONTEXT)
    assert result.data in (None, {"lawyers": None}, {"lawyers": []})
    assert {error.code for error in result.errors} <= {ErrorCode.DEPARTMENT_ERROR}


def test_a_value_that_cannot_be_sent_is_the_callers_and_was_not_sent() -> None:
    verdict = Judge(parse_manifest(MANIFEST).envelope).judge_failure(ValueUnusable("a path parameter"))
    assert verdict.problem is not None
    assert (verdict.problem.code, verdict.problem.not_sent) == (ErrorCode.BAD_USER_INPUT, True)
