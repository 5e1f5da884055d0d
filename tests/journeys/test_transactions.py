"""A transaction reaches its department once and becomes a Matter of the citizen, whatever the department's protocol."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.journeys.conftest import Demo

PER_PROTOCOL = {
    "rest": ("nhc", 'bookDoctorAppointment(hospital: "测试省人民医院", appointmentOn: "2026-12-15")'),
    "rest-async": (
        "tax",
        'payInfantPremium(babyNumber: "$child", insuranceNumber: "MI1", amount: "380.00")',
    ),
    "soap": (
        "mca",
        'bookMarriageRegistration(spouseNumber: "990101199001011230", appointmentOn: "2026-12-20")',
    ),
    "soap-gbk": (
        "gjj",
        'withdrawHousingFund(accountNumber: "$account", reason: "租房", bankCard: "6200000000000000001")',
    ),
    "soap-wsse": ("mnr", 'applyForPropertyCertificate(purpose: "入学")'),
    "graphql": (
        "archives",
        'requestArchiveCopy(archiveNumber: "$archive", mailingAddress: "测试省测试市一号")',
    ),
    "federation": ("h12345", 'openTicket(text: "路灯不亮", caseReference: null)'),
}


def begin(demo: Demo, call: str, login: str = "citizen01", key: str | None = None) -> Any:
    query = (
        "{ me { housingFund { number } household { childNumber } marriageArchive { certificateNumber } } }"
    )
    me = demo.ask(query, login)["data"]["me"]
    call = call.replace("$account", str((me["housingFund"] or {}).get("number")))
    call = call.replace("$child", str((me["household"] or {}).get("childNumber")))
    call = call.replace("$archive", f"DA-H-{(me['marriageArchive'] or {}).get('certificateNumber')}")
    headers = {"idempotency-key": key} if key else None
    return demo.ask(
        f"mutation {{ done: {call} {{ number matter {{ id state isConfirmed }} }} }}", login, headers
    )


def matters(demo: Demo, login: str = "citizen01") -> dict[str, dict[str, Any]]:
    query = """{ me { matters(first: 50) { id number state isConfirmed owner openedAt dueAt rating
                 receipt { number issuedAt } service { id title } department { code } } } }"""
    answer = demo.ask(query, login)
    assert "errors" not in answer
    return {each["id"]: each for each in answer["data"]["me"]["matters"]}


def until(true: Callable[[], bool], seconds: float = 40) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.2)
    return False


@pytest.mark.parametrize("protocol", PER_PROTOCOL)
def test_a_mutation_is_taken_by_its_department_and_listed_as_a_matter(demo: Demo, protocol: str) -> None:
    department, call = PER_PROTOCOL[protocol]
    answer = begin(demo, call)
    assert "errors" not in answer, answer
    done = answer["data"]["done"]
    assert done["number"]
    matter = matters(demo)[done["matter"]["id"]]
    assert matter["number"] == done["number"]
    assert matter["department"]["code"] == department
    assert matter["isConfirmed"] is True
    assert matter["receipt"]["issuedAt"]


def test_its_state_is_refreshed_from_the_department_until_delivered_then_rated_once(demo: Demo) -> None:
    done = begin(demo, PER_PROTOCOL["rest"][1])["data"]["done"]
    matter = done["matter"]["id"]
    assert until(lambda: matters(demo)[matter]["state"] == "DELIVERED"), matters(demo)[matter]
    rate = "mutation ($id: ID!, $grade: Int!) { rateMatter(id: $id, grade: $grade) { rating } }"
    assert demo.ask(rate, "citizen02", id=matter, grade=1)["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert demo.ask(rate, id=matter, grade=6)["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert demo.ask(rate, id=matter, grade=5)["data"]["rateMatter"]["rating"] == 5
    assert demo.ask(rate, id=matter, grade=4)["errors"][0]["extensions"]["code"] == "CONFLICT"


def test_the_same_idempotency_key_reaches_the_department_once(demo: Demo) -> None:
    key = secrets.token_hex(8)
    before = demo.calls("nhc").get("bookDoctor", 0)
    first = begin(demo, PER_PROTOCOL["rest"][1], key=key)
    again = begin(demo, PER_PROTOCOL["rest"][1], key=key)
    assert first == again
    assert demo.calls("nhc")["bookDoctor"] == before + 1
    other = begin(demo, PER_PROTOCOL["rest"][1].replace("12-15", "12-16"), key=key)
    assert other["errors"][0]["extensions"]["code"] == "CONFLICT"


def test_a_department_that_hangs_leaves_the_matter_unconfirmed_and_is_not_asked_again(healthy: Demo) -> None:
    key = secrets.token_hex(8)
    healthy.control("archives", mode="hang")
    call = PER_PROTOCOL["graphql"][1]
    answer = begin(healthy, call, "citizen03", key)
    assert answer["data"] == {"done": None}
    assert answer["errors"][0]["extensions"]["code"] == "DEPARTMENT_TIMEOUT"
    healthy.control("archives", mode="ok")
    again = begin(healthy, call, "citizen03", key)
    assert again["errors"][0]["extensions"]["code"] == "CONFLICT"
    unconfirmed = [m for m in matters(healthy, "citizen03").values() if not m["isConfirmed"]]
    assert len(unconfirmed) == 1


def test_a_department_that_is_down_leaves_nothing_behind_and_may_be_asked_again(healthy: Demo) -> None:
    key = secrets.token_hex(8)
    before = set(matters(healthy, "citizen04"))
    healthy.control("nhc", mode="down")
    answer = begin(healthy, PER_PROTOCOL["rest"][1], "citizen04", key)
    assert answer["errors"][0]["extensions"]["code"] == "DEPARTMENT_UNAVAILABLE"
    assert set(matters(healthy, "citizen04")) == before
    healthy.control("nhc", mode="ok")
    assert begin(healthy, PER_PROTOCOL["rest"][1], "citizen04", key)["data"]["done"]["number"]


def test_an_effect_is_visible_at_the_department_afterwards(demo: Demo) -> None:
    query = "{ me { vehicles { violations { number amount isPaid } } } }"
    fines = [
        v for car in demo.ask(query)["data"]["me"]["vehicles"] for v in car["violations"] if not v["isPaid"]
    ]
    assert fines
    pay = "mutation ($n: ID!, $a: Decimal!) { payTrafficFine(violationNumber: $n, amount: $a) { number } }"
    paid = demo.ask(pay, n=fines[0]["number"], a=fines[0]["amount"])
    assert paid["data"]["payTrafficFine"]["number"], paid
    after = [v for car in demo.ask(query)["data"]["me"]["vehicles"] for v in car["violations"]]
    assert next(v for v in after if v["number"] == fines[0]["number"])["isPaid"] is True


def test_a_level_too_low_is_a_typed_error_at_the_field_and_asks_no_department(demo: Demo) -> None:
    before = demo.calls("dpf").get("disability", 0)
    answer = demo.ask("{ me { name disabilityCard { number } healthCode { colour } } }", "citizen55")
    assert answer["data"]["me"]["disabilityCard"] is None
    assert answer["data"]["me"]["healthCode"]["colour"]
    assert [e["extensions"]["code"] for e in answer["errors"]] == ["STEP_UP_REQUIRED"]
    assert demo.calls("dpf").get("disability", 0) == before


def test_a_firm_is_only_acted_for_by_its_own_people(demo: Demo) -> None:
    own = demo.ask("{ me { enterprises { creditCode } } }")["data"]["me"]["enterprises"][0]["creditCode"]
    seal = 'mutation ($c: ID!) { fileEnterpriseSeal(creditCode: $c, enterpriseName: "x", sealKinds: ["公章"]) { number } }'
    refused = demo.ask(seal, "citizen02", c=own)
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_an_anonymous_caller_gets_public_data_and_401_for_the_rest(demo: Demo) -> None:
    public = demo.ask('{ airQuality(cityCode: "990100") { index } }', login=None)
    assert public["data"]["airQuality"]["index"]
    answer = httpx.post(demo.endpoint, json={"query": "{ me { name } }"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
