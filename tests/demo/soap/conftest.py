"""Third-party clients for the SOAP departments: zeep over requests, each against a department on a free port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import zeep
from lxml import etree
from zeep.plugins import HistoryPlugin
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken

from demo.host import Department, Setup, running
from demo.issuer import LocalIssuer
from demo.secrets import make_secrets
from demo.world import Citizen, World, build_world

PATHS = {
    "mca": "/services/CivilAffairs",
    "mps": "/ws/hukou",
    "gjj": "/gjjws/services/GjjService",
    "tmd": "/tmri/services/TmdService",
    "mnr": "/bdc/services/RealEstate",
    "vets": "/vets/ws/VeteranService",
}


class EncodingTransport(Transport):
    """Zeep writes UTF-8 only; this one writes what the department reads, and keeps the last answer's bytes."""

    encoding = "UTF-8"
    more_headers: dict[str, str]
    last: requests.Response

    def post_xml(self, address: str, envelope: etree._Element, headers: dict[str, str]) -> requests.Response:
        content = etree.tostring(envelope, xml_declaration=True, encoding=self.encoding)
        sent = {name: value.replace("utf-8", self.encoding) for name, value in headers.items()}
        self.last = self.post(address, content, sent | self.more_headers)
        return self.last


@dataclass
class Line:
    """One caller's line to one department."""

    department: Department
    world: World
    issuer: LocalIssuer
    client: zeep.Client
    transport: EncodingTransport
    history: HistoryPlugin
    tokens: list[str | None] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.department.url + PATHS[self.department.code]

    @property
    def person(self) -> Citizen:
        """The demo's first citizen, who has everything."""
        return self.world.citizens[str(self.world.logins[0].cid)]

    async def call(
        self, operation: str, *, token: str | None = "", key: str | None = None, **fields: Any
    ) -> Any:
        """``token`` None: no citizen; empty: the person's own. ``key``: an Idempotency-Key."""
        self.transport.more_headers = {"Idempotency-Key": key} if key else {}
        headers = []
        if token is not None:
            element = etree.Element("{urn:tongban:citizen}Token")
            element.text = token or self.issuer.token(self.department.code)
            headers.append(element)
        return await asyncio.to_thread(self.client.service[operation], _soapheaders=headers or None, **fields)

    async def post(self, content: bytes, **headers: str) -> requests.Response:
        """Bytes as they are."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await asyncio.to_thread(
            self.transport.session.post, self.url, data=content, headers=named, timeout=10
        )

    async def get(self, path: str, session: requests.Session | None = None) -> requests.Response:
        chosen = session or self.transport.session
        return await asyncio.to_thread(chosen.get, self.department.url + path, timeout=10)


def plain_session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


def session_of(code: str, secrets: dict[str, str], folder: Path) -> requests.Session:
    """With what the department asks of a connection: Basic, a header, a certificate."""
    session = plain_session()
    if code in ("mca", "vets"):
        session.auth = (secrets[f"secret://{code}/user"], secrets[f"secret://{code}/password"])
    if code == "gjj":
        session.headers["X-Shared-Secret"] = secrets["secret://gjj/shared-secret"]
    if code in ("mps", "tmd"):
        for name in ("ca", "client-cert", "client-key"):
            (folder / name).write_text(secrets[f"secret://{code}/{name}"])
        session.verify = str(folder / "ca")
        session.cert = (str(folder / "client-cert"), str(folder / "client-key"))
    return session


@pytest.fixture(scope="session")
def _secrets() -> dict[str, str]:
    return make_secrets()


@pytest.fixture
async def line(_secrets: dict[str, str], tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """``await line("mca")``: the department runs until the test ends; ``wsse`` replaces the client's token."""
    async with AsyncExitStack() as stack:

        async def open_line(code: str, wsse: Any = None) -> Line:
            issuer = LocalIssuer()
            world = build_world(citizens=1000, enterprises=40)
            province = await stack.enter_async_context(
                running(
                    code,
                    world=world,
                    secrets=_secrets,
                    verifier=issuer.verifier(),
                    setup=Setup(case_step_s=0),
                )
            )
            session = session_of(code, _secrets, tmp_path)
            transport = EncodingTransport(session=session)
            transport.more_headers = {}
            transport.encoding = "GBK" if code == "gjj" else "UTF-8"
            history = HistoryPlugin()
            if wsse is None and code in ("mps", "mnr"):
                user, word = (_secrets[f"secret://{code}/{name}"] for name in ("user", "password"))
                wsse = UsernameToken(user, word, use_digest=True)
            url = f"{province[code].url}{PATHS[code]}?wsdl"
            client = await asyncio.to_thread(
                zeep.Client, url, transport=transport, plugins=[history], wsse=wsse
            )
            return Line(province[code], world, issuer, client, transport, history)

        yield open_line
