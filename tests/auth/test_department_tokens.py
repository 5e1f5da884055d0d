"""What a department gets: a short-lived token of its own, and a subject that means nothing elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwk
from joserfc import jwt as joserfc_jwt

from auth import Auth, Pairwise
from connectors.ports import TokenExchange
from tests.auth.conftest import CANARIES
from tongban.caller import ANONYMOUS, Caller, Client, Person
from tongban.clock import FakeClock

PERSON = Person("01PERSON", *CANARIES[1:])
CALLER = Caller(
    subject="01ACCOUNT", session="01SESSION", level=2, person=PERSON, client=Client("tongban-app")
)


def read(auth: Auth, token: str) -> dict[str, object]:
    """As a department would, with another library."""
    keys = jwk.KeySet.import_key_set(auth.keys.jwks())
    return dict(joserfc_jwt.decode(token, keys, algorithms=["RS256"]).claims)


@pytest.fixture
def exchange(auth: Auth) -> TokenExchange:
    """Fills the port of the room beside it."""
    return auth.department_tokens


async def test_a_department_can_verify_its_token_with_our_published_keys(
    auth: Auth, exchange: TokenExchange, http: httpx.AsyncClient, clock: FakeClock
) -> None:
    token = await exchange.token_for(CALLER, "mca", "marriage.view", clock.epoch_s())
    keys = jwk.KeySet.import_key_set((await http.get("/oauth/jwks")).json())
    said = joserfc_jwt.decode(token, keys, algorithms=["RS256"]).claims
    assert (said["aud"], said["acr"], said["purpose"]) == ("mca", "2", "marriage.view")
    assert said["iss"] == auth.provider.settings.issuer
    assert 60 <= said["exp"] - said["iat"] <= 300


async def test_it_holds_nothing_of_the_citizen(auth: Auth, exchange: TokenExchange, clock: FakeClock) -> None:
    said = json.dumps(
        read(auth, await exchange.token_for(CALLER, "mca", "x", clock.epoch_s())), ensure_ascii=False
    )
    for known in (*CANARIES, "01ACCOUNT", "01SESSION", "01PERSON"):
        assert known not in said


async def test_two_departments_see_two_subjects_and_each_always_the_same(
    auth: Auth, exchange: TokenExchange, clock: FakeClock
) -> None:
    async def subject(caller: Caller, audience: str) -> object:
        return read(auth, await exchange.token_for(caller, audience, "x", clock.epoch_s()))["sub"]

    second_account = replace(CALLER, subject="01OTHER", session="02")
    assert await subject(CALLER, "mca") == await subject(second_account, "mca")
    assert await subject(CALLER, "mca") != await subject(CALLER, "mps")


async def test_one_signature_serves_a_session_and_purpose_until_shortly_before_it_expires(
    exchange: TokenExchange, clock: FakeClock
) -> None:
    first = await exchange.token_for(CALLER, "mca", "x", clock.epoch_s())
    clock.advance(269)
    assert await exchange.token_for(CALLER, "mca", "x", clock.epoch_s()) == first
    clock.advance(2)
    assert await exchange.token_for(CALLER, "mca", "x", clock.epoch_s()) != first


@pytest.mark.parametrize(
    "other",
    [
        (replace(CALLER, session="02"), "mca", "x"),
        (replace(CALLER, level=3), "mca", "x"),
        (CALLER, "mps", "x"),
        (CALLER, "mca", "y"),
        (ANONYMOUS, "mca", "x"),
    ],
)
async def test_nobody_gets_the_token_of_another_session_level_department_or_purpose(
    exchange: TokenExchange, clock: FakeClock, other: tuple[Caller, str, str]
) -> None:
    mine = await exchange.token_for(CALLER, "mca", "x", clock.epoch_s())
    assert await exchange.token_for(*other, clock.epoch_s()) != mine


async def test_without_a_login_the_platform_speaks_for_itself(
    auth: Auth, exchange: TokenExchange, clock: FakeClock
) -> None:
    said = read(auth, await exchange.token_for(ANONYMOUS, "mca", "x", clock.epoch_s()))
    assert (said["sub"], said["acr"]) == ("tongban", "0")


async def test_it_does_not_outlive_the_login_by_more_than_a_minute(
    auth: Auth, exchange: TokenExchange, clock: FakeClock
) -> None:
    ending = replace(CALLER, token_expires_at=clock.epoch_s() + 5)
    said = read(auth, await exchange.token_for(ending, "mca", "x", clock.epoch_s()))
    assert said["exp"] == clock.epoch_s() + 60


async def test_a_departments_token_opens_nothing_here(
    auth: Auth, exchange: TokenExchange, clock: FakeClock
) -> None:
    from tongban.errors import CallerFault

    token = await exchange.token_for(CALLER, auth.provider.settings.audience, "x", clock.epoch_s())
    with pytest.raises(CallerFault):
        await auth.verifier.verify(token)


@given(st.text(), st.text(), st.text(), st.text())
def test_pairwise_subjects_are_one_to_one(subject: str, audience: str, subject2: str, audience2: str) -> None:
    pairwise = Pairwise(b"s" * 32)
    same = (subject, audience) == (subject2, audience2)
    assert (pairwise.subject(subject, audience) == pairwise.subject(subject2, audience2)) is same
    assert Pairwise(b"t" * 32).subject(subject, audience) != pairwise.subject(subject, audience)
