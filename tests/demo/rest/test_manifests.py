"""The connector manifests of the REST departments: complete against the province's description, and working on live departments."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import build_schema, parse

from connectors.connector import Connector
from connectors.egress import LOOPBACK
from connectors.local import LocalSubgraph
from connectors.manifest import Manifest, parse_manifest
from connectors.opening import open_connector
from connectors.secrets import HeldSecrets
from connectors.transport import Transport
from demo.departments.tax import invoice_hash
from demo.host import Province, Setup, running
from demo.issuer import LocalIssuer
from demo.numbers import citizen_id
from demo.world import World, build_world
from federation import FetchContext, Subgraph, Supergraph, compile_operation, compose, execute
from tongban.caller import Caller, Person
from tongban.clock import SystemClock

DEMO = Path(__file__).parents[3] / "demo"
CODES = ("hrss", "nhc", "nhsa", "tax", "mot", "hud", "agri", "moj", "culture", "dpf", "util", "fin")
PROVINCE = json.loads((DEMO / "province.json").read_text("utf-8"))
DEPARTMENTS = {d["code"]: d for d in (*PROVINCE["departments"], *PROVINCE["platform_backends"])}
NAMING = (DEMO.parent / "docs" / "naming.md").read_text("utf-8")
SHARING = {"无条件": "unconditional", "有条件": "conditional", "不予共享": "none"}


def files(code: str) -> dict[str, bytes]:
    folder = DEMO / "connectors" / code
    return {f"{code}/{path.name}": path.read_bytes() for path in folder.iterdir()}


def manifest_of(code: str) -> Manifest:
    text = (DEMO / "connectors" / f"{code}.connector.yaml").read_text("utf-8")
    return parse_manifest(text, file=f"{code}.connector.yaml")


@pytest.mark.parametrize("code", CODES)
def test_every_operation_of_the_province_is_a_service_of_the_manifest(code: str) -> None:
    manifest, department = manifest_of(code), DEPARTMENTS[code]
    services = {service.id: service for service in manifest.services}
    assert services.keys() == {f"{code}.{operation['name']}" for operation in department["operations"]}
    for operation in department["operations"]:
        service = services[f"{code}.{operation['name']}"]
        assert service.title.zh == operation["label"]
        assert service.title.en
        assert service.classification == operation["class"]
        assert (service.promised_minutes or 0) == operation["promised_minutes"]
        assert service.kind == ("transaction" if operation["type"] == "mutation" else "lookup")
    assert manifest.governance.sharing == SHARING[department["sharing"]]
    assert manifest.governance.legal_basis
    assert manifest.tests


@pytest.mark.parametrize("code", CODES)
def test_every_service_stands_where_the_naming_puts_it(code: str) -> None:
    for service in manifest_of(code).services:
        (row,) = re.findall(rf"^\| {re.escape(service.id)} \| (.*) \|$", NAMING, re.MULTILINE)
        (coordinate,) = service.coordinates
        name = coordinate.removeprefix("Mutation.") if "Mutation." in coordinate else coordinate
        assert row.startswith(name), service.id


@pytest.mark.parametrize("code", CODES)
def test_what_a_legacy_app_did_is_replaced(code: str) -> None:
    listed = {
        (app.app, function) for app in manifest_of(code).metadata.replaces for function, _ in app.functions
    }
    for department in DEPARTMENTS.values():
        for app in department["legacy_apps"]:
            for function in app["functions"]:
                if str(function["same_as"]).partition(".")[0] == code:
                    assert (app["id"], function["same_as"]) in listed


PLATFORM = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
type Query { me: Citizen }
type Citizen @key(fields: "cid") { cid: ID! vehicles: [Vehicle!] properties: [Property!] }
type Vehicle @key(fields: "plateNumber") { plateNumber: ID! }
type Property @key(fields: "parcelNumber") { parcelNumber: ID! address: String }
type Enterprise @key(fields: "creditCode") { creditCode: ID! }
type Matter @key(fields: "id") { id: ID! }
"""


def platform(world: World, cid: str) -> LocalSubgraph:
    """What other rooms and departments give: the caller, their cars and homes."""
    plain = re.sub(r"^extend schema.*$| @key\(fields: \"\w+\"\)", "", PLATFORM, flags=re.MULTILINE)
    schema = build_schema(plain)
    person = world.citizens[cid]
    me = {
        "cid": cid,
        "vehicles": [{"plateNumber": plate} for plate in person.plate_nos],
        "properties": [
            {"parcelNumber": parcel, "address": world.properties[parcel].address}
            for parcel in person.parcel_nos
        ],
    }
    assert schema.query_type
    schema.query_type.fields["me"].resolve = lambda *_: me

    async def same(representations: Any, _: FetchContext) -> Any:
        return list(representations)

    names = ("Citizen", "Vehicle", "Property", "Enterprise", "Matter")
    return LocalSubgraph("platform", schema, PLATFORM, dict.fromkeys(names, same))


class ProvinceTokens:
    """Mints department tokens with the local issuer's key."""

    def __init__(self, issuer: LocalIssuer) -> None:
        self.issuer = issuer

    async def token_for(self, caller: Caller, audience: str, purpose: str, now_s: float) -> str:
        level = caller.level if caller.subject else 0
        return self.issuer.token(audience, subject=f"{caller.subject}@{audience}", level=level)


@dataclass
class House:
    """Live departments behind their connectors, composed into one graph."""

    province: Province
    world: World
    supergraph: Supergraph
    connectors: Mapping[str, Connector]
    subgraphs: Mapping[str, Subgraph]
    caller: Caller

    def context(self, key: str | None = None) -> FetchContext:
        deadline_s = SystemClock().monotonic_s() + 30
        return FetchContext(self.caller, deadline_s=deadline_s, request_id="r", idempotency_key=key)

    async def ask(self, document: str, key: str | None = None, **variables: Any) -> dict[str, Any]:
        compiled = compile_operation(self.supergraph, self.subgraphs, parse(document))
        result = await execute(compiled, variables, self.context(key))
        assert result.errors == ()
        assert result.data is not None
        return result.data


@pytest.fixture
async def house(province_secrets: dict[str, str]) -> AsyncIterator[House]:
    issuer, clock = LocalIssuer(), SystemClock()
    world = build_world(citizens=1000, enterprises=20)
    login = next(login for login in world.logins if login.login == "citizen01")
    assert login.cid
    person = world.citizens[login.cid]
    async with AsyncExitStack() as stack:
        province = await stack.enter_async_context(
            running(
                *CODES,
                world=world,
                secrets=province_secrets,
                verifier=issuer.verifier(),
                setup=Setup(case_step_s=0),
            )
        )
        transport = Transport(clock=clock, egress_allow=LOOPBACK)
        stack.push_async_callback(transport.close)
        connectors = {}
        for code in CODES:
            connectors[code] = open_connector(
                manifest_of(code),
                files(code),
                endpoint=province[code].url,
                secrets=HeldSecrets(province_secrets),
                tokens=ProvinceTokens(issuer),
                clock=clock,
                transport=transport,
            )
            stack.push_async_callback(connectors[code].close)
        subgraphs: dict[str, Subgraph] = {each.name: each for each in connectors.values()}
        subgraphs["platform"] = platform(world, person.cid)
        yield House(
            province=province,
            world=world,
            supergraph=compose({name: each.sdl for name, each in subgraphs.items()}),
            connectors=connectors,
            subgraphs=subgraphs,
            caller=Caller(
                subject="sub-1",
                level=3,
                person=Person("01PERSON", person.cid, person.name, person.mobile),
                enterprises=login.enterprises,
            ),
        )


async def test_opening_leaves_no_warning(house: House) -> None:
    assert {code: each.findings for code, each in house.connectors.items() if each.findings} == {}


async def test_one_question_reads_every_department(house: House) -> None:
    assert house.caller.person
    person = house.world.citizens[house.caller.person.cid]
    person.guide_no, person.disability_no, person.disability_level = "DY1", "CJ1", 2
    data = await house.ask(
        """query ($hash: String!) {
          me {
            socialInsurance { cardNumber pensionStatus }
            birthRecord { babySex babyBornAt hospital babyWeightG }
            healthCode { colour issuedAt }
            medicalInsurance { number region balance }
            taxCertificate(year: 2025) { number amountPaid }
            vehicles { plateNumber tollTrips { enteredAt gantry amount } }
            properties { parcelNumber utilityAccount { number } }
            housePurchase { contractNumber address }
            farmland { areaMu }
            farmSubsidies { name amount paidOn }
            tourGuideLicence { number }
            disabilityCard { number level }
          }
          verifyInvoice(number: "0449900000001", hash: $hash) { isValid blockHeight }
          lawyers(name: "1") { number }
          venues(cityCode: "990101") { id name address }
        }""",
        hash=invoice_hash("0449900000001"),
    )
    me = data["me"]
    birth = house.world.births[person.cid]
    assert me["socialInsurance"]["cardNumber"] == person.ss_card_no
    assert me["birthRecord"]["babyWeightG"] == birth.weight_g
    assert me["birthRecord"]["babySex"] in ("MALE", "FEMALE")
    assert me["healthCode"]["colour"] in ("GREEN", "YELLOW", "RED")
    assert me["medicalInsurance"]["number"] == person.mi_no
    assert re.fullmatch(r"[0-9.]+", me["taxCertificate"]["amountPaid"])
    assert len(me["vehicles"]) == len(person.plate_nos) > 1
    assert all(vehicle["tollTrips"] is not None for vehicle in me["vehicles"])
    accounts = {home["parcelNumber"]: home["utilityAccount"]["number"] for home in me["properties"]}
    assert accounts == {parcel: house.world.properties[parcel].util_no for parcel in person.parcel_nos}
    assert house.province["mot"].context.calls["etcBill"] == 1
    assert house.province["util"].context.calls["utilAccount"] == 1
    assert me["disabilityCard"] == {"number": "CJ1", "level": 2}
    assert me["tourGuideLicence"] == {"number": "DY1"}
    assert data["verifyInvoice"] == {"isValid": True, "blockHeight": 1_000_001}
    assert len(data["venues"]) == 14


def transactions(house: House) -> dict[str, tuple[str, str]]:
    """Every transaction of the twelve departments, as a citizen would ask for it: its code and its field."""
    world = house.world
    assert house.caller.person
    person = world.citizens[house.caller.person.cid]
    other = next(p for p in world.citizens.values() if p.cid not in (person.cid, *person.children))
    firm = world.enterprises[house.caller.enterprises[0]]
    home = world.properties[person.parcel_nos[0]]
    baby = citizen_id("99010120260102001")
    born = '"2026-01-02T03:04:05+08:00"'
    day = f'"{(house.province["nhc"].clock.now() + timedelta(days=5)).date()}"'
    enterprise = (
        f'creditCode: "{firm.uscc}", enterpriseName: "{firm.name}", enterpriseAddress: "{firm.address}"'
    )
    death = f'deceasedNumber: "{other.cid}", deathCertificateNumber: "SW1", kinship: "配偶", bankCard: "6200"'
    return {
        "applyForSocialSecurityCard": (
            "hrss",
            f'babyNumber: "{baby}", babyName: "测宝", babySex: FEMALE, babyBornAt: {born}, mailingAddress: "路"',
        ),
        "registerEmployer": ("hrss", f'{enterprise}, bankCard: "6200"'),
        "enrolStaff": ("hrss", f'creditCode: "{firm.uscc}", staffNumbers: ["{other.cid}"]'),
        "applyForFuneralBenefit": ("hrss", f'{death}, cremationCertificateNumber: "HH1"'),
        "transferPensionIn": ("hrss", 'fromProvince: "邻省", cardNumber: "L1"'),
        "issueBirthCertificate": (
            "nhc",
            f'babyName: "测宝", babySex: FEMALE, babyBornAt: {born}, hospital: "人民医院", babyWeightG: 3250',
        ),
        "openVaccinationFile": (
            "nhc",
            f'birthCertificateNumber: "CS1", babyName: "测宝", babyBornAt: {born}, address: "测试路"',
        ),
        "issueDeathCertificate": ("nhc", f'deceasedNumber: "{other.cid}", deceasedName: "{other.name}"'),
        "bookDoctorAppointment": ("nhc", f'hospital: "人民医院", appointmentOn: {day}'),
        "enrolNewbornInMedicalInsurance": (
            "nhsa",
            f'babyNumber: "{baby}", babyName: "测宝", babyBornAt: {born}, householdNumber: "HK1", '
            'registeredAddress: "测试路"',
        ),
        "claimMaternityExpenses": (
            "nhsa",
            'birthCertificateNumber: "CS1", hospital: "人民医院", insuranceNumber: "M1", bankCard: "6200"',
        ),
        "registerEmployerForMedicalInsurance": ("nhsa", enterprise),
        "closeMedicalInsuranceAccount": ("nhsa", death),
        "signCreditVisitAgreement": ("nhsa", 'insuranceNumber: "M1"'),
        "registerTaxpayer": ("tax", f'{enterprise}, businessScope: "零售"'),
        "applyForInvoices": (
            "tax",
            f'taxpayerNumber: "SW1", creditCode: "{firm.uscc}", invoiceKinds: ["电子普通发票", "专用发票"]',
        ),
        "payInfantPremium": ("tax", f'babyNumber: "{baby}", insuranceNumber: "MI1", amount: "380.00"'),
        "applyForRideHailingCertificate": (
            "mot",
            'licenceNumber: "DL1", licenceClass: "C1", noCrimeCertificateNumber: "WF1"',
        ),
        "applyForRoadTransportPermit": (
            "mot",
            f'creditCode: "{firm.uscc}", plateNumber: "{person.plate_nos[0]}", businessScope: "普通货运"',
        ),
        "applyForPublicRental": (
            "hud",
            'registeredAddress: "测试路", propertyCertificateNumber: "ZM1", annualIncome: "36000.00"',
        ),
        "applyForConstructionPermit": (
            "hud",
            f'creditCode: "{firm.uscc}", parcelNumber: "{home.parcel_no}", projectName: "示范楼"',
        ),
        "applyForGrainSubsidy": ("agri", 'areaMu: 3.5, bankCard: "6200"'),
        "bookNotary": ("moj", 'kind: "委托公证"'),
        "applyForLegalAid": ("moj", 'annualIncome: "0", text: "劳动争议"'),
        "bookVenue": ("culture", f'venueId: "V990101001", appointmentOn: {day}'),
        "applyForDisabilitySubsidies": (
            "dpf",
            'disabilityNumber: "CJ1", registeredAddress: "测试路", bankCard: "6200"',
        ),
        "applyForTransitPass": ("dpf", 'disabilityNumber: "CJ1", mailingAddress: "测试路"'),
        "payUtilityBill": ("util", f'accountNumber: "{home.util_no}", amount: "10.50"'),
        "transferUtilityAccount": (
            "util",
            f'accountNumber: "{home.util_no}", parcelNumber: "{home.parcel_no}", buyerNumber: "{other.cid}"',
        ),
        "createPaymentOrder": ("fin", 'amount: "120.00", caseReference: "C-1"'),
    }


async def test_every_transaction_gives_a_number_whose_state_can_be_asked(house: House) -> None:
    done = transactions(house)
    for field, (code, arguments) in done.items():
        data = await house.ask(f"mutation {{ {field}({arguments}) {{ number }} }}", key=f"key-{field}")
        number = data[field]["number"]
        assert await house.connectors[code].matter_state(number, house.context()) == "SUBMITTED", field
        anonymous = FetchContext(deadline_s=house.context().deadline_s)
        assert await house.connectors[code].matter_state(number, anonymous) == "SUBMITTED", field
    mapped = {name for code in CODES for name in manifest_of(code).mutation}
    assert mapped == {*done, "refundPayment"}


async def test_a_newborns_enrolment_tells_what_is_due(house: House) -> None:
    _, arguments = transactions(house)["enrolNewbornInMedicalInsurance"]
    field = "enrolNewbornInMedicalInsurance"
    data = await house.ask(f"mutation {{ {field}({arguments}) {{ number amountDue }} }}", key="k")
    assert data[field]["amountDue"] == "380.00"


async def test_an_order_is_paid_at_its_checkout_and_refunded(house: House) -> None:
    create = 'mutation { createPaymentOrder(amount: "120.00", caseReference: "C") { number checkoutUrl } }'
    order = (await house.ask(create, key="k1"))["createPaymentOrder"]
    status = f'{{ paymentStatus(orderNumber: "{order["number"]}") {{ isPaid receiptNumber }} }}'
    assert (await house.ask(status))["paymentStatus"] == {"isPaid": False, "receiptNumber": None}
    ticket = order["checkoutUrl"].partition("ticket=")[2]
    async with httpx.AsyncClient(trust_env=False) as browser:
        await browser.post(order["checkoutUrl"].partition("?")[0], data={"ticket": ticket})
    assert (await house.ask(status))["paymentStatus"]["isPaid"] is True
    refund = f'mutation {{ refundPayment(orderNumber: "{order["number"]}", reason: "重复") {{ number }} }}'
    number = (await house.ask(refund, key="k2"))["refundPayment"]["number"]
    assert await house.connectors["fin"].matter_state(number, house.context()) == "SUBMITTED"


async def test_a_wrong_input_is_told_in_the_departments_words(house: House) -> None:
    compiled = compile_operation(
        house.supergraph,
        house.subgraphs,
        parse('mutation { payUtilityBill(accountNumber: "none", amount: "1.00") { number } }'),
    )
    result = await execute(compiled, {}, house.context(key="k"))
    (error,) = result.errors
    assert error.code.value == "BAD_USER_INPUT"
    assert "户号不存在" in error.message
