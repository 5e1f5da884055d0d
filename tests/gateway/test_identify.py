"""*identify*: only a bearer token in the Authorization header says who asks."""

from __future__ import annotations

import pytest

from gateway.stages.identify import identify
from tests.gateway.house import KnownLogins, arrived
from tongban.caller import Client
from tongban.errors import CallerFault, ErrorCode

CLIENT = Client(name="app", version="1")


async def test_without_a_token_the_caller_is_anonymous_with_its_program() -> None:
    caller = (await identify(arrived("{ hello }", client=CLIENT), KnownLogins())).caller
    assert caller.is_anonymous
    assert caller.client == CLIENT


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_a_token_is_the_caller(scheme: str) -> None:
    given = arrived("{ hello }", authorization=f"{scheme} citizen", client=CLIENT)
    caller = (await identify(given, KnownLogins())).caller
    assert (caller.subject, caller.client) == ("a-citizen", CLIENT)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic citizen", "citizen", "Bearer forged", "Bearer a citizen"],
)
async def test_a_bad_token_is_refused_never_ignored(authorization: str) -> None:
    with pytest.raises(CallerFault) as caught:
        await identify(arrived("{ hello }", authorization=authorization), KnownLogins())
    assert caught.value.code is ErrorCode.UNAUTHENTICATED
