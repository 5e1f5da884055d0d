"""One person, all departments: each answers over its own protocol, and what they say fits together.

Asked through the house's own connectors, so that manifests, descriptions and backends are held against each other too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationDefinitionNode, OperationType, parse

from connectors.connector import Connector
from connectors.manifest import parse_manifest
from connectors.opening import open_connector
from connectors.transport import Transport
from demo.departments import MODULES
from demo.host import Province, running
from demo.issuer import LocalIssuer
from demo.world import Citizen, World
from federation import FetchContext, PlannedFetch, compose
from gateway.connector_files import read_connector
from tongban.caller import Caller, Person
from tongban.clock import SystemClock

DEMO = Path(__file__).parents[2] / "demo"

QUESTIONS = {
    "mca": "marriage { certificateNumber marriedOn spouseNumber spouseName }",
    "mps": "household { number registeredAddress headName headNumber childNumber }",
    "hrss": "socialInsurance { cardNumber employer { creditCode } pensionStatus }",
    "nhc": "birthRecord { babySex hospital babyWeightG } healthCode { colour }",
    "nhsa": "medicalInsurance { number region balance }",
    "gjj": "housingFund { number balance loanStatus }",
    "tax": "taxCertificate(year: 2025) { number amountPaid }",
    "tmd": "driverLicence { number licenceClass expiresOn } vehicles { plateNumber model }",
    "moe": "student { number school }",
    "mnr": "properties { parcelNumber address }",
    "hud": "housePurchase { contractNumber }",
    "agri": "farmland { areaMu }",
    "culture": "tourGuideLicence { number }",
    "vets": "veteranCard { number }",
    "dpf": "disabilityCard { number level }",
    "archives": "marriageArchive { certificateNumber marriedOn } educationArchive { degreeNumber }",
    "elic": "credentials { number }",
    "bdb": "name sex bornOn",
    "peer": "remoteHealthCode { colour } remoteInsurance { cardNumber }",
}


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """The exchange, filled by the test's issuer."""

    issuer: LocalIssuer

    async def token_for(self, caller: Caller, audience: str, purpose: str, now_s: float) -> str:
        return self.issuer.token(audience, caller.subject, caller.level, purpose)


@dataclass(frozen=True, slots=True)
class ProvinceSecrets:
    values: Mapping[str, str]

    def get(self, reference: str) -> str:
        return self.values[reference]


@pytest.fixture
async def province(world: World, issuer: LocalIssuer) -> AsyncIterator[Province]:
    async with running(*MODULES, world=world, verifier=issuer.verifier()) as running_province:
        yield running_province


@pytest.fixture
async def house(province: Province, issuer: LocalIssuer) -> AsyncIterator[dict[str, Connector]]:
    clock = SystemClock()
    transport = Transport(clock=clock, egress_allow=["127.0.0.1/32"])
    opened = {}
    for code in MODULES:
        text, files = read_connector(DEMO / "connectors" / f"{code}.connector.yaml")
        opened[code] = open_connector(
            parse_manifest(text, file=code),
            files,
            endpoint=province[code].url,
            secrets=ProvinceSecrets(province.secrets),
            tokens=IssuedTokens(issuer),
            clock=clock,
            transport=transport,
        )
    yield opened
    for connector in opened.values():
        await connector.close()
    await transport.close()


def as_caller(citizen: Citizen) -> FetchContext:
    person = Person("person", citizen.cid, citizen.name, citizen.mobile)
    return FetchContext(caller=Caller(subject="account", level=3, person=person), request_id="r")


async def told_of(citizen: Citizen, house: Mapping[str, Connector]) -> dict[str, dict[str, Any]]:
    told = {}
    for code, question in QUESTIONS.items():
        document = parse(f"{{ ... on Citizen {{ {question} }} }}")
        operation = document.definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        fetch = PlannedFetch(code, OperationType.QUERY, operation.selection_set, ("Citizen",))
        result = (
            await house[code]
            .prepare(fetch)
            .run({}, [{"__typename": "Citizen", "cid": citizen.cid}], as_caller(citizen))
        )
        assert result.errors == (), code
        assert result.entities is not None
        told[code] = result.entities[0] or {}
    return told


def test_all_26_connectors_compose_into_one_graph(house: dict[str, Connector]) -> None:
    supergraph = compose({connector.name: connector.sdl for connector in house.values()})
    assert "cid" not in supergraph.api_schema.type_map["Citizen"].fields  # type: ignore[attr-defined]


async def test_every_department_has_something_to_say_of_citizen01_and_all_agree(
    house: dict[str, Connector], citizen01: Citizen, world: World
) -> None:
    told = await told_of(citizen01, house)
    assert all(value is not None for answer in told.values() for value in answer.values()), told
    spouse = world.citizens[citizen01.spouse_cid or ""]
    assert told["mca"]["marriage"]["spouseNumber"] == spouse.cid
    assert told["mca"]["marriage"]["spouseName"] == spouse.name
    assert told["archives"]["marriageArchive"] == {
        key: told["mca"]["marriage"][key] for key in ("certificateNumber", "marriedOn")
    }
    assert date.fromisoformat(told["mca"]["marriage"]["marriedOn"]) == citizen01.married_on
    assert told["mps"]["household"]["number"] == citizen01.household_no
    assert told["mps"]["household"]["headNumber"] == citizen01.household_head_cid
    assert told["hrss"]["socialInsurance"]["cardNumber"] == citizen01.ss_card_no
    assert told["hrss"]["socialInsurance"]["employer"]["creditCode"] == citizen01.employer_uscc
    assert told["nhsa"]["medicalInsurance"]["number"] == citizen01.mi_no
    assert Decimal(told["nhsa"]["medicalInsurance"]["balance"]) == citizen01.mi_balance
    assert told["gjj"]["housingFund"]["number"] == citizen01.pf_account
    assert Decimal(told["gjj"]["housingFund"]["balance"]) == citizen01.pf_balance
    assert told["tmd"]["driverLicence"]["number"] == citizen01.dl_no
    assert [car["plateNumber"] for car in told["tmd"]["vehicles"]] == citizen01.plate_nos
    assert [home["parcelNumber"] for home in told["mnr"]["properties"]] == citizen01.parcel_nos
    assert told["nhc"]["healthCode"] == told["peer"]["remoteHealthCode"] == {"colour": "GREEN"}
    assert told["moe"]["student"]["number"] == citizen01.student_no
    assert told["hud"]["housePurchase"]["contractNumber"] == citizen01.contract_no
    assert told["vets"]["veteranCard"]["number"] == citizen01.veteran_no
    assert told["dpf"]["disabilityCard"]["number"] == citizen01.disability_no
    assert told["culture"]["tourGuideLicence"]["number"] == citizen01.guide_no
    assert {held["number"] for held in told["elic"]["credentials"]} == set(citizen01.cred_nos)
    assert told["bdb"] == {"name": citizen01.name, "sex": "FEMALE", "bornOn": citizen01.born.isoformat()}


async def test_departments_agree_that_a_person_with_little_has_little(
    house: dict[str, Connector], world: World
) -> None:
    child = next(p for p in world.citizens.values() if p.born.year >= 2023 and p.mother_cid)
    told = await told_of(child, house)
    nothing = {
        *(("mca", "marriage"), ("gjj", "housingFund"), ("tmd", "driverLicence")),
        *(("moe", "student"), ("archives", "marriageArchive"), ("peer", "remoteInsurance")),
    }
    assert {(code, name) for code, name in nothing if told[code][name] is not None} == set()
    assert (told["hrss"]["socialInsurance"] or {}).get("cardNumber") is None
    assert told["tmd"]["vehicles"] in (None, [])
    assert told["bdb"]["name"] == child.name
    assert told["mps"]["household"]["number"] == child.household_no
