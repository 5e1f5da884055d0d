"""*plan*: what a request defers is part of what its plan is kept by."""

from __future__ import annotations

from typing import Any

from federation import CompiledOperation
from gateway.generation import Generation
from gateway.stages.authorize import authorize
from tests.gateway.house import CITIZEN, generation_of, guide, plan, prepared
from tongban.settings import Settings

QUERY = """
query ($slow: Boolean = false, $b: Boolean!) {
  offices { name ... @defer(if: $slow) { head { name } } ...Open @defer(if: $b) }
}
fragment Open on Office { name }
"""


def planned(generation: Generation, document: str, **more: Any) -> CompiledOperation:
    return plan(authorize(prepared(generation, document, caller=CITIZEN, **more)), Settings()).compiled


def test_a_transport_without_parts_gets_one_answer() -> None:
    compiled = planned(generation_of(guide()), "{ offices { ... @defer { name } } }")
    assert not compiled.deferred


def test_a_transport_with_parts_gets_what_is_deferred_later() -> None:
    compiled = planned(generation_of(guide()), "{ hello ... @defer { offices { name } } }", incremental=True)
    assert compiled.deferred
    assert "Deferred 1 at the root" in compiled.plan.text()


def test_variables_and_their_defaults_decide() -> None:
    generation = generation_of(guide())

    def of(**variables: bool) -> CompiledOperation:
        return planned(generation, QUERY, incremental=True, variables=variables)

    assert not of(b=False).deferred
    assert of(slow=True, b=False).deferred
    assert of(b=True).deferred
    assert of(slow=False, b=True) is of(b=True)
