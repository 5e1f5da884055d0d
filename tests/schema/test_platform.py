"""The platform's part of the graph, asked as its subgraph is asked."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLError, build_ast_schema, graphql, is_enum_type, is_object_type, parse

from federation.subgraph import FetchContext
from schema.catalogue import FixedCatalogue
from schema.matter_log import MatterLog
from schema.platform import PlatformSchema, platform_schema
from schema.sources import CitizenSource, MatterSource
from schema.states import Failure, MatterState
from tests.schema.people import (
    CATALOGUE,
    CHILD,
    LI,
    MOTHER,
    OFFICER,
    OTHER,
    STRANGER,
    begun,
    submitted,
)
from tongban.caller import ANONYMOUS, Caller
from tongban.errors import CallerFault


@pytest.fixture
def platform(matters: MatterLog) -> PlatformSchema:
    return platform_schema(CATALOGUE, matters)


async def asked(platform: PlatformSchema, caller: Caller, document: str, **variables: Any) -> Any:
    """The data; raises the first error's original."""
    result = await graphql(
        platform.schema, document, context_value=FetchContext(caller), variable_values=variables
    )
    if result.errors:
        raise result.errors[0].original_error or result.errors[0]
    return result.data


async def code_of(platform: PlatformSchema, caller: Caller, document: str, **variables: Any) -> str:
    with pytest.raises(CallerFault) as caught:
        await asked(platform, caller, document, **variables)
    return caught.value.code.value


async def test_me_is_the_verified_person(platform: PlatformSchema) -> None:
    data = await asked(platform, MOTHER, "{ me { id cid enterprises { creditCode } matters { id } } }")
    assert data == {
        "me": {
            "id": LI.person_id,
            "cid": LI.cid,
            "enterprises": [{"creditCode": "91990101MA00000001"}],
            "matters": [],
        }
    }


async def test_me_needs_a_login_and_is_null_without_a_person(platform: PlatformSchema) -> None:
    assert await code_of(platform, ANONYMOUS, "{ me { id } }") == "UNAUTHENTICATED"
    assert await asked(platform, OFFICER, "{ me { id } }") == {"me": None}


CITIZEN = "query ($id: ID!) { citizen(id: $id) { id enterprises { creditCode } } }"


async def test_a_citizen_is_oneself_or_a_ward_and_nobody_else(platform: PlatformSchema) -> None:
    assert (await asked(platform, MOTHER, CITIZEN, id=LI.person_id))["citizen"]["enterprises"]
    ward = await asked(platform, MOTHER, CITIZEN, id=CHILD.person_id)
    assert ward == {"citizen": {"id": CHILD.person_id, "enterprises": []}}
    assert await code_of(platform, MOTHER, CITIZEN, id=STRANGER.person_id) == "FORBIDDEN"
    assert await code_of(platform, MOTHER, CITIZEN, id="nobody") == "FORBIDDEN"
    assert await code_of(platform, ANONYMOUS, CITIZEN, id=LI.person_id) == "UNAUTHENTICATED"


MATTERS = """{ me { matters { id number state isConfirmed owner rating openedAt dueAt updatedAt
    department { code name } service { id title titleEn: title(lang: EN) } receipt { number issuedAt } } }
    }"""


async def test_a_matter_tells_where_it_stands(platform: PlatformSchema, matters: MatterLog) -> None:
    matter_id = await submitted(matters, number="HY-7")
    data = await asked(platform, MOTHER, MATTERS)
    assert data["me"]["matters"] == [
        {
            "id": matter_id,
            "number": "HY-7",
            "state": "SUBMITTED",
            "isConfirmed": True,
            "owner": "婚姻登记处",
            "rating": None,
            "openedAt": "2026-09-21T22:13:20+08:00",
            "dueAt": "2026-09-21T22:43:20+08:00",
            "updatedAt": "2026-09-21T22:13:20+08:00",
            "department": {"code": "mca", "name": "民政厅"},
            "service": {
                "id": "mca.bookMarriage",
                "title": "婚姻登记预约",
                "titleEn": "Book a marriage registration",
            },
            "receipt": {"number": matter_id, "issuedAt": "2026-09-21T22:13:20+08:00"},
        }
    ]


async def test_an_unconfirmed_matter_is_shown_as_such(platform: PlatformSchema, matters: MatterLog) -> None:
    await matters.fail(await begun(matters), Failure.UNKNOWN)
    (matter,) = (await asked(platform, MOTHER, MATTERS))["me"]["matters"]
    assert (matter["state"], matter["isConfirmed"], matter["receipt"]) == ("SUBMITTED", False, None)


async def test_matters_are_chosen_by_state_and_number(platform: PlatformSchema, matters: MatterLog) -> None:
    accepted = await submitted(matters)
    await matters.set_state(accepted, MatterState.ACCEPTED)
    await submitted(matters)
    document = "{ me { matters(state: ACCEPTED) { id } } }"
    assert await asked(platform, MOTHER, document) == {"me": {"matters": [{"id": accepted}]}}
    one = await asked(platform, MOTHER, "query ($n: Int) { me { matters(first: $n) { id } } }", n=1)
    assert len(one["me"]["matters"]) == 1
    everything = await asked(platform, MOTHER, "query ($n: Int) { me { matters(first: $n) { id } } }", n=None)
    assert len(everything["me"]["matters"]) == 2
    assert await code_of(platform, MOTHER, "{ me { matters(first: 0) { id } } }") == "BAD_USER_INPUT"
    assert await code_of(platform, MOTHER, "{ me { matters(first: 101) { id } } }") == "BAD_USER_INPUT"


async def test_a_matter_of_a_service_that_left_keeps_its_department(matters: MatterLog) -> None:
    await submitted(matters)
    bare = platform_schema(FixedCatalogue(), matters)
    (matter,) = (await asked(bare, MOTHER, "{ me { matters { service { id } department { code name } } } }"))[
        "me"
    ]["matters"]
    assert matter == {"service": None, "department": {"code": "mca", "name": "mca"}}


async def test_the_catalogue_is_open_to_everybody(platform: PlatformSchema) -> None:
    data = await asked(
        platform,
        ANONYMOUS,
        """{ services(search: "婚姻", kind: TRANSACTION) { id title titleEn kind depth classification
             assurance promisedMinutes department { name nameEn services { id } } } }""",
    )
    assert data["services"] == [
        {
            "id": "mca.bookMarriage",
            "title": "婚姻登记预约",
            "titleEn": "Book a marriage registration",
            "kind": "TRANSACTION",
            "depth": "TRANSACTION",
            "classification": "L2",
            "assurance": 1,
            "promisedMinutes": 30,
            "department": {
                "name": "民政厅",
                "nameEn": "Civil Affairs",
                "services": [{"id": "mca.marriage"}, {"id": "mca.bookMarriage"}],
            },
        }
    ]
    silent = await asked(platform, ANONYMOUS, '{ services(search: "参保") { promisedMinutes } }')
    assert silent["services"] == [{"promisedMinutes": None}]
    assert len((await asked(platform, ANONYMOUS, "{ departments { code } }"))["departments"]) == 4
    assert len((await asked(platform, ANONYMOUS, "{ services(first: 2) { id } }"))["services"]) == 2
    long = "query ($s: String) { services(search: $s) { id } }"
    assert await code_of(platform, ANONYMOUS, long, s="x" * 101) == "BAD_USER_INPUT"


RATE = "mutation ($id: ID!, $grade: Int!) { rateMatter(id: $id, grade: $grade) { rating } }"


async def test_a_finished_matter_is_rated_once_by_its_owner(
    platform: PlatformSchema, matters: MatterLog
) -> None:
    matter_id = await submitted(matters)
    assert await code_of(platform, MOTHER, RATE, id=matter_id, grade=5) == "CONFLICT"
    await matters.set_state(matter_id, MatterState.DECIDED)
    assert await code_of(platform, OTHER, RATE, id=matter_id, grade=5) == "FORBIDDEN"
    assert await code_of(platform, MOTHER, RATE, id=matter_id, grade=0) == "BAD_USER_INPUT"
    assert await asked(platform, MOTHER, RATE, id=matter_id, grade=5) == {"rateMatter": {"rating": 5}}
    assert await code_of(platform, MOTHER, RATE, id=matter_id, grade=5) == "CONFLICT"


async def test_citizens_are_found_by_key_only_for_those_who_may_ask(platform: PlatformSchema) -> None:
    wanted = [
        {"__typename": "Citizen", "cid": cid} for cid in (CHILD.cid, STRANGER.cid, LI.cid, "990101", None)
    ]
    found = await platform.entities["Citizen"](wanted, FetchContext(MOTHER))
    people = [each.person.person_id if isinstance(each, CitizenSource) else None for each in found]
    assert people == [CHILD.person_id, None, LI.person_id, None, None]
    assert await platform.entities["Citizen"](wanted, FetchContext(ANONYMOUS)) == [None] * 5


async def test_matters_are_found_by_key_only_by_those_who_may_see_them(
    platform: PlatformSchema, matters: MatterLog
) -> None:
    own, others = await submitted(matters), await submitted(matters, OTHER)
    wanted = [{"__typename": "Matter", "id": each} for each in (others, own, "none", own)]
    found = await platform.entities["Matter"](wanted, FetchContext(MOTHER))
    assert [each.record.id if isinstance(each, MatterSource) else None for each in found] == [
        None,
        own,
        None,
        own,
    ]
    assert await platform.entities["Matter"](wanted, FetchContext(ANONYMOUS)) == [None] * 4


async def test_a_guardian_sees_a_wards_matter(platform: PlatformSchema, matters: MatterLog) -> None:
    matter_id = await submitted(matters, Caller("a-child", person=CHILD))
    (found,) = await platform.entities["Matter"]([{"id": matter_id}], FetchContext(MOTHER))
    assert isinstance(found, MatterSource)


def test_everything_has_a_description_in_both_languages(platform: PlatformSchema) -> None:
    silent = []
    for name, type_ in platform.schema.type_map.items():
        if name.startswith("__") or name in {"String", "Int", "Boolean", "ID"}:
            continue
        described = {name: type_.description}
        if is_object_type(type_):
            described |= {f"{name}.{field}": each.description for field, each in type_.fields.items()}
            described |= {
                f"{name}.{field}({argument}:)": given.description
                for field, each in type_.fields.items()
                for argument, given in each.args.items()
            }
        elif is_enum_type(type_):
            described |= {f"{name}.{value}": each.description for value, each in type_.values.items()}
        silent += [coordinate for coordinate, text in described.items() if " · " not in (text or "")]
    assert silent == []


def test_the_sdl_is_federation_2_and_tells_the_same_as_the_schema(platform: PlatformSchema) -> None:
    sdl = platform.sdl
    assert sdl.startswith('extend schema @link(url: "https://specs.apollo.dev/federation/v2.3"')
    assert 'type Citizen @key(fields: "cid") {' in sdl
    assert "cid: ID! @inaccessible" in sdl
    assert 'type Enterprise @key(fields: "creditCode", resolvable: false) {' in sdl
    assert 'type Matter @key(fields: "id") {' in sdl
    read = build_ast_schema(parse(sdl), assume_valid_sdl=True)
    for name, type_ in platform.schema.type_map.items():
        if is_object_type(type_) and not name.startswith("__"):
            assert set(read.type_map[name].fields) == set(type_.fields)


async def test_internal_states_cannot_be_asked_for(platform: PlatformSchema) -> None:
    with pytest.raises(GraphQLError, match="UNKNOWN"):
        await asked(platform, MOTHER, "{ me { matters(state: UNKNOWN) { id } } }")
