"""mTLS on loopback: the department's own authority, our client certificate, and nothing left on disk."""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.backend import BackendUnreachable
from connectors.channel import Channel
from connectors.credentials.tls import tls_context
from connectors.manifest.model import Tls
from connectors.manifest.runtime import Limits
from connectors.secrets import HeldSecrets
from connectors.transport import Transport
from federation.subgraph import FetchContext
from tests.connectors.conftest import LoopClock


class Authority:
    """A certificate authority for one test."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        self.certificate = self._signed(self.name, self.key, is_authority=True)

    def pair(self, name: str) -> tuple[str, str]:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return pem(certificate), private.decode()

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, is_authority: bool = False
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
        )
        if is_authority:
            usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        else:
            loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
            builder = builder.add_extension(x509.SubjectAlternativeName([loopback]), critical=False)
        return builder.sign(self.key, hashes.SHA256())


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
async def guarded(authority: Authority, tmp_path: Path) -> AsyncIterator[str]:
    """An HTTPS server that asks for a client certificate of the authority."""
    (tmp_path / "server.pem").write_text("\n".join(authority.pair("server")))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=pem(authority.certificate))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(tmp_path / "server.pem")

    async def hello(request: web.Request) -> web.StreamResponse:
        return web.json_response("hello")

    app = web.Application()
    app.router.add_get("/x", hello)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield f"https://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def asked(url: str, transport: Transport, clock: LoopClock, context: ssl.SSLContext | None) -> bytes:
    channel = Channel(transport, url, clock=clock, limits=Limits(timeout_s=5), ssl=context)
    return (await channel.exchange("GET", f"{url}/x", {}, None, FetchContext())).content


async def test_a_client_certificate_opens_the_door_and_leaves_no_file(
    guarded: str,
    authority: Authority,
    transport: Transport,
    clock: LoopClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "empty"))
    made_empty(tmp_path)
    certificate, key = authority.pair("tongban")
    secrets = HeldSecrets(
        {"secret://x/ca": pem(authority.certificate), "secret://x/c": certificate, "secret://x/k": key}
    )
    context = tls_context(Tls("secret://x/ca", "secret://x/c", "secret://x/k"), secrets)
    assert not left_in(tmp_path)
    assert await asked(guarded, transport, clock, context) == b'"hello"'


def made_empty(folder: Path) -> None:
    (folder / "empty").mkdir()


def left_in(folder: Path) -> list[Path]:
    return list((folder / "empty").iterdir())


async def test_without_the_certificate_or_the_authority_there_is_no_answer(
    guarded: str, authority: Authority, transport: Transport, clock: LoopClock
) -> None:
    secrets = HeldSecrets(
        {"secret://x/ca": pem(authority.certificate), "secret://x/other": pem(Authority().certificate)}
    )
    for tls in (Tls(ca="secret://x/ca"), Tls(ca="secret://x/other"), Tls()):
        with pytest.raises(BackendUnreachable):
            await asked(guarded, transport, clock, tls_context(tls, secrets))


def test_a_pem_that_is_none_is_an_error_without_its_text() -> None:
    secrets = HeldSecrets({"secret://x/ca": "canary-no-pem"})
    with pytest.raises((ssl.SSLError, ValueError)) as refused:
        tls_context(Tls(ca="secret://x/ca"), secrets)
    assert "canary" not in str(refused.value)
