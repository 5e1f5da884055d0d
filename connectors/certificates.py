"""Until when a server's certificate holds. One TLS handshake; nothing is asked.

Must never: reach an address that the egress policy refuses, or trust a certificate that does not verify.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from urllib.parse import urlsplit

from connectors.egress import EgressPolicy

HANDSHAKE_S = 5.0


class NoCertificate(Exception):
    """No handshake came about; the message says why, and names no address."""


async def certificate_ends_s(url: str, egress: EgressPolicy, context: ssl.SSLContext | None) -> float | None:
    """Seconds since the epoch; None for an address without TLS.

    Raises: NoCertificate.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return None
    try:
        async with asyncio.timeout(HANDSHAKE_S):
            return await _shown(
                parts.hostname, parts.port or 443, egress, context or ssl.create_default_context()
            )
    except ssl.SSLCertVerificationError as error:
        raise NoCertificate(f"the certificate does not hold ({error.verify_message})") from None
    except TimeoutError:
        raise NoCertificate("no handshake in time") from None
    except OSError as error:
        raise NoCertificate(f"no handshake ({type(error).__name__})") from None


async def _shown(host: str, port: int, egress: EgressPolicy, context: ssl.SSLContext) -> float | None:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    sock = egress.socket(found[0])
    sock.setblocking(False)
    try:
        await loop.sock_connect(sock, found[0][4])
        _, writer = await asyncio.open_connection(sock=sock, ssl=context, server_hostname=host)
    except BaseException:
        sock.close()
        raise
    try:
        certificate = writer.get_extra_info("peercert") or {}
        ends = certificate.get("notAfter")
        return float(ssl.cert_time_to_seconds(ends)) if ends else None
    finally:
        writer.close()
