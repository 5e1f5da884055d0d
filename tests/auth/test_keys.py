"""Signing keys: made once, rotated with overlap, seen by every process."""

from __future__ import annotations

import asyncio
import json

import jwt
import pytest

from auth import Auth, Keys
from auth.keys import KEEP_S
from storage import Database, Sealed
from tests.auth.conftest import App
from tongban.clock import FakeClock
from tongban.errors import OurFault


def kid_of(token: str) -> str:
    kid: str = jwt.get_unverified_header(token)["kid"]
    return kid


async def test_a_new_store_gets_one_key_and_keeps_it(
    database: Database, sealed: Sealed, clock: FakeClock
) -> None:
    first, again = Keys(database, sealed, clock), Keys(database, sealed, clock)
    await first.load()
    await again.load()
    assert first.jwks() == again.jwks()
    assert len(first.jwks()["keys"]) == 1


async def test_after_a_rotation_old_tokens_stay_good_and_new_ones_use_the_new_key(
    app: App, auth: Auth, clock: FakeClock
) -> None:
    before = (await app.log_in())["access_token"]
    clock.advance(1)
    kid = await auth.keys.rotate()
    after = (await app.log_in(prompt="login"))["access_token"]
    assert kid_of(after) == kid != kid_of(before)
    await auth.verifier.verify(before)
    await auth.verifier.verify(after)
    assert len(auth.keys.jwks()["keys"]) == 2


async def test_a_key_with_a_lead_is_published_before_it_signs(auth: Auth, clock: FakeClock) -> None:
    old = kid_of(auth.keys.sign({}))
    new = await auth.keys.rotate(lead_s=300)
    assert kid_of(auth.keys.sign({})) == old
    assert new in {key["kid"] for key in auth.keys.jwks()["keys"]}
    clock.advance(300)
    assert kid_of(auth.keys.sign({})) == new


async def test_a_superseded_key_leaves_when_its_last_token_has_expired(auth: Auth, clock: FakeClock) -> None:
    old = kid_of(auth.keys.sign({}))
    clock.advance(1)
    await auth.keys.rotate()
    clock.advance(KEEP_S - 1)
    assert auth.keys.verification_key(old) is not None
    clock.advance(2)
    assert auth.keys.verification_key(old) is None
    assert len(auth.keys.jwks()["keys"]) == 1


async def test_a_key_made_by_another_process_is_found_when_a_token_names_it(
    auth: Auth, app: App, database: Database, sealed: Sealed, clock: FakeClock
) -> None:
    other = Keys(database, sealed, clock)
    await other.load()
    await other.rotate()
    said = jwt.decode((await app.log_in())["access_token"], options={"verify_signature": False})
    await auth.verifier.verify(other.sign(said, kind="at+jwt"))


async def test_two_processes_may_start_on_a_new_store_at_once(
    database: Database, sealed: Sealed, clock: FakeClock
) -> None:
    both = [Keys(database, sealed, clock), Keys(database, sealed, clock)]
    await asyncio.gather(*(keys.load() for keys in both))
    for keys in both:
        await keys.refresh()
    assert both[0].verification_key(kid_of(both[1].sign({}))) is not None


async def test_the_published_keys_are_public(auth: Auth) -> None:
    for key in auth.keys.jwks()["keys"]:
        assert key.keys() == {"kty", "kid", "use", "alg", "n", "e"}
    assert "PRIVATE" not in json.dumps(auth.keys.jwks()) + repr(auth.keys)


async def test_nothing_is_signed_before_the_keys_are_loaded(
    database: Database, sealed: Sealed, clock: FakeClock
) -> None:
    with pytest.raises(OurFault):
        Keys(database, sealed, clock).sign({})
