"""What an Accept header asks for."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gateway.transports.accept import GRAPHQL_RESPONSE, JSON, Accepted, Form, accepted
from tongban.errors import CallerFault, ErrorCode

DEFER = "multipart/mixed;deferSpec=20220824"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, Accepted(JSON)),
        ("*/*", Accepted(JSON)),
        (f"{DEFER}, application/json", Accepted(JSON, Form.DEFER_2022)),
        (
            f"{DEFER},application/graphql-response+json,application/json;q=0.9",
            Accepted(GRAPHQL_RESPONSE, Form.DEFER_2022),
        ),
        ('multipart/mixed; boundary="-"; deferSpec="20220824", */*', Accepted(JSON, Form.DEFER_2022)),
        ("Multipart/Mixed;DeferSpec=20220824", Accepted(None, Form.DEFER_2022)),
        ("multipart/mixed;incrementalSpec=v0.2", Accepted(None, Form.INCREMENTAL)),
        ("multipart/mixed", Accepted(None, Form.MULTIPART)),
        ("multipart/mixed;subscriptionSpec=1.0", Accepted(None, None, Form.SUBSCRIPTION)),
        (
            'multipart/mixed;boundary=graphql;subscriptionSpec="1.0",application/json',
            Accepted(JSON, None, Form.SUBSCRIPTION),
        ),
        ("text/event-stream", Accepted(None, Form.EVENT_STREAM, Form.EVENT_STREAM)),
        (
            "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed",
            Accepted(GRAPHQL_RESPONSE, Form.EVENT_STREAM, Form.EVENT_STREAM),
        ),
        ("text/event-stream;q=0.5, multipart/mixed", Accepted(None, Form.MULTIPART, Form.EVENT_STREAM)),
        (
            "multipart/mixed;subscriptionSpec=1.0;q=0.5, text/event-stream",
            Accepted(None, Form.EVENT_STREAM, Form.EVENT_STREAM),
        ),
        # liked less than a single answer: no parts
        (f"application/json, {DEFER};q=0.5", Accepted(JSON)),
        # not offered
        ("multipart/mixed;deferSpec=20991231, application/json", Accepted(JSON)),
        ("multipart/mixed;subscriptionSpec=2.0, application/json", Accepted(JSON)),
        ("text/event-stream;q=0, application/json", Accepted(JSON)),
        ("text/event-stream;charset=gbk, application/json", Accepted(JSON)),
        ('multipart/mixed;boundary=",;";deferSpec=20220824', Accepted(None, Form.DEFER_2022)),
    ],
)
def test_each_form_is_found_for_what_it_can_carry(accept: str | None, expected: Accepted) -> None:
    assert accepted(accept) == expected


@pytest.mark.parametrize(
    "accept",
    [
        "",
        ";",
        ";,;q=1",
        "text/html",
        "multipart/mixed;deferSpec=1",
        "application/json;q=0",
        "text/event-stream;q=nan",
    ],
)
def test_nothing_that_is_offered_is_not_acceptable(accept: str) -> None:
    with pytest.raises(CallerFault) as refused:
        accepted(accept)
    assert refused.value.code is ErrorCode.NOT_ACCEPTABLE


@settings(max_examples=1_000)
@given(some.text(alphabet='multiparxed/json,;="q.0* \\\t', max_size=200))
def test_any_header_is_understood_or_refused(accept: str) -> None:
    with suppress(CallerFault):
        accepted(accept)
