"""WS-Security UsernameToken for the header of an envelope: password as text, or as digest with nonce and
time.

It is text, written once a request. Must never: reuse a nonce, or show the password in a repr. Source: OASIS
Web Services Security UsernameToken Profile 1.1 section 3.1.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from tongban.clock import Clock

_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class UsernameToken:
    """What an entry ``{kind: wsse}`` of a manifest says, with its secrets resolved."""

    username: str = field(repr=False)
    password: str = field(repr=False)
    digest: bool = True

    def header(self, clock: Clock) -> str:
        """One ``wsse:Security`` element for ``soap:Header``."""
        nonce = secrets.token_bytes(16)
        created = datetime.fromtimestamp(clock.epoch_s(), UTC).strftime(_TIME)
        kind = "PasswordDigest" if self.digest else "PasswordText"
        password = digest(nonce, created, self.password) if self.digest else escape(self.password)
        return (
            f'<wsse:Security xmlns:wsse="{_WSS}-wssecurity-secext-1.0.xsd"'
            f' xmlns:wsu="{_WSS}-wssecurity-utility-1.0.xsd">'
            f"<wsse:UsernameToken><wsse:Username>{escape(self.username)}</wsse:Username>"
            f'<wsse:Password Type="{_WSS}-username-token-profile-1.0#{kind}">{password}</wsse:Password>'
            f'<wsse:Nonce EncodingType="{_WSS}-soap-message-security-1.0#Base64Binary">'
            f"{base64.b64encode(nonce).decode()}</wsse:Nonce><wsu:Created>{created}</wsu:Created>"
            "</wsse:UsernameToken></wsse:Security>"
        )


def digest(nonce: bytes, created: str, password: str) -> str:
    """Base64(SHA-1(nonce + created + password)): the profile knows no other digest."""
    return base64.b64encode(
        hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()
    ).decode()
