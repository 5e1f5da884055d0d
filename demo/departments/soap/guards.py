"""Who may speak to a department at all: HTTP Basic, an IP allow-list, a shared secret in a header.

Comparisons take the same time whatever was sent. A refusal comes before the body is looked at.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

HttpGuard = Callable[[Request], Response | None]
"""None lets the request in."""

OWN_NETWORKS = ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""Where the platform stands: this machine, or the machines of one installation."""


def basic(username: str, password: str, realm: str) -> HttpGuard:
    """RFC 7617, UTF-8."""
    expected = f"{username}:{password}".encode()

    def guard(request: Request) -> Response | None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            pair = base64.b64decode(given, validate=True)
        except (binascii.Error, ValueError):
            pair = b""
        if scheme.lower() == "basic" and hmac.compare_digest(pair, expected):
            return None
        challenge = {"WWW-Authenticate": f'Basic realm="{realm}", charset="UTF-8"'}
        return Response("<html><body><h1>401 Unauthorized</h1></body></html>", 401, challenge, "text/html")

    return guard


def allow_list(networks: tuple[str, ...] = OWN_NETWORKS) -> HttpGuard:
    """By the peer's own address: a forwarded-for header is anybody's word."""
    known = [ipaddress.ip_network(each) for each in networks]

    def guard(request: Request) -> Response | None:
        try:
            peer = ipaddress.ip_address(request.client.host if request.client else "")
        except ValueError:
            return Response("Forbidden", 403)
        return None if any(peer in each for each in known) else Response("Forbidden", 403)

    return guard


def shared_secret(header: str, secret: str) -> HttpGuard:
    def guard(request: Request) -> Response | None:
        given = request.headers.get(header, "")
        return None if hmac.compare_digest(given.encode(), secret.encode()) else Response("Forbidden", 403)

    return guard


def both(first: HttpGuard, second: HttpGuard) -> HttpGuard:
    def guard(request: Request) -> Response | None:
        return first(request) or second(request)

    return guard


def nobody_is_refused(_: Request) -> Response | None:
    """Where TLS asked for the client's certificate, or WS-Security is in the envelope."""
    return None
