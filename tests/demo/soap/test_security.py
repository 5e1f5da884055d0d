"""The UsernameToken check by itself, under a clock of its own."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from demo.departments.soap.envelope import WSSE_NS, Message
from demo.departments.soap.faults import SoapFault
from demo.departments.soap.security import DIGEST, UsernameToken
from demo.departments.soap.versions import V12

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"


def request(created: str = "2026-01-05T12:00:00Z", nonce: bytes = b"n", password: str = "word") -> Message:
    digest = base64.b64encode(hashlib.sha1(nonce + created.encode() + password.encode()).digest()).decode()
    block = etree.fromstring(
        f'<s:Security xmlns:s="{WSSE_NS}" xmlns:u="{_WSU}"><s:UsernameToken><s:Username>user</s:Username>'
        f'<s:Password Type="{DIGEST}">{digest}</s:Password><s:Nonce>{base64.b64encode(nonce).decode()}</s:Nonce>'
        f"<u:Created>{created}</u:Created></s:UsernameToken></s:Security>"
    )
    return Message(V12, (block,), etree.Element("any"), "UTF-8")


def refusal(token: UsernameToken, message: Message) -> str:
    with pytest.raises(SoapFault) as caught:
        token.check(message)
    return str(caught.value.subcode).rpartition("}")[2]


def test_a_fresh_digest_passes_once() -> None:
    token = UsernameToken("user", "word", lambda: NOON)
    token.check(request())
    assert refusal(token, request()) == "FailedAuthentication"
    token.check(request(nonce=b"another"))


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_stale_or_future_token_is_refused(minutes: int) -> None:
    token = UsernameToken("user", "word", lambda: NOON + timedelta(minutes=minutes))
    assert refusal(token, request()) == "MessageExpired"


def test_a_nonce_is_remembered_as_long_as_its_moment_is_fresh() -> None:
    now = [NOON - timedelta(minutes=4)]
    token = UsernameToken("user", "word", lambda: now[0])
    token.check(request())
    now[0] = NOON + timedelta(minutes=4)
    assert refusal(token, request()) == "FailedAuthentication"


def test_a_wrong_password_uses_up_no_nonce() -> None:
    token = UsernameToken("user", "word", lambda: NOON)
    assert refusal(token, request(password="guess")) == "FailedAuthentication"
    token.check(request())


def test_without_a_token_it_is_an_invalid_header() -> None:
    token = UsernameToken("user", "word", lambda: NOON)
    assert refusal(token, Message(V12, (), etree.Element("any"), "UTF-8")) == "InvalidSecurity"
