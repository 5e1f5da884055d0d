"""一网通办: one GraphQL endpoint answers for every registered department whatever its protocol."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.journeys.conftest import DOCUMENTS, Demo

SIX = """{ me { name
  healthCode { colour }
  marriage { certificateNumber }
  household { number }
  housingFund { number balance loanStatus }
  student { number school }
  credentials { number kind }
} }"""
"""bdb and elic are Federation subgraphs, nhc is REST, mca, mps and gjj are SOAP, moe is plain GraphQL."""


def test_one_query_over_rest_soap_graphql_and_federation_gives_one_typed_document(demo: Demo) -> None:
    answer = demo.ask(SIX)
    assert "errors" not in answer
    me = answer["data"]["me"]
    assert me["name"]
    assert me["healthCode"]["colour"] in {"GREEN", "YELLOW", "RED"}
    assert me["marriage"]["certificateNumber"]
    assert me["household"]["number"]
    assert float(me["housingFund"]["balance"]) >= 0
    assert set(me) == {"name", "healthCode", "marriage", "household", "housingFund", "student", "credentials"}


def test_the_sample_query_asks_seventeen_departments_and_each_answers(demo: Demo) -> None:
    before = {b["code"]: sum(demo.calls(b["code"]).values()) for b in demo.facts["backends"]}
    answer = demo.ask(demo.facts["sample_query"])
    assert "errors" not in answer
    assert [name for name, value in answer["data"]["me"].items() if value in (None, [])] == []
    asked = {code for code, calls in before.items() if sum(demo.calls(code).values()) > calls}
    assert len(asked) >= 17, asked


@pytest.mark.parametrize(
    ("mode", "codes"),
    [
        ("down", {"DEPARTMENT_UNAVAILABLE"}),
        ("hang", {"DEPARTMENT_TIMEOUT"}),
        ("html", {"DEPARTMENT_ERROR"}),
        ("error500", {"DEPARTMENT_ERROR", "DEPARTMENT_UNAVAILABLE"}),
        ("reset", {"DEPARTMENT_UNAVAILABLE"}),
    ],
)
@pytest.mark.parametrize(
    ("code", "field"),
    [("nhc", "healthCode"), ("mca", "marriage"), ("moe", "student"), ("elic", "credentials")],
)
def test_a_broken_department_is_null_with_one_typed_error_and_the_rest_stands(
    healthy: Demo, code: str, field: str, mode: str, codes: set[str]
) -> None:
    whole = healthy.ask(SIX)["data"]["me"]
    healthy.control(code, mode=mode)
    answer = healthy.ask(SIX)
    assert answer["data"]["me"] == {**whole, field: None}
    assert len(answer["errors"]) == 1
    error = answer["errors"][0]
    assert error["path"] == ["me", field]
    assert error["extensions"]["department"] == code
    assert error["extensions"]["code"] in codes
    assert error["extensions"]["requestId"]


def test_the_catalogue_lists_every_service_of_every_department(demo: Demo) -> None:
    answer = demo.ask(
        "{ services(first: 200) { id title kind depth classification department { code } } }", login=None
    )
    services = answer["data"]["services"]
    assert len({s["department"]["code"] for s in services}) == 26
    assert len(services) >= 108


def test_a_search_finds_a_service_by_its_chinese_name(demo: Demo) -> None:
    found = demo.ask('{ services(search: "预约挂号") { id } }', login=None)["data"]["services"]
    assert found[0]["id"] == "nhc.bookDoctor"


def test_every_sample_document_runs(demo: Demo) -> None:
    for path in sorted(DOCUMENTS.glob("*.graphql")):
        answer = demo.ask(path.read_text("utf-8"))
        assert "errors" not in answer, (path.name, answer["errors"])


def test_fifty_citizens_at_once_each_see_only_their_own(demo: Demo) -> None:
    query = "{ me { id name household { number } socialInsurance { cardNumber } credentials { number } matters { id } } }"
    logins = [f"citizen{n:02d}" for n in range(1, 51)]
    alone = {login: demo.ask(query, login)["data"]["me"] for login in logins}
    assert len({str(each["id"]) for each in alone.values()}) == 50
    with ThreadPoolExecutor(50) as crowd:
        for _ in range(3):
            together = dict(
                zip(
                    logins, crowd.map(lambda login: demo.ask(query, login)["data"]["me"], logins), strict=True
                )
            )
            assert together == alone


def test_a_change_of_the_registry_is_served_and_drops_nothing(demo: Demo) -> None:
    listed = '{ services(search: "mee.airQuality") { id } }'
    before = demo.ask(listed, login=None)["data"]["services"]
    assert before
    stop = threading.Event()

    def ask_on() -> tuple[int, int]:
        """An unrelated citizen, all the while: how many were answered, how many not."""
        answered = failed = 0
        while not stop.is_set():
            good = demo.ask("{ me { healthCode { colour } } }", "citizen09").get("errors") is None
            answered, failed = answered + good, failed + (not good)
        return answered, failed

    def listed_is(wanted: list[object]) -> bool:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if demo.ask(listed, login=None)["data"]["services"] == wanted:
                return True
        return False

    url = next(b["url"] for b in demo.facts["backends"] if b["code"] == "mee")
    with ThreadPoolExecutor(4) as crowd:
        others = [crowd.submit(ask_on) for _ in range(4)]
        try:
            tongban(demo, "retire", "mee.environment")
            assert listed_is([])
            manifest = DOCUMENTS.parent / "connectors" / "mee.connector.yaml"
            tongban(demo, "publish", str(manifest), "--endpoint", url)
            assert listed_is(before)
        finally:
            stop.set()
    assert all(answered > 0 and failed == 0 for answered, failed in (each.result() for each in others))


def tongban(demo: Demo, *arguments: str) -> None:
    command = [sys.executable, "-m", "gateway.cli", "connector", *arguments, "--data", str(demo.data)]
    subprocess.run(command, check=True)
