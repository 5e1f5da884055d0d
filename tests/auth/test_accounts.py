"""Accounts, wards, enterprises, and the caller that comes of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from auth import Accounts, Auth, Claims, DelegationKind, NewAccount, NewDelegation, NewPerson
from auth.passwords import Passwords
from storage import Database, Sealed
from tests.auth.conftest import PASSWORD, PERSON
from tongban.caller import Client, Role
from tongban.clock import FakeClock
from tongban.errors import CallerFault, ErrorCode, OurFault

CHILD = NewPerson("990101201501011237", "小丝雀", "")
CREDIT_CODE = "91990100MA00000001"


@pytest.fixture
def accounts(database: Database, sealed: Sealed, clock: FakeClock, cheap_passwords: Passwords) -> Accounts:
    return Accounts(database, sealed, clock, passwords=cheap_passwords)


def claims_of(subject: str, **changed: object) -> Claims:
    claims = Claims(
        subject=subject, client_id="tongban-app", session="s", token_id="f.t", level=3, roles=frozenset(Role),
        scopes=frozenset(), issued_at=0, expires_at=9e9, authenticated_at=0,
    )  # fmt: skip
    return replace(claims, **changed)  # type: ignore[arg-type]


class CountingPasswords(Passwords):
    """Counts what is expensive."""

    hashed = 0

    async def hash(self, password: str) -> str:
        self.hashed += 1
        return await super().hash(password)


async def test_seventy_accounts_with_one_password_cost_one_hash(
    database: Database, sealed: Sealed, clock: FakeClock
) -> None:
    passwords = CountingPasswords(memory_kib=8, passes=1)
    accounts = Accounts(database, sealed, clock, passwords=passwords)
    people = [NewPerson(f"99010119900101{number:04d}", "某人", "139") for number in range(70)]
    wanted = [
        NewAccount(f"citizen{number}", "demo", level=3, person=person) for number, person in enumerate(people)
    ]
    found = await accounts.seed(wanted)
    assert passwords.hashed == 1
    assert len(found) == 70
    assert await accounts.verify_password("citizen69", "demo") == found["citizen69"]
    accounts.close()


async def test_seeding_twice_changes_nothing(accounts: Accounts) -> None:
    wanted = [NewAccount("parent", "a", person=PERSON)]
    delegated = [NewDelegation("parent", DelegationKind.PARENT, ward=CHILD)]
    first = await accounts.seed(wanted, delegated)
    again = await accounts.seed([NewAccount("parent", "b", person=PERSON)], delegated)
    assert first == again
    assert await accounts.verify_password("parent", "a") is not None
    wards, _ = await accounts.acting_for(first["parent"].account_id)
    assert len(wards) == 1


async def test_one_person_with_two_accounts_is_one_person(accounts: Accounts) -> None:
    found = await accounts.seed([NewAccount("a", "x", person=PERSON), NewAccount("b", "x", person=PERSON)])
    assert found["a"].person_id == found["b"].person_id == await accounts.person_id_of(PERSON.cid)


async def test_a_login_is_taken_once(accounts: Accounts) -> None:
    await accounts.add(NewAccount("a", "x"))
    with pytest.raises(CallerFault) as refused:
        await accounts.add(NewAccount("a", "y"))
    assert refused.value.code is ErrorCode.CONFLICT


async def test_wrong_unknown_and_disabled_all_give_nothing(accounts: Accounts) -> None:
    account = await accounts.add(NewAccount("a", "x"))
    assert await accounts.verify_password("a", "wrong") is None
    assert await accounts.verify_password("nobody", "x") is None
    assert await accounts.verify_password("a", "x" * 5000) is None
    assert await accounts.verify_password("a", "x") == account
    await accounts.disable(account.account_id)
    assert await accounts.verify_password("a", "x") is None


async def test_a_storm_of_logins_is_refused_beyond_a_hundred_waiting(cheap_passwords: Passwords) -> None:
    stored = await cheap_passwords.hash("x")
    answers = await asyncio.gather(
        *(cheap_passwords.verify(stored, "x") for _ in range(150)), return_exceptions=True
    )
    assert answers[:100] == [True] * 100
    assert all(isinstance(answer, OurFault) for answer in answers[100:])


async def test_no_repr_shows_a_person_or_a_password(accounts: Accounts) -> None:
    new = NewAccount("a", PASSWORD, person=PERSON)
    account = (await accounts.seed([new], [NewDelegation("a", DelegationKind.HELPER, ward=PERSON)]))["a"]
    person = await accounts.person(account.person_id or "")
    shown = repr([new, account, person, NewDelegation("a", DelegationKind.HELPER, ward=PERSON)])
    assert PASSWORD not in shown
    assert PERSON.cid not in shown
    assert PERSON.name not in shown


async def test_a_caller_has_wards_and_enterprises_while_the_delegation_lasts(
    auth: Auth, clock: FakeClock
) -> None:
    account = await auth.accounts.by_login("citizen")
    assert account is not None
    until = clock.epoch_s() + 3600
    await auth.accounts.delegate(NewDelegation("citizen", DelegationKind.PARENT, ward=CHILD))
    await auth.accounts.delegate(
        NewDelegation(
            "citizen", DelegationKind.LEGAL_REPRESENTATIVE, credit_code=CREDIT_CODE, valid_until=until
        )
    )
    caller = await auth.directory.caller(claims_of(account.account_id), Client())
    assert [ward.cid for ward in caller.wards] == [CHILD.cid]
    assert caller.enterprises == (CREDIT_CODE,)
    clock.advance(3601)
    later = await auth.directory.caller(claims_of(account.account_id), Client())
    assert later.enterprises == ()
    assert len(later.wards) == 1


async def test_a_delegation_to_nobody_is_refused(accounts: Accounts) -> None:
    with pytest.raises(CallerFault):
        await accounts.delegate(NewDelegation("nobody", DelegationKind.PARENT, ward=CHILD))


async def test_a_token_never_gives_more_than_the_account_has(auth: Auth) -> None:
    account = await auth.accounts.by_login("citizen")
    assert account is not None
    caller = await auth.directory.caller(claims_of(account.account_id, roles=frozenset(Role)), Client())
    assert caller.roles == frozenset({Role.CITIZEN})
    assert caller.level == 2
    lower = await auth.directory.caller(claims_of(account.account_id, level=1), Client())
    assert lower.level == 1


async def test_a_change_by_another_process_is_heard_at_the_next_refresh(
    auth: Auth, database: Database, sealed: Sealed, clock: FakeClock, cheap_passwords: Passwords
) -> None:
    account = await auth.accounts.by_login("citizen")
    assert account is not None
    await auth.directory.caller(claims_of(account.account_id), Client())
    other = Accounts(database, sealed, clock, passwords=cheap_passwords)
    await other.delegate(NewDelegation("citizen", DelegationKind.CLERK, credit_code=CREDIT_CODE))
    await auth.refresh()
    assert (await auth.directory.caller(claims_of(account.account_id), Client())).enterprises == (
        CREDIT_CODE,
    )


async def test_a_token_without_an_account_is_refused(auth: Auth) -> None:
    with pytest.raises(CallerFault):
        await auth.directory.caller(claims_of("01GONE"), Client())


async def test_the_demo_gets_a_token_for_a_day_without_a_page(auth: Auth, clock: FakeClock) -> None:
    account = await auth.accounts.by_login("citizen")
    assert account is not None
    token = await auth.token_without_login(account, "tongban-app", 24 * 3600)
    clock.advance(24 * 3600 - 1)
    claims = await auth.verifier.verify(token.text)
    assert (claims.level, claims.client_id) == (2, "tongban-app")
    assert token.text not in repr(token)
