"""Makes the province's secrets at first start: random values, an authority, certificates for mTLS.

Each data directory has its own; none is in the code. The authority's private key is never kept.
"""

from __future__ import annotations

import ipaddress
import json
import os
import secrets
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

WANTED: dict[str, tuple[str, ...]] = {
    "mca": ("user", "password"),
    "mps": ("user", "password"),
    "hrss": ("client-id", "client-secret"),
    "nhsa": ("hmac-secret",),
    "gjj": ("shared-secret",),
    "tax": ("client-id", "client-secret", "hmac-secret"),
    "mot": ("api-key",),
    "mnr": ("user", "password"),
    "hud": ("api-key",),
    "agri": ("api-key",),
    "moj": ("client-id", "client-secret"),
    "culture": ("api-key",),
    "vets": ("user", "password"),
    "dpf": ("api-key",),
    "util": ("hmac-secret",),
    "fin": ("client-id", "client-secret", "hmac-secret"),
}
"""Names per department: ``secret://<code>/<name>``. The others (JWT) need none."""

MTLS = ("mps", "tmd")
"""Departments that ask for a client certificate; they also have the names in CERTIFICATES."""

CERTIFICATES = ("ca", "server-cert", "server-key", "client-cert", "client-key", "expired-cert")

_DAY = timedelta(days=1)


def province_secrets(directory: Path) -> dict[str, str]:
    """Read ``DIR/secrets.json``, or make it; what an older file lacks is added. The file has mode 0600."""
    path = directory / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    complete = make_secrets() | known
    if not _has_all_certificates(known):
        complete |= {k: v for k, v in make_secrets().items() if k.rpartition("/")[2] in CERTIFICATES}
    if complete != known:
        directory.mkdir(parents=True, exist_ok=True)
        _write_private(path, json.dumps(complete, indent=1, sort_keys=True))
    return complete


def make_secrets() -> dict[str, str]:
    """New random values and certificates; nothing is written."""
    values = {
        f"secret://{code}/{name}": _value(code, name) for code, names in WANTED.items() for name in names
    }
    authority = _Authority()
    values["secret://province/ca"] = authority.pem
    for code in MTLS:
        server, server_key = authority.issue(f"{code}.backend.example", ExtendedKeyUsageOID.SERVER_AUTH)
        client, client_key = authority.issue("tongban.platform.example", ExtendedKeyUsageOID.CLIENT_AUTH)
        expired = authority.expired(f"{code}.backend.example", server_key)
        pems = (authority.pem, server, _key_pem(server_key), client, _key_pem(client_key), expired)
        values |= {f"secret://{code}/{name}": pem for name, pem in zip(CERTIFICATES, pems, strict=True)}
    return values


def _has_all_certificates(values: dict[str, str]) -> bool:
    names = ["secret://province/ca", *(f"secret://{code}/{name}" for code in MTLS for name in CERTIFICATES)]
    return all(name in values for name in names)


def _value(code: str, name: str) -> str:
    if name in ("user", "client-id"):
        return f"tongban-{code}-{secrets.token_hex(4)}"
    return secrets.token_urlsafe(24)


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, and never readable by others."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
    os.replace(name, path)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Reference province (synthetic)"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


class _Authority:
    """Signs the certificates of one province, then is forgotten."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = _name("Reference province CA")
        self._made_at = datetime.now(UTC)
        certificate = (
            self._draft(self._subject, self._key.public_key(), self._made_at + 3650 * _DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(is_authority=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, common: str, purpose: x509.ObjectIdentifier) -> tuple[str, ec.EllipticCurvePrivateKey]:
        key = ec.generate_private_key(ec.SECP256R1())
        return self._leaf(common, key, purpose, self._made_at + 3650 * _DAY), key

    def expired(self, common: str, key: ec.EllipticCurvePrivateKey) -> str:
        """For the trait ``expired_certificate``: the same server, a day too late."""
        return self._leaf(common, key, ExtendedKeyUsageOID.SERVER_AUTH, self._made_at - _DAY)

    def _leaf(
        self,
        common: str,
        key: ec.EllipticCurvePrivateKey,
        purpose: x509.ObjectIdentifier,
        not_after: datetime,
    ) -> str:
        names = [
            x509.DNSName("localhost"),
            x509.DNSName(common),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        ]
        certificate = (
            self._draft(_name(common), key.public_key(), not_after)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(is_authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM).decode()

    def _draft(
        self, subject: x509.Name, public: ec.EllipticCurvePublicKey, not_after: datetime
    ) -> x509.CertificateBuilder:
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._made_at - 30 * _DAY)
            .not_valid_after(not_after)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(issuer, critical=False)
        )


def _usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
