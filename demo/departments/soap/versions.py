"""The two SOAP versions as they differ on the wire: namespace, media type, names of fault codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Version:
    """``fault_codes`` maps SOAP 1.1's names, which the departments' code uses, to this version's."""

    name: str
    prefix: str
    namespace: str
    media_type: str
    fault_codes: Mapping[str, str]


V11 = Version(
    "1.1",
    "soapenv",
    "http://schemas.xmlsoap.org/soap/envelope/",
    "text/xml",
    {name: name for name in ("Client", "Server", "MustUnderstand", "VersionMismatch")},
)
V12 = Version(
    "1.2",
    "env",
    "http://www.w3.org/2003/05/soap-envelope",
    "application/soap+xml",
    {
        "Client": "Sender",
        "Server": "Receiver",
        "MustUnderstand": "MustUnderstand",
        "VersionMismatch": "VersionMismatch",
    },
)
