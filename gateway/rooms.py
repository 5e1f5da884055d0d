"""Opens every room of the house in order and fills the ports between them; closes them the other way round."""

from __future__ import annotations

import os
import socket
from contextlib import AsyncExitStack
from dataclasses import dataclass

from auth import Auth, ProviderSettings, SampleLogin, default_clients, open_auth
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
    audit: AuditLog
    bus: Bus
    auth: Auth
    transport: Transport
    secrets: HeldSecrets
    registry: Registry
    meter: Meter
    flusher: Flusher
    operations: OperationStore
    matters: MatterLog
    closing: AsyncExitStack

    def stranger(self, client: Client) -> Caller:
        """Without a token: an anonymous caller, who may see what is public."""
        return Caller(client=client)

    async def caller_of(self, token: str, client: Client) -> Caller:
        """The verified caller behind a bearer token (fills ``gateway.stages.identify.Login``)."""
        return await self.auth.directory.caller(await self.auth.verifier.verify(token), client)

    def meter_hash(self, caller: Caller) -> int | None:
        """64 bits that mean this person to the meter and to nothing else."""
        known_as = caller.person.person_id if caller.person is not None else caller.subject
        return int(self.auth.pairwise.subject(known_as, "meter")[:16], 16) if known_as else None

    async def close(self) -> None:
        await self.closing.aclose()


async def open_rooms(
    settings: Settings, clock: Clock, *, simulated: bool = False, samples: tuple[SampleLogin, ...] = ()
) -> Rooms:
    """``simulated`` and ``samples`` are for the login page of the demo.

    Raises what a room raises that cannot be opened (database, key file, secrets).
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url or sqlite_url(settings.data_dir))
        stack.push_async_callback(database.close)
        await upgrade(database)
        sealed = Sealed.open(settings.data_dir)
        audit = AuditLog(database, clock)
        stack.push_async_callback(audit.close)
        provider = ProviderSettings(
            issuer=settings.issuer,
            clients=default_clients(settings.issuer),
            audience=settings.audience,
            simulated=simulated,
            samples=samples,
        )
        auth = await open_auth(database, sealed, clock, provider, audit=audit)
        stack.callback(auth.close)
        bus: Bus = RedisBus(settings.redis_url) if settings.redis_url else InProcessBus()
        stack.push_async_callback(bus.close)
        transport = Transport(clock=clock, egress_allow=settings.egress_allow)
        stack.push_async_callback(transport.close)
        meter = Meter()
        return Rooms(
            settings=settings,
            clock=clock,
            database=database,
            audit=audit,
            bus=bus,
            auth=auth,
            transport=transport,
            secrets=FileSecrets(settings.secrets_path) if settings.secrets_path.exists() else HeldSecrets({}),
            registry=Registry(database, clock),
            meter=meter,
            flusher=Flusher(database, meter, clock, f"{socket.gethostname()}-{os.getpid()}"),
            operations=OperationStore(database, clock),
            matters=MatterLog(database, sealed, clock),
            closing=stack.pop_all(),
        )
