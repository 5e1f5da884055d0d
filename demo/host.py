"""Runs departments as servers on loopback, each with its control address.

``async with running("samr", "bdb") as province: province["samr"].url`` for tests; ``backends`` for the demo.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from demo.cases import Cases
from demo.context import BadToken, Claims, Context
from demo.control import control_app
from demo.departments import department_builder
from demo.faults import Behaviour, Faulty
from demo.listener import Listener, MutualTls
from demo.secrets import MTLS, make_secrets
from demo.tokens import JwksVerifier
from demo.world import World, build_world


@dataclass(frozen=True, slots=True)
class Ports:
    """0: any free one."""

    port: int = 0
    control_port: int = 0


@dataclass(frozen=True, slots=True)
class Setup:
    """How a province is run. ``case_step_s`` 0: cases stay; ``first_case``: the first running number."""

    ports: Mapping[str, Ports] = field(default_factory=dict)
    case_step_s: float = 1.0
    first_case: int = 1


@dataclass(slots=True)
class DepartmentClock:
    """A department's own time; the control address may set it (it then runs on from there)."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def put(self, moment: datetime | None) -> None:
        self.ahead = timedelta() if moment is None else moment - datetime.now(UTC)


class Department:
    """One department's backend: its app behind the fault stage, its listener, its control address."""

    def __init__(
        self,
        code: str,
        world: World,
        secrets: Mapping[str, str],
        verifier: JwksVerifier | None,
        setup: Setup,
    ) -> None:
        self.code = code
        self.clock = DepartmentClock()
        self.cases = Cases(code, self.clock.now, setup.case_step_s, setup.first_case)
        self.behaviour = Behaviour()
        self.context = Context(
            code=code,
            world=world,
            cases=self.cases,
            secret=lambda name: secrets[f"secret://{code}/{name}"],
            verify_token=partial(_verify, verifier, code),
            now=self.clock.now,
        )
        self._switching = asyncio.Lock()
        self._is_expired = False
        ports = setup.ports.get(code, Ports())
        self._listener = Listener(ports.port)
        self._control = Listener(ports.control_port)
        self.context.base_url = self.url

    @property
    def url(self) -> str:
        return f"{'https' if self.code in MTLS else 'http'}://127.0.0.1:{self._listener.port}"

    @property
    def control_url(self) -> str:
        return f"http://127.0.0.1:{self._control.port}"

    async def open(self) -> None:
        app = department_builder(self.code)(self.context)
        await self._listener.open(Faulty(app, self.behaviour, self.context), self._tls(self._is_expired))
        await self._control.open(control_app(self))

    async def close(self) -> None:
        self.behaviour.switch(self.behaviour.mode, self.behaviour.delay_ms)
        await self._control.close()
        await self._listener.close()

    async def switch(self, mode: str, delay_ms: int, traits: Iterable[str] | None = None) -> None:
        """Returns when the mode is active."""
        async with self._switching:
            if traits is not None:
                self.context.traits.clear()
                self.context.traits.update(traits)
            self.behaviour.switch(mode, delay_ms)
            if mode == "down":
                await self._listener.refuse()
            elif mode == "reset":
                await self._listener.reset()
            else:
                await self._serve()

    async def _serve(self) -> None:
        is_expired = "expired_certificate" in self.context.traits and self.code in MTLS
        if self._listener.is_serving and is_expired == self._is_expired:
            return
        await self._listener.serve(self._tls(is_expired))
        if is_expired != self._is_expired:
            self._listener.drop_connections()
        self._is_expired = is_expired

    def _tls(self, expired: bool) -> ssl.SSLContext | None:
        if self.code not in MTLS:
            return None
        secret = self.context.secret
        certificate = secret("expired-cert" if expired else "server-cert")
        return MutualTls(secret("ca"), certificate, secret("server-key")).server_side()


class Province:
    """Running departments by code."""

    def __init__(
        self,
        codes: Iterable[str],
        world: World,
        secrets: Mapping[str, str],
        verifier: JwksVerifier | None = None,
        setup: Setup | None = None,
    ) -> None:
        self.world = world
        self.secrets = secrets
        self.departments = {
            code: Department(code, world, secrets, verifier, setup or Setup()) for code in codes
        }

    def __getitem__(self, code: str) -> Department:
        return self.departments[code]

    async def open(self) -> None:
        for department in self.departments.values():
            await department.open()

    async def close(self) -> None:
        for department in self.departments.values():
            await department.close()


@asynccontextmanager
async def running(
    *codes: str,
    world: World | None = None,
    secrets: Mapping[str, str] | None = None,
    verifier: JwksVerifier | None = None,
    setup: Setup | None = None,
) -> AsyncIterator[Province]:
    """Chosen departments in this process, on free ports unless the set-up says otherwise."""
    province = Province(codes, world or build_world(), secrets or make_secrets(), verifier, setup)
    await province.open()
    try:
        yield province
    finally:
        await province.close()


async def _verify(verifier: JwksVerifier | None, code: str, token: str) -> Claims:
    if verifier is None:
        raise BadToken("no issuer is known")
    return await verifier.verify(token, code)
