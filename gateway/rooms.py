"""Opens every room of the house in order and fills the ports between them; closes them the other way round."""

from __future__ import annotations

import os
import socket
from contextlib import AsyncExitStack
from dataclasses import dataclass

from auth.accounts import Accounts
from auth.department_tokens import DepartmentTokens
from auth.directory import CallerDirectory
from auth.keys import Keys
from auth.pairwise import Pairwise
from auth.revocations import Revocations
from auth.tokens import TokenRules, TokenVerifier
from connectors.registry import Registry
from connectors.secrets import FileSecrets, HeldSecrets
from connectors.transport import Transport
from schema.matter_log import MatterLog
from storage.audit import AuditLog
from storage.bus import Bus, InProcessBus
from storage.database import Database, sqlite_url
from storage.migrations import upgrade
from storage.redis_bus import RedisBus
from storage.sealed import Sealed
from tongban.caller import Caller, Client
from tongban.clock import Clock
from tongban.settings import Settings
from usage_metrics import Flusher, Meter, OperationStore


@dataclass(frozen=True, slots=True)
class Rooms:
    """What is open. ``closing`` undoes it."""

    settings: Settings
    clock: Clock
    database: Database
    sealed: Sealed
    audit: AuditLog
    bus: Bus
    keys: Keys
    accounts: Accounts
    revocations: Revocations
    verifier: TokenVerifier
    directory: CallerDirectory
    pairwise: Pairwise
    department_tokens: DepartmentTokens
    transport: Transport
    secrets: HeldSecrets
    registry: Registry
    meter: Meter
    flusher: Flusher
    operations: OperationStore
    matters: MatterLog
    closing: AsyncExitStack

    async def caller_of(self, token: str, client: Client) -> Caller:
        """The verified caller behind a bearer token (fills ``gateway.stages.identify.Login``)."""
        return await self.directory.caller(await self.verifier.verify(token), client)

    def meter_hash(self, caller: Caller) -> int | None:
        """64 bits that mean this person to the meter and to nothing else."""
        known_as = caller.person.person_id if caller.person is not None else caller.subject
        return int(self.pairwise.subject(known_as, "meter")[:16], 16) if known_as else None

    async def refresh(self) -> None:
        """Learns what other processes changed of keys, accounts and revocations."""
        await self.keys.refresh()
        await self.directory.refresh()
        await self.revocations.refresh()

    async def close(self) -> None:
        await self.closing.aclose()


async def open_rooms(settings: Settings, clock: Clock) -> Rooms:
    """Raises what a room raises that cannot be opened (database, key file, secrets)."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url or sqlite_url(settings.data_dir))
        stack.push_async_callback(database.close)
        await upgrade(database)
        sealed = Sealed.open(settings.data_dir)
        keys = Keys(database, sealed, clock)
        await keys.load()
        accounts = Accounts(database, sealed, clock)
        stack.callback(accounts.close)
        revocations = Revocations(database, clock)
        pairwise = Pairwise(sealed.secret("pairwise"))
        audit = AuditLog(database, clock)
        stack.push_async_callback(audit.close)
        bus: Bus = RedisBus(settings.redis_url) if settings.redis_url else InProcessBus()
        stack.push_async_callback(bus.close)
        transport = Transport(clock=clock, egress_allow=settings.egress_allow)
        stack.push_async_callback(transport.close)
        meter = Meter()
        rules = TokenRules(issuer=settings.issuer, audience=settings.audience)
        return Rooms(
            settings=settings,
            clock=clock,
            database=database,
            sealed=sealed,
            audit=audit,
            bus=bus,
            keys=keys,
            accounts=accounts,
            revocations=revocations,
            verifier=TokenVerifier(keys, rules, clock, revocations=revocations),
            directory=CallerDirectory(accounts, clock),
            pairwise=pairwise,
            department_tokens=DepartmentTokens(keys, settings.issuer, pairwise),
            transport=transport,
            secrets=FileSecrets(settings.secrets_path) if settings.secrets_path.exists() else HeldSecrets({}),
            registry=Registry(database, clock),
            meter=meter,
            flusher=Flusher(database, meter, clock, f"{socket.gethostname()}-{os.getpid()}"),
            operations=OperationStore(database, clock),
            matters=MatterLog(database, sealed, clock),
            closing=stack.pop_all(),
        )
