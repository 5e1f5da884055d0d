"""The reference deployment: backends in a process of their own, their connectors published, people seeded, the gateway served.

Everything here is for the demo, the journeys and the benchmarks; a production gateway starts from ``gateway.app`` alone.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import orjson
import uvicorn

import demo
from auth import Account, DelegationKind, NewAccount, NewDelegation, NewPerson, SampleLogin
from connectors.registry import Registry
from demo.secrets import MTLS, province_secrets
from demo.world import Login, World, build_world
from gateway.app import Extras, Gateway
from gateway.connector_files import read_connector
from gateway.documents import TrustedDocuments
from gateway.rooms import Rooms
from gateway.serving import server_options
from tongban.caller import Role
from tongban.settings import Settings
from web.pages import Tab

HERE = Path(demo.__file__).parent
PASSWORD = "tongban-demo"  # noqa: S105 (synthetic accounts on loopback; printed for everybody to see)
TOKEN_LIFE_S = 24 * 3600 - 60
SAMPLES = {
    "citizen01": "A citizen with everything: married, children, a newborn, cars, homes, a firm",
    "officer01": "An officer of the 12345 hotline",
    "evaluator01": "An evaluator of apps",
}


@dataclass(frozen=True, slots=True)
class BackendAddress:
    """Where a stub listens."""

    code: str
    kind: str
    url: str
    control_url: str


async def run(settings: Settings) -> None:
    """Until interrupted. Raises OSError if a port is taken or the backends do not come up."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    province_secrets(settings.data_dir)
    with ExitStack() as choosing:
        choosing.enter_context(_one_chooses_ports())
        addresses = _addresses(settings.port)
        backends = await _start_backends(settings, addresses)
        try:
            world = build_world()
            server = _server(settings, Gateway(settings, extras=_extras(world, addresses)))
            serving = asyncio.create_task(_serve(server))
            await _until(serving, lambda: server.started)
            await _backends_ready(backends)
            choosing.close()
            announce(settings, world, addresses)
            await serving
        finally:
            if backends.returncode is None:
                backends.terminate()
                await backends.wait()


def _server(settings: Settings, gateway: Gateway) -> uvicorn.Server:
    return uvicorn.Server(uvicorn.Config(gateway, loop="none", **server_options(settings)))


async def _serve(server: uvicorn.Server) -> None:
    """The server says what went wrong and exits the process; here the backends have to be stopped first."""
    try:
        await server.serve()
    except SystemExit:
        raise OSError("the gateway did not start; see the messages above") from None


async def seed(rooms: Rooms, world: World, addresses: Mapping[str, BackendAddress]) -> None:
    """People, connectors and ``demo.json``."""
    accounts = await _seed_people(rooms, world)
    await publish_all(rooms.registry, addresses)
    await rooms.registry.set_review(False)  # CONTRACTS: no review and no canary in the demo
    await _write_facts(rooms, world, accounts, addresses)


async def publish_all(registry: Registry, addresses: Mapping[str, BackendAddress]) -> None:
    """Publishes the province's manifests at the addresses where its stubs listen."""
    for code, address in addresses.items():
        text, files = read_connector(HERE / "connectors" / f"{code}.connector.yaml")
        await registry.publish(text, files, address.url, "demo", replace=True)


def announce(settings: Settings, world: World, addresses: Mapping[str, BackendAddress]) -> None:
    """What a person needs to begin, then the line that scripts wait for."""
    origin = settings.issuer
    click.echo(
        f"Tongban 通办 · demo: {len(addresses)} simulated backends, {len(world.citizens)} synthetic citizens"
    )
    click.echo(f"  pages     {origin}/   (GraphiQL with a login: {origin}/graphiql)")
    click.echo(f"  endpoint  {origin}/graphql")
    for login in world.logins:
        if login.login in SAMPLES:
            click.echo(f"  login     {login.login} / {PASSWORD}   {login.note_zh}")
    click.echo(
        f"  facts     {settings.data_dir / 'demo.json'} (tokens, backends and their control addresses)"
    )
    click.echo(f"  sample query\n{_indented(sample_query())}")
    click.echo(f"ready {origin}")
    sys.stdout.flush()


def sample_query() -> str:
    return (HERE / "documents" / "2-departments.graphql").read_text("utf-8")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _extras(world: World, addresses: Mapping[str, BackendAddress]) -> Extras:
    documents = TrustedDocuments.from_folder(HERE / "documents")
    texts = [path.read_text("utf-8") for path in sorted((HERE / "documents").glob("*.graphql"))]
    notes = {login.login: login.note_zh for login in world.logins}
    samples = tuple(
        SampleLogin(name, PASSWORD, notes.get(name, ""), english) for name, english in SAMPLES.items()
    )

    async def fill(rooms: Rooms) -> None:
        await seed(rooms, world, addresses)

    return Extras(documents, [Tab(text) for text in texts], samples, simulated=True, fill=fill)


@contextmanager
def _one_chooses_ports() -> Iterator[None]:
    """Demos that start at once would find the same ports free: the next one waits until this one's backends listen."""
    path = Path(tempfile.gettempdir()) / f"tongban-demo-{os.getuid()}.lock"
    lock = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _addresses(port: int) -> dict[str, BackendAddress]:
    """Ports beside the gateway's where they are free, any others where not."""
    province = orjson.loads((HERE / "province.json").read_bytes())
    taken: set[int] = set()
    found = {}
    for index, department in enumerate(province["departments"] + province["platform_backends"]):
        code = department["code"]
        scheme = "https" if code in MTLS else "http"
        own = _free(port + 101 + 2 * index, taken)
        control = _free(port + 102 + 2 * index, taken)
        found[code] = BackendAddress(
            code, department["kind"], f"{scheme}://127.0.0.1:{own}", f"http://127.0.0.1:{control}/"
        )
    return found


def _free(wanted: int, taken: set[int]) -> int:
    for candidate in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except (OSError, OverflowError):
                continue
            port: int = probe.getsockname()[1]
            if port not in taken:
                taken.add(port)
                return port
    raise OSError("no free port on 127.0.0.1")


def _port(url: str) -> int:
    return int(url.rstrip("/").rpartition(":")[2])


async def _start_backends(
    settings: Settings, addresses: Mapping[str, BackendAddress]
) -> asyncio.subprocess.Process:
    config = settings.data_dir / "backends.json"
    config.write_bytes(
        orjson.dumps(
            {
                "secrets": str(settings.secrets_path),
                "jwks_url": f"{settings.issuer}/oauth/jwks",
                "issuer": settings.issuer,
                "backends": {
                    code: {"port": _port(a.url), "control_port": _port(a.control_url)}
                    for code, a in addresses.items()
                },
            }
        )
    )
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "demo.backends",
        str(config),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


async def _backends_ready(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if line.strip() != b"ready":
        raise OSError("the simulated backends did not start; see the messages above")


async def _until(serving: asyncio.Task[None], true: Any) -> None:
    while not true():
        if serving.done():
            await serving
        await asyncio.sleep(0.02)


async def _seed_people(rooms: Rooms, world: World) -> dict[str, Account]:
    def person(cid: str | None) -> NewPerson | None:
        if cid is None:
            return None
        citizen = world.citizens[cid]
        return NewPerson(citizen.cid, citizen.name, citizen.mobile)

    wanted = [
        NewAccount(
            login=login.login,
            password=PASSWORD,
            roles=frozenset(Role(role) for role in login.roles),
            level=login.level,
            person=person(login.cid),
            department=login.department,
        )
        for login in world.logins
    ]
    delegated = [delegation for login in world.logins for delegation in _delegations(login, person)]
    return await rooms.auth.accounts.seed(wanted, delegated)


def _delegations(login: Login, person: Any) -> list[NewDelegation]:
    ward_kind = DelegationKind.HELPER if "helper" in login.roles else DelegationKind.PARENT
    firm_kind = DelegationKind.CLERK if "clerk" in login.roles else DelegationKind.LEGAL_REPRESENTATIVE
    return [NewDelegation(login.login, ward_kind, ward=person(cid)) for cid in login.wards] + [
        NewDelegation(login.login, firm_kind, credit_code=code) for code in login.enterprises
    ]


async def _write_facts(
    rooms: Rooms, world: World, accounts: Mapping[str, Account], addresses: Mapping[str, BackendAddress]
) -> None:
    """``DIR/demo.json`` (CONTRACTS: endpoint, sample_query, logins, tokens, backends); readable by its owner only."""
    settings = rooms.settings
    tokens = {
        each.login: await rooms.auth.token_without_login(accounts[each.login], "tongban-app", TOKEN_LIFE_S)
        for each in world.logins
    }
    facts = {
        "endpoint": f"{settings.issuer}/graphql",
        "sample_query": sample_query(),
        "logins": [
            {"login": each.login, "password": PASSWORD, "roles": list(each.roles), "level": each.level}
            for each in world.logins
        ],
        "tokens": [{"login": login, "access_token": token.text} for login, token in tokens.items()],
        "backends": [
            {"code": a.code, "kind": a.kind, "url": a.url, "control_url": a.control_url}
            for a in addresses.values()
        ],
    }
    path = settings.data_dir / "demo.json"
    path.touch(mode=0o600)
    path.write_bytes(orjson.dumps(facts, option=orjson.OPT_INDENT_2))
