"""Accounts, the people behind them, and who may act for whom.

What is personal (citizen id, name, mobile) is sealed at rest and opened only here. Must never: put an
opened value into a log, an error or a repr, or tell a caller whether a login exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.passwords import Passwords
from auth.revisions import ACCOUNTS, raise_revision, read_revision
from auth.tables import accounts, delegations, persons
from storage.database import Database
from storage.sealed import Sealed
from tongban.caller import Person, Role
from tongban.clock import Clock
from tongban.errors import CallerFault, ErrorCode
from tongban.ids import new_id

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person by what departments know. Personal."""

    cid: str
    name: str
    mobile: str

    def __repr__(self) -> str:
        return "NewPerson(…)"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made. ``level`` is the highest assurance level that a login can reach (1-3)."""

    login: str
    password: str = field(repr=False)
    roles: frozenset[Role] = frozenset({Role.CITIZEN})
    level: int = 1
    person: NewPerson | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account as stored."""

    account_id: str
    login: str
    roles: frozenset[Role]
    level: int
    person_id: str | None
    department: str | None
    disabled: bool


class DelegationKind(StrEnum):
    """What lets one act for another."""

    PARENT = "parent"
    HELPER = "helper"
    LEGAL_REPRESENTATIVE = "legal_representative"
    CLERK = "clerk"


@dataclass(frozen=True, slots=True)
class NewDelegation:
    """``login`` may act for a person (``ward``) or for an enterprise (``credit_code``), for ever or until
    a time.
    """

    login: str
    kind: DelegationKind
    ward: NewPerson | None = None
    credit_code: str | None = None
    valid_until: float | None = None


class Accounts:
    """The accounts of the store."""

    def __init__(
        self, database: Database, sealed: Sealed, clock: Clock, *, passwords: Passwords | None = None
    ) -> None:
        self._database = database
        self._sealed = sealed
        self._clock = clock
        self._passwords = passwords or Passwords()

    async def add(self, new: NewAccount) -> Account:
        """One account.

        Raises: CallerFault (CONFLICT) if the login is taken.
        """
        if await self.by_login(new.login) is not None:
            raise CallerFault(ErrorCode.CONFLICT, "This login is taken.")
        return (await self.seed([new]))[new.login]

    async def seed(
        self, wanted: Sequence[NewAccount], delegated: Sequence[NewDelegation] = ()
    ) -> dict[str, Account]:
        """Many accounts and delegations in one transaction; logins that exist keep what they have. Gives
        all of them by login.

        Equal passwords share one hash (synthetic accounts have few), so that seventy accounts cost one hash.
        """
        existing = await self._by_logins([new.login for new in wanted])
        missing = [new for new in wanted if new.login not in existing]
        hashes = {
            password: await self._passwords.hash(password) for password in {new.password for new in missing}
        }
        people = [new.person for new in missing if new.person] + [new.ward for new in delegated if new.ward]
        async with self._database.write() as connection:
            await raise_revision(connection, ACCOUNTS)
            person_ids = await self._ensure_persons(connection, people)
            rows = [self._account_row(new, hashes[new.password], person_ids) for new in missing]
            if rows:
                await connection.execute(insert(accounts), rows)
            found = existing | {row["login"]: _account(row) for row in rows}
            await self._delegate(connection, delegated, found, person_ids)
        return found

    async def by_login(self, login: str) -> Account | None:
        return (await self._by_logins([login])).get(login)

    async def get(self, account_id: str) -> Account | None:
        async with self._database.read() as connection:
            return await _get(connection, account_id)

    async def verify_password(self, login: str, password: str) -> Account | None:
        """The account if the password fits and it is not disabled. An unknown login takes the same work.

        Raises: OurFault (OVERLOADED) if too many logins wait.
        """
        async with self._database.read() as connection:
            row = (
                (await connection.execute(select(accounts).where(accounts.c.login == login)))
                .mappings()
                .first()
            )
        fits = await self._passwords.verify(row["password_hash"] if row else None, password)
        return _account(row) if row is not None and fits and not row["disabled"] else None

    async def disable(self, account_id: str, *, disabled: bool = True) -> None:
        """A disabled account can neither log in nor ask."""
        await self._change(account_id, disabled=disabled)

    async def delegate(self, new: NewDelegation) -> None:
        """Records one delegation.

        Raises: CallerFault (NOT_FOUND) if there is no such login.
        """
        found = await self._by_logins([new.login])
        async with self._database.write() as connection:
            await raise_revision(connection, ACCOUNTS)
            person_ids = await self._ensure_persons(connection, [new.ward] if new.ward else [])
            await self._delegate(connection, [new], found, person_ids)

    async def person(self, person_id: str) -> Person | None:
        """A person, opened."""
        return (await self.persons([person_id])).get(person_id)

    async def persons(self, person_ids: Iterable[str]) -> dict[str, Person]:
        """People by id, opened."""
        wanted = select(persons).where(persons.c.person_id.in_(list(person_ids)))
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return {row["person_id"]: self._opened(row) for row in rows}

    async def person_id_of(self, cid: str) -> str | None:
        """Finds a person by citizen id, without opening any."""
        wanted = select(persons.c.person_id).where(
            persons.c.cid_blind == self._sealed.blind("auth_persons.cid", cid)
        )
        async with self._database.read() as connection:
            found: str | None = (await connection.execute(wanted)).scalar_one_or_none()
        return found

    async def acting_for(self, account_id: str) -> tuple[tuple[Person, ...], tuple[str, ...]]:
        """The wards and the enterprises that an account may act for now."""
        now = self._clock.epoch_s()
        wanted = (
            select(delegations, persons)
            .outerjoin(persons, persons.c.person_id == delegations.c.ward_person_id)
            .where(
                delegations.c.account_id == account_id,
                delegations.c.valid_from <= now,
                or_(delegations.c.valid_until.is_(None), delegations.c.valid_until > now),
            )
            .order_by(delegations.c.delegation_id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        wards = {row["person_id"]: self._opened(row) for row in rows if row["person_id"] is not None}
        codes = dict.fromkeys(row["credit_code"] for row in rows if row["credit_code"] is not None)
        return tuple(wards.values()), tuple(codes)

    async def revision(self) -> int:
        """Raised by every change of accounts, people and delegations."""
        async with self._database.read() as connection:
            return await read_revision(connection, ACCOUNTS)

    def close(self) -> None:
        self._passwords.close()

    async def _change(self, account_id: str, **values: object) -> None:
        async with self._database.write() as connection:
            await raise_revision(connection, ACCOUNTS)
            await connection.execute(
                update(accounts).where(accounts.c.account_id == account_id).values(**values)
            )

    async def _by_logins(self, logins: Sequence[str]) -> dict[str, Account]:
        found: dict[str, Account] = {}
        async with self._database.read() as connection:
            for start in range(0, len(logins), _CHUNK):
                wanted = select(accounts).where(accounts.c.login.in_(logins[start : start + _CHUNK]))
                for row in (await connection.execute(wanted)).mappings():
                    found[row["login"]] = _account(row)
        return found

    async def _ensure_persons(
        self, connection: AsyncConnection, people: Iterable[NewPerson]
    ) -> dict[str, str]:
        """The person ids by citizen id; people not yet known are added."""
        by_blind = {self._sealed.blind("auth_persons.cid", new.cid): new for new in people}
        known: dict[str, str] = {}
        blinds = list(by_blind)
        for start in range(0, len(blinds), _CHUNK):
            wanted = select(persons.c.cid_blind, persons.c.person_id).where(
                persons.c.cid_blind.in_(blinds[start : start + _CHUNK])
            )
            for blind, person_id in await connection.execute(wanted):
                known[blind] = person_id
        rows = [self._person_row(blind, new) for blind, new in by_blind.items() if blind not in known]
        if rows:
            await connection.execute(insert(persons), rows)
        known |= {row["cid_blind"]: row["person_id"] for row in rows}
        return {new.cid: known[blind] for blind, new in by_blind.items()}

    async def _delegate(
        self,
        connection: AsyncConnection,
        delegated: Sequence[NewDelegation],
        found: Mapping[str, Account],
        person_ids: Mapping[str, str],
    ) -> None:
        have = await _existing_delegations(connection, {new.login for new in delegated}, found)
        rows = []
        for new in delegated:
            account = found.get(new.login)
            if account is None:
                raise CallerFault(ErrorCode.NOT_FOUND, "There is no such login.")
            ward = person_ids[new.ward.cid] if new.ward else None
            if (account.account_id, new.kind.value, ward, new.credit_code) not in have:
                rows.append(self._delegation_row(account.account_id, new, ward))
        if rows:
            await connection.execute(insert(delegations), rows)

    def _account_row(
        self, new: NewAccount, password_hash: str, person_ids: Mapping[str, str]
    ) -> dict[str, Any]:
        return {
            "account_id": new_id(self._clock.epoch_s()),
            "login": new.login,
            "password_hash": password_hash,
            "person_id": person_ids[new.person.cid] if new.person else None,
            "roles": " ".join(sorted(role.value for role in new.roles)),
            "level": new.level,
            "department": new.department,
            "disabled": False,
            "created_at": self._clock.epoch_s(),
        }

    def _person_row(self, blind: str, new: NewPerson) -> dict[str, str]:
        return {
            "person_id": new_id(self._clock.epoch_s()),
            "cid_blind": blind,
            "cid_sealed": self._sealed.seal("auth_persons.cid", new.cid),
            "name_sealed": self._sealed.seal("auth_persons.name", new.name),
            "mobile_sealed": self._sealed.seal("auth_persons.mobile", new.mobile),
        }

    def _delegation_row(self, account_id: str, new: NewDelegation, ward: str | None) -> dict[str, Any]:
        return {
            "delegation_id": new_id(self._clock.epoch_s()),
            "account_id": account_id,
            "kind": new.kind.value,
            "ward_person_id": ward,
            "credit_code": new.credit_code,
            "valid_from": self._clock.epoch_s(),
            "valid_until": new.valid_until,
        }

    def _opened(self, row: RowMapping) -> Person:
        return Person(
            person_id=row["person_id"],
            cid=self._sealed.unseal("auth_persons.cid", row["cid_sealed"]),
            name=self._sealed.unseal("auth_persons.name", row["name_sealed"]),
            mobile=self._sealed.unseal("auth_persons.mobile", row["mobile_sealed"]),
        )


async def _get(connection: AsyncConnection, account_id: str) -> Account | None:
    found = await connection.execute(select(accounts).where(accounts.c.account_id == account_id))
    row = found.mappings().first()
    return _account(row) if row is not None else None


async def _existing_delegations(
    connection: AsyncConnection, logins: Iterable[str], found: Mapping[str, Account]
) -> set[tuple[str, str, str | None, str | None]]:
    ids = [found[login].account_id for login in logins if login in found]
    have: set[tuple[str, str, str | None, str | None]] = set()
    table = delegations.c
    for start in range(0, len(ids), _CHUNK):
        wanted = select(table.account_id, table.kind, table.ward_person_id, table.credit_code).where(
            table.account_id.in_(ids[start : start + _CHUNK])
        )
        for account_id, kind, ward, credit_code in await connection.execute(wanted):
            have.add((account_id, kind, ward, credit_code))
    return have


def _account(row: RowMapping | dict[str, Any]) -> Account:
    return Account(
        account_id=row["account_id"],
        login=row["login"],
        roles=frozenset(Role(role) for role in row["roles"].split()),
        level=row["level"],
        person_id=row["person_id"],
        department=row["department"],
        disabled=row["disabled"],
    )
