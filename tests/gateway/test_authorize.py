"""*authorize*: each coordinate by its service's level and roles; only a missing login refuses the whole request."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.connector import Connector
from connectors.manifest import parse_manifest
from connectors.quality import DataQuality
from connectors.traffic import Traffic
from gateway.generation import Generation
from gateway.stages.authorize import authorize
from gateway.types import Authorized
from tests.federation.in_memory import LINK, InMemorySubgraph
from tests.gateway.fake_department import BOOK, FakeDepartment
from tests.gateway.house import BASIC, CITIZEN, OFFICER, generation_of, guide, plan, prepared, service
from tongban.caller import ANONYMOUS, Caller, Role
from tongban.clock import SystemClock
from tongban.errors import CallerFault, ErrorCode
from tongban.settings import Settings

GENERATION = generation_of(guide())


def authorized(document: str, caller: Caller) -> Authorized:
    return authorize(prepared(GENERATION, document, caller=caller))


def refusals(document: str, caller: Caller) -> dict[str, ErrorCode]:
    return {coordinate: error.code for coordinate, error in authorized(document, caller).refusals.items()}


@pytest.mark.parametrize("caller", [ANONYMOUS, BASIC, CITIZEN, OFFICER])
def test_public_data_is_for_everybody(caller: Caller) -> None:
    assert refusals("{ hello offices { name head { name } } wide __typename }", caller) == {}


@pytest.mark.parametrize("document", ["{ marriage { number } }", "{ hello cases }"])
def test_without_a_login_more_than_public_data_is_refused_whole(document: str) -> None:
    with pytest.raises(CallerFault) as caught:
        authorized(document, ANONYMOUS)
    assert caught.value.code is ErrorCode.UNAUTHENTICATED


def test_a_level_too_low_refuses_that_coordinate_only() -> None:
    found = authorized("{ hello marriage { number } }", BASIC).refusals
    assert list(found) == ["Query.marriage"]
    error = found["Query.marriage"]
    assert (error.code, error.department) == (ErrorCode.STEP_UP_REQUIRED, "guide")
    assert str(error) == "Query.marriage needs assurance level 2; log in again at that level."


@pytest.mark.parametrize("level", [2, 3])
def test_a_level_high_enough_passes(level: int) -> None:
    assert refusals("{ marriage { number } }", replace(CITIZEN, level=level)) == {}


def test_another_role_is_refused() -> None:
    assert refusals("{ cases }", CITIZEN) == {"Query.cases": ErrorCode.FORBIDDEN}


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR])
def test_one_of_the_roles_is_enough(role: Role) -> None:
    assert refusals("{ cases }", replace(CITIZEN, roles=frozenset({Role.CITIZEN, role}))) == {}


def test_a_role_does_not_make_up_for_a_level() -> None:
    assert refusals("{ cases }", replace(OFFICER, level=0)) == {"Query.cases": ErrorCode.STEP_UP_REQUIRED}


def test_a_field_below_the_root_is_judged_too() -> None:
    sealed = service("guide.heads", "Office.head", assurance=3)
    generation = generation_of(guide(), services=(sealed,))
    document = "{ offices { name } office(number: 1) { ...F } } fragment F on Office { head { name } }"
    assert set(authorize(prepared(generation, document, caller=CITIZEN)).refusals) == {"Office.head"}


def test_what_is_refused_is_not_in_the_plan() -> None:
    document = "{ hello marriage { number } }"
    assert "marriage" in plan(authorized(document, CITIZEN), Settings()).compiled.plan.text()
    assert "marriage" not in plan(authorized(document, BASIC), Settings()).compiled.plan.text()


def test_a_plan_is_made_once_for_each_set_of_refusals() -> None:
    document = "{ hello marriage { number } cases }"
    first = plan(authorized(document, BASIC), Settings()).compiled
    assert plan(authorized(document, replace(BASIC, subject="a-other")), Settings()).compiled is first
    assert plan(authorized(document, CITIZEN), Settings()).compiled is not first
    assert len(authorized(document, BASIC).prepared.operation.plans) == 3


MANIFEST = """
apiVersion: tongban/v1
kind: Connector
metadata:
  id: guide.test
  version: 1.0.0
  title: {zh: 测试, en: Test}
  department: {code: guide, name: {zh: 测试厅, en: Test}}
  owners: [{name: 测试科, role: developer, contact: dev@guide.example}]
  lifecycle: production
backend:
  kind: graphql
  describe: {sdl: ./guide.graphql, federation: 2}
  endpoints: {sandbox: "http://127.0.0.1:1"}
governance: {classification: L3, purposes: [guide.view], legalBasis: 测试, responsibleUnit: 测试科, sharing: conditional}
"""

FORGOTTEN = f"""{LINK}
interface Paper {{ title: String }}
type Deed implements Paper {{ title: String stamp: String }}
type Query {{ file: File, home: Home, paper: Paper, deed: Deed }}
type Mutation {{ close: File }}
type File @key(fields: "number") {{ number: ID! holder: String at: Home }}
type Home {{ street: String }}
"""


async def nothing() -> None:
    """A connector that holds nothing open."""


def forgetful(said: str = "") -> Generation:
    """A department that lists none of its fields as a service; ``said``: more of its manifest."""
    subgraph = InMemorySubgraph("guide_test", FORGOTTEN)
    manifest = parse_manifest(MANIFEST + said, base={"guide.graphql": FORGOTTEN.encode()})
    connector = Connector(
        manifest,
        subgraph,
        findings=tuple,
        quality=DataQuality(),
        traffic=Traffic(SystemClock(), manifest.backend.limits),
        matter_states=None,
        close=nothing,
    )
    made = generation_of(subgraph, services=())
    return replace(made, snapshot=replace(made.snapshot, connectors={"guide.test": connector}))


@pytest.mark.parametrize("document", ["{ file { number } }", "mutation { close { number } }"])
def test_what_no_service_lists_is_not_open_to_strangers(document: str) -> None:
    with pytest.raises(CallerFault) as caught:
        authorize(prepared(forgetful(), document, caller=ANONYMOUS))
    assert caught.value.code is ErrorCode.UNAUTHENTICATED


def test_what_no_service_lists_demands_what_its_manifest_demands() -> None:
    document = "{ file { number holder at { street } } home { street } }"
    low = authorize(prepared(forgetful(), document, caller=BASIC)).refusals
    assert set(low) == {"Query.file", "Query.home", "File.holder", "File.at"}
    assert authorize(prepared(forgetful(), document, caller=CITIZEN)).refusals == {}


@pytest.mark.parametrize(
    ("demanded", "document", "refused"),
    [
        ("File.holder", "{ file { number holder } }", {"File.holder"}),
        ("File.holder", "{ file { number again: holder ... on File { holder } } }", {"File.holder"}),
        ("Query.file", "{ home { street } file { number } }", {"Query.file"}),
        ("Deed.title", "{ deed { title stamp } }", {"Deed.title"}),
        ("Deed.title", "{ paper { title } }", {"Deed.title"}),
        ("Paper.title", "{ deed { title stamp } }", {"Deed.title"}),
        ("Home.street", "{ file { at { street } } home { street } }", {"Home.street"}),
    ],
)
def test_a_level_that_a_manifest_demands_of_a_field_holds_beside_its_services(
    demanded: str, document: str, refused: set[str]
) -> None:
    generation = forgetful(f"overrides: {{{demanded}: {{assurance: 3}}}}\n")
    found = authorize(prepared(generation, document, caller=CITIZEN)).refusals
    assert {coordinate: error.code for coordinate, error in found.items()} == dict.fromkeys(
        refused, ErrorCode.STEP_UP_REQUIRED
    )
    assert authorize(prepared(generation, document, caller=replace(CITIZEN, level=3))).refusals == {}
    with pytest.raises(CallerFault):
        authorize(prepared(generation, document, caller=ANONYMOUS))


def test_a_level_of_a_declared_field_holds_too() -> None:
    text = "types: {File: {fields: {holder: {from: holder, assurance: 3}}}}\n"
    found = authorize(prepared(forgetful(text), "{ file { holder } }", caller=CITIZEN)).refusals
    assert set(found) == {"File.holder"}


def test_a_transaction_needs_a_login_even_if_its_class_is_public() -> None:
    open_to_all = service("mca.bookMarriage", f"Mutation.{BOOK}", kind="transaction")
    generation = generation_of(guide(), FakeDepartment(), services=(open_to_all,))
    document = f'mutation {{ {BOOK}(spouseNumber: "1") {{ number }} }}'
    with pytest.raises(CallerFault) as caught:
        authorize(prepared(generation, document, caller=ANONYMOUS))
    assert caught.value.code is ErrorCode.UNAUTHENTICATED
