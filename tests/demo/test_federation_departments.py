"""The four Apollo Federation 2 subgraphs over real sockets: service SDL, entities in batches, lasting effects."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from graphql import build_schema

from demo.departments.graphql.serving import description
from demo.host import Province, running
from demo.issuer import LocalIssuer
from demo.numbers import citizen_id
from demo.world import Citizen, World
from tests.demo.conftest import Ask

CODES = ("samr", "h12345", "elic", "bdb")
ENTITIES = "query ($r: [_Any!]!) { _entities(representations: $r) { __typename %s } }"
CREDENTIALS = "... on Citizen { credentials { credNo credKind holderMasked validUntil } }"


@pytest.fixture
async def province(world: World, issuer: LocalIssuer) -> AsyncIterator[Province]:
    async with running(*CODES, world=world, verifier=issuer.verifier()) as running_province:
        yield running_province


@pytest.mark.parametrize("code", CODES)
async def test_service_sdl_is_the_published_description_to_the_letter(
    province: Province, ask: Ask, code: str
) -> None:
    told = await ask(province, code, "{ _service { sdl } }", level=None)
    assert told["data"]["_service"]["sdl"].strip() == description(code).strip()


@pytest.mark.parametrize("code", [*CODES, "moe", "mee", "archives", "peer"])
def test_everything_in_a_description_is_described_in_chinese(code: str) -> None:
    federation = "directive @key(fields: String!) repeatable on OBJECT "
    lines = [line for line in description(code).splitlines() if not line.startswith("extend schema")]
    schema = build_schema(federation + "\n".join(lines))
    for name, kind in schema.type_map.items():
        if name.startswith("__") or kind.ast_node is None or name in ("Query", "Mutation"):
            continue
        assert _is_chinese(kind.description), name
    for name in schema.type_map:
        for key, field in (getattr(schema.type_map[name], "fields", None) or {}).items():
            assert name.startswith("__") or _is_chinese(field.description), f"{name}.{key}"


def _is_chinese(text: str | None) -> bool:
    return any("一" <= letter <= "鿿" for letter in text or "")


async def test_entities_come_in_the_order_asked_and_an_unknown_one_is_null(
    province: Province, ask: Ask, world: World
) -> None:
    wanted = list(world.enterprises)[:3]
    references = [{"__typename": "Enterprise", "uscc": uscc} for uscc in [wanted[1], "none", wanted[0]]]
    told = await ask(province, "samr", ENTITIES % "... on Enterprise { uscc entName }", r=references)
    assert told["data"]["_entities"] == [
        {"__typename": "Enterprise", "uscc": wanted[1], "entName": world.enterprises[wanted[1]].name},
        None,
        {"__typename": "Enterprise", "uscc": wanted[0], "entName": world.enterprises[wanted[0]].name},
    ]


async def test_a_batch_of_entities_counts_as_one_call(province: Province, ask: Ask, world: World) -> None:
    references = [{"__typename": "Citizen", "cid": cid} for cid in list(world.citizens)[:50]]
    told = await ask(province, "elic", ENTITIES % CREDENTIALS, r=references)
    assert [len(one["credentials"]) for one in told["data"]["_entities"]] == [
        len(world.citizens[reference["cid"]].cred_nos) for reference in references
    ]
    assert province["elic"].context.calls["credentials"] == 1


async def test_bdb_knows_the_person_and_the_kinship_at_the_right_levels(
    province: Province, ask: Ask, citizen01: Citizen, world: World
) -> None:
    father = world.citizens[citizen01.father_cid or ""]
    query = ENTITIES % '... on Citizen { name sex birthDate ethnicity kin(deceasedCid: "%s") { kinship } }'
    references = [{"__typename": "Citizen", "cid": citizen01.cid}]
    told = await ask(province, "bdb", query % father.cid, r=references)
    assert told["data"]["_entities"] == [
        {
            "__typename": "Citizen",
            "name": citizen01.name,
            "sex": citizen01.sex,
            "birthDate": citizen01.born.isoformat(),
            "ethnicity": citizen01.ethnicity,
            "kin": {"kinship": "子女"},
        }
    ]
    lower = await ask(province, "bdb", query % father.cid, level=2, r=references)
    assert lower["data"]["_entities"][0]["kin"] is None
    assert lower["data"]["_entities"][0]["name"] == citizen01.name
    assert [error["extensions"]["code"] for error in lower["errors"]] == ["FORBIDDEN"]


async def test_bdb_and_samr_speak_of_the_same_firm(province: Province, ask: Ask, world: World) -> None:
    firm = next(iter(world.enterprises.values()))
    reference = [{"__typename": "LegalEntity", "uscc": firm.uscc}]
    told = await ask(province, "bdb", ENTITIES % "... on LegalEntity { listed registerDate }", r=reference)
    assert told["data"]["_entities"][0]["registerDate"] == firm.registered_on.isoformat()
    told = await ask(province, "samr", f'{{ enterprise(uscc: "{firm.uscc}") {{ legalRepCid }} }}', level=0)
    assert told["data"]["enterprise"]["legalRepCid"] == firm.legal_rep_cid


async def test_an_open_datasets_keyword_narrows_the_list(province: Province, ask: Ask) -> None:
    every = await ask(province, "bdb", "{ datasets { datasetId title } }", level=0)
    some = await ask(province, "bdb", '{ datasets(keyword: "名录") { title } }', level=0)
    assert 0 < len(some["data"]["datasets"]) < len(every["data"]["datasets"])


REGISTER = """mutation ($rep: ID!, $name: String!) {
  registerEnterprise(entName: $name, entAddress: "测试省示例市", bizScope: "软件开发", capital: "100000",
    shareholders: ["林样本"], legalRepCid: $rep, legalRepName: "林样本", contactMobile: "1", agentCid: $rep)
  { caseNo uscc licenceNo } }"""


async def test_a_registered_firm_can_be_found_licensed_and_cancelled(
    province: Province, ask: Ask, citizen01: Citizen
) -> None:
    told = await ask(province, "samr", REGISTER, key="k", rep=citizen01.cid, name="新芽有限公司")
    made = told["data"]["registerEnterprise"]
    again = await ask(province, "samr", REGISTER, key="k", rep=citizen01.cid, name="新芽有限公司")
    assert again["data"]["registerEnterprise"] == made
    free = await ask(province, "samr", '{ checkName(entName: "新芽有限公司") { nameOk } }')
    assert free["data"]["checkName"] == {"nameOk": False}
    licence = (
        f'mutation {{ issueBizLicence(uscc: "{made["uscc"]}", licenceNo: "{made["licenceNo"]}",'
        f' legalRepCid: "{citizen01.cid}") {{ credNo }} }}'
    )
    number = (await ask(province, "elic", licence))["data"]["issueBizLicence"]["credNo"]
    held = await ask(province, "elic", f'{{ credentials(cid: "{citizen01.cid}") {{ credNo credKind }} }}')
    assert {"credNo": number, "credKind": "电子营业执照"} in held["data"]["credentials"]
    cancel = f'mutation {{ cancelEnterprise(uscc: "{made["uscc"]}", legalRepCid: "{citizen01.cid}") {{ caseNo }} }}'
    assert (await ask(province, "samr", cancel))["data"]["cancelEnterprise"]["caseNo"].startswith("SAMR")
    gone = await ask(province, "samr", f'{{ enterprise(uscc: "{made["uscc"]}") {{ uscc }} }}')
    assert gone["data"]["enterprise"] is None


async def test_a_taken_name_is_a_conflict(
    province: Province, ask: Ask, citizen01: Citizen, world: World
) -> None:
    name = next(iter(world.enterprises.values())).name
    told = await ask(province, "samr", REGISTER, rep=citizen01.cid, name=name)
    assert told["errors"][0]["extensions"] == {"code": "CONFLICT"}


async def test_only_the_legal_representative_may_cancel(
    province: Province, ask: Ask, citizen01: Citizen, world: World
) -> None:
    other = next(firm for firm in world.enterprises.values() if firm.legal_rep_cid != citizen01.cid)
    cancel = (
        f'mutation {{ cancelEnterprise(uscc: "{other.uscc}", legalRepCid: "{citizen01.cid}") {{ caseNo }} }}'
    )
    told = await ask(province, "samr", cancel)
    assert told["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
    assert other.uscc in world.enterprises


async def test_one_subject_cannot_act_as_two_people(province: Province, ask: Ask, world: World) -> None:
    open_ticket = 'mutation { openTicket(cid: "%s", mobile: "1", complaintText: "路灯不亮") { ticketNo } }'
    one, other = list(world.citizens)[:2]
    assert "errors" not in await ask(province, "h12345", open_ticket % one, subject="s")
    told = await ask(province, "h12345", open_ticket % other, subject="s")
    assert told["errors"][0]["extensions"] == {"code": "FORBIDDEN"}


async def test_a_ticket_is_seen_by_who_opened_it_and_by_nobody_else(
    province: Province, ask: Ask, citizen01: Citizen
) -> None:
    made = await ask(
        province,
        "h12345",
        f'mutation {{ openTicket(cid: "{citizen01.cid}", mobile: "1", complaintText: "退款不给") {{ ticketNo }} }}',
    )
    number = made["data"]["openTicket"]["ticketNo"]
    query = f'{{ ticket(ticketNo: "{number}") {{ ticketStatus owner dueAt }} }}'
    mine = (await ask(province, "h12345", query))["data"]["ticket"]
    assert mine["owner"] == "市场监督管理局"
    assert (await ask(province, "h12345", query, subject="two"))["data"]["ticket"] is None
    reference = [{"__typename": "Ticket", "ticketNo": number}]
    entity = await ask(province, "h12345", ENTITIES % "... on Ticket { owner }", subject="two", r=reference)
    assert entity["data"]["_entities"] == [None]
    reply = f'mutation {{ replyTicket(ticketNo: "{number}", replyText: "已协调退款") {{ ticketStatus }} }}'
    told = await ask(province, "h12345", reply, subject="officer")
    assert told["data"]["replyTicket"] == {"ticketStatus": "REPLIED"}
    assert (await ask(province, "h12345", query))["data"]["ticket"]["ticketStatus"] == "REPLIED"


async def test_one_matter_is_rated_once(province: Province, ask: Ask) -> None:
    rate = 'mutation { rate(caseRef: "MCA202611-000001", stars: 5) { ratingNo } }'
    first = await ask(province, "h12345", rate, key="k")
    assert (await ask(province, "h12345", rate, key="k")) == first
    assert (await ask(province, "h12345", rate))["errors"][0]["extensions"] == {"code": "CONFLICT"}
    assert "errors" not in await ask(province, "h12345", rate, subject="two")


async def test_revoked_credentials_are_neither_listed_nor_verified(
    province: Province, ask: Ask, citizen01: Citizen, world: World
) -> None:
    father = world.citizens[citizen01.father_cid or ""]
    shown = world.credentials[father.cred_nos[0]].present_token
    verify = f'{{ verifyCred(presentToken: "{shown}") {{ credKind holderMasked }} }}'
    seen = (await ask(province, "elic", verify, level=0))["data"]["verifyCred"]
    assert seen["holderMasked"] == father.name[0] + "*" * (len(father.name) - 1)
    revoke = f'mutation {{ revokeCreds(deceasedCid: "{father.cid}", deathCertNo: "D1") {{ caseNo }} }}'
    assert (await ask(province, "elic", revoke))["data"]["revokeCreds"]["caseNo"]
    assert (await ask(province, "elic", verify, level=0))["data"]["verifyCred"] is None
    held = await ask(province, "elic", f'{{ credentials(cid: "{father.cid}") {{ credNo }} }}')
    assert held["data"]["credentials"] == []


async def test_a_newborn_unknown_to_the_register_can_hold_a_credential(province: Province, ask: Ask) -> None:
    baby = citizen_id("99010120260101001")
    issue = 'mutation { issueCred(holderCid: "%s", credKind: "出生医学证明", sourceNo: "B1") { credNo } }'
    told = await ask(province, "elic", issue % baby)
    number = told["data"]["issueCred"]["credNo"]
    references = [{"__typename": "Citizen", "cid": baby}]
    held = await ask(province, "elic", ENTITIES % "... on Citizen { credentials { credNo } }", r=references)
    assert held["data"]["_entities"][0]["credentials"] == [{"credNo": number}]


async def test_without_a_token_nothing_is_told(province: Province, ask: Ask, citizen01: Citizen) -> None:
    told = await ask(province, "elic", f'{{ credentials(cid: "{citizen01.cid}") {{ credNo }} }}', level=None)
    assert told["data"] == {"credentials": None}
    assert told["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
