"""WS-Security UsernameToken 1.1 (OASIS), checked: digest or text, freshness, and no nonce twice.

A refusal must never say whether the name or the password was wrong.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lxml import etree

from demo.departments.soap.envelope import WSSE_NS, Message
from demo.departments.soap.faults import SoapFault

_WSSE = f"{{{WSSE_NS}}}"
_WSU = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"
_PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
DIGEST = f"{_PROFILE}#PasswordDigest"
TEXT = f"{_PROFILE}#PasswordText"
FRESH_FOR = timedelta(minutes=5)


@dataclass(slots=True)
class UsernameToken:
    """One service's check. Remembers every nonce for as long as its ``Created`` would be taken as fresh."""

    username: str
    password: str = field(repr=False)
    now: Callable[[], datetime]
    allow_text: bool = False
    _seen: dict[bytes, datetime] = field(default_factory=dict, repr=False)

    def check(self, message: Message) -> None:
        """Raises SoapFault ``wsse:InvalidSecurity`` or ``wsse:FailedAuthentication``."""
        security = message.header(f"{_WSSE}Security")
        token = security.find(f"{_WSSE}UsernameToken") if security is not None else None
        if token is None:
            raise SoapFault("Client", "缺少WS-Security用户名令牌", subcode=f"{_WSSE}InvalidSecurity")
        password = token.find(f"{_WSSE}Password")
        kind = password.get("Type", TEXT) if password is not None else ""
        given = (password.text or "").strip() if password is not None else ""
        if kind == DIGEST:
            expected = self._digest(token)
        elif kind == TEXT and self.allow_text:
            expected = self.password
        else:
            raise SoapFault("Client", "不支持的口令类型", subcode=f"{_WSSE}UnsupportedSecurityToken")
        name = (token.findtext(f"{_WSSE}Username") or "").strip()
        right_name = hmac.compare_digest(name.encode(), self.username.encode())
        right_word = hmac.compare_digest(given.encode(), expected.encode())
        if not (right_name and right_word):
            raise _failed()
        if kind == DIGEST:
            self._remember(token)

    def _digest(self, token: etree._Element) -> str:
        nonce, created, _ = self._proof(token)
        return base64.b64encode(
            hashlib.sha1(nonce + created.encode() + self.password.encode()).digest()  # noqa: S324 - the profile's
        ).decode()

    def _proof(self, token: etree._Element) -> tuple[bytes, str, datetime]:
        created = (token.findtext(f"{_WSU}Created") or "").strip()
        try:
            nonce = base64.b64decode((token.findtext(f"{_WSSE}Nonce") or "").strip(), validate=True)
            moment = datetime.fromisoformat(created)
        except (binascii.Error, ValueError):
            raise _failed() from None
        if not nonce:
            raise _failed()
        return nonce, created, moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _remember(self, token: etree._Element) -> None:
        nonce, _, created = self._proof(token)
        now = self.now()
        if abs(now - created) > FRESH_FOR:
            raise SoapFault("Client", "用户名令牌已过期", subcode=f"{_WSSE}MessageExpired")
        self._seen = {old: until for old, until in self._seen.items() if until > now}
        if nonce in self._seen:
            raise SoapFault("Client", "用户名令牌被重放", subcode=f"{_WSSE}FailedAuthentication")
        self._seen[nonce] = created + 2 * FRESH_FOR


def real_now() -> datetime:
    """A department's own clock may be set by the control address; its clients' clocks may not."""
    return datetime.now(UTC)


def _failed() -> SoapFault:
    return SoapFault("Client", "用户名令牌校验失败", subcode=f"{_WSSE}FailedAuthentication")
