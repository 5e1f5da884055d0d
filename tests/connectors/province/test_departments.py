"""The manifests of the reference province over its running SOAP and GraphQL departments: real sockets, TLS, tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationType, parse

import demo
from connectors.connector import Connector
from connectors.egress import LOOPBACK
from connectors.manifest import parse_manifest
from connectors.opening import open_connector
from connectors.secrets import HeldSecrets
from connectors.transport import Transport
from demo.host import Setup, running
from demo.issuer import LocalIssuer
from demo.secrets import make_secrets
from demo.world import Citizen, World, build_world
from federation.subgraph import FetchContext, FetchResult, PlannedFetch
from tongban.caller import Caller, Person
from tongban.clock import SystemClock

HOME = Path(demo.__file__).parent


class Tokens:
    """Department tokens from the province's own test issuer."""

    def __init__(self, issuer: LocalIssuer) -> None:
        self._issuer = issuer

    async def token_for(self, caller: Caller, audience: str, purpose: str, now_s: float) -> str:
        return self._issuer.token(audience, caller.subject or "platform", caller.level, purpose or "service")


@pytest.fixture(scope="session")
def province_secrets() -> dict[str, str]:
    return make_secrets()


@pytest.fixture
def world() -> World:
    return build_world(citizens=1000, enterprises=40)


@pytest.fixture
def citizen(world: World) -> Citizen:
    return world.citizens[str(world.logins[0].cid)]


@pytest.fixture
async def opened(province_secrets: dict[str, str], world: World) -> AsyncIterator[Callable[[str], Any]]:
    """``await opened("mca")``: the department runs and its connector is open until the test ends."""
    async with AsyncExitStack() as stack:

        async def open_(code: str) -> Connector:
            issuer = LocalIssuer()
            province = await stack.enter_async_context(
                running(
                    code,
                    world=world,
                    secrets=province_secrets,
                    verifier=issuer.verifier(),
                    setup=Setup(case_step_s=0),
                )
            )
            files = {
                str(path.relative_to(HOME / "connectors")): path.read_bytes()
                for path in (HOME / "connectors" / code).rglob("*")
                if path.is_file()
            }
            manifest = parse_manifest(
                (HOME / "connectors" / f"{code}.connector.yaml").read_text(), base=files
            )
            transport = Transport(clock=SystemClock(), egress_allow=LOOPBACK)
            stack.push_async_callback(transport.close)
            connector = open_connector(
                manifest,
                files,
                endpoint=province[code].url,
                secrets=HeldSecrets(province_secrets),
                tokens=Tokens(issuer),
                clock=SystemClock(),
                transport=transport,
            )
            stack.push_async_callback(connector.close)
            return connector

        yield open_


async def ask(
    connector: Connector, text: str, person: Citizen, *representations: dict[str, Any], **variables: Any
) -> FetchResult:
    document: Any = parse(text, no_location=True).definitions[0]
    fetch = PlannedFetch(
        connector.name,
        OperationType(document.operation.value),
        document.selection_set,
        tuple(dict.fromkeys(each["__typename"] for each in representations)),
        tuple((each.variable.name.value, each.type) for each in document.variable_definitions or ()),
        None,
    )
    who = Person("p", person.cid, person.name, "13900000000")
    caller = Caller(subject="one", session="s", level=3, person=who, enterprises=("x",))
    context = FetchContext(caller=caller, idempotency_key="key-1", request_id="r-1", purpose="service")
    return await connector.prepare(fetch).run(variables, representations, context)


def of(person: Citizen) -> dict[str, Any]:
    return {"__typename": "Citizen", "cid": person.cid}


LOOKUPS = {
    "mca": "{ ... on Citizen { marriage { certificateNumber marriedOn spouseNumber spouseName } } }",
    "mps": "{ ... on Citizen { household { number registeredAddress headName childNumber } } }",
    "gjj": "{ ... on Citizen { housingFund { number balance loanStatus } } }",
    "tmd": "{ ... on Citizen { driverLicence { number licenceClass expiresOn photo } vehicles { plateNumber } } }",
    "mnr": "{ ... on Citizen { properties { parcelNumber address } } }",
    "vets": "{ ... on Citizen { veteranCard { number } } }",
    "moe": "{ ... on Citizen { student { number school } } }",
    "archives": "{ ... on Citizen { marriageArchive { certificateNumber marriedOn } } }",
    "elic": "{ ... on Citizen { credentials { number kind holderMasked validUntil } } }",
    "bdb": "{ ... on Citizen { name sex bornOn ethnicity } }",
}


@pytest.mark.parametrize("code", LOOKUPS)
async def test_what_a_department_knows_of_a_citizen_comes_back_mapped(opened, citizen, code):
    result = await ask(await opened(code), LOOKUPS[code], citizen, of(citizen))
    assert result.errors == ()
    assert result.entities is not None
    (found,) = result.entities
    assert found is not None
    values = next(iter(found.values()))
    assert values not in (None, [])


async def test_rpc_in_gbk_and_a_nested_call_give_the_citizens_own_account(opened, citizen):
    result = await ask(await opened("gjj"), LOOKUPS["gjj"], citizen, of(citizen))
    assert result.errors == ()
    account = result.entities[0]["housingFund"]
    assert account["loanStatus"] in ("APPLIED", "APPROVED", "REPAYING", "SETTLED", "UNKNOWN")


async def test_an_attachment_comes_as_base64_text(opened, citizen):
    result = await ask(
        await opened("tmd"), "{ ... on Citizen { driverLicence { photo } } }", citizen, of(citizen)
    )
    assert result.errors == ()
    assert len(result.entities[0]["driverLicence"]["photo"]) > 100


async def test_a_transaction_over_soap_gives_its_number_once(opened, citizen, world):
    spouse = next(each for each in world.citizens.values() if each.cid != citizen.cid)
    connector = await opened("mca")
    text = (
        "mutation($s: ID!, $d: Date!)"
        " { bookMarriageRegistration(spouseNumber: $s, appointmentOn: $d) { number } }"
    )
    result = await ask(connector, text, citizen, s=spouse.cid, d="2026-05-20")
    again = await ask(connector, text, citizen, s=spouse.cid, d="2026-05-20")
    assert result.errors == ()
    number = result.data["bookMarriageRegistration"]["number"]
    assert [(issued.service, issued.number) for issued in result.issued] == [("mca.bookMarriage", number)]
    assert again.data == result.data
    state = await connector.matter_state(number, FetchContext(caller=Caller(subject="one", level=3)))
    assert state in ("SUBMITTED", "ACCEPTED", "SUPPLEMENT", "DECIDED", "DELIVERED")


async def test_a_federation_department_answers_root_fields_and_entities_in_the_graphs_words(
    opened, citizen, world
):
    connector = await opened("samr")
    code = next(iter(world.enterprises))
    text = "query($c: ID!) { enterprise(creditCode: $c) { __typename creditCode name } }"
    result = await ask(connector, text, citizen, c=code)
    assert result.errors == ()
    assert result.data["enterprise"]["creditCode"] == code
    assert result.data["enterprise"]["__typename"] == "Enterprise"
    reference = {"__typename": "Enterprise", "creditCode": code}
    result = await ask(connector, "{ ... on Enterprise { name address } }", citizen, reference)
    assert result.errors == ()
    assert result.entities[0]["name"]
