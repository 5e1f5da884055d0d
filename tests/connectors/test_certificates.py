"""Until when a certificate holds: a real handshake on loopback, trusted, not trusted and not allowed."""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from connectors.certificates import NoCertificate, certificate_ends_s
from connectors.egress import LOOPBACK, EgressPolicy
from tests.connectors.credentials.test_tls import Authority, pem

DAY_S = 86_400


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
async def server(authority: Authority, tmp_path: Path) -> AsyncIterator[str]:
    certificate, key = authority.pair("127.0.0.1")
    pair = tmp_path / "pair.pem"
    pair.write_text(f"{key}\n{certificate}\n")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield f"https://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def trusting(authority: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=pem(authority.certificate))


async def test_a_certificate_tells_its_end(server: str, authority: Authority) -> None:
    ends_s = await certificate_ends_s(server, EgressPolicy(LOOPBACK), trusting(authority))
    assert ends_s is not None
    assert 0 < ends_s - time.time() <= DAY_S


async def test_without_tls_there_is_none() -> None:
    assert await certificate_ends_s("http://127.0.0.1:9", EgressPolicy(LOOPBACK), None) is None


async def test_a_stranger_is_not_trusted(server: str) -> None:
    with pytest.raises(NoCertificate, match="does not hold"):
        await certificate_ends_s(server, EgressPolicy(LOOPBACK), trusting(Authority()))


async def test_an_address_that_is_not_allowed_is_not_asked(server: str, authority: Authority) -> None:
    with pytest.raises(NoCertificate, match="EgressRefused"):
        await certificate_ends_s(server, EgressPolicy(), trusting(authority))
