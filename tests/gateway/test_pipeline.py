"""The walk as a whole: never an exception, never a personal word in a log, always a word to the meter."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
import structlog

from federation import FetchResult
from gateway import pipeline
from gateway.logs import set_up
from gateway.stages import respond
from gateway.types import Arrived, Response
from tests.gateway.fake_department import BOOK, FakeDepartment, Received
from tests.gateway.house import CANARIES, CANARY, House, arrived, generation_of, guide, plain_house
from tongban.caller import Caller, Client
from tongban.errors import ErrorCode, OurFault
from usage_metrics import WHOLE_OPERATION


def told(response: Response) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(response.body)
    return body


def codes(response: Response) -> list[str]:
    return [error["extensions"]["code"] for error in told(response)["errors"]]


class BrokenLogin:
    """Implements ``Login``: fails with somebody's number on its lips."""

    def stranger(self, client: Client) -> Caller:
        raise AssertionError("a token was shown")

    async def caller_of(self, token: str, client: Client) -> Caller:
        raise ValueError(f"no such person: {CANARY.name} {CANARY.cid}")


async def test_before_the_first_generation_we_are_not_ready() -> None:
    response = await House(None).answer(arrived("{ hello }"))
    assert (response.status, codes(response)) == (503, ["NOT_READY"])
    assert response.headers["retry-after"] == "1"


async def test_an_operation_is_answered_and_metered_with_its_services() -> None:
    house = plain_house()
    response = await house.answer(
        arrived("{ hello marriage { number } }", authorization="Bearer basic", client=Client(name="app"))
    )
    assert told(response)["data"] == {"hello": "hello world", "marriage": None}
    assert {event.service: event.outcome for event in house.told} == {
        WHOLE_OPERATION: "denied",
        "guide.hello": "ok",
        "guide.marriage": "denied",
    }
    assert {(event.kind, event.client_name, event.subject_hash) for event in house.told} == {
        ("query", "app", 7)
    }


async def test_a_refused_request_is_metered_too() -> None:
    house = plain_house()
    await house.answer(arrived("{ marriage { number } }"))
    await house.answer(arrived("{ hello("))
    assert [(event.service, event.outcome) for event in house.told] == [
        (WHOLE_OPERATION, "denied"),
        ("guide.marriage", "denied"),
        (WHOLE_OPERATION, "caller_error"),
    ]


async def test_the_meter_hears_nothing_personal() -> None:
    house = plain_house()
    document = f'query Q($to: String) {{ hello(to: $to) b: hello(to: "{CANARY.name}") }}'
    await house.answer(arrived(document, variables={"to": CANARY.cid}, authorization="Bearer citizen"))
    assert house.told
    assert not [canary for canary in CANARIES if canary in repr(house.told)]


async def test_a_document_id_wins_over_a_text() -> None:
    house = plain_house()
    response = await house.answer(arrived("{ hello }", document_id="unknown"))
    assert codes(response) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_a_deadline_that_has_passed_sends_nothing() -> None:
    department = FakeDepartment()
    house = House(generation_of(guide(), department))
    given = arrived(
        f'mutation {{ {BOOK}(spouseNumber: "1") {{ number }} }}',
        authorization="Bearer citizen",
        deadline_s=0.0,
    )
    response = await house.answer(given)
    assert codes(response) == ["DEADLINE_EXCEEDED"]
    assert department.received == []


async def test_a_fault_of_ours_is_an_answer_with_the_requests_id() -> None:
    response = await replace(plain_house(), login=BrokenLogin()).answer(
        arrived("{ hello }", authorization="Bearer x")
    )
    body = told(response)
    assert (response.status, codes(response)) == (500, ["INTERNAL_ERROR"])
    assert body["errors"][0]["extensions"]["requestId"] == "request-1"
    assert not [canary for canary in CANARIES if canary in response.body.decode()]


# -- nothing personal


async def answer_of(house: House, request: Arrived) -> Response:
    found = await house.answer(request)
    assert isinstance(found, Response)
    return found


async def with_broken_login() -> Response:
    house = replace(plain_house(), login=BrokenLogin())
    return await answer_of(house, arrived("{ hello }", authorization=f"Bearer {CANARY.cid}"))


async def with_broken_department() -> Response:
    async def broken(key: str, received: Received) -> FetchResult:
        raise KeyError(f"{CANARY.name} {CANARY.cid}")

    house = House(generation_of(guide(), FakeDepartment(broken)))
    given = arrived(
        f"mutation Q($n: ID!) {{ {BOOK}(spouseNumber: $n) {{ number }} }}",
        variables={"n": CANARY.cid},
        authorization="Bearer citizen",
    )
    return await answer_of(house, given)


async def with_wrong_variables() -> Response:
    document = "query Q($times: Int, $to: String) { hello(times: $times, to: $to) }"
    return await answer_of(
        plain_house(), arrived(document, variables={"times": CANARY.name, "to": {CANARY.cid: CANARY.cid}})
    )


async def with_wrong_literals() -> Response:
    return await answer_of(plain_house(), arrived(f'{{ hello(times: "{CANARY.name}", to: {CANARY.cid}) }}'))


async def with_a_name_for_a_field() -> Response:
    return await answer_of(plain_house(), arrived(f"{{ hello {CANARY.cid} }}"))


async def with_a_forged_token() -> Response:
    return await answer_of(plain_house(), arrived("{ hello }", authorization=f"Bearer {CANARY.cid}"))


async def with_a_detail_for_the_log() -> Response:
    async def refusing(token: str, client: Client) -> Caller:
        raise OurFault(ErrorCode.OVERLOADED, retry_after_s=2, detail="the store is full")

    house = plain_house()
    house.login = type("Login", (), {"caller_of": staticmethod(refusing)})()
    return await answer_of(house, arrived("{ hello }", authorization="Bearer x"))


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """The house's own logging, as set up in production; gives what was written."""
    written = io.StringIO()
    kept = structlog.get_config()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written)
        patched.setattr(logging.getLogger(), "handlers", [])
        for module in (pipeline, respond):
            patched.setattr(module, "log", structlog.get_logger("tongban.test"))
        set_up("debug")
        yield written.getvalue
    structlog.configure(**kept)


@pytest.mark.parametrize(
    "asked",
    [
        with_broken_login,
        with_broken_department,
        with_wrong_variables,
        with_wrong_literals,
        with_a_name_for_a_field,
        with_a_forged_token,
        with_a_detail_for_the_log,
    ],
    ids=lambda asked: asked.__name__,
)
async def test_nothing_personal_is_logged_or_told(asked: Any, logged: Callable[[], str]) -> None:
    response = await asked()
    written, said = logged(), response.body.decode()
    assert "errors" in told(response)
    assert not [canary for canary in CANARIES if canary in written]
    assert not [canary for canary in CANARIES if canary in said]
    if b"INTERNAL_ERROR" in response.body:
        assert "request-1" in written, "a fault of ours is found by the request's id"


async def test_a_fault_of_ours_is_logged_with_its_kind_and_place(logged: Callable[[], str]) -> None:
    await with_broken_login()
    (line,) = [orjson.loads(line) for line in logged().splitlines()]
    assert (line["event"], line["level"], line["request_id"]) == ("request failed", "error", "request-1")
    assert line["exception"].endswith("builtins.ValueError")
    assert "in caller_of" in line["exception"]


def test_the_standard_librarys_loggers_say_no_words_of_exceptions_either(logged: Callable[[], str]) -> None:
    try:
        try:
            raise KeyError(CANARY.cid)
        except KeyError as error:
            raise ValueError(CANARY.name) from error
    except ValueError:
        logging.getLogger("a.library").exception("It fell over")
    written = logged()
    assert "builtins.ValueError" in written
    assert "builtins.KeyError" in written
    assert not [canary for canary in CANARIES if canary in written]
