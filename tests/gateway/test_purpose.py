"""What a request is for: the one purpose that all its services are declared for. Masks and departments' tokens go by it."""

from __future__ import annotations

import pytest

from gateway.stages.authorize import authorize
from gateway.stages.execute import purpose_of
from tests.gateway.house import BASIC, CITIZEN, generation_of, guide, prepared, service
from tongban.caller import Caller

GENERATION = generation_of(
    guide(),
    services=(
        service("guide.hello", "Query.hello", purposes=("greet",)),
        service("guide.offices", "Query.offices", purposes=("greet", "visit")),
        service("guide.marriage", "Query.marriage", purposes=("family",), assurance=2),
        service("guide.wide", "Query.wide"),
    ),
)


@pytest.mark.parametrize(
    ("document", "purpose"),
    [
        ("{ hello }", "greet"),
        ("{ hello offices { name } }", "greet"),
        ("{ offices { name } }", ""),
        ("{ hello marriage { number } }", ""),
        ("{ hello wide }", ""),
        ("{ __typename }", ""),
    ],
)
def test_a_request_has_the_one_purpose_that_all_its_services_share(document: str, purpose: str) -> None:
    assert purpose_of(authorize(prepared(GENERATION, document, caller=CITIZEN))) == purpose


@pytest.mark.parametrize(("caller", "purpose"), [(CITIZEN, "family"), (BASIC, "")])
def test_of_what_is_refused_nothing_is_taken(caller: Caller, purpose: str) -> None:
    assert purpose_of(authorize(prepared(GENERATION, "{ marriage { number } }", caller=caller))) == purpose
